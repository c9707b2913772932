"""Whom a route pages, as far as a route alone can say."""

from enum import IntEnum

from reconciler.model.binding import Binding, Literal
from reconciler.model.route import Route, Target
from reconciler.plan.words import Names, target_words


class Paging(IntEnum):
    """How sure it is that an alert of the route pages somebody."""

    NOBODY = 0
    PERHAPS = 1  # only by references, which may be empty
    SOMEBODY = 2


def paging(route: Route) -> Paging:
    """A disabled route, or one without sources or targets, pages nobody."""
    if not route.enabled or not route.sources:
        return Paging.NOBODY
    values = [value for target in route.escalate.targets for value in target.binding.values]
    if any(isinstance(value, Literal) and value.text for value in values):
        return Paging.SOMEBODY
    return Paging.PERHAPS if values else Paging.NOBODY


def paged(route: Route) -> frozenset[Target]:
    """Its targets one by one: `path: [A, B]` is A and B."""
    return frozenset(
        Target(target.kind, Binding((value,)))
        for target in route.escalate.targets
        for value in target.binding.values
    )


def who(targets: frozenset[Target], names: Names) -> str:
    """The targets in words, sorted."""
    return ", ".join(sorted(target_words(target, names) for target in targets)) or "nobody"
