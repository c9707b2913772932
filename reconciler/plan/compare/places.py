"""Paths of a route: from keys to places in a file, and from indexes to titles."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from reconciler.model import (
    SETS,
    Declaration,
    Destination,
    Kind,
    Live,
    Names,
    Path,
    Route,
    canonical_destination,
    setting,
)
from reconciler.plan.change import FieldChange
from reconciler.plan.compare.slots import KEYS, destination_key, element_keys, slots
from reconciler.plan.plan import Unknown

T = TypeVar("T")


def placed(change: FieldChange, declaration: Declaration, names: Names) -> FieldChange:
    """The change with its position; a part that the file leaves out has its section's."""
    path = file_path(declaration.route, change.path, names)
    return replace(change, position=declaration.positions.at(path))


def file_path(route: Route, path: Path, names: Names) -> Path:
    """The path by index, as positions know it; of elements that the route lacks, the list's."""
    match _first_set(route, path):
        case (head, "fields", _, (str(key), *rest)):
            return (*head, names.get(key, key), *rest)
        case (head, "destinations", parts, (str(key), *rest)):
            return _indexed(head, element_keys(parts, _bare_key), _bare(key), rest)
        case (head, kind, parts, (str(key), *rest)) if kind in SETS:
            return _indexed(head, element_keys(parts, KEYS[kind]), key, rest)
        case _:
            return path


def _first_set(part: Any, path: Path) -> tuple[Path, Kind, Sequence[Any], Path] | None:
    """The first set along the path: the path to it, its kind, its parts, and the steps that follow.
    None where there is none, or a section on the way is not set.
    """
    for length, step in enumerate(path, 1):
        row = setting(type(part), str(step))
        if row is None:
            return None
        part = getattr(part, row.field)
        if row.kind in KEYS:
            return path[:length], row.kind, part, path[length:]
    return None


def _indexed(head: Path, keys: Sequence[str], key: str, rest: Sequence[str | int]) -> Path:
    return (*head, keys.index(key), *rest) if key in keys else head


def _bare_key(destination: Destination) -> str:
    return _bare(destination_key(canonical_destination(destination)))


def _bare(key: str) -> str:
    """Without the Slack team: the file may leave it out."""
    kind, _, channel = key.partition(" ")
    return f"{kind} {channel.rpartition('/')[2]}"


def title_of(route: Route, path: Path, names: Names) -> str:
    """An index path of a route with ids as a title: `sources["Grafana Cloud"].when`."""
    title = ""
    part = slots(route, names)
    for step in keyed_path(route, path):
        child = part.children.get(str(step))
        if child is None:
            break
        title += child.label
        part = child
    return title.removeprefix(".") or str(path[0] if path else "route")


def keyed_path(route: Route, path: Path) -> Path:
    match _first_set(route, path):
        case (head, kind, parts, (int(place), *rest)) if kind in SETS:
            return _keyed(head, parts, KEYS[kind], place, rest)
        case _:
            return path


def _keyed(
    head: Path, parts: Sequence[T], name: Callable[[T], str], place: int, rest: Sequence[str | int]
) -> Path:
    keys = element_keys(parts, name)
    return (*head, keys[place], *rest) if place < len(keys) else head


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
