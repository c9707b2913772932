"""How an apply ended, for programs: what `apply --outcome` writes."""

from collections.abc import Mapping, Sequence
from dataclasses import fields

from reconciler.model.json import Json
from reconciler.plan.change import Update, live_id
from reconciler.plan.document import change_document, finding_document
from reconciler.plan.left import digest_of_left
from reconciler.plan.outcome import (
    Conflict,
    Doubled,
    Failed,
    NotSent,
    Outcome,
    Unresolved,
    Written,
    left_of,
)
from reconciler.plan.plan import Drift, Plan
from reconciler.report.json_text import json_text

OUTCOME_VERSION = "1.0"
_WORDS: dict[type[Outcome], str] = {
    Written: "written",
    Doubled: "doubled",
    Conflict: "conflict",
    Failed: "failed",
    Unresolved: "unknown",
    NotSent: "not sent",
}


def outcomes_json(
    plan: Plan, outcomes: Sequence[Outcome], code: int, refusals: Sequence[Json] = ()
) -> str:
    """Every outcome with its `outcome` in a word; `left` are the changes that were not written.
    `digest` is theirs: what a start by hand needs, since a new plan has no written one. `drift`
    are the routes that were left alone because they count as edited by hand; `undeclared` are
    live and in no file.
    """
    left = left_of(plan.changes, outcomes)
    meant = {live_id(one) or one.name: change_document(one)["fields"] for one in plan.changes}
    findings = [finding_document(one) for one in (*plan.errors, *plan.guards)]
    return json_text(
        {
            "format_version": OUTCOME_VERSION,
            "exit_code": code,
            "digest": digest_of_left(plan, outcomes),
            "outcomes": [_document(one, meant) for one in outcomes],
            "left": [change_document(one) for one in left],
            "drift": [
                *(_drift(one) for one in plan.drift),
                *({"name": one.route, "deleted": True} for one in plan.deleted_by_hand),
                *({"name": one.route, "created": True} for one in plan.created_again),
            ],
            "undeclared": [one.name for one in plan.undeclared or ()],
            "findings": [*findings, *refusals],
        }
    )


def stopped_json(why: str, code: int) -> str:
    """The same of an apply that ended before it had a plan. `stopped`: why, and what to do."""
    nothing: dict[str, Json] = {key: [] for key in ("outcomes", "left", "drift", "undeclared")}
    return json_text(
        {
            "format_version": OUTCOME_VERSION,
            "exit_code": code,
            "digest": "",
            **nothing,
            "findings": [],
            "stopped": why,
        }
    )


def _document(outcome: Outcome, meant: Mapping[str, Json]) -> dict[str, Json]:
    """`fields` are those of the change of this plan, none where the plan has none."""
    plain = {
        one.name: _plain(getattr(outcome, one.name))
        for one in fields(outcome)
        if one.name != "fields"
    }
    change = meant.get(outcome.id) or meant.get(outcome.name) or []
    return {"outcome": _WORDS[type(outcome)], **plain, "fields": change}


def _plain(value: Json | tuple[str, ...]) -> Json:
    return list(value) if isinstance(value, tuple) else value


def _drift(drift: Drift) -> Json:
    """`fields` are those of the change that would write the file's values over the hand edits."""
    over = Update(drift.declaration, drift.live, drift.declaration.route, drift.fields, 0)
    paths: list[Json] = [field.title for field in drift.fields]
    return {
        "name": drift.name,
        "id": drift.live.id,
        "fields": change_document(over)["fields"],
        "paths": paths,
    }
