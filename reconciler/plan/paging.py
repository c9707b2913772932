"""Whom a route pages, as far as a route alone can say."""

from dataclasses import replace
from enum import IntEnum

from reconciler.model.binding import Binding, Literal
from reconciler.model.names import Names, same_thing
from reconciler.model.route import Route, Target
from reconciler.plan.possible import Doubt, Possible, possible, possible_values


class Paging(IntEnum):
    """How sure it is that an alert of the route pages somebody."""

    NOBODY = 0
    PERHAPS = 1  # for some alert it may be nobody, or that cannot be known
    SOMEBODY = 2


def paging(route: Route) -> Paging:
    """A disabled route, or one without sources or targets, pages nobody."""
    if not route.enabled or not route.sources:
        return Paging.NOBODY
    if not any(target.binding.values for target in route.escalate.targets):
        return Paging.NOBODY
    return Paging.PERHAPS if _all(route).doubts else Paging.SOMEBODY


def doubts(route: Route) -> frozenset[Doubt]:
    """Why it may be nobody, whatever its switch and its sources are."""
    return _all(route).doubts


def _all(route: Route) -> Possible:
    known = possible_values(route)
    filled = [target.binding for target in route.escalate.targets if target.binding.values]
    found = [possible(binding, known) for binding in filled]
    together = found[0] if found else Possible()
    for one in found[1:]:
        together = together.and_(one)
    return together


def paged(route: Route, names: Names | None = None) -> frozenset[Target]:
    """Whom it may page, one by one: `path: [A, B]` is A and B, an expression is each of its
    results. What only the alert knows is a reference. With `names` a path has one id, whether it
    was named by its own or by its entry in the catalog.
    """
    known = possible_values(route)
    found: set[Target] = set()
    for target in route.escalate.targets:
        for value in possible(target.binding, known).values:
            if isinstance(value, Literal) and names is not None:
                value = replace(value, text=same_thing(value.text, names))
            found.add(Target(target.kind, Binding((value,))))
    return frozenset(found)


def chosen(route: Route) -> bool:
    """Whether an expression decides, alert by alert, whom the route pages."""
    known = possible_values(route)
    return any(
        len(found.values) > 1 or found.doubts
        for target in route.escalate.targets
        for value in target.binding.values
        if not isinstance(value, Literal)
        for found in (possible(Binding((value,)), known),)
    )
