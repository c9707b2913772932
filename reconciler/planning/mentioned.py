"""Names in `accepted_gaps` and `alertmanager` of reconciler.yaml, looked up in the lock file.

No plan reads these two, so nothing later would find a typo.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from reconciler.directory import LATER, Directory, resolve
from reconciler.directory.described import alert_of
from reconciler.directory.lookup import Lookup
from reconciler.files.config import CONFIG_FILE
from reconciler.model import (
    AcceptedGap,
    Config,
    Declaration,
    Finding,
    Position,
    Positions,
    Route,
    RouteSource,
)
from reconciler.routing.case import Described, Given, part_named
from reconciler.routing.gaps import Accepted


def unknown_names(config: Config, directory: Directory, today: date) -> Iterator[Finding]:
    """Warnings, as the lock file may be old; `cover` accepts no gap until they are gone."""
    for gap in config.accepted_gaps:
        if gap.expires >= today:
            for finding in by_ids(gap, directory, config)[1]:
                yield replace(finding, level="warning")
    for source, values in config.alertmanager.items():
        given = {part_named(name): Given(None) for name in values}
        for finding in alert_of(Described(source, given), Lookup(directory, config))[1]:
            message = f"`alertmanager`: {finding.message}"
            at = Position(CONFIG_FILE, 1, 1)
            yield replace(finding, level="warning", message=message, position=at, path=())


def by_ids(
    gap: AcceptedGap, directory: Directory, config: Config
) -> tuple[Accepted, list[Finding]]:
    """The gap by ids. What is not known is an error: another gap would be accepted."""
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
            finding,
            level="error",
            message=finding.message.removesuffix(LATER),
            position=at,
            excerpt="",
            route="",
        )
        for finding in found
    ]
    return made.route, [finding for finding in _distinct(wrong) if finding.code != "unchecked-id"]


def _distinct(findings: Sequence[Finding]) -> Iterator[Finding]:
    yield from {(finding.code, finding.message): finding for finding in findings}.values()
