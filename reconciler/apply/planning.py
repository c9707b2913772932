"""One plan, from the files and the account. Reads over a client that cannot write.

The steps of the walk: survey the account, resolve names, match files with live routes, compare,
and lay the payloads over what is live. A file with an error is left out of the comparison (its
live twin is not undeclared for that), so that one typo does not hide the rest of the plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.apply.asked import Asked
from reconciler.apply.prepare import Prepared, prepare
from reconciler.client import ReadClient
from reconciler.directory import Directory, moved_names, resolve, resolve_teams
from reconciler.live.routes import open_listing
from reconciler.live.survey import Survey, read_lives, survey, survey_routes
from reconciler.model.declaration import ApiVersion, Declaration, Listed, Live
from reconciler.model.finding import Finding, has_errors
from reconciler.plan.identify import Identified, identify
from reconciler.plan.make import make_plan
from reconciler.plan.plan import Circumstances, Plan
from reconciler.plan.saved import SavedPlan
from reconciler.plan.words import Names
from reconciler.wire import codec

MOST_TWINS = 50
"""A create is compared with the undeclared routes (it may page twice) when no more than these
are there; with more the plan says that nobody looked, and costs no thousand reads.
"""


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan, the payloads of its changes, and what apply needs to know besides."""

    plan: Plan
    prepared: tuple[Prepared, ...]
    survey: Survey
    names: Names

    @property
    def known(self) -> frozenset[str]:
        """The ids that were live when the plan was made."""
        return frozenset(listed.id for listed in self.survey.listed or ())


def plan_routes(client: ReadClient, asked: Asked) -> Planned:
    """The plan of all declarations. Raises the client's ApiError."""
    deletes = asked.config.undeclared == "delete" and asked.complete
    seen = survey(client, asked.declarations, asked.config, undeclared=deletes)
    resolved, findings, broken = _resolved(asked, seen.directory, seen.api)
    identified = identify(resolved, seen.listed, complete=asked.complete)
    seen = _with_twins(client, identified, seen)
    return _planned(asked, seen, _without(identified, broken, seen.unreadable), findings)


def plan_saved(client: ReadClient, asked: Asked, saved: SavedPlan) -> Planned:
    """The same plan again, of the routes of a saved plan alone: one read for each, and the list
    of routes only when something is to be created. Raises the client's ApiError.
    """
    api: ApiVersion = "v2" if saved.api == "v2" else "v3"
    ids = {change.name: change.id for change in saved.changes if change.id}
    names = {change.name for change in saved.changes}
    chosen = tuple(
        replace(one, id=one.id or ids.get(one.route.name))
        for one in asked.declarations
        if one.route.name in names or (one.id and one.id in ids.values())
    )
    seen = survey_routes(client, api, chosen, sorted(ids.values()), asked.config)
    if any(change.action == "create" for change in saved.changes):
        listed = [row for page in open_listing(client, api).pages for row in page]
        seen = replace(seen, listed=tuple({row.id: row for row in listed}.values()))
    asked = replace(asked, declarations=chosen, complete=False)
    resolved, findings, broken = _resolved(asked, seen.directory, seen.api)
    identified = identify(resolved, seen.listed, complete=False)
    meant = {pair.id for pair in identified.pairs}
    undeclared = tuple(
        Listed(change.id, change.name)
        for change in saved.changes
        if change.action == "delete" and change.id and change.id not in meant
        if change.id in seen.lives
    )
    identified = replace(identified, undeclared=undeclared or None)
    return _planned(asked, seen, _without(identified, broken, seen.unreadable), findings)


def _planned(
    asked: Asked, seen: Survey, identified: Identified, findings: Sequence[Finding]
) -> Planned:
    teams, team_findings = resolve_teams(asked.config.owns_teams, seen.directory, asked.config)
    config = replace(asked.config, owns_teams=teams)
    names = seen.directory.display(asked.config)
    about = Circumstances(
        asked.tool_version,
        seen.api,
        seen.identity.account,
        asked.files_digest,
        asked.today,
        asked.scope,
    )
    found = (*asked.findings, *seen.findings, *team_findings, *findings)
    plan = make_plan(identified, seen.lives, config, about, names, found)
    prepared, more = prepare(plan.changes, seen.api)
    plan = replace(plan, findings=(*plan.findings, *more))
    return Planned(plan, prepared, seen, names)


def _resolved(
    asked: Asked, directory: Directory, api: ApiVersion
) -> tuple[tuple[Declaration, ...], tuple[Finding, ...], frozenset[str]]:
    """The declarations with ids, all findings, and the files that cannot be planned."""
    resolved: list[Declaration] = []
    findings: list[Finding] = []
    broken: set[str] = set()
    moved = (
        moved_names(asked.lock, directory, asked.declarations, asked.config) if asked.lock else ()
    )
    for declaration in asked.declarations:
        with_ids, found = resolve(declaration, directory, asked.config)
        located = [
            declaration.positions.locate(replace(finding, route=declaration.route.name))
            for finding in (codec(api).expressible(with_ids.route) if not with_ids.absent else ())
        ]
        own = [one for one in moved if one.position and one.position.file == declaration.file]
        findings += [*found, *located, *own]
        if has_errors([*found, *located, *own]):
            broken.add(declaration.file)
        resolved.append(with_ids)
    return tuple(resolved), tuple(findings), frozenset(broken)


def _without(
    identified: Identified, broken: frozenset[str], unreadable: frozenset[str]
) -> Identified:
    return replace(
        identified,
        pairs=tuple(
            pair
            for pair in identified.pairs
            if pair.declaration.file not in broken and pair.id not in unreadable
        ),
        creates=tuple(one for one in identified.creates if one.file not in broken),
    )


def _with_twins(client: ReadClient, identified: Identified, seen: Survey) -> Survey:
    undeclared = [row.id for row in identified.undeclared or () if row.id not in seen.lives]
    if not identified.creates or not 0 < len(undeclared) <= MOST_TWINS:
        return seen
    more: Mapping[str, Live] = read_lives(client, seen.api, undeclared, seen.directory)
    return replace(seen, lives={**seen.lives, **more})
