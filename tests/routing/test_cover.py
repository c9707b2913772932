"""What routes leave open: every such alert is in a gap, and no gap says too much."""

from collections.abc import Mapping
from datetime import date
from itertools import chain
from typing import Any

import pytest
from hypothesis import assume, given, settings, strategies as st

from benchmarks.routing import WORLD as MANY, routes as many_routes
from reconciler.model import (
    Assumption,
    Condition,
    ConditionGroups,
    Literal,
    Route,
    RouteSource,
    many,
    reference,
)
from reconciler.routing.compare import Limits
from reconciler.routing.cover import cover
from reconciler.routing.gaps import Accepted, Cover, Gap, Idle, Kind, Never
from reconciler.routing.proof.conditions import Conditions, Scope
from reconciler.routing.reading import Reading, admissible
from reconciler.routing.variants import variants
from reconciler.routing.who import Word
from reconciler.routing.world import Alert, World
from tests.routing import small
from tests.routing.fuzz import answers_of
from tests.routing.oracle import Oracle, UndecidedError
from tests.routing.pairs import SEVERITY, TEAM, WORLD, Choose, alerts, cells, groups, routes
from tests.routing.small import check, route, when

READINGS = list(admissible())
Routes = Mapping[str, Route]
Fact = tuple[Kind, object]


def chooser(draw: Any) -> Choose:
    return lambda those: draw(st.sampled_from(list(those)))


@st.composite
def sets(draw: st.DrawFn, *, expressions: bool = False) -> Routes:
    """One to three routes."""
    choose = chooser(draw)
    names = ["a", "b", "c"][: choose((1, 2, 3))]
    return {name: routes(choose, name, expressions=expressions) for name in names}


def facts(of: Routes, oracle: Oracle) -> set[Fact]:
    """The gaps that the alert is in."""
    pages = oracle.outcome(of).pages
    if not any(oracle.takes(one) for one in of.values()):
        return {("dropped", "")}
    twice: set[Fact] = {("pages-twice", thing) for thing, count in pages.items() if count > 1}
    return twice if pages else {("pages-nobody", "")}


def claims(gap: Gap, oracle: Oracle) -> set[Fact]:
    if gap.kind != "pages-twice":
        return {(gap.kind, "")}
    found: set[Fact] = set()
    for sort, of in gap.row.doubled:
        named = oracle.value(of, {})[1] if of.startswith("alert.") else (of,)
        found |= {(gap.kind, (sort, oracle.world.paged.get(one, one))) for one in named}
    return found


def agree(found: Cover, of: Routes, oracle: Oracle) -> None:
    """Raises AssertionError where the answer is wrong about the alert."""
    true = facts(of, oracle)
    told: set[Fact] = {("dropped", "")} if oracle.alert.source in found.unattached else set()
    for gap in found.gaps:
        if oracle.applies(gap.row):
            assert claims(gap, oracle) <= true, ("false", gap, oracle.alert, oracle.reading)
            told |= claims(gap, oracle)
    open_ = {one.kind for one in found.unknown if oracle.inside(one.region.region)}
    missed = {fact for fact in true - told if fact[0] not in open_}
    assert not missed, ("missed", missed, oracle.alert, oracle.reading)
    for never in found.never:
        if oracle.alert.source in never.sources:
            assert not oracle.takes(of[never.route])
    for idle in found.idle:
        other = next(one for one in variants(of[idle.route]) if one.path == idle.path)
        instead = other.never if idle.whole_group else other.always
        assert oracle.outcome({"r": of[idle.route]}) == oracle.outcome({"r": instead})


@settings(max_examples=25, deadline=None)
@given(sets(), st.integers(0, 5))
def test_it_agrees_with_all_alerts_one_by_one(of: Routes, seed: int) -> None:
    found = cover(of, WORLD)
    for alert in cells((SEVERITY, TEAM)):
        for reading in READINGS:
            agree(found, of, Oracle(WORLD, reading, alert, answers_of(seed)))


@settings(max_examples=60, deadline=None)
@given(sets(expressions=True), st.data())
def test_it_agrees_near_every_boundary_where_expressions_decide(
    of: Routes, data: st.DataObject
) -> None:
    found = cover(of, WORLD)
    for _ in range(10):
        alert = alerts(chooser(data.draw))
        reading = data.draw(st.sampled_from(READINGS))
        try:
            agree(found, of, Oracle(WORLD, reading, alert, answers_of(1)))
        except UndecidedError:
            assume(False)


def region(choose: Choose, name: str) -> Route:
    places = (RouteSource("s1", groups(choose)),)
    return Route(name, sources=places)


