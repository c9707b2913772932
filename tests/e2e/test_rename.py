"""A route gets another name, or goes, without a second one ever being there."""

import pytest

from reconciler.sandbox.running import RunningSandbox
from tests.e2e.team import Team


@pytest.mark.parametrize("by", ["previously", "id"])
def test_a_rename_is_an_update_of_the_same_route(
    team: Team, incident_io: RunningSandbox, by: str
) -> None:
    live = incident_io.state.find("Informational")
    said = "previously: Informational" if by == "previously" else f"id: {live.id}"
    team.edit("routes/informational.yaml", "name: Informational", f"name: For info\n{said}")

    planned = team.run("plan", "routes/informational.yaml")
    applied = team.run("apply", "--auto-approve")

    assert "0 to create, 1 to update, 0 to delete" in planned.out
    assert applied.code == 0, applied.err
    assert incident_io.state.find("For info").id == live.id
    assert "Informational" not in incident_io.state.names()
    assert incident_io.count("POST", "/alert_routes") == 0
    assert incident_io.count("DELETE", "/") == 0
    assert team.run("plan", "--detailed-exitcode").code == 0


def test_after_the_rename_previously_can_go(team: Team) -> None:
    name = "name: For info\npreviously: Informational"
    team.edit("routes/informational.yaml", "name: Informational", name)
    assert team.run("apply", "--auto-approve").code == 0

    team.edit("routes/informational.yaml", "\npreviously: Informational", "")

    assert team.run("plan", "--detailed-exitcode").code == 0


def test_absence_is_guarded_and_the_file_can_go_after(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.write("routes/informational.yaml", "name: Informational\nstate: absent\n")
    refused = team.run("apply", "--auto-approve")
    assert refused.code == 3
    assert "Informational" in incident_io.state.names()

    team.approve("Informational", "delete")
    assert team.run("apply", "--auto-approve").code == 0
    assert "Informational" not in incident_io.state.names()

    assert team.run("plan", "routes/informational.yaml", "--detailed-exitcode").code == 0
    (team.folder / "routes/informational.yaml").unlink()
    assert team.run("plan", "--detailed-exitcode").code == 0
