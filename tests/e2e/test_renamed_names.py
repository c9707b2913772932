"""Things are renamed in the dashboard: nothing moves, and one command writes the new names."""

import shutil

import pytest

from reconciler import sandbox
from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import Open
from tests.e2e.team import Team
from tests.sandbox.payloads import rich_v3


@pytest.fixture
def account(open_account: Open) -> tuple[Team, RunningSandbox]:
    """Files that name one of everything, with a comment at the end of each line."""
    team, running = open_account(sandbox.Settings(rate_limit=False, hidden_bodies=True))
    shutil.rmtree(team.folder / "routes")
    running.state.create(rich_v3(), "v3")
    ended = team.run("import", "--all")
    assert ended.code == 0, ended.err
    for file in team.route_files():
        lines = team.read(f"routes/{file}").splitlines()
        text = "".join(f"{line}  # kept\n" if line else "\n" for line in lines)
        team.write(f"routes/{file}", text)
    assert team.run("directory", "refresh").code == 0
    return team, running


def rename_all(running: RunningSandbox) -> None:
    account = running.state.account
    for thing in (*account._things(),):
        key = "value" if "value" in thing else "name"
        account.rename(thing["id"], f"{thing[key]} anew")


def texts(team: Team) -> dict[str, str]:
    files = [f"routes/{file}" for file in team.route_files()]
    return {file: team.read(file) for file in (*files, "reconciler.yaml")}


def test_a_plan_goes_on_and_says_the_new_names(account: tuple[Team, RunningSandbox]) -> None:
    team, running = account
    rename_all(running)

    planned = team.run("plan", "--detailed-exitcode")

    assert planned.code == 0
    said = " ".join(planned.out.split())
    assert 'the alert source "PlanetScale" was renamed to "PlanetScale anew" in incident.io' in said
    assert "routes/database-alerts.yaml:4:5: warning:" in planned.out
    assert "`reconciler directory refresh --rename` writes the new name into the files" in said


def test_one_command_writes_the_new_names_and_nothing_else(
    account: tuple[Team, RunningSandbox],
) -> None:
    team, running = account
    before = texts(team)
    rename_all(running)

    ended = team.run("directory", "refresh", "--rename")

    assert ended.code == 0, ended.err
    after = texts(team)
    assert {file: text.replace(" anew", "") for file, text in after.items()} == before
    assert all(after[file] != before[file] for file in before)
    assert after["routes/everything.yaml"].count(" anew") > 20
    again = team.run("plan", "--detailed-exitcode")
    assert again.code == 0
    assert "renamed-name" not in again.out
    assert "anew" in team.read("directory.lock.json")
    assert team.run("directory", "refresh", "--rename").out == ""


def test_the_lock_keeps_the_old_names_until_the_files_have_the_new_ones(
    account: tuple[Team, RunningSandbox],
) -> None:
    team, running = account
    lock = team.read("directory.lock.json")
    rename_all(running)

    ended = team.run("directory", "refresh")

    assert ended.code == 1
    assert "run `reconciler directory refresh --rename`" in ended.err
    assert team.read("directory.lock.json") == lock
    assert team.run("directory", "refresh", "--check", "--rename").code == 64


