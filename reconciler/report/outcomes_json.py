"""How an apply ended, for programs: what `apply --outcome` writes."""

from collections.abc import Sequence
from dataclasses import fields

from reconciler.model.json import Json
from reconciler.plan.document import change_document, finding_document
from reconciler.plan.outcome import Conflict, Failed, NotSent, Outcome, Unresolved, Written
from reconciler.plan.plan import Plan
from reconciler.report.json_text import json_text

OUTCOME_VERSION = "1.0"
_WORDS: dict[type[Outcome], str] = {
    Written: "written",
    Conflict: "conflict",
    Failed: "failed",
    Unresolved: "unknown",
    NotSent: "not sent",
}


def outcomes_json(
    plan: Plan, outcomes: Sequence[Outcome], code: int, refusals: Sequence[Json] = ()
) -> str:
    """Every outcome with its `outcome` in a word; `left` are the changes that were not written."""
    written = {(one.action, one.name) for one in outcomes if isinstance(one, Written)}
    left = [
        document
        for document in map(change_document, plan.changes)
        if (document["action"], document["name"]) not in written
    ]
    findings = [finding_document(one) for one in (*plan.errors, *plan.guards)]
    return json_text(
        {
            "format_version": OUTCOME_VERSION,
            "exit_code": code,
            "digest": plan.digest,
            "outcomes": [_document(one) for one in outcomes],
            "left": list(left),
            "findings": [*findings, *refusals],
        }
    )


def _document(outcome: Outcome) -> dict[str, Json]:
    plain = {
        one.name: getattr(outcome, one.name) for one in fields(outcome) if one.name != "fields"
    }
    return {"outcome": _WORDS[type(outcome)], **plain}
