"""A route whose file got another path and another name at once is still the same route."""

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Team

FILE = "routes/informational.yaml"
NAME = "Informational"
NEW = "routes/for-info.yaml"


def move(team: Team, before: str, after: str, *edits: tuple[str, str]) -> None:
    """As `git mv` does, and with no git alike."""
    text = team.read(before)
    (team.folder / before).unlink()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    team.write(after, text)


def ids(running: RunningSandbox) -> dict[str, str]:
    return {name: running.state.find(name).id for name in running.state.names()}


def test_another_path_and_name_are_an_update_of_the_same_route(
    team: Team, incident_io: RunningSandbox
) -> None:
    identity = incident_io.state.find(NAME).id
    move(team, FILE, NEW, (f"name: {NAME}", "name: For info"), ("  - Axiom\n", ""))

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 0, ended.out
    said = " ".join(ended.out.split())
    assert f"{NEW}:2:7: note: this file counts as {FILE} with a new name" in said
    assert incident_io.state.find("For info").id == identity
    assert incident_io.count("POST", "/alert_routes") == 0
    again = team.run("plan", "--detailed-exitcode")
    assert again.code == 0
    assert "taken-for-renamed" not in again.out


def test_a_saved_plan_of_it_is_applied(team: Team, incident_io: RunningSandbox) -> None:
    identity = incident_io.state.find(NAME).id
    move(team, FILE, NEW, (f"name: {NAME}", "name: For info"))
    assert team.run("plan", "--out", "plan.json").code == 0

    ended = team.run("apply", "plan.json", "--auto-approve")

    assert ended.code == 0, ended.out + ended.err
    assert incident_io.state.find("For info").id == identity


def test_a_plan_of_that_file_alone_says_the_same(team: Team) -> None:
    move(team, FILE, NEW, (f"name: {NAME}", "name: For info"))

    planned = team.run("plan", NEW)

    assert "Plan: 1 to update." in planned.out


def test_a_live_edit_of_it_is_kept(team: Team, incident_io: RunningSandbox) -> None:
    incident_io.state.edit(NAME, lambda body: body.update(is_private=True))
    move(team, FILE, NEW, (f"name: {NAME}", "name: For info"))

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 0, ended.out
    assert incident_io.state.find("For info").body["is_private"] is True
    assert incident_io.count("POST", "/alert_routes") == 0


