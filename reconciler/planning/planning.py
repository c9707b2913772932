"""One plan, from the files and the account. Reads over a client that cannot write.

The steps of the walk: survey the account, resolve names, match files with live routes, compare,
and lay the payloads over what is live. A file with an error is left out of the comparison (its
live twin is not undeclared for that), so that one typo does not hide the rest of the plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.client import ReadClient
from reconciler.directory import (
    Directory,
    completed_by,
    moved_names,
    resolve,
    resolve_teams,
    type_subjects,
)
from reconciler.directory.renamed import with_former_names
from reconciler.live.lists import read_former_names
from reconciler.live.routes import open_listing, probe
from reconciler.live.survey import Survey, read_lives, survey, survey_routes
from reconciler.model import ApiVersion, Declaration, Finding, Listed, Live, has_errors
from reconciler.plan.change import live_id
from reconciler.plan.compare.words import Names
from reconciler.plan.identify import Identified, identify
from reconciler.plan.make import Bases, make_plan
from reconciler.plan.plan import Plan, PlanContext
from reconciler.plan.saved import SavedPlan
from reconciler.planning.bases import (
    as_it_was,
    bases_of,
    broken_by,
    changed_since,
    named_by_record,
    not_deleted,
    removed,
    twins_of,
)
from reconciler.planning.payloads import Prepared, prepare
from reconciler.planning.recorded import (
    known_by_record,
    left_created_again,
    moved_since_applied,
    with_applied_names,
    without_later_versions,
)
from reconciler.planning.request import PlanRequest, narrowed
from reconciler.wire.codec import codec

MOST_TWINS = 200
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
    equals: tuple[tuple[Declaration, Live], ...] = ()  # live exactly as their files say
    others: tuple[tuple[Declaration, Live], ...] = ()  # live, and not so

    @property
    def known(self) -> Mapping[str, str]:
        """What was live when the plan was made: id to name."""
        return {listed.id: listed.name for listed in self.survey.listed or ()}


@dataclass(frozen=True, slots=True)
class _Resolved:
    """The declarations with ids, what they said in the base, and the files (`broken`) that have
    an error and cannot be planned. `waiting` are the errors of those that did not change.
    """

    declarations: tuple[Declaration, ...]
    findings: tuple[Finding, ...]
    broken: frozenset[str]
    bases: Bases | None
    waiting: tuple[Finding, ...] = ()


def plan_routes(client: ReadClient, asked: PlanRequest) -> Planned:
    """The plan of all declarations, or with the scope `changed` of those that say something else
    than in the base: then only their live routes are read. Raises the client's ApiError.
    """
    gone = tuple(removed(asked))
    asked = replace(asked, findings=(*asked.findings, *gone))
    if asked.scope == "changed":
        return _plan_changed(client, asked)
    deletes = asked.config.undeclared == "delete" and asked.complete
    beside = asked.base.declarations if asked.base else ()
    seen = survey(client, asked.declarations, asked.config, beside=beside, undeclared=deletes)
    seen = _with_lock(client, seen, asked)
    asked, seen = with_record(client, asked, seen)
    resolved = _resolved(asked, seen)
    identified = identify(resolved.declarations, seen.listed, complete=asked.complete)
    identified, seen = _with_twins(client, identified, seen, asked)
    return _planned(asked, seen, _without(identified, resolved, seen.unreadable), resolved)


def plan_seen(seen: Survey, asked: PlanRequest) -> Planned:
    """The plan from what was read a moment ago: no request. Undeclared routes are not compared."""
    seen = _with_lock(None, seen, asked)
    asked, seen = with_record(None, asked, seen)
    resolved = _resolved(asked, seen)
    identified = identify(resolved.declarations, seen.listed, complete=asked.complete)
    return _planned(asked, seen, _without(identified, resolved, seen.unreadable), resolved)


def _plan_changed(client: ReadClient, asked: PlanRequest) -> Planned:
    """A handful of requests for a change of a handful of files, whatever the account holds. The
    list of routes is read only when a file has no id.
    """
    chosen = changed_since(asked)
    beside = twins_of(asked, chosen)
    asked = replace(narrowed(asked, chosen), findings=tuple(_own(asked, chosen)))
    ids = [one.id for one in chosen if one.id]
    if len(ids) == len(chosen):
        api = probe(client, asked.config.api)
        seen = survey_routes(client, api, chosen, ids, asked.config, beside=beside)
    else:
        seen = survey(client, chosen, asked.config, beside=beside)
    seen = _with_lock(client, seen, asked)
    asked, seen = with_record(client, asked, seen)
    resolved = _resolved(asked, seen)
    identified = identify(resolved.declarations, seen.listed, complete=False)
    identified, seen = _with_twins(client, identified, seen, asked)
    return _planned(asked, seen, _without(identified, resolved, seen.unreadable), resolved)


def _own(asked: PlanRequest, chosen: Sequence[Declaration]) -> Iterator[Finding]:
    """Without what is said of files that the change leaves alone: that is counted. An error is
    there wherever it is, since it refuses the plan.
    """
    files = {one.file for one in asked.declarations} - {one.file for one in chosen}
    beside = 0
    for finding in asked.findings:
        if finding.level == "error" or not finding.position or finding.position.file not in files:
            yield finding
        else:
            beside += 1
    if beside:
        message = f"{beside} more about files that this change leaves alone"
        yield Finding("note", "other-files", message, "`reconciler validate` lists them")


def plan_saved(client: ReadClient, asked: PlanRequest, saved: SavedPlan) -> Planned:
    """The same plan again, of the routes of a saved plan alone: one read for each, and the list
    of routes only when something is to be created. A route of the plan that is not live any more
    is left out: `check_saved` misses it. Raises the client's ApiError.
    """
    api = _saved_api(asked, saved)
    ids = {change.name: change.id for change in saved.changes if change.id}
    known = frozenset(change.id for change in saved.changes if change.id)
    names = {change.name for change in saved.changes}
    planned = [Listed(change.id, change.name) for change in saved.changes if change.id]
    chosen = tuple(
        replace(one, id=one.id or ids.get(one.route.name))
        for one in named_by_record(asked, saved.account, planned).declarations
        if one.route.name in names or (one.id and one.id in known)
    )
    seen = survey_routes(client, api, chosen, sorted(known), asked.config)
    if any(change.action == "create" for change in saved.changes):
        listed = [row for page in open_listing(client, api).pages for row in page]
        seen = replace(seen, listed=tuple({row.id: row for row in listed}.values()))
    asked = narrowed(asked, chosen)
    seen = _with_lock(client, seen, asked)
    asked, seen = with_record(client, asked, seen)
    resolved = _resolved(asked, seen)
    identified = identify(resolved.declarations, seen.listed, complete=False)
    identified, seen = _with_twins(client, identified, seen, asked)
    created_since = [pair.id for pair in identified.pairs if pair.id not in known]
    seen = _with_more(client, seen, created_since)
    gone = frozenset(pair.id for pair in identified.pairs if pair.id not in seen.lives)
    meant = {pair.id for pair in identified.pairs}
    undeclared = tuple(
        Listed(change.id, change.name)
        for change in saved.changes
        if change.action == "delete" and change.id and change.id not in meant
        if change.id in seen.lives
    )
    identified = replace(identified, undeclared=undeclared or None)
    return _planned(asked, seen, _without(identified, resolved, gone), resolved)


def _with_lock(client: ReadClient | None, seen: Survey, asked: PlanRequest) -> Survey:
    """Names of the lock file in place of lists that the key may not read (said as a warning), and
    what its names mean where they are others now.
    """
    if asked.lock is None:
        return seen
    directory = with_former_names(seen.directory, asked.lock)
    if client is not None:
        directory = read_former_names(
            client, seen.directory, asked.lock, asked.declarations, asked.config
        )
    seen = replace(seen, directory=directory)
    directory, fields = completed_by(seen.directory, asked.lock)
    if not fields:
        return seen
    lists = ", ".join(field.replace("_", " ") for field in fields)
    finding = Finding(
        "warning",
        "names-of-the-lock",
        f"the key may not read these lists, so names are those of the lock file: {lists}",
        "a name that means another thing by now would go unnoticed: "
        f"{getattr(seen.directory, fields[0]).reason}",
    )
    lives = {
        identity: replace(live, route=type_subjects(live.route, directory))
        for identity, live in seen.lives.items()
    }
    return replace(seen, directory=directory, lives=lives, findings=(*seen.findings, finding))


def with_record(
    client: ReadClient | None, asked: PlanRequest, seen: Survey
) -> tuple[PlanRequest, Survey]:
    """With the ids that the record knows, and the details of routes that only it finds: those
    that have another name than their file says. Without a client nothing more is read.
    """
    named = named_by_record(asked, seen.identity.account, seen.listed)
    ids = {one.id for one in named.declarations if one.id} - {one.id for one in asked.declarations}
    unread = sorted(ids - seen.lives.keys() - seen.unreadable)
    if unread and client is not None:
        seen = _with_more(client, seen, unread)
    return named, with_applied_names(client, named, seen)


def _saved_api(asked: PlanRequest, saved: SavedPlan) -> ApiVersion:
    """That of the plan; with another one in reconciler.yaml that one, and the plan is refused."""
    if asked.config.api != "auto":
        return asked.config.api
    return "v2" if saved.api == "v2" else "v3"


def _planned(
    asked: PlanRequest, seen: Survey, identified: Identified, resolved: _Resolved
) -> Planned:
    teams, team_findings = resolve_teams(asked.config.owns_teams, seen.directory, asked.config)
    config = replace(asked.config, owns_teams=teams)
    names = seen.directory.display(asked.config)
    about = PlanContext(
        asked.tool_version,
        seen.api,
        seen.identity.account,
        asked.files_digest,
        asked.today,
        asked.scope,
        asked.base.commit if asked.base else "",
        asked.revert_drift,
    )
    identified = known_by_record(identified, resolved.declarations, resolved.bases)
    identified, again = left_created_again(asked, identified, seen.identity.account)
    found = (*asked.findings, *seen.findings, *team_findings, *resolved.findings, *again)
    plan = make_plan(identified, seen.lives, config, about, names, found, resolved.bases)
    prepared, more = prepare(plan.changes, seen.api)
    said = (*not_deleted(plan.findings, plan.changes), *more)
    plan = replace(plan, findings=said, waiting=resolved.waiting, loosened=asked.loosened)
    pairs = [
        (one.declaration, seen.lives[one.id]) for one in identified.pairs if one.id in seen.lives
    ]
    differ = _differing(plan)
    equals = tuple(one for one in pairs if one[1].id not in differ and not one[0].absent)
    others = tuple(one for one in pairs if one[1].id in differ or one[0].absent)
    return Planned(plan, prepared, seen, names, equals, others)


def _differing(plan: Plan) -> set[str | None]:
    """The ids of live routes that are not as their files say. Names do not tell: two routes may
    have one.
    """
    kept = {one.live.id for one in (*plan.drift, *plan.merged)}
    return {*map(live_id, plan.changes), *kept, *(one.live.id for one in plan.contested)}


def _resolved(asked: PlanRequest, seen: Survey) -> _Resolved:
    directory, api, account = seen.directory, seen.api, seen.identity.account
    bases, base_findings = bases_of(asked, directory, account)
    bases, ahead = without_later_versions(bases, seen.lives)
    findings: list[Finding] = [*base_findings, *ahead]
    if asked.lock:
        findings += _foreign_lock(asked.lock, directory)
    declarations: list[Declaration] = []
    named: list[Finding] = []
    if asked.lock:
        named += moved_names(asked.lock, directory, asked.declarations, asked.config)
    for declaration in asked.declarations:
        with_ids, found = resolve(declaration, directory, asked.config)
        declarations.append(with_ids)
        named += found
        findings += _inexpressible(with_ids, api)
        named += moved_since_applied(asked, declaration, with_ids, bases, directory)
    waiting = tuple(_waiting(asked, account, named, broken_by([*asked.findings, *findings])))
    found = (*findings, *named)
    return _Resolved(tuple(declarations), found, broken_by(found), bases, waiting)


def _waiting(
    asked: PlanRequest, account: str, named: Sequence[Finding], broken: frozenset[str]
) -> Iterator[Finding]:
    """The errors of names in files that say what they said before: there is nothing of theirs to
    write, so nothing else waits for them. A file that changed may be one half of a change.
    """
    files = broken_by(named) - broken
    same = as_it_was(asked, account, files) if files else frozenset()
    for one in named:
        if one.position is not None and one.position.file in same and has_errors([one]):
            yield one


def _foreign_lock(lock: Directory, directory: Directory) -> Iterator[Finding]:
    """A lock of another account says nothing about the names of this one."""
    if directory.account and lock.account != directory.account:
        message = (
            f"directory.lock.json is of {lock.account}, not of {directory.account}; it is not used"
        )
        hint = "`reconciler directory refresh` writes one of this account"
        yield Finding("note", "lock-of-another-account", message, hint)


def _inexpressible(declaration: Declaration, api: ApiVersion) -> Iterator[Finding]:
    """What this API version cannot say; an absent route is not said at all."""
    for finding in codec(api).expressible(declaration.route) if not declaration.absent else ():
        yield declaration.positions.locate(replace(finding, route=declaration.route.name))


def _without(identified: Identified, resolved: _Resolved, unreadable: frozenset[str]) -> Identified:
    return replace(
        identified,
        pairs=tuple(
            pair
            for pair in identified.pairs
            if pair.declaration.file not in resolved.broken and pair.id not in unreadable
        ),
        creates=tuple(one for one in identified.creates if one.file not in resolved.broken),
    )


def _with_twins(
    client: ReadClient, identified: Identified, seen: Survey, asked: PlanRequest
) -> tuple[Identified, Survey]:
    """With the routes that no file declares, for the creates to be compared with. Also where only
    some files are planned: what the others say is known, too.
    """
    if not identified.creates or seen.listed is None:
        return identified, seen
    undeclared = identified.undeclared
    if undeclared is None:
        everything = (*asked.declarations, *asked.beside)
        undeclared = identify(everything, seen.listed).undeclared or ()
    identified = replace(identified, beside=undeclared)
    unread = [row.id for row in undeclared if row.id not in seen.lives]
    if not 0 < len(unread) <= MOST_TWINS:
        return identified, seen
    return identified, _with_more(client, seen, unread)


def _with_more(client: ReadClient, seen: Survey, ids: Sequence[str]) -> Survey:
    more: Mapping[str, Live] = read_lives(client, seen.api, ids, seen.directory)
    return replace(seen, lives={**seen.lives, **more})
