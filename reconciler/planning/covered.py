"""What route files leave open, by what the lock file knows of the account. Reads nothing itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from reconciler.directory import LATER, Directory, resolve
from reconciler.model import (
    AcceptedGap,
    Config,
    Declaration,
    Finding,
    Names,
    Position,
    Positions,
    Route,
    RouteSource,
)
from reconciler.planning.world import world_of
from reconciler.routing.cover import cover
from reconciler.routing.gaps import Accepted, Cover

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
        return [one for one in self.accepted if one.state in ("closed", "expired")]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left but what is accepted and what only posts."""
        cover = self.cover
        kinds = {gap.kind for gap in cover.gaps} | {one.kind for one in cover.unknown}
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
) -> Covered:
    """Of these files; `only` are ids of sources."""
    declared = [one for one in declarations if not one.absent]
    routes = {one.route.name: resolve(one, directory, config)[0].route for one in declared}
    names = directory.display(config)
    current = [gap for gap in config.accepted_gaps if gap.expires >= today]
    accepted: list[Accepted] = []
    findings: list[Finding] = []
    for gap in current:
        made, wrong = _accepted(gap, directory, config)
        accepted.append(made)
        findings += wrong
    if findings:
        accepted = []
    found = cover(routes, world_of(directory, config, names), config.assume, accepted, only=only)
    states: dict[int, State] = {id(gap): "open" for gap in current}
    states |= {id(current[number]): "closed" for number in found.closed}
    if findings:
        states = dict.fromkeys(states, "unreadable")
    judged = tuple(Judged(gap, states.get(id(gap), "expired")) for gap in config.accepted_gaps)
    positions = {one.route.name: one.positions for one in declared}
    return Covered(found, names, positions, judged, tuple(findings))


def _accepted(
    gap: AcceptedGap, directory: Directory, config: Config
) -> tuple[Accepted, list[Finding]]:
    """By ids. What is not known is an error: another gap would be accepted."""
    inside, wrong = _resolved(gap, RouteSource(gap.source, gap.when), directory, config)
    outside = None
    if gap.unless:
        place = RouteSource(gap.source, gap.unless)
        outside, more = _resolved(gap, place, directory, config)
        wrong = [*_distinct([*wrong, *more])]
    return Accepted(gap.kind, inside, outside), wrong


def _resolved(
    gap: AcceptedGap, place: RouteSource, directory: Directory, config: Config
) -> tuple[Route, list[Finding]]:
    at = gap.position or Position("reconciler.yaml", 1, 1)
    declaration = Declaration(Route("accepted gap", sources=(place,)), Positions(at.file))
    made, found = resolve(declaration, directory, config)
    wrong = [
        replace(
            one,
            level="error",
            message=one.message.removesuffix(LATER),
            position=at,
            excerpt="",
            route="",
        )
        for one in found
    ]
    return made.route, [one for one in _distinct(wrong) if one.code != "unchecked-id"]


def _distinct(findings: Sequence[Finding]) -> Iterator[Finding]:
    yield from {(one.code, one.message): one for one in findings}.values()
