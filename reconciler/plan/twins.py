"""Undeclared routes that a create may be: the same alerts, or the same sources and both page, or
some of the same sources and both page the same.
"""

from collections.abc import Sequence

from reconciler.model.canonical import meet
from reconciler.model.declaration import Live
from reconciler.model.route import Route
from reconciler.plan.paging import Paging, paged, paging


def alike(route: Route, undeclared: Sequence[Live]) -> list[Live]:
    """Those that take exactly the same alerts."""
    return [live for live in undeclared if _take_the_same(route, live.route)]


def paging_beside(route: Route, undeclared: Sequence[Live]) -> list[Live]:
    """Those of the same sources that page, where the route does too. A route that got another name
    and another source at once has some of the same, and pages the same.
    """
    if paging(route) is Paging.NOBODY:
        return []
    return [
        live
        for live in undeclared
        if paging(live.route) is not Paging.NOBODY
        and (same_sources(route, live.route) or _pages_the_same(route, live.route))
    ]


def same_sources(one: Route, other: Route) -> bool:
    """Whether both take alerts of the same sources, whichever of them."""
    return _sources(one) == _sources(other)


def _pages_the_same(one: Route, other: Route) -> bool:
    return bool(_sources(one) & _sources(other)) and paged(one) == paged(other)


def _sources(route: Route) -> set[str]:
    return {source.source for source in route.sources}


def _take_the_same(one: Route, other: Route) -> bool:
    if not one.sources or not same_sources(one, other):
        return False
    filters = [Route("", sources=route.sources, when=route.when) for route in (one, other)]
    first, second = meet(*filters)
    return first == second
