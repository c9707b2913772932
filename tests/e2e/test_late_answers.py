"""A POST that arrives after its answer was given up: what a later run does before it lands."""

import re

import pytest

from reconciler.runs.history import history
from reconciler.sandbox import Settings
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import Later, Open
from tests.e2e.late import NEW, called, flat, late
from tests.e2e.team import Team
from tests.e2e.test_kill import killed


def test_a_create_that_may_still_arrive_is_not_sent_again(
    alone: Team, incident_io: RunningSandbox
) -> None:
    late(alone, incident_io)
    (run,) = history(alone.folder)

    again = alone.run("apply", "--auto-approve")

    assert again.code == 4
    assert incident_io.count("POST") == 1
    assert f"New: not sent. The run {run.id} sent this create and got no response. " in flat(again)
    assert re.search(
        r"may still create the route until \S+ UTC \(for [45] min \d+ s more\)", flat(again)
    )
    assert "--assume-not-created" in flat(again)
    assert incident_io.let_arrive() == [201]
    last = alone.run("apply", "--auto-approve")
    assert last.code == 0
    assert "with an unknown outcome: it was created, as 01" in last.err
    assert called(incident_io) == 1


def test_after_five_minutes_it_was_not_created(
    alone: Team, incident_io: RunningSandbox, later: Later
) -> None:
    late(alone, incident_io)

    later(minutes=4, seconds=59)
    assert alone.run("apply", "--auto-approve").code == 4
    later(minutes=5, seconds=1)
    ended = alone.run("apply", "--auto-approve")

    assert ended.code == 0
    assert "with an unknown outcome: it was not created" in ended.err
    assert called(incident_io) == 1


def test_a_person_may_know_that_it_was_not_created(
    alone: Team, incident_io: RunningSandbox
) -> None:
    late(alone, incident_io)

    ended = alone.run("apply", "--auto-approve", "--assume-not-created")

    assert ended.code == 0
    assert "the run treats it as not created: --assume-not-created" in ended.err
    assert called(incident_io) == 1
    assert "unknown outcome" not in alone.run("apply").err


def test_a_person_is_not_believed_about_what_is_seen(
    alone: Team, incident_io: RunningSandbox
) -> None:
    late(alone, incident_io)
    incident_io.let_arrive()

    assert alone.run("apply", "--auto-approve", "--assume-not-created").code == 0

    assert called(incident_io) == 1


@pytest.mark.parametrize("wait", [0, 6])
def test_a_route_that_was_renamed_meanwhile_is_found_by_its_content(
    alone: Team, incident_io: RunningSandbox, later: Later, wait: int
) -> None:
    late(alone, incident_io)
    incident_io.let_arrive()
    made = incident_io.state.edit("New", lambda body: body.update(name="Renamed by hand"))
    later(minutes=wait)

    for _ in range(2):
        ended = alone.run("apply", "--auto-approve")
        assert ended.code == 3
        assert made.id in ended.out + ended.err
        assert incident_io.count("POST") == 1
    incident_io.state.edit(made.id, lambda body: body.update(is_private=True))
    assert alone.run("apply", "--auto-approve").code == 3  # whatever else is edited
    assert incident_io.count("POST") == 1

    alone.write("routes/new.yaml", f"id: {made.id}\n{NEW}")
    assert alone.run("apply", "--auto-approve").code == 0
    assert called(incident_io) == 1
    assert called(incident_io, "Renamed by hand") == 0


def test_the_same_content_under_another_name_is_not_sent_either(
    alone: Team, incident_io: RunningSandbox
) -> None:
    late(alone, incident_io)
    alone.write("routes/new.yaml", NEW.replace("New", "Newer"))

    ended = alone.run("apply", "--auto-approve")

    assert ended.code == 4
    assert "Newer: not sent." in ended.out
    assert incident_io.count("POST") == 1


