"""Creates and updates first, deletes only when all of these went well, and every outcome told."""

from typing import Any

import pytest

from reconciler.apply import apply
from reconciler.apply.apply import apply_changes
from reconciler.apply.write import Halt, Writing
from reconciler.client import ApiError, ServerFailure
from reconciler.model import Declaration, Live, Positions, Route
from reconciler.plan.change import Create, Delete
from reconciler.plan.outcome import Failed, NotSent, Outcome, Written
from reconciler.planning.payloads import Prepared
from tests.plan.parts import live as live_of


def create(name: str) -> Prepared:
    route = Route(name=name)
    return Prepared(Create(Declaration(route, Positions("a.yaml")), route, ()), {})


def delete(name: str) -> Prepared:
    live: Live = live_of(Route(name=name))
    return Prepared(Delete(live, None), None)


class Carried:
    """`carry_out` by a table: what each change ends as, and the order in which they began."""

    def __init__(self, **endings: Outcome | Exception) -> None:
        self.endings = endings
        self.order: list[str] = []

    def __call__(self, prepared: Prepared, _writing: Writing) -> Outcome:
        name = prepared.change.name
        self.order.append(name)
        ending = self.endings.get(name, Written("create", name, name.upper(), 1))
        if isinstance(ending, Exception):
            raise ending
        return ending


def run(
    monkeypatch: pytest.MonkeyPatch, carried: Carried, *prepared: Prepared, stop: bool = False
) -> tuple[tuple[Outcome, ...], list[Outcome]]:
    monkeypatch.setattr(apply, "carry_out", carried)
    monkeypatch.setattr(apply, "claimed", lambda *_: {})
    monkeypatch.setattr(apply, "with_doubles", lambda *_: ())
    halt = Halt()
    if stop:
        halt.set()
    told: list[Outcome] = []
    return apply_changes(prepared, stoppable(halt), told.append), told


def stoppable(halt: Halt) -> Writing:
    """What `carry_out` would need is not there: `Carried` needs none of it."""
    nobody: Any = None
    return Writing(nobody, "v3", nobody, nobody, {}, {}, halt)


def test_outcomes_come_in_the_order_of_the_plan_and_each_is_told_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outcomes, told = run(monkeypatch, Carried(), *map(create, "abcdefghijkl"))

    assert [one.name for one in outcomes] == list("abcdefghijkl")
    assert sorted(one.name for one in told) == list("abcdefghijkl")


def test_deletes_begin_after_everything_else_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    carried = Carried()

    run(monkeypatch, carried, delete("x"), create("a"), delete("y"), create("b"))

    assert set(carried.order[:2]) == {"a", "b"}
    assert set(carried.order[2:]) == {"x", "y"}


def test_one_write_that_did_not_go_well_holds_all_deletes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    carried = Carried(b=Failed("create", "b", "", "refused"))

    outcomes, told = run(monkeypatch, carried, delete("x"), create("a"), create("b"))

    assert outcomes[0] == NotSent("delete", "x", "01LIVE", "held back")
    assert "x" not in carried.order
    assert len(told) == 3


def test_a_run_that_is_stopped_sends_nothing_more_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    carried = Carried()

    outcomes, told = run(monkeypatch, carried, create("a"), delete("x"), stop=True)

    assert carried.order == []
    assert [(one.name, one.reason) for one in outcomes if isinstance(one, NotSent)] == [
        ("a", "interrupted"),
        ("x", "held back"),
    ]
    assert len(told) == 2


def test_an_error_that_no_outcome_stands_for_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ServerFailure("GET", "/v3/alert_routes", "down")

    with pytest.raises(ApiError, match="down"):
        run(monkeypatch, Carried(a=error), create("a"))
