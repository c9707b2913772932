"""The map: three columns of boxes, and lines between them. Each column is in the order of what it
hangs on, so that few lines cross.
"""

from collections.abc import Iterable, Mapping, Sequence

from reconciler.plan.paging.paging import cut_short
from reconciler.report.page.model import Box, BoxKind, Edge, Map, RouteRow

BOX_WIDTH, BOX_HEIGHT = 260, 24
ROW = 32
COLUMNS = (8, 350, 692)
WIDTH = 960
NOBODY = "nobody"
LONGEST = 36  # characters that fit into a box
Key = tuple[str, str]


def drawn(routes: Sequence[RouteRow]) -> Map:
    """Of these routes."""
    sources = list(dict.fromkeys(source for route in routes for source in route.sources))
    by_source = {source: place for place, source in enumerate(sources)}
    ordered = sorted(
        routes, key=lambda row: (_middle(by_source[source] for source in row.sources), row.name)
    )
    places = {route.id: place for place, route in enumerate(ordered)}
    targets: dict[Key, list[str]] = {}
    for route in ordered:
        for target in _targets(route):
            targets.setdefault(target, []).append(route.id)
    order = sorted(targets, key=lambda key: (_middle(places[name] for name in targets[key]), key))
    tallest = max(len(sources), len(ordered), len(order), 1)
    lefts = {name: _y(place, len(sources), tallest) for name, place in by_source.items()}
    middles = {key: _y(place, len(ordered), tallest) for key, place in places.items()}
    rights = {key: _y(place, len(order), tallest) for place, key in enumerate(order)}
    boxes = [
        *(_source(name, y, ordered) for name, y in lefts.items()),
        *(_route(route, middles[route.id]) for route in ordered),
        *(_target(key, y, targets[key]) for key, y in rights.items()),
    ]
    edges = [edge for route in ordered for edge in _edges(route, lefts, middles, rights)]
    return Map(WIDTH, tallest * ROW + ROW, tuple(boxes), tuple(edges))


def _targets(route: RouteRow) -> list[Key]:
    paged: list[Key] = [("path", path) for path in route.paths] or [("nobody", NOBODY)]
    return [*paged, *(("channel", channel) for channel in route.channels)]


def _middle(places: Iterable[int]) -> float:
    found = list(places)
    return sum(found) / len(found) if found else -1.0


def _y(place: int, count: int, tallest: int) -> int:
    """A short column is spread over the whole height."""
    return ROW // 2 + round((place + 0.5) * tallest / count * ROW - ROW / 2)


def _source(name: str, y: int, routes: Sequence[RouteRow]) -> Box:
    own = " ".join(route.id for route in routes if name in route.sources)
    return Box("source", name, cut_short(name, LONGEST), COLUMNS[0], y, own)


def _route(route: RouteRow, y: int) -> Box:
    words = route.name if route.enabled else f"{route.name} (disabled)"
    return Box("route", words, cut_short(words, LONGEST), COLUMNS[1], y, route.id, route.sign)


def _target(key: Key, y: int, routes: Sequence[str]) -> Box:
    kind, name = key
    box: BoxKind = "path" if kind == "path" else "channel" if kind == "channel" else "nobody"
    return Box(box, name, cut_short(name, LONGEST), COLUMNS[2], y, " ".join(routes))


def _edges(
    route: RouteRow, lefts: Mapping[str, int], middles: Mapping[str, int], rights: Mapping[Key, int]
) -> Iterable[Edge]:
    here = middles[route.id]
    for source in dict.fromkeys(route.sources):
        yield Edge(route.id, _curve(COLUMNS[0] + BOX_WIDTH, lefts[source], COLUMNS[1], here))
    for target in dict.fromkeys(_targets(route)):
        yield Edge(route.id, _curve(COLUMNS[1] + BOX_WIDTH, here, COLUMNS[2], rights[target]))


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    half, middle = BOX_HEIGHT // 2, (x + to_x) // 2
    return f"M{x} {y + half}C{middle} {y + half} {middle} {to_y + half} {to_x} {to_y + half}"
