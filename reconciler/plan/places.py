"""From keyed paths to places in a file, and from index paths to titles."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from reconciler.model.canonical import canonical_destination
from reconciler.model.declaration import Declaration
from reconciler.model.finding import Path
from reconciler.model.route import Destination, Route, Target
from reconciler.plan.change import FieldChange
from reconciler.plan.slots import (
    destination_key,
    element_keys,
    slots,
    source_key,
    target_key,
)
from reconciler.plan.words import Names

T = TypeVar("T")


def placed(change: FieldChange, declaration: Declaration, names: Names) -> FieldChange:
    """The change with its position; what the file does not spell out has its section's."""
    path = file_path(declaration.route, change.path, names)
    return replace(change, position=declaration.positions.at(path))


def file_path(route: Route, path: Path, names: Names) -> Path:
    """The path by index, as positions know it; of elements that the route lacks, the list's."""
    match path:
        case ("sources", str(key), *rest):
            return _indexed(("sources",), element_keys(route.sources, source_key), key, rest)
        case ("owners", str(key), *rest):
            return _indexed(("owners",), element_keys(route.owners, str), key, rest)
        case ("escalate", "to", str(key), *rest):
            keys = element_keys(route.escalate.targets, target_key)
            return _indexed(("escalate", "to"), keys, key, rest)
        case ("group", "by", str(key), *rest) if route.group is not None:
            return _indexed(("group", "by"), element_keys(route.group.by, str), key, rest)
        case ("notify", str(key), *rest):
            keys = element_keys(route.notify, _bare_destination_key)
            return _indexed(("notify",), keys, _bare(key), rest)
        case ("incident", "custom_fields", str(key), *rest):
            return ("incident", "custom_fields", names.get(key, key), *rest)
        case _:
            return path


def _indexed(head: Path, keys: Sequence[str], key: str, rest: Sequence[str | int]) -> Path:
    return (*head, keys.index(key), *rest) if key in keys else head


def _bare_destination_key(destination: Destination) -> str:
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
    """An index path of a route with elements by their keys."""
    match path:
        case ("sources", int(place), *rest):
            return _keyed(("sources",), route.sources, source_key, place, rest)
        case ("owners", int(place), *rest):
            return _keyed(("owners",), route.owners, str, place, rest)
        case ("escalate", "to", int(place), *rest):
            targets: Sequence[Target] = route.escalate.targets
            return _keyed(("escalate", "to"), targets, target_key, place, rest)
        case ("notify", int(place), *rest):
            return _keyed(("notify",), route.notify, destination_key, place, rest)
        case _:
            return path


def _keyed(
    head: Path, parts: Sequence[T], name: Callable[[T], str], place: int, rest: Sequence[str | int]
) -> Path:
    keys = element_keys(parts, name)
    return (*head, keys[place], *rest) if place < len(keys) else head
