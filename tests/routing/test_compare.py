"""Who is paged differently: every alert that changes is in a row, and no row says too much."""

import contextlib
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings, strategies as st

from reconciler.model import Condition, ConditionGroups, Route, RouteSource, many
from reconciler.routing.compare import compare
from reconciler.routing.reading import Assumption, admissible
from reconciler.routing.who import Who
from tests.routing.fuzz import answers_of, one_pair
from tests.routing.judge import Routes, check, check_by_evaluator, check_witnesses
from tests.routing.oracle import Oracle, UndecidedError
from tests.routing.pairs import (
    SEVERITY,
    TEAM,
    WORLD,
    Choose,
    alerts,
    cells,
    conditions,
    pairs,
    routes,
)

READINGS = list(admissible())


def chooser(draw: Any) -> Choose:
    """Picks what Hypothesis picks."""
    return lambda those: draw(st.sampled_from(list(those)))


@st.composite
def two_sets(draw: st.DrawFn, *, expressions: bool = False) -> tuple[Routes, Routes]:
    """Routes before and after a change."""
    return pairs(chooser(draw), expressions=expressions)


@settings(max_examples=25, deadline=None)
@given(two_sets(), st.integers(0, 5))
def test_it_agrees_with_all_alerts_one_by_one(sets: tuple[Routes, Routes], seed: int) -> None:
    who = compare(*sets, WORLD)
    for alert in cells((SEVERITY, TEAM)):
        for reading in READINGS:
            check(who, *sets, WORLD, alert, reading, answers_of(seed))


@settings(max_examples=60, deadline=None)
@given(two_sets(), st.data())
def test_it_agrees_with_alerts_near_every_boundary(
    sets: tuple[Routes, Routes], data: st.DataObject
) -> None:
    who = compare(*sets, WORLD)
    for _ in range(10):
        alert = alerts(chooser(data.draw))
        reading = data.draw(st.sampled_from(READINGS))
        check(who, *sets, WORLD, alert, reading, answers_of(1))
        check_by_evaluator(who, *sets, alert, Oracle(WORLD, reading, alert, answers_of(1)))


@settings(max_examples=60, deadline=None)
@given(two_sets(expressions=True), st.data())
def test_it_agrees_where_expressions_decide(
    sets: tuple[Routes, Routes], data: st.DataObject
) -> None:
    who = compare(*sets, WORLD)
    for _ in range(10):
        alert = alerts(chooser(data.draw))
        reading = data.draw(st.sampled_from(READINGS))
        with contextlib.suppress(UndecidedError):
            check(who, *sets, WORLD, alert, reading, answers_of(1))


@settings(max_examples=60, deadline=None)
@given(two_sets())
def test_a_witness_does_what_its_row_says(sets: tuple[Routes, Routes]) -> None:
    check_witnesses(compare(*sets, WORLD), *sets, WORLD, READINGS)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_what_is_not_known_of_the_account_is_unknown(seed: int) -> None:
    """Another world than the one that is compared is the true one."""
    one_pair(seed, expressions=True)


@settings(max_examples=20, deadline=None)
@given(two_sets(expressions=True))
def test_the_same_routes_have_the_same_answer(sets: tuple[Routes, Routes]) -> None:
    backwards = [{key: side[key] for key in sorted(side, reverse=True)} for side in sets]
    assert compare(*sets, WORLD) == compare(backwards[0], backwards[1], WORLD)


@st.composite
def one_route(draw: st.DrawFn) -> Route:
    """A route that is on."""
    return replace(routes(chooser(draw), "a"), enabled=True)


@settings(max_examples=40, deadline=None)
@given(one_route(), st.data())
def test_order_and_repetition_page_nobody_differently(route: Route, data: st.DataObject) -> None:
    shuffled = replace(
        route,
        when=tuple(data.draw(st.permutations([*route.when, *route.when[:1]]))),
        sources=tuple(data.draw(st.permutations(route.sources))),
    )
    assert compare({"a": route}, {"a": shuffled}, WORLD) == Who()


@st.composite
def filled_groups(draw: st.DrawFn, least: int, most: int) -> ConditionGroups:
    """Groups without an empty one."""
    choose = chooser(draw)
    group = st.integers(1, 2).map(range)
    return tuple(
        tuple(conditions(choose) for _ in draw(group))
        for _ in range(draw(st.integers(least, most)))
    )


@settings(max_examples=40, deadline=None)
@given(one_route(), filled_groups(2, 2))
def test_a_route_split_in_two_pages_nobody_differently(route: Route, both: ConditionGroups) -> None:
    route = replace(route, when=both, incident=None)
    first, second = (
        replace(route, name=name, when=(group,)) for name, group in zip("ab", both, strict=True)
    )
    who = compare({"a": route}, {"a": first, "b": second}, WORLD)
    assert who.complete
    assert all(row.doubled for row in who.rows)


@settings(max_examples=40, deadline=None)
@given(one_route())
def test_sources_moved_to_a_second_route_page_nobody_differently(route: Route) -> None:
    places = (route.sources[0], RouteSource("s2"))
    first, second = (
        replace(route, name=name, sources=(source,))
        for name, source in zip("ab", places, strict=True)
    )
    who = compare({"a": replace(route, sources=places)}, {"a": first, "b": second}, WORLD)
    assert who.rows == ()
    assert who.complete


@settings(max_examples=40, deadline=None)
@given(one_route(), filled_groups(1, 2), filled_groups(1, 2))
def test_conditions_multiplied_out_page_nobody_differently(
    route: Route, own: ConditionGroups, when: ConditionGroups
) -> None:
    """A source's conditions and the route's, all in the route: (a or b) and (c or d)."""
    first = replace(route, sources=(RouteSource("s1", own),), when=when)
    both = tuple((*one, *other) for one in own for other in when)
    second = replace(route, sources=(RouteSource("s1"),), when=both)
    who = compare({"a": first}, {"a": second}, WORLD)
    assert who.rows == ()
    assert who.complete


def severity(*texts: str, operation: str = "contains_one_of") -> Condition:
    return Condition(SEVERITY, operation, (many(*texts),) if texts else (), "String")


def test_a_list_that_grew_is_one_word(plain_route: Route) -> None:
    before = replace(plain_route, when=((severity("critical"),),))
    after = replace(plain_route, when=((severity("critical", "page"),),))
    equality = Assumption("text_one_of", answer=True, reason="seen", since=date(2026, 7, 1))
    who = compare({"a": before}, {"a": after}, WORLD, [equality])
    assert who.complete
    assert who.assumed == (equality,)
    (row,) = who.rows
    assert row.certain
    assert row.gained == (("path", "P1"),)
    assert [word.test for cube in row.region.when for word in cube] == [severity("page")]
