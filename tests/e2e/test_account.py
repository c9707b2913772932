"""Files name the account that they belong to, and no command takes them to another one."""

import json

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.team import Team

HERE = "https://sandbox.invalid/acme"
ANOTHER = "https://app.incident.io/another"
COMMANDS = [
    ["plan"],
    ["plan", "Informational"],
    ["plan", "--base", "HEAD", "--scope", "changed"],
    ["apply", "--auto-approve"],
    ["restore", "--auto-approve"],
    ["import", "--all"],
    ["import", "--all", "--force"],
    ["import", "--from-backup", "backups/incident.io", "--all"],
    ["pull"],
    ["migrate", "--to", "v2", "--write"],
    ["backup"],
    ["directory", "refresh"],
    ["compile", "routes/informational.yaml"],
    ["sources"],
    ["sources", "tokens", "--check"],
]


def reads_only(incident_io: RunningSandbox) -> bool:
    return incident_io.count("GET") == len(incident_io.requests)


def commit(team: Team) -> None:
    git(team.folder, "init", "-q")
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", "as it is live")


def contents(team: Team) -> dict[str, bytes]:
    return {
        path.relative_to(team.folder).as_posix(): path.read_bytes()
        for path in team.folder.rglob("*")
        if path.is_file() and not {".git", ".reconciler"} & set(path.parts)
    }


def test_no_command_takes_the_files_to_another_account(
    team: Team, incident_io: RunningSandbox
) -> None:
    assert team.run("backup").code == 0
    commit(team)
    before = contents(team)
    incident_io.state.account.dashboard_url = ANOTHER

    ended = {" ".join(command): team.run(*command) for command in COMMANDS}

    assert {name: one.code for name, one in ended.items()} == dict.fromkeys(ended, 3)
    for one in ended.values():
        assert f"error: these files belong to {HERE} (reconciler.yaml:3:10), and " in one.err
        assert f"this key belongs to {ANOTHER}\n" in one.err
        assert "\nreconciler init\n" in one.err  # how to begin, on a line of its own
    assert reads_only(incident_io)
    assert contents(team) == before


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_an_account_that_incident_io_does_not_tell_is_not_the_right_one(
    team: Team, incident_io: RunningSandbox, command: str
) -> None:
    incident_io.fault("status", path="/identity", status=403, times=9)

    ended = team.run(command, *(["--auto-approve"] if command == "apply" else []))

    assert ended.code == 3
    assert "incident.io does not report the account of this key\n" in ended.err
    assert reads_only(incident_io)


def test_a_rollback_is_refused_too(team: Team, incident_io: RunningSandbox) -> None:
    assert team.run("apply", "--auto-approve").code == 0
    written = incident_io.count("PUT")
    incident_io.state.account.dashboard_url = ANOTHER

    assert team.run("rollback", "--auto-approve").code == 3
    assert incident_io.count("PUT") == written


def test_an_apply_that_is_refused_leaves_word_of_that(
    team: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.account.dashboard_url = ANOTHER

    ended = team.run("apply", "--auto-approve", "--outcome", "out.json", "--markdown", "out.md")

    assert ended.code == 3
    outcome = json.loads(team.read("out.json"))
    assert outcome["exit_code"] == 3
    assert outcome["stopped"].endswith(f"and this key belongs to {ANOTHER}")
    assert "**Nothing was written:** these files belong to" in team.read("out.md")


def test_a_plan_that_cannot_be_made_says_why_in_its_comment(
    team: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.account.dashboard_url = ANOTHER

    refused = team.run("plan", "--comment", "comment.md", "--out", "plan.json")

    assert refused.code == 3
    assert team.read("comment.md").startswith("these files belong to https:&#8203;//")
    assert not (team.folder / "plan.json").exists()
    assert team.run("plan", "--comment", "comment.md", INCIDENT_API_KEY="").code == 1
    assert team.read("comment.md").startswith("no API key: set INCIDENT\\_API\\_KEY (`reconciler")


def test_a_saved_plan_goes_to_the_account_of_the_files(
    team: Team, incident_io: RunningSandbox
) -> None:
    assert team.run("plan", "--out", "plan.json").code == 0
    incident_io.state.account.dashboard_url = ANOTHER

    ended = team.run("apply", "plan.json", "--auto-approve")

    assert (ended.code, reads_only(incident_io)) == (3, True)
    assert f"this key belongs to {ANOTHER}" in ended.err


def test_a_slash_at_the_end_names_the_same_account(team: Team, incident_io: RunningSandbox) -> None:
    incident_io.state.account.dashboard_url = f"{HERE}/"

    assert team.run("plan").code == 0


def test_files_that_name_no_account_are_refused_to_none(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.name_no_account()
    incident_io.state.account.dashboard_url = ANOTHER
    assert team.run("plan").code == 0
    incident_io.fault("status", path="/identity", status=403, times=9)
    assert team.run("plan").code == 0


def test_an_import_names_the_account(empty: Team, incident_io: RunningSandbox) -> None:
    incident_io.state.account.dashboard_url = f"{ANOTHER}/"
    empty.write("reconciler.yaml", "# ours\napi: auto\n")

    assert empty.run("import", "Database Alerts").code == 0

    assert empty.read("reconciler.yaml").startswith(f"# ours\naccount: {ANOTHER}\napi: auto\n")
    assert empty.run("plan").code == 0
    incident_io.state.account.dashboard_url = HERE
    assert empty.run("plan").code == 3


def test_an_import_of_an_account_that_nobody_tells_names_none(
    empty: Team, incident_io: RunningSandbox
) -> None:
    incident_io.fault("status", path="/identity", status=403, times=9)

    assert empty.run("import", "Database Alerts").code == 0

    assert "account:" not in empty.read("reconciler.yaml")


def test_a_dry_import_writes_no_account(empty: Team) -> None:
    shown = empty.run("import", "Database Alerts", "--dry-run")

    assert f"account: {HERE}\n" in shown.out
    assert list(empty.folder.iterdir()) == []


def test_doctor_says_what_a_plan_would(team: Team, incident_io: RunningSandbox) -> None:
    incident_io.state.account.dashboard_url = ANOTHER

    ended = team.run("doctor")

    assert ended.code == 1
    assert f"PROBLEM  account: these files belong to {HERE}" in ended.out
    assert "reconciler init" in ended.out


def test_a_change_that_removes_the_account_still_guards_itself(
    team: Team, incident_io: RunningSandbox
) -> None:
    commit(team)
    team.name_no_account()
    planned = team.run("plan", "--base", "HEAD")
    assert planned.code == 0
    assert f"apply may write to every account, not to {HERE} alone" in " ".join(planned.out.split())
    incident_io.state.account.dashboard_url = ANOTHER

    assert team.run("plan", "--base", "HEAD").code == 3
