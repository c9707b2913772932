"""The changes that may be written, decided before the question and the first request. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from reconciler.client import MANAGE
from reconciler.live.identity import Identity
from reconciler.model import Config, Finding
from reconciler.plan.change import Change, Create, Delete
from reconciler.plan.exit_codes import CONFLICT, DONE, ERROR, PARTLY_APPLIED, REFUSED
from reconciler.plan.outcome import (
    NotSent,
    Outcome,
    Unresolved,
    Written,
    apply_exit_code,
    conflict_outcome,
    gone,
    not_sent,
    undecided,
    waits,
)
from reconciler.plan.plan import Plan
from reconciler.plan.saved import (
    SavedPlan,
    check_digest,
    check_reviewed,
    check_saved,
    digest_of_left,
)
from reconciler.planning.payloads import Prepared
from reconciler.planning.planning import Planned
from reconciler.runs.arrival import Awaited, awaited_as
from reconciler.text import visible


@dataclass(frozen=True, slots=True)
class Decision:
    """The writable changes; `code` when there are none, and the command ends with it."""

    prepared: tuple[Prepared, ...] = ()
    left: tuple[Outcome, ...] = ()  # what is not written, and why
    refusals: tuple[Finding, ...] = ()
    code: int | None = None
    notes: tuple[str, ...] = ()  # what is not known, and stops nothing


@dataclass(frozen=True, slots=True)
class Approved:
    """An approval: a saved plan, reviewed plans (None: no review is needed), or a digest."""

    saved: SavedPlan | None = None
    reviewed: tuple[SavedPlan, ...] | None = None
    digest: str | None = None

    @property
    def settings(self) -> frozenset[str] | None:
        """The digests of the settings that the reviewed plans show; None: a person reads them."""
        if self.reviewed is None:
            return None
        return frozenset(digest for plan in self.reviewed for digest in plan.loosened)


def needs_review(config: Config, reviewed: Sequence[str], digest: str | None) -> bool:
    """Whether reviewed plans decide; a digest that a person passes is a review itself. `config` is
    the stricter of before and now, so a new `require_reviewed_plan: false` does not count.
    """
    return bool(reviewed) and not digest and config.require_reviewed_plan


def decide_apply(planned: Planned, approved: Approved) -> Decision:
    """The changes of an apply's plan, as far as they were approved."""
    plan = planned.plan
    conflicts = _conflicts(plan)
    if plan.blocking:
        return decide(planned, (), conflicts)
    if approved.digest is not None and (refusal := check_digest(approved.digest, plan)):
        return Decision(refusals=(refusal,), code=REFUSED)
    if approved.saved is not None:
        checked = check_saved(approved.saved, plan)
        if checked.refusals:
            return Decision(refusals=checked.refusals, code=REFUSED)
        return decide(planned, checked.writable, (*checked.conflicts, *conflicts))
    if approved.reviewed is None:
        return decide(planned, plan.changes, conflicts)
    seen = check_reviewed(approved.reviewed, plan)
    refusals = tuple(finding for finding in (seen.refusal, seen.unreviewed) if finding)
    if seen.refusal:
        return Decision(refusals=refusals, code=REFUSED)
    return _decide_merged(planned, seen.writable, (*seen.left, *conflicts), refusals)


def _conflicts(plan: Plan) -> tuple[Outcome, ...]:
    return (
        *(conflict_outcome(conflict, plan.context.since) for conflict in plan.conflicts),
        *(undecided(drift) for drift in plan.drift if drift.sent),
        *(gone(finding) for finding in plan.gone_on_one_side),
        *(gone(finding) for finding in plan.left_owns if finding.code == "left-owns-and-changed"),
        *waits(plan.waiting),
    )


def decide(
    planned: Planned, writable: Sequence[Change], left: tuple[Outcome, ...] = ()
) -> Decision:
    """Nothing with an error or a guard in the plan; else the writable ones of its changes."""
    if planned.plan.blocking:
        return Decision(code=ERROR)
    if planned.plan.guards:
        return Decision(left=left, code=REFUSED)
    chosen = _chosen(planned, writable)
    if not chosen:
        return Decision(left=left, code=apply_exit_code(left))
    return Decision(chosen, left)


def _decide_merged(
    planned: Planned,
    writable: Sequence[Change],
    left: tuple[Outcome, ...],
    refusals: tuple[Finding, ...],
) -> Decision:
    """The reviewed changes of merged pull requests: a guard's refusal holds back its own alone."""
    chosen = _chosen(planned, writable)
    if chosen:
        return Decision(chosen, left, refusals)
    refused = bool(planned.plan.guards or refusals)
    code = REFUSED if refused else apply_exit_code(left)
    return Decision(left=left, refusals=refusals, code=code)


