"""`--metrics FILE`: what Prometheus learns of a run, also of one that fails."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from reconciler.cli.commands import apply
from reconciler.cli.writes import Ended, ask_and_write
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import Later
from tests.e2e.team import Team

FILE = "metrics.prom"


def metrics(team: Team, command: str = "plan") -> dict[str, float]:
    """Values by name, with the metric's own label in brackets behind it."""
    found = {}
    for family in text_string_to_metric_families(team.read(FILE)):  # type: ignore[no-untyped-call]
        for sample in family.samples:
            labels = dict(sample.labels)
            assert labels.pop("command") == command
            assert labels.pop("account") == "https://sandbox.invalid/acme"
            found["".join([sample.name, *(f"[{own}]" for own in labels.values())])] = sample.value
    return found


@pytest.fixture
def applied(team: Team, incident_io: RunningSandbox) -> Team:
    """Nothing is left to do."""
    assert team.run("apply", "--auto-approve").code == 0
    incident_io.requests.clear()
    return team


def test_a_plan_counts_routes_requests_and_seconds(
    applied: Team, incident_io: RunningSandbox
) -> None:
    assert applied.run("plan", "--metrics", FILE).code == 0

    found = metrics(applied)
    assert found["reconciler_last_run_requests"] == len(incident_io.requests)
    assert found["reconciler_last_run_success"] == 1
    assert 0 < found["reconciler_last_run_duration_seconds"] < 60
    assert (
        found["reconciler_last_success_timestamp_seconds"]
        == found["reconciler_last_run_timestamp_seconds"]
        > 1_700_000_000
    )
    assert {
        name: value
        for name, value in found.items()
        if "routes" in name or "changes" in name or "uncovered" in name
    } == {
        "reconciler_declared_routes": 6,
        "reconciler_drifted_routes": 0,
        "reconciler_conflicted_routes": 0,
        "reconciler_undeclared_routes": 0,
        "reconciler_silent_routes": 0,
        "reconciler_planned_changes[create]": 0,
        "reconciler_planned_changes[update]": 0,
        "reconciler_planned_changes[delete]": 0,
    }


