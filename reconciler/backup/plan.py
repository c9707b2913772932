"""A plan whose wanted routes come from a backup: what `restore` and `rollback` share.

It is the second half of `plan`: the same comparison, risks, guards and payloads. But nothing is
resolved, for a backup has ids; and a route's unknown fields go back, too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from reconciler.backup.routes import BackedUpRoute, beyond, through
from reconciler.client import ReadClient
from reconciler.directory import (
    Directory,
    needs_after,
    resolve_owned,
    type_subjects,
    with_labels,
)
from reconciler.live.survey import Survey, survey_routes, with_lists, with_more
from reconciler.model import (
    ApiVersion,
    Config,
    Declaration,
    Finding,
    Listed,
    UnknownField,
    owners_tell,
)
from reconciler.plan.change import Change, Delete, action_of, live_id
from reconciler.plan.identify import Identified, Pair
from reconciler.plan.outcome import ConflictOutcome, Failed, Outcome
from reconciler.plan.plan import Plan
from reconciler.planning.payloads import Prepared
from reconciler.planning.planning import (
    Planned,
    Wanted,
    compared,
    with_payloads,
    with_twins,
    within,
)
from reconciler.planning.request import PlanRequest
from reconciler.wire.codec import codec

SOFTENED = frozenset(
    {"guard-pages-nobody", "guard-delete", "guard-second-route", "guard-standalone-template"}
)


@dataclass(frozen=True, slots=True)
class Request:
    """The input of a backup's plan. `trusted`: the backup is this tool's own, so the question
    before the writes stands in for approvals (semantics: guards). `complete` False: the backup
    lacks fields that an older version left out; `accepted`: the user says that this is fine.
    """

    config: Config
    today: date
    tool_version: str
    account: str  # of the backup, "" when it does not say
    digest: str  # of the backup
    trusted: bool = True
    complete: bool = True
    accepted: bool = False
    lock: Directory | None = None  # of the folder: it says which teams `owns` means


@dataclass(frozen=True, slots=True)
class Match:
    """Which live route each kept one is, by its id now; what cannot be undone is a conflict."""

    pairs: tuple[tuple[BackedUpRoute, str], ...] = ()
    creates: tuple[BackedUpRoute, ...] = ()
    deletes: tuple[Declaration, ...] = ()  # absent, each with its id
    undeclared: tuple[Listed, ...] | None = None
    findings: tuple[Finding, ...] = ()
    conflicts: tuple[ConflictOutcome, ...] = ()


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """The plan, and what stays undone: conflicts, and routes that cannot be written at all."""

    planned: Planned
    left: tuple[Outcome, ...] = ()


def plan_from_backup(
    client: ReadClient,
    api: ApiVersion,
    listed: tuple[Listed, ...],
    ids: Sequence[str],
    kept: Sequence[BackedUpRoute],
    request: Request,
    match: Callable[[Survey], Match],
) -> BackupPlan:
    """Plan a restore or a rollback; `match` is called after `ids` are read. Raises ApiError."""
    config = replace(request.config, undeclared="report")  # a backup deletes nothing that it lacks
    seen = replace(survey_routes(client, api, (), ids, config), listed=listed)
    seen = replace(seen, directory=_known(client, seen.directory, kept, config))
    config, unknown = resolve_owned(config, seen.directory, request.lock)
    matched = match(seen)
    plan_request = PlanRequest(
        (), config, request.digest, request.today, request.tool_version, scope="backup"
    )
    if matched.undeclared is not None and owners_tell(config):
        seen = with_more(client, seen, [row.id for row in matched.undeclared])
    identified = _identified(matched, seen)
    if matched.undeclared is not None:
        identified, seen = with_twins(client, identified, seen, plan_request)
    names = seen.directory.display(config)
    found = (*_foreign(request.account, seen), *matched.findings, *unknown)
    wanted = Wanted((), config, found)
    identified, wanted = within(identified, seen, plan_request, wanted, names)
    plan, impossible = _possible(
        _placed(compared(seen, plan_request, wanted, identified, names)), api
    )
    lost = [finding for backed_up in kept for finding in backed_up.findings]
    unseen = [*_beyond(plan, matched, seen), *_two_of_one_name(plan, listed)]
    unseen += _incomplete(plan, request)
    plan = replace(plan, findings=(*plan.findings, *lost, *unseen))
    planned = with_payloads(plan, seen, names)
    sources = {backed_up.file: _typed(backed_up, seen.directory) for backed_up in kept}
    carried = [
        _carried(prepared, api, sources.get(_file_of(prepared))) for prepared in planned.prepared
    ]
    findings = (*planned.plan.findings, *(finding for _, found in carried for finding in found))
    if request.trusted:
        findings = tuple(_softened(finding) for finding in findings)
    left = len(matched.conflicts) + len(impossible)
    plan = replace(planned.plan, findings=findings, left=left)
    planned = replace(planned, plan=plan, prepared=tuple(prepared for prepared, _ in carried))
    return BackupPlan(planned, (*matched.conflicts, *impossible))


def _known(
    client: ReadClient, directory: Directory, kept: Sequence[BackedUpRoute], config: Config
) -> Directory:
    """With the lists that the backup's ids and types need besides what the live routes do."""
    lives = [backed_up.live for backed_up in kept]
    needs = partial(needs_after, declarations=(), lives=lives, config=config)
    directory = with_lists(client, directory, needs)
    return with_labels(directory, lives)


