"""An apply for the summary of a run: its plan, and below it what was done."""

from collections.abc import Iterator, Sequence

from reconciler.model.finding import Finding
from reconciler.plan.left import digest_of_left
from reconciler.plan.outcome import Outcome, left_of
from reconciler.plan.plan import Plan
from reconciler.report.markdown import code, fenced
from reconciler.report.outcomes_text import outcomes_text
from reconciler.report.plan_markdown import finding_lines, plan_markdown

_WIDTH = 100  # columns of a block in a summary


def apply_markdown(
    plan: Plan, outcomes: Sequence[Outcome] | None, refusals: Sequence[Finding] = ()
) -> str:
    """GitHub's Markdown; ends with a newline. `outcomes` None: the run has not ended, and if this
    is all that anybody finds it never did.
    """
    return plan_markdown(plan) + "\n".join(_below(plan, outcomes, refusals)) + "\n"


def _below(
    plan: Plan, outcomes: Sequence[Outcome] | None, refusals: Sequence[Finding]
) -> Iterator[str]:
    yield from finding_lines(refusals)
    yield from ("", "### What was done", "")
    if outcomes is None:
        yield "The run was cut off while it asked or wrote; its journal has what was sent."
        return
    yield fenced(outcomes_text(outcomes, width=_WIDTH).rstrip("\n"))
    if left_of(plan.changes, outcomes) and plan.applyable:
        digest = code(digest_of_left(plan, outcomes))
        yield from ("", f"The digest of what is left, to start it by hand once read: {digest}")