def test_a_live_edit_and_an_undeclared_route_are_counted(
    applied: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.edit("Production Alerts", lambda body: body.update(is_private=True))
    (applied.folder / "routes" / "informational.yaml").unlink()

    applied.run("plan", "--metrics", FILE, "--detailed-exitcode")

    found = metrics(applied)
    assert found["reconciler_last_run_success"] == 1
    assert found["reconciler_declared_routes"] == 5
    assert found["reconciler_drifted_routes"] == 1
    assert found["reconciler_undeclared_routes"] == 1
    assert found["reconciler_silent_routes"] == 0


def test_alerts_that_are_left_open_are_those_of_cover(applied: Team) -> None:
    (applied.folder / "routes" / "informational.yaml").unlink()

    ended = applied.run("cover", "--check", "--format", "json", "--metrics", FILE)

    assert ended.code == 1
    gaps = json.loads(ended.out)["gaps"]
    for kind in ("dropped", "pages-nobody", "pages-twice"):
        expected = sum(one["kind"] == kind for one in gaps)
        assert metrics(applied, "cover")[f"reconciler_uncovered_alerts[{kind}]"] == expected
    assert applied.run("cover", "--source", "Axiom", "--metrics", FILE).code == 64


def test_a_conflict_is_counted(applied: Team, incident_io: RunningSandbox) -> None:
    name = "Production Alerts"
    incident_io.state.edit(name, lambda body: body.update(name="By Hand"))
    applied.edit("routes/production-alerts.yaml", f"name: {name}", "name: By File")

    applied.run("plan", "--metrics", FILE)

    assert metrics(applied)["reconciler_conflicted_routes"] == 1
    assert metrics(applied)["reconciler_drifted_routes"] == 0


def switch_off(incident_io: RunningSandbox) -> None:
    incident_io.state.edit("Production Alerts", lambda body: body.update(enabled=False))


def take_the_targets(incident_io: RunningSandbox) -> None:
    incident_io.state.edit(
        "Production Alerts",
        lambda body: body["escalation_config"].update(escalation_targets=[]),
    )


def delete(incident_io: RunningSandbox) -> None:
    incident_io.state.delete("Production Alerts")


@pytest.mark.parametrize("edit", [switch_off, take_the_targets, delete])
def test_a_route_that_no_longer_pages_is_silent(
    applied: Team, incident_io: RunningSandbox, edit: Callable[[RunningSandbox], None]
) -> None:
    edit(incident_io)

    applied.run("plan", "--metrics", FILE)

    assert metrics(applied)["reconciler_silent_routes"] == 1
    assert metrics(applied)["reconciler_drifted_routes"] == 1


def test_a_route_that_the_file_switches_off_is_not_silent(applied: Team) -> None:
    applied.edit("routes/production-alerts.yaml", "name:", "enabled: false\nname:")
    applied.approve("Production Alerts", "pages-nobody")
    applied.approve("Production Alerts", "paging-lost")
    assert applied.run("apply", "--auto-approve", "--metrics", FILE).code == 0

    assert metrics(applied, "apply")["reconciler_silent_routes"] == 0


def test_a_failed_run_keeps_what_was_true_and_since_when(
    applied: Team, incident_io: RunningSandbox, later: Later
) -> None:
    incident_io.state.edit("Production Alerts", lambda body: body.update(is_private=True))
    applied.run("plan", "--metrics", FILE)
    before = metrics(applied)
    later(hours=1)

    failed = applied.run("plan", "--metrics", FILE, INCIDENT_API_KEY="another")

    after = metrics(applied)
    assert failed.code == 1
    assert after["reconciler_last_run_success"] == 0
    moved = "reconciler_last_run_timestamp_seconds"
    assert after[moved] - before[moved] > 3500
    same = [name for name in before if "last_run" not in name]
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert after["reconciler_drifted_routes"] == 1


def test_a_first_run_that_fails_knows_of_no_success(team: Team) -> None:
    assert team.run("plan", "--metrics", FILE, INCIDENT_API_KEY="").code == 1

    found = metrics(team)
    assert found["reconciler_last_run_success"] == 0
    assert found["reconciler_last_run_requests"] == 0
    assert "reconciler_last_success_timestamp_seconds" not in found
    assert "reconciler_drifted_routes" not in found


def test_a_broken_file_is_a_failed_run_of_the_same_account(applied: Team) -> None:
    applied.run("plan", "--metrics", FILE)
    applied.write("reconciler.yaml", "owns: [")

    assert applied.run("plan", "--metrics", FILE).code == 1

    assert metrics(applied)["reconciler_last_run_success"] == 0
    assert metrics(applied)["reconciler_declared_routes"] == 6


def test_an_apply_counts_what_it_wrote_and_what_is_left(team: Team) -> None:
    assert team.run("apply", "--auto-approve", "--metrics", FILE).code == 0

    found = metrics(team, "apply")
    assert found["reconciler_last_run_written_changes[update]"] == 1
    assert found["reconciler_last_run_written_changes[create]"] == 0
    assert found["reconciler_planned_changes[update]"] == 0
    assert found["reconciler_declared_routes"] == 6


def test_an_apply_of_a_saved_plan_counts_what_it_wrote_alone(team: Team) -> None:
    team.run("plan", "--out", "plan.json")
    assert team.run("apply", "plan.json", "--auto-approve", "--metrics", FILE).code == 0

    found = metrics(team, "apply")
    assert found["reconciler_last_run_written_changes[update]"] == 1
    assert "reconciler_declared_routes" not in found


def test_a_declined_apply_is_no_success(team: Team) -> None:
    assert team.run("apply", "--metrics", FILE).code == 1

    found = metrics(team, "apply")
    assert found["reconciler_last_run_success"] == 0
    assert found["reconciler_last_run_written_changes[update]"] == 0


def test_a_backup_counts_its_routes(team: Team, incident_io: RunningSandbox) -> None:
    assert team.run("backup", "--metrics", FILE).code == 0

    found = metrics(team, "backup")
    assert found["reconciler_backed_up_routes"] == 6
    assert found["reconciler_last_run_requests"] == len(incident_io.requests)


def test_another_commands_file_is_replaced_with_a_word(applied: Team) -> None:
    applied.run("backup", "--metrics", FILE)
    ended = applied.run("plan", "--metrics", FILE)

    assert "reconciler_backed_up_routes" not in metrics(applied)
    assert "the metrics of `backup` in this file are gone; give each command a file" in ended.err
    assert ended.code == 0
    assert "are gone" not in applied.run("plan", "--metrics", FILE).err


def test_a_reader_meets_a_whole_file_while_two_runs_write_it(applied: Team) -> None:
    applied.run("plan", "--metrics", FILE)
    for _ in range(3):
        with (
            applied.start("-q", "plan", "--metrics", FILE) as first,
            applied.start("-q", "plan", "--metrics", FILE) as second,
        ):
            while first.poll() is None or second.poll() is None:
                assert metrics(applied)["reconciler_last_run_success"] == 1
            ends = [process.communicate(timeout=60)[1] for process in (first, second)]
        assert ends == ["", ""]
        assert (first.returncode, second.returncode) == (0, 0)
    assert not list(applied.folder.glob(".*.tmp"))


def test_a_file_of_another_kind_is_replaced_with_a_word(applied: Team) -> None:
    applied.write(FILE, "name: no metrics\n")

    ended = applied.run("plan", "--metrics", FILE)

    assert "the time of the last success is not known" in ended.err
    assert metrics(applied)["reconciler_last_run_success"] == 1


def test_metrics_of_a_part_are_refused(team: Team) -> None:
    for part in (["Production Alerts"], ["--scope", "changed", "--base", "HEAD"]):
        ended = team.run("plan", "--metrics", FILE, *part)
        assert ended.code == 64
        assert "--metrics counts all routes" in ended.err
    assert not (team.folder / FILE).exists()


def test_a_file_that_cannot_be_written_ends_the_run_before_it_begins(
    team: Team, incident_io: RunningSandbox
) -> None:
    ended = team.run("apply", "--auto-approve", "--metrics", "missing/metrics.prom")

    assert ended.code == 1
    assert ended.err.count("error:") == 1
    assert "Nothing was done" in ended.err
    assert incident_io.requests == []


def test_a_file_that_goes_while_an_apply_writes_is_no_success(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = team.folder / "out"
    place.mkdir()

    def and_take_the_folder(*arguments: Any, **settings: Any) -> Ended:
        ended = ask_and_write(*arguments, **settings)
        place.rmdir()
        return ended

    monkeypatch.setattr(apply, "ask_and_write", and_take_the_folder)
    ended = team.run("apply", "--auto-approve", "--metrics", "out/metrics.prom")

    assert ended.code == 5
    assert "error: --metrics:" in ended.err


def test_metrics_can_be_printed(applied: Team) -> None:
    with applied.start("-q", "plan", "--metrics", "/dev/stdout") as process:
        out, _ = process.communicate(timeout=60)

    assert "# EOF" in out
