"""Undeclared routes that a create may be: the same alerts, or the same sources and both page."""

from collections.abc import Sequence

from reconciler.model.canonical import meet
from reconciler.model.declaration import Live
from reconciler.model.route import Route
from reconciler.plan.paging import Paging, paging


def alike(route: Route, undeclared: Sequence[Live]) -> list[Live]:
    """Those that take exactly the same alerts."""
    return [live for live in undeclared if _take_the_same(route, live.route)]


def paging_beside(route: Route, undeclared: Sequence[Live]) -> list[Live]:
    """Those of the same sources that page, where the route does too."""
    own = {source.source for source in route.sources}
    if paging(route) is Paging.NOBODY:
        return []
    return [
        live
        for live in undeclared
        if {source.source for source in live.route.sources} == own
        and paging(live.route) is not Paging.NOBODY
    ]


def _take_the_same(one: Route, other: Route) -> bool:
    if not one.sources or {s.source for s in one.sources} != {s.source for s in other.sources}:
        return False
    filters = [Route("", sources=route.sources, when=route.when) for route in (one, other)]
    first, second = meet(*filters)
    return first == second
