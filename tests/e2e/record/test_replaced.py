"""A route that was created again has a new id: the old one counts no more, under no name."""

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.record.test_places import FILE, NAME
from tests.e2e.team import Team


def test_a_new_file_takes_the_name_of_a_route_that_was_created_again_and_renamed(
    team: Team, incident_io: RunningSandbox
) -> None:
    before = team.read(FILE)
    incident_io.state.delete(NAME)
    assert team.run("apply", "--revert-drift", "--auto-approve").code == 0
    team.edit(FILE, f"name: {NAME}\n", "name: Renamed\n")
    assert team.run("apply", "--auto-approve").code == 0
    team.approve(NAME, "second-route")
    team.write("routes/new.yaml", before)

    planned = team.run("plan")

    assert "deleted-and-changed" not in planned.out
    assert "deleted-by-hand" not in planned.out
    assert "1 to create" in planned.out
