"""What an apply leaves of its plan, as the digest that a start by hand needs."""

from collections.abc import Sequence

from reconciler.plan.digest import plan_digest
from reconciler.plan.outcome import Outcome, left_of
from reconciler.plan.plan import Plan


def digest_of_left(plan: Plan, outcomes: Sequence[Outcome]) -> str:
    """That of the next plan, which has no written change; its settings allow the same as now."""
    return plan_digest(left_of(plan.changes, outcomes), plan.loosened)
