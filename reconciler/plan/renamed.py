"""A route that is not live by its name: deleted or renamed by hand, or not made yet? Pure.

Nobody says which. But an undeclared route that takes exactly the same alerts is probably it, and to
create a second one beside it would tell everybody twice.
"""

from collections.abc import Iterator, Sequence

from reconciler.model.canonical import meet
from reconciler.model.declaration import Declaration, Live
from reconciler.model.finding import Finding
from reconciler.model.route import Route

_SAME_ROUTE = "if it is this route, write its new name here, or `id: {0}` to name it as here again"


def maybe_renamed(declaration: Declaration, undeclared: Sequence[Live]) -> Iterator[Finding]:
    """A warning beside a create, where an undeclared route is like it."""
    twins = _alike(declaration.route, undeclared)
    if not twins:
        return
    name = declaration.route.name
    message = (
        f'undeclared {_names_of(twins)} takes the same alerts as "{name}": if it was renamed by '
        "hand, this create makes a second one of it"
    )
    hint = _SAME_ROUTE.format(twins[0].id)
    finding = Finding("warning", "maybe-renamed", message, hint, path=("name",), route=name)
    yield declaration.positions.locate(finding)


def deleted_by_hand(declaration: Declaration, undeclared: Sequence[Live]) -> Finding:
    """The route is not there any more since a base whose file said the same; it is left so."""
    twins = _alike(declaration.route, undeclared)
    name = declaration.route.name
    message = f'"{name}" was deleted in incident.io since the base; it is left deleted'
    hint = "remove its file to agree, or apply with --revert-drift to create it again"
    if twins:
        message = (
            f'"{name}" is not live since the base, and undeclared {_names_of(twins)} takes the '
            "same alerts: probably it was renamed in incident.io. Nothing is created"
        )
        hint = _SAME_ROUTE.format(twins[0].id)
    finding = Finding("warning", "deleted-by-hand", message, hint, path=("name",), route=name)
    return declaration.positions.locate(finding)


def not_applied_yet(declaration: Declaration) -> Finding:
    """The route was never live: the merge that brought its file waits, or failed."""
    name = declaration.route.name
    message = f'"{name}" is not live yet: the merge that added its file has not been applied'
    hint = "the next apply creates it"
    finding = Finding("note", "not-applied-yet", message, hint, path=("name",), route=name)
    return declaration.positions.locate(finding)


def _alike(route: Route, undeclared: Sequence[Live]) -> list[Live]:
    return [live for live in undeclared if _take_the_same(route, live.route)]


def _take_the_same(one: Route, other: Route) -> bool:
    if not one.sources or {s.source for s in one.sources} != {s.source for s in other.sources}:
        return False
    filters = [Route("", sources=route.sources, when=route.when) for route in (one, other)]
    first, second = meet(*filters)
    return first == second


def _names_of(twins: Sequence[Live]) -> str:
    return ", ".join(f'"{live.route.name}"' for live in twins)