def test_another_route_of_the_same_content_is_sent_where_both_have_a_file(
    alone: Team, incident_io: RunningSandbox
) -> None:
    late(alone, incident_io)
    alone.write("routes/twin.yaml", NEW.replace("New", "Twin"))

    ended = alone.run("apply", "--auto-approve")

    assert ended.code == 4
    assert "Twin: created v1" in ended.out
    assert "New: not sent. The run" in ended.out
    incident_io.let_arrive()
    assert alone.run("apply", "--auto-approve").code == 0
    assert called(incident_io) == called(incident_io, "Twin") == 1


def test_other_changes_go_on_and_deletes_are_held_back(
    alone: Team, incident_io: RunningSandbox
) -> None:
    late(alone, incident_io)
    alone.write("routes/other.yaml", NEW.replace("New", "Other").replace("Axiom", "Grafana Cloud"))
    alone.write("routes/informational.yaml", "name: Informational\nstate: absent\n")
    alone.approve("Informational", "delete")

    ended = alone.run("apply", "--auto-approve", "--outcome", "outcome.json")

    assert ended.code == 4
    assert "Other: created v1" in ended.out
    assert "Informational: not sent (held back)" in ended.out
    assert '"reason": "sent before"' in alone.read("outcome.json")
    assert called(incident_io, "Informational") == 1


@pytest.mark.parametrize("point", ["send", "sent"])
def test_a_kill_in_the_post_counts_like_a_lost_answer(
    alone: Team, incident_io: RunningSandbox, later: Later, point: str
) -> None:
    assert killed(alone, point, 1, "apply", "--auto-approve") == 9

    again = alone.run("apply", "--auto-approve")

    assert again.code == (4 if point == "send" else 0)
    later(minutes=6)
    assert alone.run("apply", "--auto-approve").code == 0
    assert called(incident_io) == 1


def test_a_saved_plan_is_held_back_too(alone: Team, incident_io: RunningSandbox) -> None:
    late(alone, incident_io)
    alone.run("plan", "--out", "plan.json")

    ended = alone.run("apply", str(alone.folder / "plan.json"), "--auto-approve")

    assert ended.code == 4
    assert incident_io.count("POST") == 1


def test_a_restore_does_not_send_a_route_that_may_still_arrive(
    alone: Team, incident_io: RunningSandbox, later: Later
) -> None:
    alone.run("backup")
    incident_io.state.delete("Informational")
    incident_io.fault("late", method="POST")
    assert alone.run("restore", "--auto-approve").code == 5

    looked = alone.run("restore", "--plan")
    again = alone.run("restore", "--auto-approve")

    assert (looked.code, again.code) == (0, 4)
    assert "incident.io may still create the route" in looked.err
    assert "Informational: not sent." in again.out
    incident_io.let_arrive()
    later(minutes=6)
    assert alone.run("restore", "--auto-approve").code == 0
    assert called(incident_io, "Informational") == 1


def test_a_rollback_does_not_create_again_what_may_still_arrive(
    alone: Team, incident_io: RunningSandbox
) -> None:
    (alone.folder / "routes/new.yaml").unlink()
    alone.write("routes/informational.yaml", "name: Informational\nstate: absent\n")
    alone.approve("Informational", "delete")
    assert alone.run("apply", "--auto-approve").code == 0
    (deleted,) = history(alone.folder)
    incident_io.fault("late", method="POST")
    assert alone.run("rollback", deleted.id, "--auto-approve").code == 5

    again = alone.run("rollback", deleted.id, "--auto-approve")
    trusted = alone.run("rollback", deleted.id, "--auto-approve", "--assume-not-created")

    assert again.code == 4
    assert "Informational: not sent." in again.out
    assert trusted.code == 0
    assert called(incident_io, "Informational") == 1


def test_a_rollback_of_a_create_that_may_still_arrive_is_not_done(
    alone: Team, incident_io: RunningSandbox, later: Later
) -> None:
    late(alone, incident_io)

    ended = alone.run("rollback", "--auto-approve")

    assert ended.code == 4
    assert "The run sent this create and got no response; it may still arrive until " in flat(ended)
    incident_io.let_arrive()
    assert alone.run("rollback", "--auto-approve").code == 0
    assert called(incident_io) == 0


