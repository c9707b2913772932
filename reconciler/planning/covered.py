"""What route files leave open, by what the lock file knows of the account. Reads nothing itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from reconciler.directory import Directory, resolve
from reconciler.model import (
    AcceptedGap,
    Config,
    Declaration,
    Finding,
    Names,
    Positions,
)
from reconciler.planning.mentioned import by_ids
from reconciler.planning.world import world_of
from reconciler.routing.cover import cover
from reconciler.routing.gaps import Accepted, Cover
from reconciler.routing.telling import Tell, silent

State = Literal["open", "closed", "expired", "unreadable"]


@dataclass(frozen=True, slots=True)
class Judged:
    """An accepted gap: still there, closed by now, or over its last day and so not accepted; or
    not accepted because a finding is about these lines.
    """

    gap: AcceptedGap
    state: State


@dataclass(frozen=True, slots=True)
class Covered:
    """The answer, and what people need to read it. `positions`: of each route's file, by name."""

    cover: Cover
    names: Names
    positions: dict[str, Positions]
    accepted: tuple[Judged, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def out_of_date(self) -> list[Judged]:
        """Accepted gaps to delete or to renew."""
        return [judged for judged in self.accepted if judged.state in ("closed", "expired")]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left but what is accepted and what only posts."""
        cover = self.cover
        kinds = {gap.kind for gap in cover.gaps} | {unknown.kind for unknown in cover.unknown}
        left = kinds - {"pages-nobody"}
        others = (cover.unattached, cover.never, cover.idle, cover.undecided)
        stale = self.out_of_date
        return not (left or any(others) or stale or self.findings)


def covered(
    declarations: Sequence[Declaration],
    config: Config,
    directory: Directory,
    today: date,
    only: Iterable[str] = (),
    tell: Tell = silent,
) -> Covered:
    """Of these files; `only` are ids of sources."""
    declared = [declaration for declaration in declarations if not declaration.absent]
    routes = {
        declaration.route.name: resolve(declaration, directory, config)[0].route
        for declaration in declared
    }
    names = directory.display(config)
    current = [gap for gap in config.accepted_gaps if gap.expires >= today]
    accepted: list[Accepted] = []
    findings: list[Finding] = []
    for gap in current:
        made, wrong = by_ids(gap, directory, config)
        accepted.append(made)
        findings += wrong
    if findings:
        accepted = []
    world = world_of(directory, config, names)
    found = cover(routes, world, config.assumed, accepted, only=only, tell=tell)
    states: dict[int, State] = {id(gap): "open" for gap in current}
    states |= {id(current[number]): "closed" for number in found.closed}
    if findings:
        states = dict.fromkeys(states, "unreadable")
    judged = tuple(Judged(gap, states.get(id(gap), "expired")) for gap in config.accepted_gaps)
    positions = {declaration.route.name: declaration.positions for declaration in declared}
    return Covered(found, names, positions, judged, tuple(findings))
