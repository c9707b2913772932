"""One plan, from the files and the account. Reads over a client that cannot write.

`reading` chooses what is read; then all plans resolve names, match files with live routes, compare,
and lay the payloads over what is live. The plan of a backup joins at the comparison. A file with an
error is left out, so that one typo does not hide the rest; its live route is not undeclared.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.client import ReadClient
from reconciler.directory import Directory, moved_names, resolve, resolve_owned
from reconciler.live.survey import Survey, with_more
from reconciler.model import (
    ApiVersion,
    Config,
    Declaration,
    Finding,
    Listed,
    Live,
    Names,
    has_errors,
)
from reconciler.plan.change import live_id
from reconciler.plan.gate import proved_findings
from reconciler.plan.identify import Identified, Pair, identify
from reconciler.plan.make import Bases, make_plan
from reconciler.plan.owns import also_owned, declared_outside, keep_ours, not_ours
from reconciler.plan.plan import Plan, PlanContext
from reconciler.plan.saved import SavedPlan
from reconciler.planning.bases import as_it_was, bases_of, broken_by, removed
from reconciler.planning.likeness import copied_ids
from reconciler.planning.mentioned import of_no_route
from reconciler.planning.payloads import Prepared, prepare
from reconciler.planning.proved import with_proofs
from reconciler.planning.reading import read_all, read_changed, read_saved, with_lock, with_record
from reconciler.planning.recorded import (
    behind,
    known_by_record,
    left_created_again,
    moved_since_applied,
    without_later_versions,
)
from reconciler.planning.request import PlanRequest
from reconciler.wire.codec import codec

MOST_TWINS = 200
"""A create is compared with the undeclared routes (it may page twice) when no more than these
are there; with more the plan reports that it did not look, and saves a thousand reads.
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
        """The live routes at the time of the plan: id to name."""
        return {listed.id: listed.name for listed in self.survey.listed or ()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The wanted routes, with ids, and the settings that judge them. `bases`: the routes in the
    base. `broken`: files with an error, which cannot be planned; `waiting` are the errors of
    those that did not change.
    """

    declarations: tuple[Declaration, ...]
    config: Config
    findings: tuple[Finding, ...] = ()
    broken: frozenset[str] = frozenset()
    bases: Bases | None = None
    waiting: tuple[Finding, ...] = ()


def plan_routes(client: ReadClient, request: PlanRequest) -> Planned:
    """The plan of all declarations, or with the scope `changed` of those that differ from the base,
    which reads only their live routes. Raises the client's ApiError.
    """
    read = read_changed if request.scope == "changed" else read_all
    planned = plan_seen(*read(client, request), client)
    gone = removed(request, planned.plan.changes)
    return replace(planned, plan=replace(planned.plan, findings=(*planned.plan.findings, *gone)))


def plan_saved(client: ReadClient, request: PlanRequest, saved: SavedPlan) -> Planned:
    """The plan of a saved plan's routes again, without those that are not live any more, which
    `check_saved` misses. Raises the client's ApiError.
    """
    return plan_seen(*read_saved(client, request, saved), client)


def plan_seen(seen: Survey, request: PlanRequest, client: ReadClient | None = None) -> Planned:
    """The plan of these declarations, from what was read a moment ago. The client reads what only
    the lock file, the record and creates show to be needed; without one there is no request, and
    undeclared routes are not compared.
    """
    seen = with_lock(client, seen, request)
    copied = tuple(copied_ids(request, seen))
    request, seen = with_record(client, request, seen)
    wanted = _resolved(request, seen)
    astray = of_no_route(request, seen.listed or (), seen.identity.account)
    wanted = replace(
        wanted,
        findings=(*wanted.findings, *copied, *astray),
        broken=wanted.broken | broken_by(copied),
    )
    names = seen.directory.display(request.config)
    foreign = not_ours(seen.listed, seen.lives, wanted.config, names)
    identified = identify(
        wanted.declarations, seen.listed, complete=request.complete, foreign=foreign
    )
    if client is not None:
        identified, seen = with_twins(client, identified, seen, request)
    identified = _without(identified, wanted.broken, seen, request.deletes)
    identified = known_by_record(identified, wanted.declarations, wanted.bases)
    identified, again = left_created_again(request, identified, seen.identity.account)
    wanted = replace(wanted, findings=(*wanted.findings, *again))
    identified, wanted = within(identified, seen, request, wanted, names)
    plan = replace(compared(seen, request, wanted, identified, names), loosened=request.loosened)
    if request.base is None:
        older = behind(request.recorded(seen.identity.account), plan.changes)
        plan = replace(plan, findings=(*plan.findings, *older))
    if client is not None:
        plan = with_proofs(client, plan, seen, request)
        plan = replace(plan, findings=proved_findings(plan, wanted.config, request.today))
    return with_payloads(plan, seen, names, identified.pairs)


def compared(
    seen: Survey, request: PlanRequest, wanted: Wanted, identified: Identified, names: Names
) -> Plan:
    """The wanted side next to the live one, whatever each was read from. Pure."""
    about = _about(request, seen)
    found = (*request.findings, *seen.findings, *wanted.findings)
    plan = make_plan(identified, seen.lives, wanted.config, about, names, found, wanted.bases)
    changed = {change.declaration.file for change in plan.changes if change.declaration is not None}
    shared = also_owned(identified, seen.lives, changed, wanted.config, names)
    return replace(plan, waiting=wanted.waiting, findings=(*plan.findings, *shared))


def within(
    identified: Identified, seen: Survey, request: PlanRequest, wanted: Wanted, names: Names
) -> tuple[Identified, Wanted]:
    """Without the routes of other repositories, and with what there is to say of them."""
    about, config = _about(request, seen), wanted.config
    kept = keep_ours(identified, seen.lives, config, about, names, wanted.bases)
    unknown = any(
        finding.path[:1] == ("owns",) and has_errors([finding]) for finding in wanted.findings
    )
    findings = () if unknown else kept.findings  # whose they are is not known until that is mended
    return kept.identified, replace(wanted, findings=(*wanted.findings, *findings))


def _about(request: PlanRequest, seen: Survey) -> PlanContext:
    return PlanContext(
        request.tool_version,
        seen.api,
        seen.identity.account,
        request.files_digest,
        request.today,
        request.scope,
        request.base.commit if request.base else "",
        request.revert_drift,
    )


def with_payloads(plan: Plan, seen: Survey, names: Names, of_files: Sequence[Pair] = ()) -> Planned:
    """With what each write sends. `of_files`: the pairs whose declarations are route files."""
    prepared, more = prepare(plan.changes, seen.api)
    plan = replace(plan, findings=(*plan.findings, *more))
    pairs = [(pair.declaration, seen.lives[pair.id]) for pair in of_files if pair.id in seen.lives]
    differ = _differing(plan)
    equals = tuple(pair for pair in pairs if pair[1].id not in differ and not pair[0].absent)
    others = tuple(pair for pair in pairs if pair[1].id in differ or pair[0].absent)
    return Planned(plan, prepared, seen, names, equals, others)


def _differing(plan: Plan) -> set[str | None]:
    """By id, as two routes may have one name."""
    kept = {drift.live.id for drift in (*plan.drift, *plan.merged)}
    return {*map(live_id, plan.changes), *kept, *(conflict.live.id for conflict in plan.conflicts)}


def _resolved(request: PlanRequest, seen: Survey) -> Wanted:
    directory, api, account = seen.directory, seen.api, seen.identity.account
    bases, base_findings = bases_of(request, directory, account)
    bases, ahead = without_later_versions(bases, seen.lives)
    findings: list[Finding] = [*base_findings, *ahead]
    if request.lock:
        findings += _foreign_lock(request.lock, directory)
    declarations: list[Declaration] = []
    named: list[Finding] = []
    if request.lock:
        named += moved_names(request.lock, directory, request.declarations, request.config)
    for declaration in request.declarations:
        with_ids, found = resolve(declaration, directory, request.config)
        declarations.append(with_ids)
        named += found
        findings += _inexpressible(with_ids, api)
        named += moved_since_applied(request, declaration, with_ids, bases, directory)
    config, team_findings = resolve_owned(request.config, directory, request.lock)
    if not has_errors(team_findings):
        names = directory.display(request.config)
        outside = (declared_outside(declared, config, names) for declared in declarations)
        findings += [finding for finding in outside if finding is not None]
    waiting = tuple(_waiting(request, account, named, broken_by([*request.findings, *findings])))
    broken = broken_by([*findings, *named])
    found = (*team_findings, *findings, *named)
    return Wanted(tuple(declarations), config, found, broken, bases, waiting)


def _waiting(
    request: PlanRequest, account: str, named: Sequence[Finding], broken: frozenset[str]
) -> Iterator[Finding]:
    """The errors of names in unchanged files, which have nothing to write: nothing else waits for
    them. A file that changed may be one half of a change.
    """
    files = broken_by(named) - broken
    same = as_it_was(request, account, files) if files else frozenset()
    for finding in named:
        if finding.position is not None and finding.position.file in same and has_errors([finding]):
            yield finding


def _foreign_lock(lock: Directory, directory: Directory) -> Iterator[Finding]:
    """A lock of another account says nothing about the names of this one."""
    if directory.account and lock.account != directory.account:
        message = (
            f"directory.lock.json is for {lock.account}, not for {directory.account}; it is ignored"
        )
        hint = "run `reconciler directory refresh` to write one for this account"
        yield Finding("note", "lock-of-another-account", message, hint)


def _inexpressible(declaration: Declaration, api: ApiVersion) -> Iterator[Finding]:
    """Settings that this API version does not support; an absent route needs none."""
    for finding in codec(api).expressible(declaration.route) if not declaration.absent else ():
        yield declaration.positions.locate(replace(finding, route=declaration.route.name))


def _without(
    identified: Identified,
    broken: frozenset[str],
    seen: Survey,
    deletes: tuple[Listed, ...] | None,
) -> Identified:
    """Without what cannot be planned. Of a saved plan, undeclared is what it deletes."""
    pairs = [pair for pair in identified.pairs if pair.id not in seen.unreadable]
    undeclared = identified.undeclared
    if deletes is not None:
        meant = {pair.id for pair in pairs}
        pairs = [pair for pair in pairs if pair.id in seen.lives]
        undeclared = tuple(row for row in deletes if row.id in seen.lives.keys() - meant) or None
    return replace(
        identified,
        pairs=tuple(pair for pair in pairs if pair.declaration.file not in broken),
        creates=tuple(
            declaration for declaration in identified.creates if declaration.file not in broken
        ),
        undeclared=undeclared,
    )


def with_twins(
    client: ReadClient, identified: Identified, seen: Survey, request: PlanRequest
) -> tuple[Identified, Survey]:
    """With the routes that no file declares, to compare the creates with; `beside` files count,
    too.
    """
    if not identified.creates or seen.listed is None:
        return identified, seen
    undeclared = identified.undeclared
    if undeclared is None:
        everything = (*request.declarations, *request.beside)
        undeclared = identify(everything, seen.listed).undeclared or ()
    identified = replace(identified, beside=undeclared)
    unread = [row.id for row in undeclared if row.id not in seen.lives]
    if not 0 < len(unread) <= MOST_TWINS:
        return identified, seen
    return identified, with_more(client, seen, unread)