def _identified(matched: Match, seen: Survey) -> Identified:
    def typed(backed_up: BackedUpRoute, identity: str | None = None) -> Declaration:
        declaration = backed_up.declaration(identity)
        return replace(declaration, route=type_subjects(declaration.route, seen.directory))

    pairs = [Pair(typed(backed_up, identity), identity) for backed_up, identity in matched.pairs]
    pairs += [Pair(declaration, declaration.id or "") for declaration in matched.deletes]
    return Identified(
        tuple(pair for pair in pairs if pair.id not in seen.unreadable),
        tuple(typed(backed_up, backed_up.id) for backed_up in matched.creates),
        matched.undeclared,
    )


def _placed(plan: Plan) -> Plan:
    """A backup's file is one place: a field has none of its own in it."""

    def without(change: Change) -> Change:
        if isinstance(change, Delete):
            return change
        return replace(
            change,
            fields=tuple(replace(field_change, position=None) for field_change in change.fields),
        )

    return replace(plan, changes=tuple(map(without, plan.changes)))


def _foreign(account: str, seen: Survey) -> tuple[Finding, ...]:
    now = seen.identity.account
    if not account or not now or account == now:
        return ()
    message = f"the backup is of {account}, and this key belongs to {now}"
    hint = "ids are not valid in another account; use the key of the backup's account"
    return (Finding("error", "guard-other-account", message, hint),)


def _possible(plan: Plan, api: ApiVersion) -> tuple[Plan, tuple[Failed, ...]]:
    """Without the changes that this version of the API would refuse, or could only garble."""
    changes: list[Change] = []
    findings: list[Finding] = []
    failed: list[Failed] = []
    for change in plan.changes:
        found = () if isinstance(change, Delete) else codec(api).expressible(change.after)
        if isinstance(change, Delete) or not found:
            changes.append(change)
            continue
        why = "; ".join(dict.fromkeys(finding.message for finding in found))
        hint = "create it in the dashboard, from the JSON of the backup"
        name, identity = change.name, live_id(change) or change.declaration.id or ""
        failed.append(Failed(action_of(change), name, identity, why, hint))
        message = f'"{name}" cannot be written back: {why}'
        findings.append(
            change.declaration.finding("warning", found[0].code, message, hint, (), name)
        )
    plan = replace(plan, changes=tuple(changes), findings=(*plan.findings, *findings))
    return plan, tuple(failed)


