"""What of a plan somebody reviewed: the plans of merged pull requests, or a digest by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.model.finding import Finding
from reconciler.plan.change import Change, action_of, live_id
from reconciler.plan.digest import change_digest
from reconciler.plan.outcome import NotSent
from reconciler.plan.plan import Plan
from reconciler.plan.saved import SavedPlan


@dataclass(frozen=True, slots=True)
class Reviewed:
    """With a `refusal` nothing is written at all; `left` are the changes that nobody reviewed."""

    writable: tuple[Change, ...] = ()
    left: tuple[NotSent, ...] = ()
    refusal: Finding | None = None


def check_reviewed(plans: Sequence[SavedPlan], now: Plan) -> Reviewed:
    """A change is written only if its digest stands in one of the plans.

    The digest covers what the change does, so a change that two pull requests made together, or
    that a hand edit turned into another one, stands in none of them.
    """
    here = [plan for plan in plans if plan.account == now.circumstances.account]
    if now.changes and not here:
        return Reviewed(refusal=_nobody(now))
    known = {change.digest for plan in here for change in plan.changes}
    writable = tuple(change for change in now.changes if change_digest(change) in known)
    left = tuple(
        NotSent(action_of(change), change.name, live_id(change) or "", "not reviewed")
        for change in now.changes
        if change not in writable
    )
    return Reviewed(writable, left)


def check_digest(digest: str, now: Plan) -> Finding | None:
    """Why the plan is not the one that was approved by its digest; None when it is."""
    if digest.strip().lower() == now.digest:
        return None
    return Finding(
        "error",
        "guard-other-plan",
        f"the plan's digest is {now.digest}, not {digest.strip()!r}: it would do something else",
        "read the plan above; if it is what you want, start again with its digest",
    )


def _nobody(now: Plan) -> Finding:
    return Finding(
        "error",
        "guard-not-reviewed",
        "no plan of a merged pull request stands behind these changes, so nobody reviewed them",
        f"read the plan above; if it is what you want, start by hand with --digest {now.digest}",
    )
