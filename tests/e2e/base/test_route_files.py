"""With a base, the same files are route files in the commit and in the checkout."""

from collections.abc import Callable

import pytest

from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.team import Team

DATABASE = "routes/database-alerts.yaml"
INFORMATIONAL = "routes/informational.yaml"


def commit(team: Team) -> None:
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "--allow-empty", "-m", "m")


def commit_first(team: Team) -> None:
    """Nothing was ever without the error."""
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "--amend", "-m", "m")


def move(team: Team, before: str, after: str) -> None:
    (team.folder / after).parent.mkdir(parents=True, exist_ok=True)
    git(team.folder, "mv", before, after)


def upper_case(team: Team) -> None:
    move(team, DATABASE, "routes/database-alerts.YAML")


def linked(team: Team) -> None:
    move(team, DATABASE, "teams/database.yaml")
    (team.folder / DATABASE).symlink_to("../teams/database.yaml")


def linked_with_another_ending(team: Team) -> None:
    move(team, DATABASE, "teams/database.txt")
    (team.folder / DATABASE).symlink_to(team.folder / "teams" / "database.txt")


def in_a_linked_folder(team: Team) -> None:
    move(team, DATABASE, "teams/databases/alerts.yml")
    (team.folder / "routes" / "databases").symlink_to("../teams/databases")


def the_folder_linked(team: Team) -> None:
    git(team.folder, "mv", "routes", "production")
    (team.folder / "routes").symlink_to("production")


def the_settings_linked(team: Team) -> None:
    move(team, "reconciler.yaml", "settings/production.yaml")
    (team.folder / "reconciler.yaml").symlink_to("settings/production.yaml")


PLACES: list[Callable[[Team], None]] = [
    upper_case,
    linked,
    linked_with_another_ending,
    in_a_linked_folder,
    the_folder_linked,
    the_settings_linked,
]


@pytest.mark.parametrize("place", PLACES)
def test_a_hand_edit_stays_wherever_the_route_file_is(
    place: Callable[[Team], None], team: Team, sandbox: RunningSandbox
) -> None:
    place(team)
    commit(team)

    ended = team.run("apply", "--base", "HEAD", "--auto-approve")

    body = sandbox.state.find("Database Alerts").body
    assert ended.code == 0, ended.out + ended.err
    assert ident("escalation path", "Database On-Call") in str(body["escalation_config"])


@pytest.mark.parametrize("place", PLACES)
def test_a_hand_edit_stays_while_a_file_moves(
    place: Callable[[Team], None], team: Team, sandbox: RunningSandbox
) -> None:
    place(team)

    ended = team.run("apply", "--base", "HEAD", "--auto-approve")

    body = sandbox.state.find("Database Alerts").body
    assert ended.code == 0, ended.out + ended.err
    assert ident("escalation path", "Database On-Call") in str(body["escalation_config"])


@pytest.mark.parametrize(
    ("place", "file"),
    [
        (upper_case, "routes/database-alerts.YAML"),
        (linked, "teams/database.yaml"),
        (in_a_linked_folder, "teams/databases/alerts.yml"),
    ],
)
def test_a_change_of_such_a_file_is_planned(
    place: Callable[[Team], None], file: str, team: Team
) -> None:
    place(team)
    commit(team)
    team.edit(file, "branch: main", "branch: [main, x]")

    ended = team.run("plan", "--base", "HEAD")

    assert "1 to update" in ended.out
    assert "[drift]" in ended.out


def test_the_name_of_a_file_is_no_routes_identity(team: Team) -> None:
    old = team.read(INFORMATIONAL)
    move(team, INFORMATIONAL, "routes/moved.yaml")
    team.write(INFORMATIONAL, old.replace("name: Informational", "name: Another"))

    ended = team.run("plan", "--base", "HEAD")

    assert "Plan: 1 to create" in " ".join(ended.out.split())
    assert "[renamed]" not in ended.out


def test_nor_where_only_the_new_file_is_planned(team: Team) -> None:
    old = team.read(INFORMATIONAL)
    move(team, INFORMATIONAL, "routes/moved.yaml")
    team.write(INFORMATIONAL, old.replace("name: Informational", "name: Another"))

    for ended in (
        team.run("plan", "--base", "HEAD", INFORMATIONAL),
        team.run("plan", "--base", "HEAD", "--scope", "changed"),
    ):
        assert "Plan: 1 to create" in " ".join(ended.out.split())
        assert "[renamed]" not in ended.out


def test_two_files_may_change_places(team: Team) -> None:
    first, second = team.read(INFORMATIONAL), team.read(DATABASE)
    team.write(INFORMATIONAL, second)
    team.write(DATABASE, first)

    ended = team.run("plan", "--base", "HEAD")

    assert "Nothing to do" in " ".join(ended.out.split())
    assert "drifted" in ended.out


def test_what_moved_out_of_a_file_with_an_error_keeps_its_past(
    team: Team, sandbox: RunningSandbox
) -> None:
    text = team.read(DATABASE)
    team.write(DATABASE, text + "  - not YAML: [\n")
    commit(team)
    move(team, DATABASE, "routes/moved.yaml")
    team.write("routes/moved.yaml", text)

    ended = team.run("apply", "--base", "HEAD", "--auto-approve")

    body = sandbox.state.find("Database Alerts").body
    assert ended.code == 0
    assert ident("escalation path", "Database On-Call") in str(body["escalation_config"])


@pytest.mark.parametrize("said", ["channels: [\n", "linked"])
def test_settings_that_nobody_read_turn_no_hand_edit_into_a_change(
    said: str, team: Team, sandbox: RunningSandbox
) -> None:
    settings = team.read("reconciler.yaml")
    if said == "linked":
        the_settings_linked(team)
        commit(team)
    else:
        team.write("reconciler.yaml", settings + said)
        commit_first(team)
        team.write("reconciler.yaml", settings)
    sandbox.state.edit("Database Alerts", lambda body: body.update(channel_config=[]))

    ended = team.run("apply", "--base", "HEAD", "--auto-approve")

    assert ("[base-settings-unreadable]" in ended.out + ended.err) == (said != "linked")
    assert sandbox.state.find("Database Alerts").body["channel_config"] == []


def test_a_submodule_is_a_place_that_nobody_can_read_in_a_commit(
    team: Team, sandbox: RunningSandbox
) -> None:
    text = team.read(DATABASE)
    git(team.folder, "rm", "-q", "--cached", DATABASE)
    (team.folder / DATABASE).unlink()
    inner = team.folder / "routes" / "shared"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / "database-alerts.yaml").write_text(text, encoding="utf-8")
    git(inner, "add", "-A")
    git(inner, "commit", "-q", "-m", "m")
    commit(team)

    ended = team.run("apply", "--base", "HEAD", "--auto-approve")

    body = sandbox.state.find("Database Alerts").body
    assert "[base-unreadable]" in ended.out + ended.err
    assert ident("escalation path", "Database On-Call") in str(body["escalation_config"])
