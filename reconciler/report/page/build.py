"""The page's model from what was proven and compared."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from reconciler.model import (
    Names,
    Path,
    Position,
    Route,
    groups_in,
)
from reconciler.plan.compare.words import channel_words, groups_words, target_words
from reconciler.plan.paging.paging import paged, whom
from reconciler.planning.explained import NamedRoute
from reconciler.planning.pictured import Pictured
from reconciler.report.page.changes import Marks
from reconciler.report.page.decisions import source_tables
from reconciler.report.page.drawing import drawn
from reconciler.report.page.holes import holes_of, proved_words
from reconciler.report.page.model import Cell, Page, Place, RouteRow
from reconciler.wire.who import ATTRIBUTE

NO_MARKS = Marks()
MOST_DRAWN = 300  # routes; the lines of more are a hairball
Linked = Callable[[Position], Place]


def page_of(found: Pictured, of: str, linked: Linked, marks: Marks = NO_MARKS) -> Page:
    """`of`: whose routes these are. `linked`: where the forge shows a place of a file."""
    rows = dict(_rows(found, linked, marks))
    routes = tuple(sorted(rows.values(), key=lambda row: (row.name, row.id)))
    by_name = {named.name: rows[key] for key, named in found.routes.items()}
    at = _At(found, linked)
    return Page(
        title="Alert routes",
        of=of,
        routes=routes,
        sources=tuple(source_tables(found, rows)),
        holes=tuple(holes_of(found, rows | by_name, at)),
        proved=proved_words(found),
        map=drawn(routes) if routes and len(routes) <= MOST_DRAWN else None,
        most_drawn=MOST_DRAWN,
        changes=marks.changes,
        filters=(
            ("source", "Source", _values(row.sources for row in routes)),
            ("path", "Who is paged", _values(row.paths for row in routes)),
            ("channel", "Channel", _values(row.channels for row in routes)),
            ("attribute", "Attribute", _values(row.attributes for row in routes)),
        ),
    )


class _At:
    """Where a part of a route stands, by the route's key or name."""

    def __init__(self, found: Pictured, linked: Linked) -> None:
        self._named = {named.name: named for named in found.routes.values()} | dict(found.routes)
        self._linked = linked

    def __call__(self, key: str, path: Path) -> Place:
        position = self._named[key].at(path) if key in self._named else None
        return self._linked(position) if position else Place()


def _values(found: Iterator[tuple[str, ...]]) -> Sequence[str]:
    return sorted({value for each in found for value in each})


def _rows(found: Pictured, linked: Linked, marks: Marks) -> Iterator[tuple[str, RouteRow]]:
    gone = {key: named for key, named in marks.before.items() if key not in found.routes}
    for number, (key, named) in enumerate({**found.routes, **gone}.items()):
        position = named.at(("name",)) if key in found.routes else None
        place = linked(position) if position else Place()
        row = _row(f"r{number}", named.route, found.names, place)
        row = replace(row, sign=marks.signs.get(key, ""))
        yield key, _with_before(row, marks.before.get(key), found.names)


def _row(identity: str, route: Route, names: Names, place: Place) -> RouteRow:
    sources = tuple(
        dict.fromkeys(names.get(source.source, source.source) for source in route.sources)
    )
    paths = tuple(sorted({target_words(target, names) for target in paged(route, names)}))
    people = whom(route, names)
    if not route.enabled and paths:
        paths, people = (), f"nobody while disabled, otherwise {people}"
    channels = tuple(
        dict.fromkeys(channel_words(destination, names) for destination in route.notify)
    )
    return RouteRow(
        identity,
        route.name,
        sources,
        Cell(_condition(route, names)),
        Cell(people),
        Cell(", ".join(channels) or "—"),
        route.incident is not None,
        route.enabled,
        paths,
        channels,
        tuple(sorted(set(_attributes(route, names)))),
        place,
    )


def _with_before(row: RouteRow, named: NamedRoute | None, names: Names) -> RouteRow:
    if named is None or row.sign != "changed":
        return row
    was = _row(row.id, named.route, names, row.place)

    def cell(now: Cell, then: Cell) -> Cell:
        return now if now == then else Cell(now.now, then.now)

    return replace(
        row,
        condition=cell(row.condition, was.condition),
        paged=cell(row.paged, was.paged),
        posted=cell(row.posted, was.posted),
    )


def _condition(route: Route, names: Names) -> str:
    """Of the whole route, then what single sources ask for besides."""
    words = [groups_words(route.when, names)] if route.when else []
    of_sources: dict[str, list[str]] = {}
    for source in route.sources:
        if source.when:
            known = names.get(source.source, source.source)
            of_sources.setdefault(groups_words(source.when, names), []).append(known)
    alone = len(of_sources) == 1 and len(route.sources) == len(next(iter(of_sources.values())))
    for when, sources in of_sources.items():
        words.append(when if alone else f"{', '.join(sources)}: {when}")
    return "; ".join(words) or "any alert"


def _attributes(route: Route, names: Names) -> Iterator[str]:
    for expression in route.expressions:
        yield from _head(expression.root, names)
    for _, groups in groups_in(route):
        for condition in (condition for group in groups for condition in group):
            yield from _head(condition.subject, names)


def _head(subject: str, names: Names) -> Iterator[str]:
    """The attribute behind a subject; expressions have conditions of their own."""
    head = subject.partition('.catalog_attribute["')[0]
    if head.startswith("alert."):
        yield names.get(head, head.removeprefix(ATTRIBUTE).removeprefix("alert."))
