"""What of a plan was reviewed: by the plans of merged pull requests, or by an entered digest.

Also here: what an apply leaves of its plan, as the digest that a start by hand needs.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from reconciler.model import Finding
from reconciler.plan.change import Change, Delete, Update, action_of, live_id
from reconciler.plan.outcome import NotSent, Outcome, left_of
from reconciler.plan.plan import Plan, change_digest, plan_digest
from reconciler.plan.saved import SavedPlan

_OF_UNDECLARED = ("guard-max-deletes", "guard-owns-teams")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """With a `refusal` nothing is written at all; `left` are the changes that are not, and why.
    `unreviewed` says which settings count as before, since no reviewed plan shows them.
    """

    writable: tuple[Change, ...] = ()
    left: tuple[NotSent, ...] = ()
    refusal: Finding | None = None
    unreviewed: Finding | None = None


def check_reviewed(plans: Sequence[SavedPlan], now: Plan) -> Reviewed:
    """A change is written only if its digest stands in one of the plans.

    The digest covers what the change does, so a change that two pull requests made together, or
    that a live edit turned into another one, stands in none of them. A guard refuses the whole
    pull request that has the change, and no other.
    """
    here = [plan for plan in plans if plan.account == now.circumstances.account]
    unreviewed = _unreviewed(here, now)
    if now.changes and not here:
        return Reviewed(refusal=_nobody(now), unreviewed=unreviewed)
    guarded = _guarded(now)
    refused = [one for one in here if any(change.digest in guarded for change in one.changes)]
    known = _digests(here)
    free = _digests([one for one in here if one not in refused])
    writable: list[Change] = []
    left: list[NotSent] = []
    for change in now.changes:
        digest = change_digest(change)
        if digest not in known:
            left.append(_left(change, "not reviewed"))
        elif digest in guarded:
            left.append(_left(change, "refused by a guard"))
        elif digest not in free:
            left.append(_left(change, "merged with what a guard refuses"))
        else:
            writable.append(change)
    return Reviewed(tuple(writable), tuple(left), None, unreviewed)


def _digests(plans: Sequence[SavedPlan]) -> frozenset[str]:
    return frozenset(change.digest for plan in plans for change in plan.changes)


def _guarded(now: Plan) -> Collection[str]:
    """The digests of the changes that guards refuse: all of them, where a guard names none."""
    found: set[str] = set()
    for guard in now.guards:
        own = [one for one in now.changes if _is_about(guard, one)]
        found |= {change_digest(one) for one in own or now.changes}
    return found


def _is_about(guard: Finding, change: Change) -> bool:
    if guard.code in _OF_UNDECLARED:
        return isinstance(change, Delete) and change.declaration is None
    names = {change.name, live_id(change)}
    if isinstance(change, Update):
        names.add(change.live.route.name)  # its own is what it is called after the change
    return bool(guard.route) and guard.route in names


def _left(
    change: Change,
    reason: Literal["not reviewed", "refused by a guard", "merged with what a guard refuses"],
) -> NotSent:
    return NotSent(action_of(change), change.name, live_id(change) or "", reason)


def _unreviewed(plans: Sequence[SavedPlan], now: Plan) -> Finding | None:
    known = {digest for plan in plans for digest in plan.loosened}
    new = [one for one in now.loosened if one.digest not in known]
    if not new:
        return None
    return Finding(
        "error",
        "guard-not-reviewed",
        "reconciler.yaml allows more than before, but no reviewed plan shows this, so it has no "
        f"effect: {' '.join(f'`{one.setting}`: {one.sentence}.' for one in new)}",
        "review it, then start the apply workflow with the digest at the end of this run",
    )


def check_digest(digest: str, now: Plan) -> Finding | None:
    """Why the plan is not the one that was approved by its digest; None when it is."""
    if digest.strip().lower() == now.digest:
        return None
    return Finding(
        "error",
        "guard-other-plan",
        f"the plan's digest is {now.digest}, not {digest.strip()!r}: the plan changed",
        "review the plan above, then start again with its digest",
    )


def _nobody(now: Plan) -> Finding:
    return Finding(
        "error",
        "guard-not-reviewed",
        "no plan of a merged pull request contains these changes, so they were not reviewed",
        f"review the plan above, then start the apply workflow with --digest {now.digest}",
    )


def digest_of_left(plan: Plan, outcomes: Sequence[Outcome]) -> str:
    """That of the next plan, which has no written change; its settings allow the same as now."""
    return plan_digest(left_of(plan.changes, outcomes), plan.loosened)
