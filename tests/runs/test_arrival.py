"""How long a lost create may still arrive, and which creates it keeps from being sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reconciler.model import Declaration, Positions, Route, RouteSource
from reconciler.plan.change import Create
from reconciler.plan.compare.differences import creation
from reconciler.plan.plan import change_digest
from reconciler.runs.arrival import (
    LONGEST,
    Awaited,
    arrives_until,
    awaited_as,
    may_still_arrive,
    waits,
)
from reconciler.runs.folder import Run
from reconciler.runs.history import RunRecord, WriteRecord, read_run
from reconciler.runs.journal import Intent, Journal, Result

NOW = datetime(2026, 8, 21, 9, 12, tzinfo=UTC)
RUN = RunRecord(Run("20260821T091200Z-aaaaaa", Path("x")), last="2026-08-21T09:12:00.000+00:00")


def test_five_minutes_from_the_last_sign_of_life() -> None:
    assert may_still_arrive(RUN, NOW + timedelta(minutes=4, seconds=59))
    assert not may_still_arrive(RUN, NOW + LONGEST)
    assert waits(RUN, NOW + timedelta(seconds=48)) == "until 09:17:00 UTC (for 4 min 13 s more)"


def test_a_clock_that_went_back_makes_nothing_safe() -> None:
    assert may_still_arrive(RUN, NOW - timedelta(days=1))


@pytest.mark.parametrize("text", ["", "soon", "2026-08-21T25:00:00"])
def test_a_journal_that_does_not_say_when_leaves_it_to_a_person(text: str) -> None:
    record = replace(RUN, last=text)

    assert may_still_arrive(record, NOW + timedelta(days=3650))
    assert waits(record, NOW) == "at any time: the journal does not show when the run sent it"
    started = replace(record, started="2026-08-21T09:12:00")
    assert arrives_until(started) == NOW + LONGEST


def test_what_a_later_run_saw_is_no_sign_of_life(tmp_path: Path) -> None:
    run = Run("20260821T091200Z-aaaaaa", tmp_path)
    journal = Journal(run.journal, lambda: NOW)
    journal.begin("apply", "", "v3", "0.1.0")
    journal.know(["B", "A"])
    number = journal.intend(Intent("create", "New", None, None, "d"))
    journal.close()
    later = Journal(run.journal, lambda: NOW + timedelta(hours=1))
    later.settle(number, Result("renamed", "C"))
    later.close()

    record = read_run(run)

    assert arrives_until(record) == NOW + LONGEST
    assert record.known == frozenset({"A", "B"})
    assert record.unsettled == ()
    assert [one.id for one in record.lost_creates] == ["C"]


def create(route: Route) -> Create:
    return Create(Declaration(route, Positions("a.yaml")), route, creation(route))


ROUTE = Route("New", sources=(RouteSource("01SOURCE"),))
WRITE = WriteRecord(1, "create", "New", digest=change_digest(create(ROUTE)))
AWAITED = Awaited("RUN", WRITE, "why")


@pytest.mark.parametrize(
    ("route", "same"),
    [
        (ROUTE, True),
        (replace(ROUTE, name="Renamed"), True),
        (replace(ROUTE, sources=()), True),
        (replace(ROUTE, name="Renamed", sources=()), False),
    ],
)
def test_a_create_is_the_same_by_its_name_or_by_its_content(route: Route, same: bool) -> None:
    assert (awaited_as(create(route), [AWAITED], {route.name}) == AWAITED) is same
    assert awaited_as(create(route), [], {route.name}) is None


def test_another_create_that_says_the_same_is_not_awaited() -> None:
    names = {"New", "Twin"}

    assert awaited_as(create(replace(ROUTE, name="Twin")), [AWAITED], names) is None
    assert awaited_as(create(ROUTE), [AWAITED], names) == AWAITED