def test_one_that_was_deleted_by_hand_is_a_conflict_and_not_created(
    team: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.delete(NAME)
    move(team, FILE, NEW, (f"name: {NAME}", "name: For info"))

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 4
    assert "[deleted-and-changed]" in ended.out
    assert incident_io.count("POST", "/alert_routes") == 0


@pytest.mark.parametrize(
    ("moved", "created"),
    [
        ("Informational", "Another"),  # the moved file keeps its name
        ("For info", "Another"),
    ],
)
def test_a_moved_file_and_a_new_one_in_its_place_are_one_create(
    team: Team, incident_io: RunningSandbox, moved: str, created: str
) -> None:
    identity = incident_io.state.find(NAME).id
    move(team, FILE, NEW, (f"name: {NAME}", f"name: {moved}"))
    team.write(
        FILE, f"name: {created}\nsources: [Grafana Cloud]\nescalate: [path: Database On-Call]\n"
    )

    planned = team.run("plan")
    ended = team.run("apply", "--auto-approve")

    unchanged = "6 unchanged" if moved == NAME else "1 to update, 5 unchanged"
    assert f"Plan: 1 to create, {unchanged}." in planned.out, planned.out
    assert ended.code == 0, ended.out
    assert incident_io.state.find(moved).id == identity


def test_two_files_that_moved_at_once_stay_two_routes(
    team: Team, incident_io: RunningSandbox
) -> None:
    before = ids(incident_io)
    move(team, FILE, NEW, (f"name: {NAME}", "name: For info"))
    move(
        team, "routes/database-alerts.yaml", "routes/db.yaml", ("name: Database Alerts", "name: DB")
    )

    assert team.run("apply", "--auto-approve").code == 0

    after = ids(incident_io)
    assert after["For info"] == before[NAME]
    assert after["DB"] == before["Database Alerts"]
    assert len(after) == len(before)


def test_a_file_that_is_there_still_is_not_lost_to_its_copy(
    team: Team, incident_io: RunningSandbox
) -> None:
    before = ids(incident_io)
    copy = team.read(FILE).replace(f"name: {NAME}", "name: Copy").replace("  - Axiom\n", "")
    team.write("routes/copy.yaml", copy)

    assert team.run("apply", "--auto-approve").code == 0

    after = ids(incident_io)
    assert {name: after[name] for name in before} == before
    assert after["Copy"] not in before.values()


def test_a_path_keeps_its_past_beside_a_copy(team: Team, incident_io: RunningSandbox) -> None:
    """Both have another name than was applied; the file at its place is the route."""
    identity = incident_io.state.find(NAME).id
    text = team.read(FILE)
    team.write("routes/copy.yaml", text.replace(f"name: {NAME}", "name: Copy"))
    team.write(FILE, text.replace(f"name: {NAME}", "name: For info").replace("  - Axiom\n", ""))

    assert team.run("apply", "--auto-approve").code == 0

    assert incident_io.state.find("For info").id == identity


def test_two_files_that_are_equally_like_it_are_both_new(
    team: Team, incident_io: RunningSandbox
) -> None:
    move(team, FILE, "routes/a.yaml", (f"name: {NAME}", "name: A"))
    team.write("routes/b.yaml", team.read("routes/a.yaml").replace("name: A", "name: B"))

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 3
    assert ended.out.count("[guard-second-route]") == 2
    assert incident_io.count("POST", "/alert_routes") == 0


def test_a_new_file_of_little_likeness_is_a_new_route(team: Team) -> None:
    (team.folder / FILE).unlink()
    team.write(
        "routes/new.yaml", "name: New\nsources: [Axiom]\nescalate: [path: Database On-Call]\n"
    )

    planned = team.run("plan")

    assert "Plan: 1 to create, 5 unchanged" in planned.out
    assert "taken-for-renamed" not in planned.out


def test_a_file_with_an_error_may_be_the_one_that_is_gone(team: Team) -> None:
    text = team.read(FILE)
    team.write(FILE, text + "  - not YAML: [\n")
    team.write(NEW, text.replace(f"name: {NAME}", "name: For info"))

    planned = team.run("plan")

    assert planned.code == 1
    assert "taken-for-renamed" not in planned.out


def test_an_approval_says_that_it_is_a_new_route(team: Team, incident_io: RunningSandbox) -> None:
    move(team, FILE, NEW, (f"name: {NAME}", "name: For info"))
    team.approve("For info", "second-route")

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 0, ended.out
    assert {NAME, "For info"} <= set(incident_io.state.names())


def test_a_file_that_names_another_live_route_is_that_route(
    team: Team, incident_io: RunningSandbox
) -> None:
    other = incident_io.state.find("Staging Notifications").id
    text = team.read(FILE)
    (team.folder / FILE).unlink()
    (team.folder / "routes/staging-notifications.yaml").unlink()
    team.write(NEW, text.replace(f"name: {NAME}", "name: Staging Notifications"))

    assert team.run("apply", "--auto-approve").code == 0

    assert incident_io.state.find("Staging Notifications").id == other
    assert NAME in incident_io.state.names()


@pytest.mark.parametrize("scope", ["all", "changed"])
def test_counted_from_a_commit_it_is_the_same_route_too(
    repository: Team, incident_io: RunningSandbox, scope: str
) -> None:
    identity = incident_io.state.find(NAME).id
    incident_io.state.edit(NAME, lambda body: body.update(is_private=True))
    move(repository, FILE, NEW, (f"name: {NAME}", "name: For info"), ("  - Axiom\n", ""))

    planned = repository.run("plan", "--base", "HEAD", "--scope", scope, "--out", "plan.json")
    ended = repository.run("apply", "--base", "HEAD", "--auto-approve")

    assert planned.code == 0, planned.out
    assert "Plan: 1 to update" in planned.out
    assert "private  [drift]" in planned.out
    assert "[file-removed]" not in planned.out
    assert ended.code == 0, ended.out
    assert incident_io.state.find("For info").id == identity
    assert incident_io.state.find("For info").body["is_private"] is True
