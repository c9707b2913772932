"""Nobody is paged differently only where that is known."""

from dataclasses import fields, replace

import pytest
from hypothesis import given, strategies as st

from reconciler.model import (
    Again,
    Expression,
    Grouping,
    Incident,
    Route,
    RouteSource,
    UnknownField,
    canonical_pair,
    one,
)
from reconciler.plan.paging.paging import Paging, paging
from reconciler.plan.paging.silence import decision, follow_renames, unsure_keys, used_expressions
from tests.plan.expressed import ATTRIBUTE, branches, deciding
from tests.plan.parts import declared, live, path, planned, production, slack, when
from tests.properties.ids_strategies import routes

ROUTE = production()
GROUPED = replace(ROUTE, group=Grouping(60))
OTHER = Expression("other", "Other", ATTRIBUTE)
SILENT = production(targets=[])
BY = deciding(branches(("P1", one("01ONCALL"))), OTHER)


def keys(before: Route, after: Route) -> tuple[str, ...]:
    (change,) = planned([declared(after, route_id="01LIVE")], [live(before)]).changes
    return unsure_keys(change)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ROUTE, replace(ROUTE, name="New")),
        (ROUTE, replace(ROUTE, owners=("01TEAM",))),
        (ROUTE, replace(ROUTE, notify=(slack("C02"),))),
        (ROUTE, replace(ROUTE, message_template=one("01T"))),
        (ROUTE, replace(ROUTE, incident=Incident())),
        (BY, replace(BY, expressions=(BY.expressions[0], replace(OTHER, root="alert.title")))),
        (BY, replace(BY, expressions=(replace(BY.expressions[0], label="X"), OTHER))),
        (SILENT, replace(SILENT, when=when("a"))),
        (SILENT, replace(SILENT, enabled=False)),
        (replace(ROUTE, enabled=False), replace(ROUTE, enabled=False, when=when("a"))),
    ],
)
def test_nobody_is_paged_differently(before: Route, after: Route) -> None:
    assert keys(before, after) == ()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (ROUTE, replace(ROUTE, enabled=False), ("enabled",)),
        (ROUTE, replace(ROUTE, private=True), ("private",)),
        (ROUTE, replace(ROUTE, when=when("a")), ("when",)),
        (ROUTE, production(sources=[RouteSource("01PROD")]), ("sources",)),
        (ROUTE, production(targets=[path("01PLATFORM")]), ("escalate",)),
        (ROUTE, GROUPED, ("group", "escalate")),
        (
            GROUPED,
            replace(GROUPED, escalate=replace(ROUTE.escalate, again=Again("on_each_new_alert"))),
            ("escalate",),
        ),
        (
            BY,
            replace(BY, expressions=(branches(("P2", one("01ONCALL"))), OTHER)),
            ("expressions.who",),
        ),
        (SILENT, ROUTE, ("escalate",)),
    ],
)
def test_the_keys_that_may_decide_it_are_named(
    before: Route, after: Route, expected: tuple[str, ...]
) -> None:
    assert keys(before, after) == expected


def test_a_target_that_this_version_does_not_know_may_page() -> None:
    unknown = (UnknownField("/escalation_config/new_targets", [1], ("escalate",)),)
    there = live(SILENT, unknown=unknown)

    (update,) = planned([declared(replace(SILENT, when=when("a")))], [there]).changes
    (delete,) = planned([declared(SILENT, absent=True)], [there]).changes
    assert unsure_keys(update) == ("when",)
    assert unsure_keys(delete)


def test_what_a_read_hides_may_page() -> None:
    there = live(ROUTE, hidden=(("expressions", "x"),))
    (update,) = planned([declared(replace(ROUTE, name="New"), route_id="01LIVE")], [there]).changes

    assert unsure_keys(update) == ("hidden parts",)


def test_a_new_or_deleted_route_that_pages_nobody_is_safe() -> None:
    (silent,) = planned([declared(SILENT)], []).changes
    (loud,) = planned([declared(ROUTE)], []).changes
    (gone,) = planned([declared(SILENT, absent=True)], [live(SILENT)]).changes

    assert unsure_keys(silent) == unsure_keys(gone) == ()
    assert unsure_keys(loud)


@given(routes("v3"), routes("v3"), st.sets(st.sampled_from([one.name for one in fields(Route)])))
def test_where_nobody_is_paged_differently_all_that_decides_it_is_the_same(
    before: Route, other: Route, changed: set[str]
) -> None:
    after = Route(**{
        one.name: getattr(other if one.name in changed else before, one.name)
        for one in fields(Route)
    })  # fmt: skip
    plan = planned([declared(after, route_id="01LIVE")], [live(before)])
    for change in plan.changes:
        if unsure_keys(change):
            continue
        new, old = canonical_pair(after, before)
        old = follow_renames(old, new)
        silent = {paging(new), paging(old)} == {Paging.NOBODY}
        assert silent or _decides(new) == _decides(old)


def _decides(route: Route) -> object:
    targets, expressions = decision(route)
    plain = tuple(replace(one, label="") for one in used_expressions(route, route.sources))
    again = (route.escalate.again, route.escalate.cancel_when_resolved)
    return targets, expressions, plain, again, route.enabled, route.sources, route.when, route.group
