"""Two runs that create the same: what one sees of the other before and after its POSTs."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler import sandbox as sandboxes
from reconciler.apply import apply, write
from reconciler.live.routes import Lost, Refused, Stored, post_route
from reconciler.plan.outcome import ConflictOutcome, Doubled, Failed, Written
from reconciler.runs.journal import Journal, JournalRefused
from reconciler.sandbox.http.running import RunningSandbox
from tests.apply.account import applied, declared, live, named, planned

LIST = r"/alert_routes\?"


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with sandboxes.start() as running:
        yield running


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def test_a_name_that_was_taken_since_the_plan_is_a_conflict_and_nothing_is_sent(
    sandbox: RunningSandbox, journal: Path
) -> None:
    mine = planned(sandbox, declared(sandbox, "Informational", named("New")))
    (other,) = applied(sandbox, mine, journal.with_name("other.jsonl"))
    assert isinstance(other, Written)

    (outcome,) = applied(sandbox, mine, journal)

    assert isinstance(outcome, ConflictOutcome)
    assert outcome.reason == (
        f"another route has this name since the plan ({other.id}): check it, then plan again"
    )
    assert sandbox.count("POST") == 1


def test_a_route_that_was_given_the_name_since_the_plan_is_a_conflict(
    sandbox: RunningSandbox, journal: Path
) -> None:
    mine = planned(sandbox, declared(sandbox, "Informational", named("New")))
    sandbox.state.edit("Database Alerts", lambda body: body.update(name="New"))

    (outcome,) = applied(sandbox, mine, journal)

    assert isinstance(outcome, ConflictOutcome)
    assert sandbox.count("POST") == 0


def test_the_list_is_read_twice_whatever_the_number_of_creates(
    sandbox: RunningSandbox, journal: Path
) -> None:
    many = [declared(sandbox, "Informational", named(f"New {number}")) for number in range(12)]
    plan = planned(sandbox, *many)
    before = sandbox.count("GET", LIST)

    outcomes = applied(sandbox, plan, journal)

    assert all(isinstance(one, Written) for one in outcomes)
    assert sandbox.count("GET", LIST) - before == 2
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert lines[0]["event"] == "known"
    assert len(lines[0]["ids"]) == 6


def at_once(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, **other: object) -> None:
    """Another machine's POST of the same route, between our list and our POST."""

    def both(*arguments: object) -> Stored | Refused | Lost:
        payload = arguments[2]
        assert isinstance(payload, dict)
        sandbox.state.create({**payload, **other})
        return post_route(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(write, "post_route", both)


def test_two_of_one_name_and_content_are_named_with_both_ids(
    sandbox: RunningSandbox, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", named("New")))
    at_once(sandbox, monkeypatch)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Doubled)
    assert outcome.same
    ids = {route.id for route in sandbox.state.page("", 50)[0] if route.body["name"] == "New"}
    assert {outcome.id, *outcome.others} == ids
    assert len(ids) == 2


def test_two_of_one_name_and_another_content_are_named_too(
    sandbox: RunningSandbox, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", named("New")))
    at_once(sandbox, monkeypatch, is_private=True)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Doubled)
    assert not outcome.same


def test_without_the_list_no_create_is_sent_and_updates_are(
    sandbox: RunningSandbox, journal: Path
) -> None:
    plan = planned(
        sandbox,
        declared(sandbox, "Informational", named("New")),
        declared(sandbox, "Informational", lambda route: replace(route, enabled=False)),
    )
    sandbox.fault("status", method="GET", path="/alert_routes$", status=503, times=9)

    outcomes = {one.name: one for one in applied(sandbox, plan, journal)}
    create, update = outcomes["New"], outcomes["Informational"]

    assert isinstance(create, Failed)
    assert create.message.startswith("not sent, because the list of routes could not be read")
    assert isinstance(update, Written)
    assert sandbox.count("POST") == 0


def test_a_list_that_cannot_be_read_afterwards_is_said(
    sandbox: RunningSandbox, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", named("New")))
    sandbox.fault("status", method="GET", path="/alert_routes$", status=503, skip=1, times=9)
    warned: list[str] = []

    (outcome,) = applied(sandbox, plan, journal, warn=warned.append)

    assert isinstance(outcome, Written)
    (words,) = warned
    assert "cannot tell whether another run created" in words
    assert outcome.id == live(sandbox, "New").id


def test_a_journal_that_cannot_take_what_is_live_stops_the_run(
    sandbox: RunningSandbox, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise JournalRefused("cannot write the journal: no space")

    plan = planned(sandbox, declared(sandbox, "Informational", named("New")))
    monkeypatch.setattr(Journal, "know", full)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Failed)
    assert "not sent: cannot write the journal" in outcome.message
    assert sandbox.count("POST") == 0


def test_a_twin_that_cannot_be_read_is_not_called_the_same(
    sandbox: RunningSandbox, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(sandbox, declared(sandbox, "Informational", named("New")))
    at_once(sandbox, monkeypatch)
    monkeypatch.setattr(apply, "read_live", lambda *_: None)

    (outcome,) = applied(sandbox, plan, journal)

    assert isinstance(outcome, Doubled)
    assert not outcome.same
