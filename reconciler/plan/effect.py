"""Whether a change surely pages nobody differently. What is not known here is not taken as safe."""

from reconciler.model.declaration import Live
from reconciler.model.finding import Path
from reconciler.model.route import Route
from reconciler.model.settings import settings
from reconciler.plan.change import Change, Create, Delete, Update
from reconciler.plan.paging import Paging, paging
from reconciler.plan.silence import used_expressions

_WITHOUT_PAGING = frozenset(row.key for row in settings(Route) if not row.pages)
"""Keys that decide who is told, who owns the route and what incident starts, never who is paged."""


def unsure_keys(change: Change) -> tuple[str, ...]:
    """The keys of the file that may decide who is paged and that the change touches, none where it
    surely pages nobody differently.
    """
    match change:
        case Create():
            return () if paging(change.after) is Paging.NOBODY else ("escalate",)
        case Delete():
            return ("escalate",) if _may_page(change.live) else ()
        case Update():
            return _of_update(change)


def _of_update(change: Update) -> tuple[str, ...]:
    before, after = change.live.route, change.after
    if not _may_page(change.live) and paging(after) is Paging.NOBODY:
        return ()
    used = _deciding(before) | _deciding(after)
    keys = {_key(one.path): None for one in change.fields if not _beside_paging(one.path, used)}
    hidden = ["hidden parts"] if change.live.hidden else []
    return (*keys, *hidden)


def _key(path: Path) -> str:
    return str(path[0]) if path[0] != "expressions" else ".".join(map(str, path[:2]))


def _beside_paging(path: Path, used: frozenset[str]) -> bool:
    match path:
        case ("expressions", _, "reference" | "label"):  # a new name everywhere (fact 3.9)
            return True
        case ("expressions", str(name), *_):
            return name not in used
        case _:
            return path[0] in _WITHOUT_PAGING


def _deciding(route: Route) -> frozenset[str]:
    """The expressions that decide whether, how often and whom the route pages."""
    parts = (route.escalate, route.when, route.sources, route.group)
    return frozenset(one.reference for one in used_expressions(route, parts))


def _may_page(live: Live) -> bool:
    """A target of a kind that this version does not know may page somebody."""
    unknown = any(
        "escalation" in one.pointer or one.path[:1] == ("escalate",) for one in live.unknown
    )
    return unknown or paging(live.route) is not Paging.NOBODY