@settings(max_examples=40, deadline=None)
@given(sets(), st.data())
def test_what_is_accepted_is_no_gap_and_everything_else_still_is(
    of: Routes, data: st.DataObject
) -> None:
    choose = chooser(data.draw)
    outside = region(choose, "o") if choose((True, False)) else None
    accepted = Accepted("dropped", region(choose, "i"), outside)
    found = cover(of, WORLD, accepted=[accepted])
    for _ in range(10):
        alert = alerts(choose)
        oracle = Oracle(WORLD, choose(READINGS), alert, answers_of(1))
        is_accepted = oracle.takes(accepted.inside) and not (outside and oracle.takes(outside))
        said = any(gap.kind == "dropped" and oracle.applies(gap.row) for gap in found.gaps)
        open_ = any(
            one.kind == "dropped" and oracle.inside(one.region.region) for one in found.unknown
        )
        dropped = ("dropped", "") in facts(of, oracle) and alert.source not in found.unattached
        assert said <= (dropped and not is_accepted)
        assert (dropped and not is_accepted) <= (said or open_)
        if dropped and is_accepted:
            assert found.closed == ()


CRITICAL = check(small.SEVERITY, "one_of", "critical")
WARNING = check(small.SEVERITY, "one_of", "warning")
UNSET = check(small.SEVERITY, "is_not_set")
ONE_SOURCE = World(
    **{
        **{key: getattr(small.WORLD, key) for key in World.__slots__},
        "sources": {small.SOURCE: "One"},
    }
)


def one(of: Routes, **more: Any) -> Cover:
    return cover(of, ONE_SOURCE, **more)


def gaps(found: Cover, kind: Kind) -> list[tuple[list[str], tuple[str, ...]]]:
    """Words of each gap, and the routes that take its alerts."""
    assert found.unknown == ()
    return [
        (list(map(said, chain(*gap.row.region.when))), gap.row.caused_by) for gap in found.of(kind)
    ]


def said(word: Word) -> str:
    assert isinstance(word.test, Condition)
    operands = [value for param in word.test.params for value in param.values]
    texts = [value.text for value in operands if isinstance(value, Literal)]
    return " ".join([*(() if word.holds else ("not",)), word.test.operation, *texts])


def test_alerts_between_the_conditions_are_dropped() -> None:
    of = {
        "Critical": route(when(CRITICAL)),
        "Warning": route(when(WARNING), pages=()),
        "Unset": route(when(UNSET), pages=()),
    }

    found = one(of)

    assert gaps(found, "dropped") == [
        (["not contains_one_of critical", "not contains_one_of warning", "not is_not_set"], ())
    ]
    assert [names for _, names in gaps(found, "pages-nobody")] == [("Unset",), ("Warning",)]
    assert (found.unattached, found.never, found.idle) == ((), (), ())


def test_a_source_that_no_route_has_is_named_once() -> None:
    found = cover({"A": route()}, small.WORLD)

    assert found.unattached == (small.OTHER,)
    assert found.gaps == ()
    assert cover({"A": route(enabled=False)}, small.WORLD).unattached == (small.OTHER, small.SOURCE)
    assert cover({"A": route()}, small.WORLD, only=[small.SOURCE]).unattached == ()


def test_two_routes_to_one_path_page_twice() -> None:
    of = {"A": route(), "B": route(when(CRITICAL)), "C": route(when(CRITICAL), pages=())}

    (gap,) = one(of).of("pages-twice")

    assert gap.row.doubled == (("path", "ONCALL"),)
    assert gap.row.caused_by == ("A", "B", "C")
    assert one({"A": route(pages=(many("ONCALL", "P1"),))}).of("pages-twice") == ()


def test_whom_an_attribute_names_may_be_paged_twice() -> None:
    of = {"A": route(pages=(reference(small.PATH),)), "B": route(pages=(many("PLATFORM"),))}

    found = one(of)

    things = {thing for gap in found.of("pages-twice") for thing in gap.row.doubled}
    assert things == {("path", "PLATFORM"), ("path", small.PATH)}


def test_an_attribute_that_is_missing_pages_nobody() -> None:
    found = one({"A": route(pages=(reference(small.PATH),))})

    assert gaps(found, "pages-nobody") == [(["not present"], ("A",))]


@pytest.mark.parametrize(
    ("groups", "dead"),
    [
        (when(check(small.SEVERITY, "is_set"), UNSET), True),
        (when(CRITICAL, check(small.SEVERITY, "one_of", "critical")), False),
        (when(check(small.SERVICE, "one_of", "E1"), check(small.SERVICE, "one_of", "E2")), True),
        (when(check(small.REGIONS, "one_of", "a"), check(small.REGIONS, "one_of", "b")), False),
    ],
)
def test_a_route_that_can_never_match_is_named(groups: ConditionGroups, dead: bool) -> None:
    found = one({"A": route(groups)})

    assert found.never == ((Never("A", (small.SOURCE,), True),) if dead else ())