def test_a_rollback_leaves_what_it_created_and_somebody_renamed(
    alone: Team, incident_io: RunningSandbox
) -> None:
    late(alone, incident_io)
    incident_io.let_arrive()
    incident_io.state.edit("New", lambda body: body.update(name="Renamed by hand"))

    ended = alone.run("rollback", "--auto-approve")

    assert ended.code == 4
    assert called(incident_io, "Renamed by hand") == 1


def test_a_rollback_takes_no_route_of_the_same_content_for_a_lost_one(
    alone: Team, incident_io: RunningSandbox
) -> None:
    alone.write("routes/twin.yaml", NEW.replace("New", "Twin"))
    incident_io.fault("drop", method="POST")
    incident_io.fault("late", method="POST")
    alone.run("apply", "--auto-approve")
    incident_io.let_arrive()

    ended = alone.run("rollback", "--auto-approve")

    assert ended.code == 4
    assert "The run sent this create and got no response; it may still arrive until " in flat(ended)
    assert "edited after that run" not in flat(ended)
    assert called(incident_io) == called(incident_io, "Twin") == 0


def test_another_run_s_route_of_the_same_content_is_not_taken_for_it(
    alone: Team, incident_io: RunningSandbox, later: Later
) -> None:
    """Two new routes that differ in their names: one is written, the other's POST is lost."""
    alone.write("routes/twin.yaml", NEW.replace("New", "Twin"))
    incident_io.fault("drop", method="POST")
    ended = alone.run("apply", "--auto-approve")
    assert "1 unknown" in ended.out
    later(minutes=6)

    assert alone.run("apply", "--auto-approve").code == 0

    assert called(incident_io) == called(incident_io, "Twin") == 1


def test_of_two_lost_routes_of_the_same_content_each_is_known_by_its_name(
    alone: Team, incident_io: RunningSandbox, later: Later
) -> None:
    """One of them arrived: it is not the other one, renamed."""
    alone.write("routes/twin.yaml", NEW.replace("New", "Twin"))
    incident_io.fault("drop", method="POST")
    incident_io.fault("late", method="POST")
    assert alone.run("apply", "--auto-approve").code == 5
    assert incident_io.let_arrive() == [201]
    (arrived,) = {"New", "Twin"} & set(incident_io.state.names())

    for _ in range(2):  # what the first one saw, the second reads in the journal
        again = alone.run("apply", "--auto-approve")
        assert again.code == 4
        assert "which is named" not in flat(again)
        assert "incident.io may still create the route" in flat(again)
    later(minutes=6)
    assert alone.run("apply", "--auto-approve").code == 0

    assert called(incident_io) == called(incident_io, "Twin") == 1
    assert incident_io.state.find(arrived).version == 1


def test_a_delete_that_may_still_arrive_is_said(
    alone: Team, incident_io: RunningSandbox, later: Later
) -> None:
    (alone.folder / "routes/new.yaml").unlink()
    informational = alone.read("routes/informational.yaml")
    alone.write("routes/informational.yaml", "name: Informational\nstate: absent\n")
    alone.approve("Informational", "delete")
    incident_io.fault("late", method="DELETE", times=2)
    assert alone.run("apply", "--auto-approve").code == 5
    alone.write("routes/informational.yaml", informational)

    said = alone.run("apply", "--auto-approve").err
    later(minutes=6)
    afterwards = alone.run("apply", "--auto-approve").err

    assert "it is still live (v9), but the delete may still arrive until " in said
    assert "with an unknown outcome: it is still live (v9)\n" in afterwards


def test_the_api_may_have_another_version_meanwhile(open_account: Open, later: Later) -> None:
    team, running = open_account(Settings(rate_limit=False))
    team.edit("routes/database-alerts.yaml", "name:", "ignore_changes: [escalate]\nname:")
    team.write("routes/new.yaml", NEW)
    team.write("reconciler.yaml", team.read("reconciler.yaml") + "api: v2\n")
    late(team, running)
    team.write("reconciler.yaml", team.read("reconciler.yaml").replace("api: v2", "api: v3"))

    assert team.run("apply", "--auto-approve").code == 4
    running.let_arrive()
    assert team.run("apply", "--auto-approve").code == 0
    assert called(running) == 1
