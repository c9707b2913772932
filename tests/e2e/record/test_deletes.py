"""`state: absent` and the record: no deletion loses an edit, and none is another merge's."""

from collections.abc import Callable

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from reconciler.sandbox.jsontype import Body
from tests.e2e.base.repository import git, head
from tests.e2e.record.test_sides import FILE, NAME, make_private
from tests.e2e.team import Team

ABSENT = f"name: {NAME}\nstate: absent\n"


def rename(body: Body) -> None:
    body["name"] = "By Hand"


def mute(body: Body) -> None:
    body["message_config"].update(destinations=[])


def delete(team: Team) -> None:
    team.write(FILE, ABSENT)
    team.approve(NAME, "delete")


@pytest.mark.parametrize("edit", [make_private, rename, mute])
def test_an_edited_route_whose_file_says_absent_is_a_conflict(
    team: Team, incident_io: RunningSandbox, edit: Callable[[Body], None]
) -> None:
    identity = incident_io.state.edit(NAME, edit).id
    delete(team)
    team.approve("By Hand", "delete")

    planned = team.run("plan", "--detailed-exitcode", "--drift-issue", "issue.md")
    ended = team.run("apply", "--auto-approve", "--outcome", "outcome.json")

    assert planned.code == 2
    assert "[edited-and-absent]" in planned.out
    assert "1 to delete" not in planned.out
    assert f"### `{NAME}`" in team.read("issue.md")
    assert "reconciler plan Informational --revert-drift" in team.read("issue.md")
    assert ended.code == 4
    assert "Informational: conflict, not written" in ended.out
    assert incident_io.state.find(identity).id == identity
    assert team.run("apply", "--auto-approve").code == 4, "the record did not move"
    assert team.run("apply", "--revert-drift", "--auto-approve").code == 0
    assert NAME not in incident_io.state.names()


def test_an_edit_of_what_the_file_left_to_the_dashboard_is_none(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.write(FILE, team.read(FILE) + "ignore_changes: [private]\n")
    assert team.run("apply", "--auto-approve").code == 0
    incident_io.state.edit(NAME, make_private)
    delete(team)

    assert team.run("apply", "--auto-approve").code == 0
    assert NAME not in incident_io.state.names()


def test_an_edit_that_was_undone_is_none(team: Team, incident_io: RunningSandbox) -> None:
    incident_io.state.edit(NAME, make_private)
    incident_io.state.edit(NAME, lambda body: body.update(is_private=False))
    delete(team)

    assert team.run("apply", "--auto-approve").code == 0
    assert NAME not in incident_io.state.names()


def test_an_edit_is_found_by_a_base_as_well(repository: Team, incident_io: RunningSandbox) -> None:
    base = head(repository.folder)
    git(repository.folder, "update-ref", "-d", record_of(repository))
    incident_io.state.edit(NAME, make_private)
    delete(repository)

    ended = repository.run("apply", "--base", base, "--auto-approve")

    assert ended.code == 4, ended.out
    assert NAME in incident_io.state.names()


def record_of(team: Team) -> str:
    refs = (team.folder / ".git" / "refs" / "reconciler").rglob("*")
    (ref,) = [one for one in refs if one.is_file()]
    return str(ref.relative_to(team.folder / ".git"))


def test_the_delete_of_another_merge_is_in_no_other_plan(
    repository: Team, incident_io: RunningSandbox
) -> None:
    delete(repository)
    git(repository.folder, "commit", "-q", "-a", "-m", "waits")
    base = head(repository.folder)
    repository.edit("routes/database-alerts.yaml", "branch: main", "branch: [main, dev]")

    planned = repository.run("plan", "--base", base)

    assert "Plan: 1 to update, 4 unchanged." in planned.out
    assert "[not-applied-yet]" in planned.out
    assert repository.run("apply", "--base", base, "--auto-approve").code == 0
    assert NAME in incident_io.state.names()
    assert repository.run("apply", "--auto-approve").code == 0
    assert NAME not in incident_io.state.names()


def test_the_approval_of_a_delete_that_waits_shows_the_delete(
    repository: Team, incident_io: RunningSandbox
) -> None:
    repository.write(FILE, ABSENT)
    git(repository.folder, "commit", "-q", "-a", "-m", "refused")
    base = head(repository.folder)
    repository.approve(NAME, "delete")

    assert "1 to delete" in repository.run("plan", "--base", base).out
