"""What routes leave open, as data: the answer of `cover`."""

from dataclasses import dataclass
from typing import get_args

from reconciler.model import Condition, GapKind, Path, Route
from reconciler.routing.reading import Assumed
from reconciler.routing.who import Row, Unproven

Kind = GapKind
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Gap:
    """Alerts that no route takes, that are taken and page nobody, or that page `row.doubled` more
    than once. `row.caused_by`: the routes that take the alert that is shown.
    """

    kind: Kind
    row: Row


@dataclass(frozen=True, slots=True)
class Accepted:
    """Gaps of one kind that are known: alerts that `inside` takes and `outside` does not. Of these
    routes only sources and conditions count.
    """

    kind: Kind
    inside: Route
    outside: Route | None = None


@dataclass(frozen=True, slots=True)
class Never:
    """A route that takes no alert of these sources, though they are attached: of none at all where
    `all_sources`.
    """

    route: str
    sources: tuple[str, ...]
    all_sources: bool


@dataclass(frozen=True, slots=True)
class Idle:
    """A condition without which its route would do the same to every alert. `whole_group`: so it
    would without the condition's group.
    """

    route: str
    path: Path
    condition: Condition
    whole_group: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Of these alerts it is not known whether they are such a gap."""

    kind: Kind
    region: Unproven


@dataclass(frozen=True, slots=True)
class Cover:
    """The answer. `closed`: places of accepted gaps that no alert falls into any more. `undecided`:
    routes and conditions of which nothing is proven, by name of the route.
    """

    gaps: tuple[Gap, ...] = ()
    unattached: tuple[str, ...] = ()
    never: tuple[Never, ...] = ()
    idle: tuple[Idle, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    undecided: tuple[str, ...] = ()
    closed: tuple[int, ...] = ()
    sources: tuple[str, ...] = ()
    assumed: tuple[Assumed, ...] = ()

    def of(self, kind: Kind) -> tuple[Gap, ...]:
        """The gaps of one kind."""
        return tuple(gap for gap in self.gaps if gap.kind == kind)
