"""A job waits for a POST whose answer it gave up: the next job has no journal."""

import itertools
import signal
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconciler.apply import settle as wait_out
from reconciler.cli import shell
from reconciler.live.routes import Listing, open_listing
from reconciler.sandbox.http.running import RunningSandbox
from tests.client.clocks import FakeTime
from tests.e2e.late import NEW, called, flat
from tests.e2e.team import Team
from tests.e2e.test_interrupted import end, until


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
