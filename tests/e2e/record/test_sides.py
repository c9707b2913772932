"""Your change, a live edit, a conflict: told apart by the record alone."""

from pathlib import Path

import pytest

from reconciler.runs.history import history
from reconciler.sandbox.http.running import RunningSandbox
from reconciler.sandbox.jsontype import Body
from tests.e2e.team import Ended, Team
from tests.standby.running import standby

FILE = "routes/informational.yaml"
NAME = "Informational"


def make_private(body: Body) -> None:
    body["is_private"] = True


def switch_off(body: Body) -> None:
    body["enabled"] = False


def is_empty(planned: Ended) -> bool:
    return planned.code == 0 and "Nothing to do: every declared route" in planned.out


def test_a_changed_file_is_your_change_and_reverts_nothing(team: Team) -> None:
    team.edit(FILE, "  - Axiom\n", "")

    planned = team.run("plan")

    assert "Plan: 1 to update" in planned.out
    assert "Reverts live edits" not in planned.out
    assert "Drift" not in planned.out
    assert team.run("apply", "--auto-approve").code == 0
    assert is_empty(team.run("plan", "--detailed-exitcode"))


def test_a_live_edit_is_kept_and_both_ways_out_are_shown(
    team: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.edit(NAME, make_private)

    planned = team.run("plan", "--detailed-exitcode")

    assert planned.code == 2
    assert "Drift (edited in incident.io since the last apply; left alone)" in planned.out
    lines = [line.strip() for line in planned.out.splitlines()]
    assert "reconciler pull Informational" in lines
    assert "reconciler apply --revert-drift" in lines
    assert team.run("apply", "--auto-approve").code == 0
    assert incident_io.state.find(NAME).body["is_private"] is True
    assert incident_io.count("PUT", incident_io.state.find(NAME).id) == 0


def test_a_pulled_edit_is_as_if_applied(team: Team, incident_io: RunningSandbox) -> None:
    incident_io.state.edit(NAME, make_private)

    assert team.run("pull", NAME).code == 0

    assert "private: true" in team.read(FILE)
    assert is_empty(team.run("plan", "--detailed-exitcode"))
    team.edit(FILE, "private: true\n", "")
    planned = team.run("plan")
    assert "Plan: 1 to update" in planned.out
    assert "Reverts" not in planned.out


def test_an_edit_is_written_over_on_request_and_the_next_plan_is_empty(
    team: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.edit(NAME, make_private)

    ended = team.run("apply", "--revert-drift", "--auto-approve")

    assert ended.code == 0
    assert "Reverts live edits (edited in incident.io since the last apply" in ended.out
    assert incident_io.state.find(NAME).body["is_private"] is False
    assert is_empty(team.run("plan", "--detailed-exitcode"))


def test_what_was_removed_by_hand_is_an_edit_as_any_other(
    team: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.edit(NAME, lambda body: body["message_config"].update(destinations=[]))

    assert 'notify["#alerts"]  [drift]' in team.run("plan").out

    reverted = team.run("plan", "--revert-drift").out
    assert "Reverts live edits" in reverted
    assert '    notify["#alerts"]' in reverted[reverted.index("Reverts live edits") :]


def test_an_edit_of_another_field_stays_beside_your_change(
    team: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.edit(NAME, make_private)
    team.edit(FILE, "  - Axiom\n", "")

    assert team.run("apply", "--auto-approve").code == 0

    body = incident_io.state.find(NAME).body
    assert body["is_private"] is True
    assert len(body["alert_sources"]) == 1
    planned = team.run("plan")
    assert "Plan: 5 unchanged, 1 drifted." in planned.out
    assert "private  [drift]" in planned.out


def test_both_sides_of_one_field_are_a_conflict_that_is_not_written(
    team: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.edit(NAME, lambda body: body.update(name="By Hand"))
    team.edit(FILE, f"name: {NAME}", "name: By File")
    team.edit("routes/database-alerts.yaml", "branch: main", "branch: [main, dev]")

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 4
    assert "changed in the file and in incident.io since the last apply" in ended.out
    assert "files, or overwrite all live edits:\n    reconciler apply --revert-drift\n" in ended.out
    assert "By Hand" in incident_io.state.names()
    assert len(incident_io.state.names()) == 6
    assert "Database Alerts: updated" in ended.out  # the others are written
    settled = team.run("apply", "--revert-drift", "--auto-approve")
    assert settled.code == 0
    assert "By File" in incident_io.state.names()
    assert is_empty(team.run("plan", "--detailed-exitcode"))


def test_a_route_that_was_deleted_by_hand_is_left_deleted(
    team: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.delete(NAME)

    ended = team.run("apply", "--auto-approve")

    assert "[deleted-by-hand]" in ended.out
    assert "since the last apply" in ended.out
    assert ended.code == 0
    assert NAME not in incident_io.state.names()
    assert team.run("apply", "--revert-drift", "--auto-approve").code == 0
    assert incident_io.state.names().count(NAME) == 1
    assert is_empty(team.run("plan", "--detailed-exitcode"))


def test_a_deleted_route_whose_file_changed_is_a_conflict(
    team: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.delete(NAME)
    team.edit(FILE, "  - Axiom\n", "")

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 4
    assert "[deleted-and-changed]" in ended.out
    assert "Nothing to write: 1 route is in conflict" in ended.out
    assert "Plan: 5 unchanged, 1 conflict." in ended.out
    assert NAME not in incident_io.state.names()
    assert team.run("apply", "--revert-drift", "--auto-approve").code == 0
    assert NAME in incident_io.state.names()


def test_only_what_was_written_moves(team: Team, incident_io: RunningSandbox) -> None:
    warnings = "routes/production-warnings.yaml"
    team.edit(FILE, "  - Axiom\n", "")
    team.edit(warnings, "severity: warning", "severity: [warning, info]")
    refused = incident_io.state.find("Production Warnings").id
    incident_io.fault("status", method="PUT", path=refused, times=20, status=403)

    ended = team.run("apply", "--auto-approve")
    incident_io.clear_faults()

    assert ended.code == 5
    assert "Informational: updated" in ended.out
    team.edit(warnings, "severity: [warning, info]", "severity: warning")
    planned = team.run("plan")
    assert is_empty(planned), planned.out
    assert "Drift" not in planned.out


@pytest.mark.parametrize("command", ["rollback", "restore"])
def test_after_a_way_back_the_plan_says_what_differs_and_takes_nothing_back(
    team: Team, incident_io: RunningSandbox, command: str
) -> None:
    assert team.run("backup").code == 0
    team.edit(FILE, "  - Axiom\n", "")
    assert team.run("apply", "--auto-approve").code == 0

    assert team.run(command, "--auto-approve").code == 0

    assert len(incident_io.state.find(NAME).body["alert_sources"]) == 2
    assert 'sources["Axiom"]  [drift]' in team.run("plan").out
    assert team.run("apply", "--auto-approve").code == 0
    assert len(incident_io.state.find(NAME).body["alert_sources"]) == 2
    assert team.run("pull", NAME).code == 0
    assert is_empty(team.run("plan", "--detailed-exitcode"))


def test_a_create_that_was_rolled_back_is_not_made_again(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.write("routes/new.yaml", 'name: New\nsources: [Axiom]\nnotify:\n  - slack: "#alerts"\n')
    assert team.run("apply", "--auto-approve").code == 0
    assert team.run("rollback", "--auto-approve").code == 0
    team.edit("routes/database-alerts.yaml", "branch: main", "branch: [main, dev]")

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 0
    assert "[deleted-by-hand]" in ended.out
    assert "New" not in incident_io.state.names()
    assert team.run("apply", "--revert-drift", "--auto-approve").code == 0
    assert "New" in incident_io.state.names()


@pytest.mark.parametrize("way_back", [True, False], ids=["rollback", "by hand"])
def test_a_delete_that_was_undone_is_not_made_again(
    team: Team, incident_io: RunningSandbox, tmp_path: Path, way_back: bool
) -> None:
    text = team.read(FILE)
    team.write(FILE, f"name: {NAME}\nstate: absent\n")
    team.approve(NAME, "delete")
    assert team.run("apply", "--auto-approve").code == 0
    if way_back:
        assert team.run("rollback", "--auto-approve").code == 0
    else:
        other = Team(tmp_path / "other", dict(team.environment))
        other.write(FILE, text)
        other.write("reconciler.yaml", team.read("reconciler.yaml"))
        assert other.run("apply", "--auto-approve").code == 0
    team.edit("routes/database-alerts.yaml", "branch: main", "branch: [main, dev]")

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 0
    assert "[created-again]" in ended.out
    assert NAME in incident_io.state.names()
    assert team.run("plan", "--detailed-exitcode").code == 2
    assert team.run("apply", "--revert-drift", "--auto-approve").code == 0
    assert NAME not in incident_io.state.names()
    assert is_empty(team.run("plan", "--detailed-exitcode"))


def test_a_route_that_is_declared_again_can_be_deleted_again(
    team: Team, incident_io: RunningSandbox
) -> None:
    text = team.read(FILE)
    team.approve(NAME, "delete")
    for said in (f"name: {NAME}\nstate: absent\n", text, f"name: {NAME}\nstate: absent\n"):
        team.write(FILE, said)
        assert team.run("apply", "--auto-approve").code == 0
        assert (NAME in incident_io.state.names()) == (said == text)


def test_an_import_is_a_record(empty: Team, incident_io: RunningSandbox) -> None:
    assert empty.run("import", "--all").code == 0
    incident_io.state.edit(NAME, make_private)

    planned = empty.run("plan")

    assert "private  [drift]" in planned.out
    assert "Reverts live edits" not in planned.out


def test_a_renamed_escalation_path_makes_no_conflict(
    team: Team, incident_io: RunningSandbox
) -> None:
    path = "routes/database-alerts.yaml"
    (target,) = incident_io.state.find("Database Alerts").body["escalation_config"][
        "escalation_targets"
    ]
    identity = target["escalation_paths"]["array_value"][0]["literal"]
    incident_io.state.rename(identity, "Engineering First")
    team.edit(path, "path: Engineering On-Call", "path: Engineering First")
    team.edit(path, "branch: main", "branch: [main, dev]")
    for file in ("production-alerts", "unrouted-alerts"):
        text = team.read(f"routes/{file}.yaml")
        team.write(f"routes/{file}.yaml", text.replace("Engineering On-Call", "Engineering First"))

    planned = team.run("plan", path)

    assert planned.code == 0, planned.out
    assert "Plan: 1 to update" in planned.out
    assert "conflict" not in planned.out


def test_a_run_that_is_killed_between_its_write_and_the_record_is_recorded(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.edit(FILE, "  - Axiom\n", "")
    arguments = ("sent", "1", "-C", str(team.folder), "apply", "--auto-approve")
    killed = standby().run("tests.e2e.killing", arguments, team.surroundings({}))
    assert killed.returncode == 9
    assert len(incident_io.state.find(NAME).body["alert_sources"]) == 1
    team.edit(FILE, "  - Status Page Views\n", "  - PlanetScale\n")

    planned = team.run("plan")  # what the killed run wrote is no edit of a person
    applied = team.run("apply", "--auto-approve")

    assert "Plan: 1 to update, 5 unchanged." in planned.out
    assert applied.code == 0, applied.out
    assert history(team.folder)[0].counts["written"] == 1
    assert is_empty(team.run("plan", "--detailed-exitcode"))
