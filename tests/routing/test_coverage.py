"""A condition is decided where its flip would change what the route does, and not elsewhere."""

from dataclasses import replace
from fractions import Fraction

import pytest

from reconciler.model import (
    Branches,
    Case,
    Condition,
    Expression,
    Filter,
    Incident,
    Path,
    Returns,
    Route,
    many,
    one,
)
from reconciler.routing.coverage import Coverage, Exercised, Taken, coverage
from reconciler.routing.reading import admissible
from reconciler.routing.variants import variants
from reconciler.routing.world import Alert
from tests.routing.small import (
    OTHER,
    PATH_TYPE,
    REGIONS,
    SEVERITY,
    SOURCE,
    TITLE,
    WORLD,
    alert,
    check,
    result,
    route,
    when,
)

CRITICAL = check(SEVERITY, "one_of", "critical")
LATENCY = check(TITLE, "contains", "latency")
EU = check(REGIONS, "one_of", "eu")


def covered(of: Route, *alerts: Alert) -> Coverage:
    return coverage({"R": of}, [Exercised(one, admissible()) for one in alerts], WORLD)


def ways(of: Route, *alerts: Alert) -> list[tuple[bool, bool]]:
    return [(one.holds, one.fails) for one in covered(of, *alerts).conditions]


def test_a_condition_is_decided_both_ways_by_two_alerts() -> None:
    of = route(when(CRITICAL))

    assert ways(of) == [(False, False)]
    assert ways(of, alert({SEVERITY: "critical"})) == [(True, False)]
    assert ways(of, alert({SEVERITY: "info"})) == [(False, True)]
    assert ways(of, alert({SEVERITY: "critical"}), alert({SEVERITY: "info"})) == [(True, True)]


def test_what_another_condition_decides_is_not_decided() -> None:
    both = route(when(CRITICAL, LATENCY))
    either = route(((CRITICAL,), (LATENCY,)))
    neither = alert({SEVERITY: "info", TITLE: "other"})
    all_of_it = alert({SEVERITY: "critical", TITLE: "latency"})

    assert ways(both, neither) == [(False, False), (False, False)]
    assert ways(both, all_of_it) == [(True, False), (True, False)]
    assert ways(either, all_of_it) == [(False, False), (False, False)]
    assert ways(either, neither) == [(False, True), (False, True)]


def test_what_is_unknown_decides_nothing() -> None:
    of = route(when(CRITICAL))

    assert ways(of, alert({SEVERITY: "Critical"}), alert({}, unknown=(SEVERITY,))) == [
        (False, False)
    ]


def test_alerts_of_other_sources_decide_nothing() -> None:
    of = route(when(CRITICAL))

    assert ways(of, alert({SEVERITY: "critical"}, source=OTHER)) == [(False, False)]
    assert [one.covered for one in covered(of, alert({}, source=OTHER)).sources] == [False]


def test_a_source_is_covered_by_an_alert_that_the_route_takes() -> None:
    of = route(when(CRITICAL), sources=(SOURCE, OTHER))

    found = covered(of, alert({SEVERITY: "critical"}), alert({SEVERITY: "info"}, source=OTHER))

    assert found.sources == (
        Taken("R", ("sources", 0), SOURCE, True),
        Taken("R", ("sources", 1), OTHER, False),
    )


@pytest.mark.parametrize("value", ["disabled", "empty"])
def test_a_route_that_takes_nothing_has_nothing_to_cover(value: str) -> None:
    of = route(when(CRITICAL), enabled=False) if value == "disabled" else route(sources=())

    found = covered(of)

    assert found.sources == ()
    assert found.reaches(Fraction(100))


BRANCHES = Expression(
    "who",
    "who",
    ".",
    (Branches(Returns(PATH_TYPE), (Case(when(CRITICAL), one("P2")),)),),
    otherwise=one("P1"),
)


@pytest.mark.parametrize(
    ("of", "path"),
    [
        (route(source_groups=when(CRITICAL)), ("sources", 0, "when", 0, 0)),
        (route(when(CRITICAL)), ("when", 0, 0)),
        (route(posts=((many("C1"), when(CRITICAL)),)), ("notify", 0, "when", 0, 0)),
        (
            replace(route(), incident=Incident(when=when(CRITICAL))),
            ("incident", "when", 0, 0),
        ),
        (
            route(pages=(result("who"),), expressions=(BRANCHES,)),
            ("expressions", "who", "branches", "cases", 0, "when", 0, 0),
        ),
    ],
)
def test_conditions_of_every_part_count(of: Route, path: Path) -> None:
    found = covered(of, alert({SEVERITY: "critical"}), alert({SEVERITY: "info"})).conditions

    assert [(one.path, one.condition, one.covered) for one in found] == [(path, CRITICAL, True)]


def test_a_filter_has_no_variant() -> None:
    inside = Filter(when(Condition("input", "is_set")))
    of = route(expressions=(Expression("e", "e", REGIONS, (inside,)),))

    assert list(variants(of)) == []


def test_variants_hold_always_or_never() -> None:
    several = route(((CRITICAL, LATENCY), (EU,)))

    first, _, third = variants(several)

    assert first.always.when == ((LATENCY,), (EU,))
    assert first.never.when == ((EU,),)
    assert third.always.when == ()
    assert third.never.when == ((CRITICAL, LATENCY),)
    (alone,) = variants(route(when(CRITICAL)))
    assert (alone.always.when, alone.always.enabled, alone.never.enabled) == ((), True, False)


def test_ratios_are_exact() -> None:
    taken = [Taken("R", (), str(number), number != 0) for number in range(10_000)]
    nearly = Coverage((), tuple(taken))

    assert not nearly.reaches(Fraction(100))
    assert nearly.reaches(Fraction(9_999, 100))
    assert not nearly.reaches(Fraction(9_999, 100) + Fraction(1, 10**9))
    assert len(nearly.items) == 10_000
