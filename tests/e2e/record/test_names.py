"""A route keeps its identity through another name, on whichever side it gets one."""

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.team import Team

FILE = "routes/informational.yaml"
NAME = "Informational"


def test_another_name_in_the_file_is_an_update_of_the_same_route(
    team: Team, incident_io: RunningSandbox
) -> None:
    identity = incident_io.state.find(NAME).id
    team.edit(FILE, f"name: {NAME}", "name: For info")

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 0, ended.out
    assert incident_io.state.find("For info").id == identity
    assert len(incident_io.state.names()) == 6
    assert incident_io.count("POST", "/alert_routes") == 0
    assert team.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("edited", [False, True], ids=["file as it was", "file edited"])
def test_another_name_in_the_dashboard_is_an_edit_and_no_second_route(
    team: Team, incident_io: RunningSandbox, edited: bool
) -> None:
    identity = incident_io.state.find(NAME).id
    incident_io.state.edit(NAME, lambda body: body.update(name="By Hand"))
    if edited:
        team.edit(FILE, "  - Axiom\n", "")

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 0, ended.out
    assert "name  [drift]" in ended.out
    assert incident_io.state.find("By Hand").id == identity
    assert len(incident_io.state.names()) == 6
    assert len(incident_io.state.find(identity).body["alert_sources"]) == (1 if edited else 2)
    assert team.run("pull", NAME).code == 0
    assert "name: By Hand\n" in team.read(FILE)
    assert team.run("plan", "--detailed-exitcode").code == 0


def test_a_moved_file_and_a_new_one_in_its_place_are_one_create(
    repository: Team, incident_io: RunningSandbox
) -> None:
    text = repository.read(FILE)
    git(repository.folder, "mv", FILE, "routes/moved.yaml")
    new = text.replace(f"name: {NAME}", "name: New").replace("  - Axiom\n", "")
    repository.write(FILE, new)
    git(repository.folder, "add", "-A")
    git(repository.folder, "commit", "-q", "-m", "moved")

    planned = repository.run("plan")

    assert "Plan: 1 to create, 6 unchanged." in planned.out, planned.out


@pytest.mark.parametrize("revert", [False, True])
def test_a_new_file_with_the_name_that_a_route_got_by_hand_makes_no_second_route(
    team: Team, incident_io: RunningSandbox, revert: bool
) -> None:
    incident_io.state.edit(NAME, lambda body: body.update(name="By Hand"))
    new = "routes/by-hand.yaml"
    team.write(new, team.read(FILE).replace(NAME, "By Hand"))

    ended = team.run("apply", "--auto-approve", *(["--revert-drift"] if revert else []))

    names = incident_io.state.names()
    if revert:  # each file gets its route
        assert (ended.code, names.count("By Hand"), names.count(NAME)) == (0, 1, 1)
        return
    assert ended.code == 3, ended.out
    assert "[guard-second-route]" in ended.out
    assert names.count("By Hand") == 1
    (team.folder / FILE).unlink()
    assert team.run("plan", "--detailed-exitcode").code == 0


