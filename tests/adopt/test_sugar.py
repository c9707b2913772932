"""Another spelling, the same meaning, and one order."""

from dataclasses import replace

from hypothesis import given

from reconciler.adopt.draft import in_order, with_shorthand
from reconciler.model import (
    Binding,
    Branches,
    Case,
    Condition,
    ConditionGroups,
    Destination,
    Expression,
    Filter,
    Incident,
    Plain,
    Returns,
    Route,
    RouteSource,
    canonical,
    many,
)
from tests.properties.ids_strategies import routes


@given(routes("v2"))
def test_a_sweetened_route_means_the_same(route: Route) -> None:
    assert canonical(with_shorthand(route)) == canonical(route)


@given(routes("v3"))
def test_sets_have_one_order(route: Route) -> None:
    turned = replace(
        route,
        owners=tuple(reversed(route.owners)),
        notify=tuple(reversed(route.notify)),
        escalate=replace(route.escalate, targets=tuple(reversed(route.escalate.targets))),
    )

    assert canonical(in_order(route)) == canonical(route)
    assert in_order(turned) == in_order(route)


def test_the_servers_name_of_one_of_is_not_written() -> None:
    stored = Condition("a", "contains_one_of", (many("x"), Binding()), "String")
    written = Condition("a", "one_of", (many("x"),), "String")
    other = replace(stored, subject_type="")
    groups: ConditionGroups = ((stored, other),)
    wanted: ConditionGroups = ((written, replace(other, params=(many("x"),))),)
    returns = Returns("String")

    def everywhere(when: ConditionGroups) -> Route:
        steps = (Filter(when), Branches(returns, (Case(when, many("x")),)), Plain("first"))
        return Route(
            "r",
            sources=(RouteSource("s", when),),
            when=when,
            notify=(Destination(when=when),),
            incident=Incident(when=when),
            expressions=(Expression("e", "e", ".", steps),),
        )

    assert with_shorthand(everywhere(groups)) == everywhere(wanted)
    assert with_shorthand(Route("r")) == Route("r")