def test_a_file_that_changes_meanwhile_means_what_it_says(
    team: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.rename(ident("attribute", "severity"), "urgency")
    team.edit("routes/production-alerts.yaml", "severity: critical", "severity: [critical, high]")

    planned = team.run("plan", "routes/production-alerts.yaml")

    assert planned.code == 0
    assert "1 to update" in planned.out
    assert "+ page gained: Alertmanager (Production), urgency is one of high" in planned.out


def test_a_new_address_of_a_user_is_found_by_the_id_of_the_lock(
    team: Team, incident_io: RunningSandbox
) -> None:
    user = incident_io.state.account.users[0]
    old, new = user["email"], f"new-{user['email']}"
    team.edit("routes/database-alerts.yaml", "escalate:\n", f"escalate:\n  - user: {old}\n")
    assert team.run("directory", "refresh").code == 0
    assert team.run("apply", "--auto-approve").code == 0
    user["email"] = new

    planned = team.run("plan", "--detailed-exitcode")

    assert planned.code == 0
    assert f'the user "{old}" was renamed to "{new}"' in " ".join(planned.out.split())
    assert team.run("directory", "refresh", "--rename").code == 0
    assert f"  - user: {new}\n" in team.read("routes/database-alerts.yaml")


def test_a_name_that_something_else_bears_now_is_still_an_error(
    team: Team, incident_io: RunningSandbox
) -> None:
    paths = incident_io.state.account.escalation_paths
    was = next(path["id"] for path in paths if path["name"] == "Engineering On-Call")
    other = next(path["id"] for path in paths if path["name"] == "Platform On-Call")
    incident_io.state.rename(was, "Engineering")
    incident_io.state.rename(other, "Engineering On-Call")

    planned = team.run("plan")

    assert planned.code == 1
    assert "[name-moved]" in planned.out
    assert "[renamed-name]" not in planned.out


def taken_over(team: Team, running: RunningSandbox, then: str) -> None:
    """Another path bears the name that the files use; theirs is called `then`."""
    assert team.run("apply", "--auto-approve").code == 0
    paths = {path["name"]: path["id"] for path in running.state.account.escalation_paths}
    running.state.rename(paths["Engineering On-Call"], "on the way")
    running.state.rename(paths["Database On-Call"], "Engineering On-Call")
    running.state.rename(paths["Engineering On-Call"], then)


@pytest.mark.parametrize("then", ["Engineering", "Database On-Call"])
def test_one_command_writes_the_new_name_of_what_lost_its_name(
    team: Team, incident_io: RunningSandbox, then: str
) -> None:
    taken_over(team, incident_io, then)
    planned = team.run("plan")
    said = " ".join(planned.out.split())
    assert f'`reconciler directory refresh --rename` writes "{then}", its new name' in said

    ended = team.run("directory", "refresh", "--rename")

    assert ended.code == 0, ended.err
    assert f"  - path: {then}\n" in team.read("routes/database-alerts.yaml")
    assert "name-moved" not in ended.err
    assert team.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("flags", [[], ["--rename"]])
def test_a_name_that_is_taken_over_is_said(
    team: Team, incident_io: RunningSandbox, flags: list[str]
) -> None:
    taken_over(team, incident_io, "Engineering")
    if flags:  # deleted, so that there is no name to write
        paths = incident_io.state.account.escalation_paths
        paths[:] = [path for path in paths if path["name"] != "Engineering"]

    ended = team.run("directory", "refresh", *flags)

    assert ended.code == 0
    assert "routes/database-alerts.yaml:8:11: warning:" in ended.err
    assert "[name-moved]" in ended.err


def test_the_lock_of_another_account_renames_nothing(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.name_no_account()
    incident_io.state.account.dashboard_url = "https://app.incident.io/another"
    rename_all(incident_io)

    planned = team.run("plan")

    assert planned.code == 1
    assert "[renamed-name]" not in planned.out


FIRST_USES = {
    "path": ("routes/database-alerts.yaml", "Engineering On-Call", "Payments On-Call"),
    "source": ("routes/informational.yaml", "Axiom", "Datadog"),
    "attribute": ("routes/database-alerts.yaml", "branch: main", "tenant: main"),
    "user": ("routes/database-alerts.yaml", "path: Engineering On-Call", "user: new@example.com"),
    "entry": ("routes/database-alerts.yaml", "branch: main", "service: ledger"),
    "reference": ("routes/database-alerts.yaml", "branch: main", "service.Tier: gold"),
    "team": ("routes/informational.yaml", "sources:", "owners: [Payments]\nsources:"),
    "severity": (
        "routes/informational.yaml",
        "notify:",
        "incident: {name: '{{ title }}', severity: SEV9}\nnotify:",
    ),
}


@pytest.mark.parametrize("kind", FIRST_USES)
def test_a_first_use_keeps_the_keyless_check_green(team: Team, kind: str) -> None:
    team.edit(*FIRST_USES[kind])

    checked = team.run("validate", INCIDENT_API_KEY="")
    compiled = team.run("compile", FIRST_USES[kind][0], "--offline")

    assert (checked.code, compiled.code) == (0, 0), checked.out
    assert "[not-in-lock]" in checked.out + checked.err
    assert "is named" not in checked.out


def test_a_plan_with_a_key_is_exact_about_what_the_lock_lacks(team: Team) -> None:
    team.edit("routes/database-alerts.yaml", "Engineering On-Call", "Engineering Oncall")

    checked = team.run("validate", INCIDENT_API_KEY="")

    assert 'did you mean "Engineering On-Call"?' in " ".join(checked.out.split())
    assert team.run("plan").code == 1
