"""The nouns of a plan: which route changes, field by field, and at what risk."""

from dataclasses import dataclass
from typing import Literal

from reconciler.model import Declaration, Live, Path, Position, Route

Action = Literal["create", "update", "delete"]
Kind = Literal["change", "drift", "conflict", "merged", "superseded"]
Noun = Literal["group", "branch", "step"]
RiskLabel = Literal[
    "pages nobody",
    "may page nobody",
    "paging removed",
    "target changed",
    "paging added",
    "disabled",
    "enabled",
    "widened",
    "narrowed",
    "source added",
    "source removed",
    "private to public",
    "public to private",
    "may page twice",
    "deletes",
]


@dataclass(frozen=True, slots=True)
class Shown:
    """A side of a field change: for people, and for digests."""

    value: bool | int | str  # in words, with names where they are known
    key: str  # the same by ids, canonical JSON text
    id: str = ""  # of the one thing that the slot holds, if it holds one
    name: str = ""

    @property
    def words(self) -> str:
        """As the file has it: `true`, not `True`."""
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)


@dataclass(frozen=True, slots=True)
class Element:
    """A group, a condition, a branch or a step that came (no `from_`), went (no `to`) or changed,
    in words. `within`: what stays around it, such as the other conditions of its group.
    """

    within: str
    from_: str
    to: str


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of one slot that changed, and how many did not."""

    changed: tuple[Element, ...]
    same: int
    noun: Noun


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A slot of a route, from its live value to the declared one; None: not there.

    `path` has the file's keys, elements of sets by their ids ("sources", "01…", "when");
    `title` is the same with names: `sources["Grafana Cloud"].when`. `kind` needs a base.
    """

    path: Path
    title: str
    from_: Shown | None
    to: Shown | None
    position: Position | None = None
    kind: Kind | None = None
    elements: Elements | None = None  # for people: `from_` and `to` are the whole slot


@dataclass(frozen=True, slots=True)
class Risk:
    """A change's effect on paging, as a label and a sentence."""

    label: RiskLabel
    sentence: str  # its subject is the route: "pages A instead of B"
    of_many: str = ""  # the same of several routes, where the verb changes: "page A instead of B"


@dataclass(frozen=True, slots=True)
class Create:
    """A declared route that is not live. `after` holds ids."""

    declaration: Declaration
    after: Route
    fields: tuple[FieldChange, ...]
    risks: tuple[Risk, ...] = ()

    @property
    def name(self) -> str:
        return self.after.name


@dataclass(frozen=True, slots=True)
class Update:
    """A live route that means something else than its file. `after` is what would be written:
    the file's route, with the live values of the keys that it leaves to the dashboard.
    """

    declaration: Declaration
    live: Live
    after: Route
    fields: tuple[FieldChange, ...]
    same: int  # fields that stay as they are
    risks: tuple[Risk, ...] = ()

    @property
    def name(self) -> str:
        return self.after.name

    @property
    def base_version(self) -> int:
        """The version that the change was planned from; the PUT sends it plus one."""
        return self.live.version


@dataclass(frozen=True, slots=True)
class Delete:
    """A live route to be removed: by `state: absent`, or undeclared when `declaration` is None."""

    live: Live
    declaration: Declaration | None = None
    risks: tuple[Risk, ...] = ()

    @property
    def name(self) -> str:
        return self.live.route.name

    @property
    def base_version(self) -> int:
        """The version that the deletion was planned from."""
        return self.live.version


Change = Create | Update | Delete


def action_of(change: Change) -> Action:
    match change:
        case Create():
            return "create"
        case Update():
            return "update"
        case Delete():
            return "delete"


def live_id(change: Change) -> str | None:
    """The route's id; None for a create."""
    return None if isinstance(change, Create) else change.live.id


def fields_of(change: Change) -> tuple[FieldChange, ...]:
    """The field changes; a delete has none."""
    return () if isinstance(change, Delete) else change.fields


def position_of(change: Change) -> Position | None:
    """Where the file declares the route; None for an undeclared one."""
    declaration = change.declaration
    return None if declaration is None else declaration.positions.at(("name",))