def test_a_second_route_of_that_name_can_be_approved(
    team: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.edit(NAME, lambda body: body.update(name="By Hand"))
    team.write("routes/new.yaml", team.read(FILE).replace(NAME, "By Hand"))
    team.approve("By Hand", "second-route")

    assert team.run("apply", "--auto-approve").code == 0
    assert incident_io.state.names().count("By Hand") == 2


def create_again_by_hand(team: Team, sandbox: RunningSandbox) -> None:
    body = sandbox.state.read(NAME)
    sandbox.state.delete(NAME)
    taken = ("id", "version", "created_at", "updated_at")
    sandbox.state.create({key: body[key] for key in body if key not in taken}, "v3")


def create_again_by_apply(team: Team, sandbox: RunningSandbox) -> None:
    sandbox.state.delete(NAME)
    assert team.run("apply", "--revert-drift", "--auto-approve").code == 0


@pytest.fixture(params=[create_again_by_hand, create_again_by_apply])
def again(
    request: pytest.FixtureRequest, team: Team, incident_io: RunningSandbox
) -> RunningSandbox:
    """The route has a new id, and its file was changed and applied since."""
    request.param(team, incident_io)
    team.edit(FILE, "  - Axiom\n", "")
    assert team.run("apply", "--auto-approve").code == 0
    return incident_io


def test_a_route_that_was_created_again_counts_from_its_own_record(
    team: Team, again: RunningSandbox
) -> None:
    team.edit(FILE, "  - Status Page Views", "  - Axiom\n  - Status Page Views")

    assert "Plan: 1 to update, 5 unchanged." in team.run("plan").out
    assert team.run("apply", "--auto-approve").code == 0
    assert len(again.state.find(NAME).body["alert_sources"]) == 2


def test_a_route_that_was_created_again_keeps_its_identity_through_another_name(
    team: Team, again: RunningSandbox
) -> None:
    again.state.edit(NAME, lambda body: body.update(name="By Hand"))

    planned = team.run("plan")

    assert "Plan: 5 unchanged, 1 drifted." in planned.out
    assert "name  [drift]" in planned.out


def test_of_routes_that_went_one_after_the_other_the_last_one_counts(
    team: Team, again: RunningSandbox
) -> None:
    again.state.delete(NAME)

    assert "[deleted-by-hand]" in team.run("plan").out


@pytest.mark.parametrize("revert", [True, False])
def test_a_saved_plan_of_a_route_that_was_renamed_by_hand_is_written(
    team: Team, incident_io: RunningSandbox, revert: bool
) -> None:
    identity = incident_io.state.edit(NAME, lambda body: body.update(name="By Hand")).id
    team.edit(FILE, "  - Axiom\n", "")
    options = ["--revert-drift"] if revert else []
    assert team.run("plan", "--out", "plan.json", *options).code == 0

    ended = team.run("apply", "plan.json", "--auto-approve")

    assert ended.code == 0, ended.out
    body = incident_io.state.find(identity).body
    assert (body["name"], len(body["alert_sources"])) == (NAME if revert else "By Hand", 1)


@pytest.fixture
def pinned(team: Team, incident_io: RunningSandbox) -> Team:
    """The file says the `id` of its route."""
    team.write(FILE, f"id: {incident_io.state.find(NAME).id}\n{team.read(FILE)}")
    assert team.run("apply", "--auto-approve").code == 0
    return team


@pytest.mark.parametrize("changed", [True, False])
def test_a_route_of_a_file_with_an_id_that_was_deleted_stops_no_other(
    pinned: Team, incident_io: RunningSandbox, changed: bool
) -> None:
    incident_io.state.delete(NAME)
    if changed:
        pinned.edit(FILE, "  - Axiom\n", "")
    pinned.edit("routes/database-alerts.yaml", "branch: main", "branch: [main, dev]")

    ended = pinned.run("apply", "--auto-approve")

    assert ended.code == (4 if changed else 0), ended.out
    assert ("[deleted-and-changed]" if changed else "[deleted-by-hand]") in ended.out
    assert "Database Alerts: updated" in ended.out
    assert NAME not in incident_io.state.names()


def test_a_deleted_route_is_created_again_when_its_file_says_no_id(
    pinned: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.delete(NAME)
    identity = pinned.read(FILE).splitlines()[0]

    assert "[id-not-live]" in pinned.run("plan", "--revert-drift").out
    pinned.edit(FILE, f"{identity}\n", "")
    assert pinned.run("apply", "--revert-drift", "--auto-approve").code == 0
    assert NAME in incident_io.state.names()


def test_an_id_that_no_apply_knows_is_an_error(pinned: Team) -> None:
    identity = pinned.read(FILE).splitlines()[0]
    pinned.edit(FILE, identity, f"{identity[:-2]}ZZ")

    assert "[id-not-live]" in pinned.run("plan").out
