"""docs/reference/exit-codes.md, row by row, each in a process of its own."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import REPOSITORY, Ended, Team

PAGE = REPOSITORY / "docs" / "reference" / "exit-codes.md"
TYPO = "name: Informational\nsorces: [Axiom]\n"


def plan_shown(team: Team, _: RunningSandbox) -> Ended:
    return team.process("plan")


def nothing_to_do(team: Team, incident_io: RunningSandbox) -> Ended:
    undo_the_drift(incident_io)
    return team.process("plan", "--detailed-exitcode")


def applied(team: Team, _: RunningSandbox) -> Ended:
    return team.process("apply", "--auto-approve")


def approved(team: Team, _: RunningSandbox) -> Ended:
    return team.process("apply", stdin="yes\n")


def only_undeclared(team: Team, incident_io: RunningSandbox) -> Ended:
    undo_the_drift(incident_io)
    (team.folder / "routes/informational.yaml").unlink()
    return team.process("plan", "--detailed-exitcode")


def guard_in_a_plan(team: Team, incident_io: RunningSandbox) -> Ended:
    silence(team)
    return team.process("plan")


def file_with_an_error(team: Team, _: RunningSandbox) -> Ended:
    team.write("routes/informational.yaml", TYPO)
    return team.process("validate")


def plan_with_an_error(team: Team, _: RunningSandbox) -> Ended:
    team.write("routes/informational.yaml", TYPO)
    return team.process("plan", "--detailed-exitcode")


def apply_with_an_error(team: Team, incident_io: RunningSandbox) -> Ended:
    team.write("routes/informational.yaml", TYPO)
    return not_written(team.process("apply", "--auto-approve"), incident_io)


def no_routes(team: Team, _: RunningSandbox) -> Ended:
    for path in (team.folder / "routes").iterdir():
        path.unlink()
    return team.process("validate")


def declined(team: Team, incident_io: RunningSandbox) -> Ended:
    return not_written(team.process("apply", stdin="y\n"), incident_io)


def end_of_input(team: Team, incident_io: RunningSandbox) -> Ended:
    return not_written(team.process("apply"), incident_io)


def wrong_key(team: Team, _: RunningSandbox) -> Ended:
    return team.process("plan", INCIDENT_API_KEY="another-key")


def no_key(team: Team, _: RunningSandbox) -> Ended:
    return team.process("plan", INCIDENT_API_KEY="")


def table_out_of_date(team: Team, _: RunningSandbox) -> Ended:
    team.write("routes.md", "no table\n")
    return team.process("table", "--check", "routes.md")


def lock_out_of_date(team: Team, _: RunningSandbox) -> Ended:
    (team.folder / "directory.lock.json").unlink(missing_ok=True)
    return team.process("directory", "refresh", "--check")


def fmt_would_change(team: Team, _: RunningSandbox) -> Ended:
    team.write("routes/informational.yaml", "sources: [Axiom]\nname: Informational\n")
    return team.process("fmt", "--check")


def nothing_listens(team: Team, _: RunningSandbox) -> Ended:
    return team.process("plan", INCIDENT_ENDPOINT="http://127.0.0.1:1")


def changes_pending(team: Team, _: RunningSandbox) -> Ended:
    return team.process("plan", "--detailed-exitcode")


def guard(team: Team, incident_io: RunningSandbox) -> Ended:
    silence(team)
    return not_written(team.process("apply", "--auto-approve"), incident_io)


def plan_of_other_files(team: Team, incident_io: RunningSandbox) -> Ended:
    saved(team)
    team.edit("routes/informational.yaml", "  - Axiom\n", "  - Grafana Cloud\n")
    return not_written(apply_saved(team), incident_io)


def plan_that_was_edited(team: Team, incident_io: RunningSandbox) -> Ended:
    plan = saved(team)
    plan.write_text(plan.read_text(encoding="utf-8").replace('"digest": "', '"digest": "0'))
    return not_written(apply_saved(team), incident_io)


def no_plan_file(team: Team, incident_io: RunningSandbox) -> Ended:
    return not_written(apply_saved(team), incident_io)


def moved_since_the_plan(team: Team, incident_io: RunningSandbox) -> Ended:
    saved(team)
    incident_io.state.edit("Database Alerts", lambda body: body.update(is_private=True))
    return not_written(apply_saved(team), incident_io)


def one_written_one_failed(team: Team, incident_io: RunningSandbox) -> Ended:
    disable_informational(team)
    incident_io.fault("status", method="PUT", path="RAXE06", status=422)
    return team.process("apply", "--auto-approve")


def one_written_one_unknown(team: Team, incident_io: RunningSandbox) -> Ended:
    disable_informational(team)
    incident_io.fault("drop", method="PUT", path="RAXE06", times=2)
    return team.process("apply", "--auto-approve")


def unknown_command(team: Team, _: RunningSandbox) -> Ended:
    return team.process("pln")


def unknown_option(team: Team, _: RunningSandbox) -> Ended:
    return team.process("plan", "--detailed")


def wrong_value(team: Team, _: RunningSandbox) -> Ended:
    return team.process("plan", "--format", "yaml")


def no_such_folder(team: Team, _: RunningSandbox) -> Ended:
    return Team(team.folder / "nowhere", team.environment).process("validate")


Row = Callable[[Team, RunningSandbox], Ended]
ROWS: dict[int, tuple[Row, ...]] = {
    0: (plan_shown, nothing_to_do, applied, approved, only_undeclared, guard_in_a_plan),
    1: (
        file_with_an_error,
        plan_with_an_error,
        apply_with_an_error,
        no_routes,
        declined,
        end_of_input,
        wrong_key,
        no_key,
        table_out_of_date,
        lock_out_of_date,
        fmt_would_change,
        nothing_listens,
        no_plan_file,
    ),
    2: (changes_pending,),
    3: (guard, plan_of_other_files, plan_that_was_edited),
    4: (moved_since_the_plan,),
    5: (one_written_one_failed, one_written_one_unknown),
    64: (unknown_command, unknown_option, wrong_value, no_such_folder),
}
IN_ANOTHER_FILE = {130, 143}  # signals: test_interrupted.py


@pytest.mark.parametrize(
    ("code", "row"),
    [pytest.param(code, row, id=f"{code}-{row.__name__}") for code in ROWS for row in ROWS[code]],
)
def test_a_command_ends_with_the_code_of_the_page(
    team: Team, incident_io: RunningSandbox, code: int, row: Row
) -> None:
    ended = row(team, incident_io)

    assert ended.code == code, ended
    assert "Traceback" not in ended.out + ended.err
    assert team.environment["INCIDENT_API_KEY"] not in ended.out + ended.err
    assert code < 64 or ended.out == ""


def test_every_code_of_the_page_is_tried() -> None:
    documented = re.findall(r"^\| ([\d, ]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    codes = {int(code) for row in documented for code in row.split(",")}

    assert codes == set(ROWS) | IN_ANOTHER_FILE


def undo_the_drift(incident_io: RunningSandbox) -> None:
    path = next(
        one["id"]
        for one in incident_io.state.account.escalation_paths
        if one["name"] == "Engineering On-Call"
    )
    targets = [{"escalation_paths": {"array_value": [{"literal": path}]}}]
    incident_io.state.edit(
        "Database Alerts",
        lambda body: body["escalation_config"].update(escalation_targets=targets),
    )


def silence(team: Team) -> None:
    team.edit("routes/production-alerts.yaml", "escalate:\n  - path: Engineering On-Call\n", "")


def disable_informational(team: Team) -> None:
    team.edit("routes/informational.yaml", "sources:\n", "enabled: false\nsources:\n")


def saved(team: Team) -> Path:
    plan = team.folder / "plan.json"
    assert team.run("plan", "--out", str(plan)).code == 0
    return plan


def apply_saved(team: Team) -> Ended:
    return team.process("apply", "--auto-approve", str(team.folder / "plan.json"))


def not_written(ended: Ended, incident_io: RunningSandbox) -> Ended:
    assert incident_io.count("GET") == len(incident_io.requests)
    return ended
