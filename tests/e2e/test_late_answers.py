"""A POST that arrives after its answer was given up: what a later run does before it lands."""

import itertools
import re
import signal
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconciler.apply import wait_out
from reconciler.cli import shell
from reconciler.live.routes import Listing, open_listing
from reconciler.runs.history import history
from reconciler.sandbox import Settings
from reconciler.sandbox.http.running import RunningSandbox
from tests.client.clocks import FakeTime
from tests.e2e.conftest import Later, Open
from tests.e2e.team import Ended, Team
from tests.e2e.test_interrupted import end, until
from tests.e2e.test_kill import killed

NEW = "name: New\nsources: [Axiom]\nnotify:\n  - slack: C06E4KQ7R2N\n"


@pytest.fixture
def alone(team: Team, incident_io: RunningSandbox) -> Team:
    """A checkout whose one change is a new route."""
    team.edit("routes/database-alerts.yaml", "name:", "ignore_changes: [escalate]\nname:")
    team.write("routes/new.yaml", NEW)
    assert incident_io.requests == []
    return team


def late(team: Team, incident_io: RunningSandbox) -> Ended:
    """A run whose POST is cut off and still on its way."""
    incident_io.fault("late", method="POST")
    ended = team.run("apply", "--auto-approve")
    assert ended.code == 5, ended.out + ended.err
    return ended


def called(incident_io: RunningSandbox, name: str = "New") -> int:
    return incident_io.state.names().count(name)


def flat(ended: Ended) -> str:
    return " ".join((ended.out + ended.err).split())


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


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job looks at once, and again at once."""
    monkeypatch.setattr(wait_out, "LOOK_SECONDS", 0.01)


@pytest.mark.usefixtures("soon")
def test_a_job_waits_until_a_lost_create_is_seen(alone: Team, incident_io: RunningSandbox) -> None:
    """The next job has a checkout of its own, without a journal."""
    incident_io.fault("late", method="POST", seconds=0.3)

    ended = alone.run("apply", "--auto-approve", CI="true")

    assert ended.code == 0
    assert "minutes for the lost create" in ended.err
    assert "New: created v1" in ended.out
    assert incident_io.count("POST") == 1
    assert "unknown outcome: it was created" in alone.run("apply").err


@pytest.mark.usefixtures("soon")
def test_a_job_knows_after_five_minutes_that_it_was_not_created(
    alone: Team, incident_io: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    minutes = itertools.count()
    start = datetime.now(UTC)
    monkeypatch.setattr(shell, "present", lambda: start + timedelta(minutes=next(minutes) / 10))
    incident_io.fault("drop", method="POST")

    ended = alone.run("apply", "--auto-approve", CI="true")

    assert ended.code == 1
    assert "5 minutes after the lost response it is not live" in flat(ended)
    assert incident_io.count("POST") == 1


@pytest.mark.usefixtures("soon")
def test_a_job_finds_what_was_renamed_while_it_waited(
    alone: Team, incident_io: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = open_listing

    def renamed(*arguments: Any) -> Listing:
        if incident_io.let_arrive():
            incident_io.state.edit("New", lambda body: body.update(name="Renamed by hand"))
        return looked(*arguments)

    monkeypatch.setattr(wait_out, "open_listing", renamed)
    incident_io.fault("late", method="POST")

    assert alone.run("apply", "--auto-approve", CI="true").code == 0
    assert called(incident_io, "Renamed by hand") == 1
    assert incident_io.count("POST") == 1


@pytest.mark.usefixtures("soon")
def test_a_job_takes_no_two_lost_routes_of_the_same_content_for_doubles(
    alone: Team, incident_io: RunningSandbox
) -> None:
    """They differ in their names: to delete either of them would be to lose a route."""
    alone.write("routes/twin.yaml", NEW.replace("New", "Twin"))
    incident_io.fault("late", method="POST", times=2, seconds=0.3)

    ended = alone.run("apply", "--auto-approve", CI="true")

    assert ended.code == 0
    assert "doubled" not in ended.out
    assert "New: created v1" in ended.out
    assert "Twin: created v1" in ended.out


@pytest.mark.usefixtures("soon")
def test_a_job_takes_a_renamed_route_for_none_of_two_that_it_may_be(
    alone: Team, incident_io: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    minutes = itertools.count()
    start = datetime.now(UTC)
    monkeypatch.setattr(shell, "present", lambda: start + timedelta(minutes=next(minutes) / 10))
    looked = open_listing

    def renamed(*arguments: Any) -> Listing:
        if incident_io.let_arrive():
            name = next(iter({"New", "Twin"} & set(incident_io.state.names())))
            incident_io.state.edit(name, lambda body: body.update(name="Renamed by hand"))
        return looked(*arguments)

    monkeypatch.setattr(wait_out, "open_listing", renamed)
    alone.write("routes/twin.yaml", NEW.replace("New", "Twin"))
    incident_io.fault("drop", method="POST")
    incident_io.fault("late", method="POST")

    ended = alone.run("apply", "--auto-approve", CI="true")

    assert ended.code == 5
    assert "2 unknown" in ended.out


@pytest.mark.usefixtures("soon")
def test_a_list_that_cannot_be_read_leaves_it_unknown(
    alone: Team, incident_io: RunningSandbox, monkeypatch: pytest.MonkeyPatch, no_waiting: FakeTime
) -> None:
    start = datetime.now(UTC)
    minutes = itertools.count()
    monkeypatch.setattr(shell, "present", lambda: start + timedelta(minutes=next(minutes)))
    incident_io.fault("lose", method="POST")
    incident_io.fault("status", method="GET", path="/alert_routes$", status=503, skip=2, times=999)

    ended = alone.run("apply", "--auto-approve", CI="true")

    assert ended.code == 5
    assert "1 unknown" in ended.out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_the_wait_of_a_job(
    alone: Team, incident_io: RunningSandbox, number: int
) -> None:
    incident_io.fault("late", method="POST")
    with alone.start("apply", "--auto-approve", CI="true") as process:
        until(process.stderr, "minutes for the lost create")
        process.send_signal(number)
        ended = end(process)

    assert ended.code == 5
    assert "1 unknown" in ended.out


@pytest.mark.usefixtures("soon")
def test_a_job_names_both_routes_where_another_one_made_the_same(
    alone: Team, incident_io: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def both(*arguments: Any) -> Listing:
        if incident_io.let_arrive():
            route = incident_io.state.read("New")
            own = ("id", "version", "created_at", "updated_at")
            incident_io.state.create({k: v for k, v in route.items() if k not in own})
        return open_listing(*arguments)

    monkeypatch.setattr(wait_out, "open_listing", both)
    incident_io.fault("late", method="POST")

    ended = alone.run("apply", "--auto-approve", CI="true")

    assert ended.code == 4
    ids = [one.id for one in incident_io.state.page("", 50)[0] if one.body["name"] == "New"]
    assert len(ids) == 2
    assert all(one in flat(ended) for one in ids)
