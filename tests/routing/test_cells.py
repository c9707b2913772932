"""The alerts that tell routes apart: one for each outcome of each source."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from reconciler.model import (
    Branches,
    Case,
    Expression,
    Incident,
    Navigate,
    Returns,
    Route,
    many,
    one,
    reference,
)
from reconciler.routing import cells as module
from reconciler.routing.cells import cells
from reconciler.routing.expectation import footprint
from reconciler.routing.reading import admissible
from tests.routing.small import (
    OTHER,
    PATH,
    PATH_TYPE,
    PRIORITY,
    SERVICE,
    SEVERITY,
    SOURCE,
    TIER_OF,
    TITLE,
    WORLD,
    check,
    result,
    route,
    when,
)


def values(
    routes: Mapping[str, Route], sources: Sequence[str] = (SOURCE,)
) -> list[dict[str, tuple[str, ...]]]:
    found = list(cells(routes, sources, admissible(), WORLD))
    assert len({(one.alert.source, footprint(one.outcome)) for one in found}) == len(found)
    assert all(one.all_tried for one in found)
    return [
        {key: value for key, value in one.alert.values.items() if value != ("any title",)}
        for one in found
    ]


def test_a_source_without_a_route_has_one_alert() -> None:
    assert values({}, (SOURCE, OTHER)) == [{}, {}]


def test_a_text_is_tried_at_its_boundaries() -> None:
    severity = route(when(check(SEVERITY, "one_of", "critical")))

    assert values({"R": severity}) == [
        {SEVERITY: ("something else",)},
        {SEVERITY: ("critical",)},
        {SEVERITY: ("CRITICAL",)},
    ]


def test_a_missing_value_is_an_alert_of_its_own_where_that_matters() -> None:
    unset = route(when(check(SEVERITY, "is_not_set")))

    assert values({"R": unset}) == [{SEVERITY: ("something else",)}, {}]


def test_a_title_is_never_missing() -> None:
    latency = route(when(check(TITLE, "contains", "latency")))

    titles = [one.get(TITLE) for one in values({"R": latency})]

    assert titles == [("something else",), ("latency",), ("LATENCY",)]


@pytest.mark.parametrize(
    ("of", "found"),
    [
        (
            route(when(check(SERVICE, "one_of", "shop"))),
            [{}, {SERVICE: ("E1",)}],
        ),
        (
            route(when(check(SERVICE + TIER_OF, "one_of", "2"))),
            [{}, {SERVICE: ("E2",)}, {SERVICE: ("E3",)}],
        ),
        (
            route(when(check(PRIORITY, "one_of", "Y1"))),
            [{}, {PRIORITY: ("Y1",)}],
        ),
        (
            route(pages=(reference(PATH),)),
            [{}, {PATH: ("P1",)}, {PATH: ("P2",)}],
        ),
    ],
)
def test_entries_of_the_catalog_are_tried(of: Route, found: list[dict[str, object]]) -> None:
    assert sorted(map(str, values({"R": of}))) == sorted(map(str, found))


CRITICAL = when(check(SEVERITY, "one_of", "critical"))
PRIORITIES = when(check(PRIORITY, "one_of", "Y1"), check(SERVICE, "one_of", "shop"))
BRANCHES = Branches(Returns(PATH_TYPE), (Case(CRITICAL, one("P2")),))
WHO = Expression("who", "who", ".", (BRANCHES,), otherwise=one("P1"))
TIER = Expression("tier", "tier", SERVICE, (Navigate('catalog_attribute["01TIER"]'),))


@pytest.mark.parametrize(
    "of",
    [
        route(source_groups=CRITICAL),
        route(posts=((many("C1"), CRITICAL),)),
        replace(route(), incident=Incident(when=CRITICAL)),
        route(pages=(result("who"),), expressions=(WHO,)),
    ],
)
def test_conditions_of_every_part_are_tried(of: Route) -> None:
    assert {SEVERITY: ("critical",)} in values({"R": of})


def test_what_an_expression_starts_from_is_tried() -> None:
    of = route(when(check('expressions["tier"]', "one_of", "2")), expressions=(TIER,))

    assert {SERVICE: ("E2",)} in values({"R": of})


def test_of_too_many_combinations_some_are_tried_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST", 40)
    of = {"R": route((*CRITICAL, *when(check(TITLE, "contains", "a", "b")), *PRIORITIES))}

    found = list(cells(of, [SOURCE], admissible(), WORLD))

    assert not any(one.all_tried for one in found)
    assert {one.outcome.routes["R"].answer for one in found} == {"yes", "no", "unknown"}


def test_disabled_routes_are_not_asked_for_values() -> None:
    assert values({"R": route(CRITICAL, enabled=False)}) == [{}]
