"""What a live route has and we do not know, and what a change does to it."""

from collections.abc import Iterator, Sequence

from reconciler.model.declaration import Live
from reconciler.plan.change import FieldChange
from reconciler.plan.places import keyed_path, title_of
from reconciler.plan.plan import Unknown
from reconciler.plan.words import Names


def unknown_parts(live: Live, found: Sequence[FieldChange], names: Names) -> Iterator[Unknown]:
    """Fields that are carried through a write, or lost with their element; hidden parts."""
    removed = [change.path for change in found if change.to is None]
    name = live.route.name
    for unknown in live.unknown:
        path = keyed_path(live.route, unknown.path)
        lost = any(path[: len(gone)] == gone for gone in removed)
        title = title_of(live.route, unknown.path, names)
        yield Unknown(name, live.id, title, unknown.pointer, "lost" if lost else "carried")
    for part in live.hidden:
        yield Unknown(name, live.id, title_of(live.route, part, names), "", "hidden")
