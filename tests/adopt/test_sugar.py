"""Another spelling, the same meaning, and one order."""

from dataclasses import replace

from hypothesis import given

from reconciler.adopt.sugar import in_order, sweetened
from reconciler.model.binding import Binding, many
from reconciler.model.canonical import canonical
from reconciler.model.condition import Condition, ConditionGroups
from reconciler.model.expression import Branches, Case, Expression, Filter, Plain, Returns
from reconciler.model.route import Destination, Incident, Route, RouteSource
from tests.properties.ids_strategies import routes


@given(routes("v2"))
def test_a_sweetened_route_means_the_same(route: Route) -> None:
    assert canonical(sweetened(route)) == canonical(route)


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

    assert sweetened(everywhere(groups)) == everywhere(wanted)
    assert sweetened(Route("r")) == Route("r")
