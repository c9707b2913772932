"""Names in reconciler.yaml that nothing has: no plan would find a typo in them.

Those of `accepted_gaps` and `alertmanager` are looked up in the lock file, those of `approvals`
among the routes. An approval that has done its work may stay until its last day: so a name that a
route had counts, and one that is near no other is left alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from reconciler.directory import LATER, Directory, resolve
from reconciler.directory.described import alert_of
from reconciler.directory.lookup import Lookup
from reconciler.model import (
    AcceptedGap,
    Config,
    Declaration,
    Finding,
    Listed,
    Path,
    Position,
    Positions,
    Route,
    RouteSource,
    did_you_mean,
)
from reconciler.planning.request import PlanRequest
from reconciler.routing.case import Described, Given, part_named
from reconciler.routing.gaps import Accepted


def unknown_names(config: Config, directory: Directory, today: date) -> Iterator[Finding]:
    """Warnings, as the lock file may be old; `cover` accepts no gap until they are gone."""
    for gap in config.accepted_gaps:
        if gap.expires >= today:
            for finding in by_ids(gap, directory, config)[1]:
                yield replace(finding, level="warning")
    for source, values in config.alertmanager.items():
        at: Path = ("alertmanager", source)
        given = {part_named(name): Given(None, (*at, name)) for name in values}
        for finding in alert_of(Described(source, given, at), Lookup(directory, config))[1]:
            message = f"`alertmanager`: {finding.message}"
            yield config.positions.locate(replace(finding, level="warning", message=message))


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


def of_no_route(
    request: PlanRequest, listed: Sequence[Listed] = (), account: str = ""
) -> Iterator[Finding]:
    """A warning for each approval that is near a route's name and has no route. `listed` are the
    live routes, as far as they are known, of the account, "" where it is not.
    """
    declared = [*request.declarations, *request.beside]
    names = {*_names(declared), *(row.name for row in listed)}
    ids = {declaration.id for declaration in declared} | {row.id for row in listed}
    remembered = request.recorded(account)
    was = {*remembered.gone.values(), *remembered.gone, *remembered.commits}
    was |= {*_names(declaration for declaration, _ in remembered.applied), *_names(remembered.sent)}
    was |= {*_names(request.base.declarations)} if request.base else set()
    where = "no route" if listed else "no route of the files"
    for approval in request.config.approvals:
        if approval.expires < request.today or approval.route in names | ids | was:
            continue
        if near := did_you_mean(approval.route, sorted(names)):
            yield Finding(
                "warning",
                "approval-of-no-route",
                f'this approval allows nothing: {where} is named "{approval.route}"',
                f"{near} If it was for a route that is gone, remove the approval",
                approval.position,
            )


def listed_routes(request: PlanRequest) -> Iterator[Finding]:
    """A warning for each name in `table.order` and `environments` that no route file has."""
    if not request.all_read:  # another file may have it
        return
    config, declared = request.config, [*request.declarations, *request.beside]
    names = sorted({declaration.route.name for declaration in declared})
    listed: list[tuple[Path, str]] = [
        (("table", "order", place), name) for place, name in enumerate(config.table_order)
    ]
    for environment in config.environments.values():
        at = ("environments", environment.name, "routes")
        listed += [((*at, place), name) for place, name in enumerate(environment.routes)]
    for path, name in listed:
        if name not in names:
            where = "`table.order`" if path[0] == "table" else f"the environment `{path[1]}`"
            message = f'{where} lists a route "{name}", which has no file'
            hint = did_you_mean(name, names) or "correct the name, or remove it"
            finding = Finding("warning", "unknown-route-name", message, hint, path=path)
            yield config.positions.locate(finding)


def _names(declarations: Iterable[Declaration]) -> Iterator[str]:
    for declaration in declarations:
        yield from (
            declaration.route.name,
            *([declaration.previously] if declaration.previously else []),
        )