def test_a_route_may_be_dead_for_some_of_its_sources() -> None:
    places = (RouteSource(small.SOURCE, when(UNSET)), RouteSource(small.OTHER))
    of = Route("A", sources=places, when=when(check(small.SEVERITY, "is_set")))

    assert cover({"A": of}, small.WORLD).never == (Never("A", (small.SOURCE,), False),)


def test_a_route_without_sources_never_matches() -> None:
    assert one({"A": route(sources=())}).never == (Never("A", (), True),)
    assert one({"A": route(sources=(), enabled=False)}).never == ()


@pytest.mark.parametrize(
    ("groups", "idle"),
    [
        (when(CRITICAL, check(small.SEVERITY, "is_set")), [(("when", 0, 1), False)]),
        (((CRITICAL,), (CRITICAL, WARNING)), [(("when", 1, 0), True), (("when", 1, 1), False)]),
        (((CRITICAL,), (WARNING,)), []),
        (
            ((UNSET,), (check(small.SEVERITY, "is_set"),)),
            [(("when", 0, 0), False), (("when", 1, 0), False)],
        ),
    ],
)
def test_a_condition_that_decides_nothing_is_named(
    groups: ConditionGroups, idle: list[tuple[Any, bool]]
) -> None:
    found = one({"A": route(groups)})

    assert [(one.path, one.whole_group) for one in found.idle] == idle


def test_a_condition_that_decides_for_one_source_is_not_idle() -> None:
    places = (RouteSource(small.SOURCE, when(CRITICAL)), RouteSource(small.OTHER))
    of = Route("A", sources=places, when=when(check(small.SEVERITY, "is_set")))

    assert cover({"A": of}, small.WORLD).idle == ()


def test_an_accepted_gap_that_is_closed_is_told() -> None:
    info = Route(
        "i", sources=(RouteSource(small.SOURCE, when(check(small.SEVERITY, "one_of", "info"))),)
    )
    of = {"A": route(when(CRITICAL))}

    open_ = one(of, accepted=[Accepted("dropped", info)])
    closed = one(
        {"A": route()}, accepted=[Accepted("dropped", info), Accepted("pages-twice", info)]
    )

    assert (open_.closed, closed.closed) == ((), (0, 1))
    elsewhere = Accepted("dropped", Route("x", sources=(RouteSource("gone"),)))
    assert one(of, accepted=[elsewhere]).closed == ()


def test_what_is_pinned_is_said_where_it_matters() -> None:
    pin = Assumption("text_case", True, "seen", date(2026, 1, 1))

    assert one({"A": route(when(CRITICAL))}, assumed=[pin]).assumed == (pin,)
    assert one({"A": route()}, assumed=[pin]).assumed == ()


def test_what_cannot_be_proven_is_unknown() -> None:
    many_kinds = {
        f"R{n}": route(when(check(small.SEVERITY, "one_of", f"v{n}")), pages=()) for n in range(4)
    }
    few = one(many_kinds, limits=Limits(rows=2))
    assert [(open_.kind, open_.region.why) for open_ in few.unknown] == [
        ("pages-nobody", "there are more than 2 kinds of such alerts")
    ]


def test_a_witness_is_in_its_gap() -> None:
    of = {"A": route(when(CRITICAL)), "B": route(when(WARNING), pages=())}

    for gap in one(of).gaps:
        for reading in admissible():
            oracle = Oracle(small.WORLD, reading, gap.row.witness, answers_of(0))
            if all(reading.answer(q) == a for q, a in gap.row.depends_on.items()):
                assert facts(of, oracle) == {(gap.kind, "")}


def test_the_shown_alert_is_one_of_the_source() -> None:
    (gap,) = one({"A": route(when(CRITICAL))}).gaps

    assert isinstance(gap.row.witness, Alert)
    assert gap.row.witness.source == small.SOURCE
    assert Reading() in READINGS
    assert Idle("A", (), CRITICAL) != Idle("A", (), CRITICAL, whole_group=True)


def test_the_work_grows_with_the_routes_of_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """A route that is looked at needs no word of the others: 3,000 of one source are proven."""
    asked = []
    holds = Conditions.holds

    def counting(self: Conditions, condition: Condition, scope: Scope) -> int:
        asked.append(condition)
        return holds(self, condition, scope)

    monkeypatch.setattr(Conditions, "holds", counting)

    def work(count: int) -> int:
        asked.clear()
        cover(many_routes(count, 1), MANY, limits=Limits(rows=1))
        return len(asked)

    assert work(40) < 3 * work(20)