def _chosen(planned: Planned, writable: Sequence[Change]) -> tuple[Prepared, ...]:
    meant = {id(change) for change in writable}  # the plan's own: thousands are found at once
    return tuple(prepared for prepared in planned.prepared if id(prepared.change) in meant)


def hold_back(decided: Decision, awaited: Sequence[Awaited]) -> Decision:
    """Without creates that may still arrive from an earlier run, and then without deletes: nothing
    that pages is taken away while something that should page is not there.
    """
    names = {
        prepared.change.name for prepared in decided.prepared if isinstance(prepared.change, Create)
    }
    kept: list[Prepared] = []
    held: list[Outcome] = []
    deletes: list[Outcome] = []
    for prepared in decided.prepared:
        change = prepared.change
        found = awaited_as(change, awaited, names) if isinstance(change, Create) else None
        if found:
            held.append(not_sent(change, "sent before", found.why))
        elif isinstance(change, Delete):
            deletes.append(not_sent(change, "held back"))
        else:
            kept.append(prepared)
    if not held:
        return decided
    left = (*decided.left, *held, *deletes)
    return replace(
        decided, prepared=tuple(kept), left=left, code=None if kept else apply_exit_code(left)
    )


def with_rights(decided: Decision, identity: Identity) -> Decision:
    """Refused before the question if the key's roles cannot write; a note if that is unknown."""
    roles = ", ".join(dict.fromkeys((*identity.roles, *identity.team_roles)))
    if decided.code is not None or identity.may_write or not roles:
        return decided
    if identity.may_write is None:
        note = (
            f"note: reconciler cannot tell from this key's roles ({visible(roles)}) whether it "
            "can write; the run stops if incident.io refuses a write"
        )
        return replace(decided, notes=(*decided.notes, note))
    finding = Finding(
        "error",
        "key-cannot-write",
        f"this key can only read (roles: {roles})",
        f'use a key with the permission "{MANAGE}": `reconciler help api-key`',
    )
    return replace(decided, prepared=(), refusals=(*decided.refusals, finding), code=ERROR)


def refused_behind(decided: Decision, plan: Plan, has_newest: Callable[[], bool]) -> Decision:
    """Nothing where the files may be older than the last apply: for an apply without a question, a
    review, a base or a saved plan. `has_newest` asks the remote whether the checkout is its newest.
    """
    if not (plan.behind and decided.prepared) or has_newest():
        return decided
    names = ", ".join(f'"{behind.route}"' for behind in plan.behind)
    finding = Finding(
        "error",
        "guard-checkout-behind",
        f"this checkout may be older than what was applied to {names}",
        "run `git pull`; if these files are meant, apply without --auto-approve, or save the plan "
        "with `plan --out FILE`, read it, and apply that",
    )
    return replace(decided, prepared=(), refusals=(*decided.refusals, finding), code=REFUSED)


def exit_code_of(decided: Decision, outcomes: Sequence[Outcome], interrupted: int = 0) -> int:
    """Of a run that wrote; `interrupted` is the code of a signal. It is a conflict when all went
    well but a part of what was merged does not count.
    """
    code = apply_exit_code((*outcomes, *decided.left), interrupted=interrupted)
    return CONFLICT if decided.refusals and code == DONE else code


def code_without_a_file(code: int, outcomes: Iterable[Outcome]) -> int:
    """Of a command whose report became unwritable since it began: no success, and no other end."""
    wrote = any(isinstance(outcome, Written) for outcome in outcomes)
    return code or (PARTLY_APPLIED if wrote else ERROR)


def is_all_done(plan: Plan, code: int) -> bool:
    """Whether nothing of today's files is left to do, of merges before the base either."""
    waiting = any(finding.code == "not-applied-yet" for finding in plan.findings)
    return code == DONE and not plan.merged and not waiting


def lost_a_create(outcomes: Iterable[Outcome]) -> bool:
    """Whether a create has no known outcome: a run that cannot look later has to wait for it."""
    return any(
        isinstance(outcome, Unresolved) and outcome.action == "create" for outcome in outcomes
    )


def digest_to_read(plan: Plan, decided: Decision, outcomes: Sequence[Outcome]) -> str:
    """The digest that lets a person start what no review showed; "" where all was reviewed."""
    refused = any(finding.code == "guard-not-reviewed" for finding in decided.refusals)
    unread = any(
        isinstance(outcome, NotSent) and outcome.reason == "not reviewed" for outcome in outcomes
    )
    return digest_of_left(plan, outcomes) if refused or unread else ""