def _two_of_one_name(plan: Plan, listed: Sequence[Listed]) -> list[Finding]:
    """A name that goes back to its route although another route has taken it since."""
    now = {row.id: row.name for row in listed}
    then = dict(now)
    for change in plan.changes:
        identity = live_id(change) or ""
        if isinstance(change, Delete):
            then.pop(identity, None)
        elif identity:
            then[identity] = change.after.name
    findings: list[Finding] = []
    for change in plan.changes:
        identity = live_id(change) or ""
        if isinstance(change, Delete) or now.get(identity, change.name) == change.after.name:
            continue
        name = change.after.name
        others = [other for other, taken in then.items() if taken == name and other != identity]
        if others:
            message = f'{", ".join(others)} is named "{name}" too'
            hint = "rename one of them afterwards, or files can tell them apart by `id` alone"
            findings.append(change.declaration.finding("warning", "name-taken", message, hint, ()))
    return findings


def _beyond(plan: Plan, matched: Match, seen: Survey) -> list[Finding]:
    """Of the routes that no change touches."""
    changed = {live_id(change) for change in plan.changes}
    found = [
        beyond(backed_up, seen.lives[identity])
        for backed_up, identity in matched.pairs
        if identity in seen.lives and identity not in changed
    ]
    return [finding for finding in found if finding is not None]


def _softened(finding: Finding) -> Finding:
    if finding.code not in SOFTENED:
        return finding
    hint = "reconciler wrote this backup: type `yes` if you want this change"
    message = finding.message.replace("`state: absent` deletes", "this command deletes")
    return replace(finding, level="warning", message=message, hint=hint)


def _incomplete(plan: Plan, request: Request) -> tuple[Finding, ...]:
    """A backup that lacks fields is no source of a write. A delete takes nothing from it."""
    if request.complete or all(isinstance(change, Delete) for change in plan.changes):
        return ()
    message = (
        "an older version of reconciler made this backup. It left out every field named "
        "secret, token, password, api_key or credential; a write could remove such fields"
    )
    if request.accepted:
        hint = "--accept-incomplete: writes the routes as they are in the backup"
        return (Finding("warning", "guard-incomplete-backup", message, hint),)
    hint = "review the changes; if the routes do not have such fields, add --accept-incomplete"
    return (Finding("error", "guard-incomplete-backup", message, hint),)


def _typed(kept: BackedUpRoute, directory: Directory) -> BackedUpRoute:
    """The backup's route as a directory reads it: a text in it may name what is there."""
    route = type_subjects(kept.live.route, directory)
    return replace(kept, live=replace(kept.live, route=route))


def _file_of(prepared: Prepared) -> str:
    declaration = prepared.change.declaration
    return declaration.file if declaration else ""


def _carried(
    prepared: Prepared, api: ApiVersion, source: BackedUpRoute | None
) -> tuple[Prepared, tuple[Finding, ...]]:
    """The payload with the backup's unknown fields, and findings for unwritable ones."""
    if isinstance(prepared.change, Delete) or prepared.payload is None or source is None:
        return prepared, ()
    if source.live.api != api:
        return prepared, _not_carried(source, source.live.unknown, through(source.live.api))
    laid = codec(api).overlay(dict(prepared.payload), source.live)
    hint = f"compare the route with {source.file} after the write, and set it in the dashboard"
    findings = _not_carried(source, (*laid.lost, *laid.ambiguous, *laid.excluded), hint)
    return replace(
        prepared, payload=laid.payload, carried=(*prepared.carried, *laid.carried)
    ), findings


def _not_carried(
    source: BackedUpRoute, fields: Sequence[UnknownField], hint: str
) -> tuple[Finding, ...]:
    names = sorted({f"`{field.name}`" for field in fields})
    if not names:
        return ()
    message = (
        f"the backup has {', '.join(names)}, which this version does not support and cannot write"
    )
    return (source.finding("warning", "not-restored", message, hint),)
