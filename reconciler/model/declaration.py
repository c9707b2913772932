"""The declaration in a route file, and the live route that it is for."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from reconciler.model.fields import Json
from reconciler.model.finding import Finding, Level, Path, Positions
from reconciler.model.route import Route

ApiVersion = Literal["v2", "v3"]


@dataclass(frozen=True, slots=True)
class Declaration:
    """One route file. `route` holds names as read, ids after `directory.resolve`."""

    route: Route
    positions: Positions
    id: str | None = None
    previously: str | None = None
    absent: bool = False  # `state: absent`
    ignore_changes: tuple[str, ...] = ()  # top-level keys of the file

    @property
    def file(self) -> str:
        """The file's path as people would type it."""
        return self.positions.file

    def finding(
        self,
        level: Level,
        code: str,
        message: str,
        hint: str = "",
        path: Path = ("name",),
        route: str = "",
    ) -> Finding:
        """A finding about a part of this file, in its place; `route`: the name, if another."""
        name = route or self.route.name
        return self.positions.locate(Finding(level, code, message, hint, path=path, route=name))


@dataclass(frozen=True, slots=True)
class Listed:
    """A live route as the list shows it. Its version may be stale there, so it has none."""

    id: str
    name: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class UnknownField:
    """A field that the live route has and the model does not: kept and reported."""

    pointer: str  # JSON pointer into the route's body
    value: Json
    path: Path = ()  # the nearest part of the route around it

    @property
    def name(self) -> str:
        """The field's name; of a whole element of a list, the list's: its place is no meaning."""
        tokens = [token for token in self.pointer.split("/") if not token.isdigit()]
        return tokens[-1]


@dataclass(frozen=True, slots=True)
class Live:
    """A route as incident.io has it, decoded from one API version's full read."""

    id: str
    version: int
    api: ApiVersion
    route: Route  # ids
    body: Mapping[str, Json]  # the `alert_route` object as it was read
    updated_at: str = ""  # RFC 3339, "" when the read has none
    unknown: tuple[UnknownField, ...] = ()
    hidden: tuple[Path, ...] = ()  # parts whose content this version's read does not show
    labels: Mapping[str, str] = field(default_factory=dict)  # id or reference -> display label


def shared_names(declarations: Sequence[Declaration]) -> Mapping[str, tuple[Declaration, ...]]:
    """The names that several files have, unless each of these files has an id. Reading the files
    makes the finding; no later step repeats it.
    """
    by_name: dict[str, list[Declaration]] = defaultdict(list)
    for declaration in declarations:
        if declaration.route.name:
            by_name[declaration.route.name].append(declaration)
    return {
        name: tuple(several)
        for name, several in by_name.items()
        if len(several) > 1 and any(declaration.id is None for declaration in several)
    }
