"""From identified declarations and the details of their live routes to the plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from reconciler.model import (
    Config,
    Declaration,
    Finding,
    Listed,
    Live,
    Names,
    Route,
    canonical_pair,
    has_errors,
)
from reconciler.plan.change import Change, Create, Delete, FieldChange, Kind, Risk, Update
from reconciler.plan.compare.differences import count_same, creation, differences
from reconciler.plan.compare.effective import as_stored, comparable, effective
from reconciler.plan.compare.places import placed, unknown_parts
from reconciler.plan.compare.threeway import as_declared, three_way
from reconciler.plan.guards import guard_findings, keep_their_names, same_name, second_route
from reconciler.plan.identify import (
    Identified,
    Undeclared,
    delete_waits,
    deleted_and_changed,
    deleted_by_hand,
    edited_and_absent,
    not_applied_yet,
    not_live,
    sort_undeclared,
)
from reconciler.plan.paging.paging import paging, whom
from reconciler.plan.paging.risks import create_risks, delete_risks, update_risks
from reconciler.plan.plan import Conflict, Drift, Plan, PlanContext, Unknown, is_guard


@dataclass(frozen=True, slots=True)
class Bases:
    """The files of the commit that changes are counted from: routes with ids, by the path of
    today's file. A file that is not among them is new, and wins whole.
    """

    routes: Mapping[str, Route]
    revert_drift: bool = False
    applied: Mapping[str, Route] | None = None  # what was applied last, where that is not `routes`
    # By today's paths, from the record: the id, and the version that is live without a later edit.
    untouched: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    # Files whose writes have an unknown outcome.
    sent: Mapping[str, Declaration] = field(default_factory=dict)
    # By today's paths: the keys that `routes` and `applied` left to the dashboard.
    ignored: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent_before: frozenset[str] = frozenset()  # files that say `state: absent`, as the base did

    def of(self, file: str, live: Live | None) -> Route | None:
        """The route that this file's changes are counted from; None where it is new, and wins
        whole.

        The outcome of a write may be unknown. Where live is exactly what the file had then, that
        write arrived and no live edit followed.
        """
        if live is not None and (sent_file := self.sent.get(file)) and _is_live(sent_file, live):
            return sent_file.route
        return self.routes.get(file)

    def edited(self, declaration: Declaration, live: Live, names: Names) -> tuple[FieldChange, ...]:
        """The fields of a route that were edited since it was applied last, or since the base."""
        file = declaration.file
        sides = [self.of(file, live), (self.applied or {}).get(file)]
        untouched = self.untouched.get(file) == (live.id, live.version)
        if untouched or self.revert_drift or sides == [None, None]:
            return ()
        found: tuple[FieldChange, ...] = ()
        for before in sides:
            if before is not None:
                was = effective(before, live.route, self.ignored.get(file, ()))
                found = differences(was, comparable(live, was), {**live.labels, **names})
                if not found:
                    return ()
        return found

    def was_deleted(self, declaration: Declaration) -> bool:
        """Whether a live edit deleted the recorded route of a file that has changed since."""
        known = self.untouched if self.untouched else self.routes
        return declaration.file in known and not self.revert_drift

    def meant(
        self, file: str, live: Live, fields: tuple[FieldChange, ...]
    ) -> tuple[FieldChange, ...]:
        """The fields that are live as a write of unknown outcome meant them."""
        sent_file = self.sent.get(file)
        return as_declared(fields, sent_file.route, live.route) if sent_file else ()


def _is_live(sent_file: Declaration, live: Live) -> bool:
    """Whether the route matches the file exactly. Hidden parts are not compared."""
    wanted, there = canonical_pair(
        effective(sent_file.route, live.route, sent_file.ignore_changes), live.route
    )
    return wanted == there and not live.hidden


@dataclass(slots=True)
class _Draft:
    changes: list[Change] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    merged: list[Drift] = field(default_factory=list)
    deleted: dict[str, Route] = field(default_factory=dict)


def make_plan(
    identified: Identified,
    lives: Mapping[str, Live],
    config: Config,
    context: PlanContext,
    names: Names,
    findings: Sequence[Finding] = (),
    bases: Bases | None = None,
) -> Plan:
    """The plan, changes in the order of the files' names. Pure; raises nothing.

    `lives`: the details of the identified pairs by id, and of undeclared routes as far as
    a caller read them (needed for `undeclared: delete`, for what is not ours, and to warn of a
    create that pages twice). `names`: what things are called, for display only. `findings` are
    those of reading and resolving. With `bases` live wins wherever a file did not change.
    """
    bases = bases or Bases({})
    draft = _Draft(findings=[*findings, *identified.findings])
    ours = sort_undeclared(identified.undeclared, lives, config, names)
    beside = ours
    if identified.beside is not None:
        beside = sort_undeclared(identified.beside, lives, config, names)
    _compare_pairs(identified, lives, names, draft, bases)
    named = keep_their_names(identified, lives, draft.changes)
    for declaration in identified.creates:
        if _left_deleted(declaration, bases):
            _deleted(declaration, bases, draft)
            draft.findings.append(_not_there(declaration, ours, bases, names, context))
        elif bases.was_deleted(declaration):
            _deleted(declaration, bases, draft)
            draft.findings.append(deleted_and_changed(declaration, context.since))
        else:
            draft.changes.append(_create(declaration, beside, names))
            draft.findings += second_route(declaration, beside.read, config, context.today)
            draft.findings += same_name(declaration, named, config, context.today)
    left = ours.routes
    if config.undeclared == "delete" and ours.routes is not None:
        left = _delete_undeclared(ours, config, names, draft)
    draft.findings += guard_findings(draft.changes, config, context.today, names)
    over = partial(_over, config=config, context=context, names=names)
    drift = tuple(replace(side, refused=over(side)) for side in draft.drift)
    conflicts = tuple(replace(side, refused=over(side)) for side in draft.conflicts)
    return Plan(
        context,
        tuple(sorted(draft.changes, key=_place)),
        tuple(sorted(draft.unchanged)),
        left,
        ours.not_ours,
        tuple(draft.unknown),
        tuple(draft.findings),
        drift,
        conflicts,
        tuple(draft.merged),
        deleted=draft.deleted,
    )


def _compare_pairs(
    identified: Identified,
    lives: Mapping[str, Live],
    names: Names,
    draft: _Draft,
    bases: Bases,
) -> None:
    for pair in identified.pairs:
        live = lives.get(pair.id)
        if live is None:
            _vanished(pair.declaration, draft)
        elif pair.declaration.absent:
            _delete(pair.declaration, live, names, draft, bases)
        else:
            _compare(pair.declaration, live, names, draft, bases)


def _deleted(declaration: Declaration, bases: Bases, draft: _Draft) -> None:
    was = (bases.applied or {}).get(declaration.file) or bases.of(declaration.file, None)
    if was is not None:
        draft.deleted[was.name] = was


def _over(
    side: Drift | Conflict, config: Config, context: PlanContext, names: Names
) -> tuple[Finding, ...]:
    """The guards that would refuse to overwrite a live edit with the whole file."""
    live, ignored = side.live.route, side.declaration.ignore_changes
    whole = as_stored(effective(side.declaration.route, live, ignored), live)
    update = Update(side.declaration, side.live, whole, side.fields, 0)
    hidden = (_hidden(side.declaration, side.live),) if side.live.hidden else ()
    found = guard_findings([update], config, context.today, names)
    return (*(finding for finding in found if is_guard(finding)), *hidden)


def _place(change: Change) -> tuple[bool, str, str]:
    declaration = change.declaration
    return declaration is None, "" if declaration is None else declaration.file, change.name


def _vanished(declaration: Declaration, draft: _Draft) -> None:
    finding = not_live(declaration)
    if declaration.id is None:
        message = f'"{declaration.route.name}" was deleted while this plan was created'
        finding = declaration.finding("error", "route-vanished", message, "plan again")
    draft.findings.append(finding)


def _not_there(
    declaration: Declaration,
    ours: Undeclared,
    bases: Bases,
    names: Names,
    context: PlanContext,
) -> Finding:
    if bases.applied is not None and declaration.file not in bases.applied:
        return not_applied_yet(declaration)
    route = declaration.route
    paged = whom(route, names) if paging(route) else ""
    return deleted_by_hand(declaration, ours.read, paged, context.since)


def _delete(
    declaration: Declaration, live: Live, names: Names, draft: _Draft, bases: Bases
) -> None:
    """Not where another merge deletes it, or its deletion would lose an edit."""
    if declaration.file in bases.absent_before and not bases.revert_drift:
        draft.findings.append(delete_waits(declaration))
    elif edited := bases.edited(declaration, live, names):
        draft.findings.append(edited_and_absent(declaration, [field.title for field in edited]))
    else:
        risks = delete_risks(live.route, names)
        draft.changes.append(Delete(live, declaration, risks))


def _left_deleted(declaration: Declaration, bases: Bases) -> bool:
    """Whether the route was deleted live since a base with the same file."""
    base = bases.of(declaration.file, None)
    if base is None or bases.revert_drift:
        return False
    before, now = canonical_pair(base, declaration.route)
    return before == now


def _compare(
    declaration: Declaration, live: Live, names: Names, draft: _Draft, bases: Bases
) -> None:
    after = effective(declaration.route, live.route, declaration.ignore_changes)
    before = comparable(live, after)
    declared_form, live_form = canonical_pair(after, before)
    if declared_form == live_form and not live.unknown and not live.hidden:
        draft.unchanged.append(after.name)  # the usual case: nothing to name, nothing to copy
        return
    known: Names = {**live.labels, **names}
    found = differences(after, before, known)
    draft.unknown += unknown_parts(live, found, known)
    if not found:
        draft.unchanged.append(after.name)
        return
    base = bases.of(declaration.file, live)
    applied = (bases.applied or {}).get(declaration.file)
    if bases.untouched.get(declaration.file) == (live.id, live.version):
        # Live is as recorded, so the file changed.
        found = tuple(replace(field, kind="change") for field in found)
        base, applied = (before, None) if bases.applied is None else (base, before)
    if base is not None:
        sides = three_way(
            base, after, before, known, revert_drift=bases.revert_drift, applied=applied
        )
        placed_fields = _placed(sides.fields, declaration, known)
        was = effective(
            base if applied is None else applied, live.route, declaration.ignore_changes
        )
        edited = update_risks(was, before, known)
        if applied is None and not sides.conflicts:  # both of these have what the file changed
            edited = update_risks(after, sides.after, known)
        found = _separate(declaration, live, placed_fields, edited, was, bases, draft)
        after = sides.after
        if not found:
            return
    if live.hidden:
        draft.findings.append(_hidden(declaration, live))
    changed = _placed(found, declaration, known)
    after = as_stored(after, live.route)
    risks = update_risks(live.route, after, known)
    same = count_same(after, changed)
    draft.changes.append(Update(declaration, live, after, changed, same, risks))


def _separate(
    declaration: Declaration,
    live: Live,
    fields: tuple[FieldChange, ...],
    edited: tuple[Risk, ...],
    was: Route,
    bases: Bases,
    draft: _Draft,
) -> tuple[FieldChange, ...]:
    """The fields to write; live edits and conflicts go into the draft."""
    if bases.revert_drift and bases.untouched:  # a person at a terminal settles conflicts so
        fields = tuple(
            replace(field, kind="drift") if field.kind == "conflict" else field for field in fields
        )
    if _of_kind(fields, "conflict"):
        draft.conflicts.append(Conflict(declaration, live, fields, edited, was=was))
        return ()
    elsewhere = _of_kind(fields, "merged", "superseded")
    if bases.revert_drift:
        if elsewhere:  # the whole file would undo the other merge
            draft.merged.append(Drift(declaration, live, fields))
        return () if elsewhere else fields
    waits = bool(_of_kind(elsewhere, "superseded"))
    drifted = _of_kind(fields, "drift")
    if drifted:
        sent = bases.meant(declaration.file, live, drifted)
        draft.drift.append(Drift(declaration, live, drifted, edited, was=was, sent=sent))
    if elsewhere:
        shown = _of_kind(fields, "change", "merged", "superseded") if waits else elsewhere
        draft.merged.append(Drift(declaration, live, shown))
    return () if waits else _of_kind(fields, "change")


def _of_kind(fields: tuple[FieldChange, ...], *kinds: Kind) -> tuple[FieldChange, ...]:
    return tuple(field for field in fields if field.kind in kinds)


def _placed(
    found: tuple[FieldChange, ...], declaration: Declaration, names: Names
) -> tuple[FieldChange, ...]:
    return tuple(placed(change, declaration, names) for change in found)


def _hidden(declaration: Declaration, live: Live) -> Finding:
    name = live.route.name
    return declaration.finding(
        "error",
        "guard-hidden-part",
        f'"{name}" has a part that API {live.api} does not show; a write would overwrite it',
        "make this change in the dashboard, or plan with an API version that shows the part",
        live.hidden[0],
        name,
    )


def _create(declaration: Declaration, ours: Undeclared, names: Names) -> Create:
    route: Route = declaration.route
    risks = create_risks(route, ours.read, [listed.name for listed in ours.unread], names)
    fields = _placed(creation(route, names), declaration, names)
    return Create(declaration, route, fields, risks)


def _delete_undeclared(
    ours: Undeclared, config: Config, names: Names, draft: _Draft
) -> tuple[Listed, ...]:
    """Plan the deletions; returns the undeclared routes that stay."""
    routes = ours.routes or ()
    if not (config.owns_teams or config.owns_prefixes):
        message = "`undeclared: delete` needs `owns`, which says whose routes it may delete"
        hint = "write `owns: {teams: [NAME]}`, or `prefixes`, in reconciler.yaml"
        draft.findings.append(Finding("error", "guard-owns-teams", message, hint))
        return routes
    if has_errors(draft.findings) and ours.read:
        # A file with an error may be the one that declares what looks undeclared.
        draft.findings.append(_not_deleted("files have errors", [r.name for r in routes]))
        return routes
    draft.changes += [Delete(live, None, delete_risks(live.route, names)) for live in ours.read]
    if ours.unread:
        names_left = [listed.name for listed in ours.unread]
        draft.findings.append(_not_deleted("they could not be read", names_left))
    return tuple(row for row in ours.unread if row in routes)


def _not_deleted(why: str, names: Sequence[str]) -> Finding:
    listed = ", ".join(f'"{name}"' for name in sorted(names))
    return Finding(
        "warning",
        "undeclared-kept",
        f"undeclared routes are not deleted, because {why}: {listed}",
        "correct this and plan again",
    )
