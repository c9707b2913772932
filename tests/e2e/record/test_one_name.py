"""Two routes of one name, each with its `id` in its file: the record is each route's own."""

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.record.test_sides import FILE, NAME, make_private
from tests.e2e.team import Team

OTHER = "routes/unrouted-alerts.yaml"


@pytest.fixture
def twins(team: Team, incident_io: RunningSandbox) -> tuple[str, str]:
    """The ids of both."""
    one = incident_io.state.find(NAME).id
    two = incident_io.state.edit("Unrouted Alerts", lambda body: body.update(name=NAME)).id
    team.write(FILE, f"id: {one}\n{team.read(FILE)}")
    text = team.read(OTHER).replace("Unrouted Alerts", NAME)
    team.write(OTHER, f"id: {two}\n{text}")
    assert team.run("apply", "--auto-approve").code == 0
    return one, two


@pytest.mark.parametrize("edited", [0, 1])
def test_an_edit_of_a_route_stays_an_edit_while_its_namesake_is_as_its_file_says(
    team: Team, incident_io: RunningSandbox, twins: tuple[str, str], edited: int
) -> None:
    incident_io.state.edit(twins[edited], make_private)

    for _ in range(3):
        ended = team.run("apply", "--auto-approve")
        assert "private  [drift]" in ended.out

    assert incident_io.state.find(twins[edited]).body["is_private"] is True


def test_a_route_that_is_as_its_file_says_is_recorded_beside_its_namesake(
    team: Team, incident_io: RunningSandbox, twins: tuple[str, str]
) -> None:
    incident_io.state.edit(twins[0], make_private)
    incident_io.state.edit(twins[1], make_private)
    team.write(OTHER, team.read(OTHER) + "private: true\n")
    assert team.run("apply", "--auto-approve").code == 0
    team.edit(OTHER, "private: true\n", "")

    assert "Plan: 1 to update, 4 unchanged, 1 drifted." in team.run("plan").out
