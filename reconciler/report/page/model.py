"""What the page says, in words and numbers, before it is HTML. Nothing here is escaped yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Sign = Literal["", "new", "changed", "removed"]
Kind = Literal["pages", "posts", "incident", "twice", "nobody", "dropped", "unknown"]
BoxKind = Literal["source", "route", "path", "channel", "nobody"]


@dataclass(frozen=True, slots=True)
class Place:
    """`routes/a.yaml:4`, and where the forge shows it; both may be empty."""

    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value; `before` where another one stood there."""

    now: str
    before: str | None = None


@dataclass(frozen=True, slots=True)
class RouteRow:
    """A line of the routing table. `id` is safe in HTML and in the data of the search."""

    id: str
    name: str
    sources: tuple[str, ...]
    condition: Cell
    paged: Cell
    posted: Cell
    incident: bool
    enabled: bool
    paths: tuple[str, ...]
    channels: tuple[str, ...]
    attributes: tuple[str, ...]
    place: Place = Place()
    sign: Sign = ""

    @property
    def joined(self) -> str:
        """The sources, in one text."""
        return ", ".join(self.sources)


@dataclass(frozen=True, slots=True)
class Decision:
    """Which alerts, and one thing that becomes of them. An alert may be in several."""

    kind: Kind
    alerts: str
    effect: str
    routes: tuple[RouteRow, ...] = ()
    example: str = ""
    only_if: str = ""


@dataclass(frozen=True, slots=True)
class SourceTable:
    """All decisions of one source."""

    id: str
    name: str
    rows: tuple[Decision, ...]
    complete: bool

    @property
    def route_ids(self) -> str:
        """Of the routes that its rows name."""
        return " ".join(dict.fromkeys(route.id for row in self.rows for route in row.routes))


@dataclass(frozen=True, slots=True)
class Hole:
    """Something that is open."""

    text: str
    detail: str = ""
    places: tuple[tuple[str, Place], ...] = ()


@dataclass(frozen=True, slots=True)
class Holes:
    """Those of one kind."""

    title: str
    rows: tuple[Hole, ...]


@dataclass(frozen=True, slots=True)
class AlertRow:
    """A kind of alert, as a row of the proof; the worst come first."""

    label: str
    where: str
    before: str
    after: str
    because: str
    example: str
    only_if: str
    bad: bool


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A setting of a route, before and after."""

    route: str
    setting: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Before and after. `errors`: why nothing is written as it is."""

    id: str
    title: str
    since: str
    summary: str
    rows: tuple[AlertRow, ...]
    unknown: tuple[str, ...]
    rest: tuple[str, ...]
    fields: tuple[FieldRow, ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the map, by its upper left corner. `kind` is its column, or `channel`."""

    kind: BoxKind
    text: str
    short: str
    x: int
    y: int
    routes: str  # ids, with blanks between
    sign: Sign = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A line of the map, as the path of an SVG."""

    route: str
    path: str


@dataclass(frozen=True, slots=True)
class Map:
    """The picture: source, route, who is paged and where it is posted."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything. `map` None: there are too many routes for a picture, `most_drawn` at most."""

    title: str
    of: str
    routes: tuple[RouteRow, ...]
    sources: tuple[SourceTable, ...]
    holes: tuple[Holes, ...]
    proved: str
    map: Map | None
    most_drawn: int
    changes: Sequence[Changes] = ()
    filters: tuple[tuple[str, str, Sequence[str]], ...] = field(default_factory=tuple)
