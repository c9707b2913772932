"""The plan document: what `plan --format json` prints and `--out` writes, in the same bytes.

Evidence, not payloads, and no secrets. Its shape is held by plan.schema.json in `plan/`; a reader
of FORMAT_VERSION 1.x may meet keys that it does not know, never other meanings.
"""

from dataclasses import asdict

from reconciler.model import Json, Listed
from reconciler.plan.document import (
    JsonObject,
    change_document,
    field_document,
    finding_document,
)
from reconciler.plan.paging.proof import Proof
from reconciler.plan.plan import FORMAT_VERSION, Conflict, Drift, Plan, Unknown
from reconciler.report.who_json import who_json
from reconciler.text import json_text


def plan_document(plan: Plan) -> JsonObject:
    """The plan as JSON. Keys stand in the order of reading."""
    about = plan.context
    return {
        "format_version": FORMAT_VERSION,
        "tool_version": about.tool_version,
        "api": about.api,
        "account": about.account,
        "scope": about.scope,
        "files_digest": about.files_digest,
        "digest": plan.digest,
        "applyable": plan.applyable,
        "summary": asdict(plan.summary),
        "who": _who(plan.who),
        "changes": [change_document(change) for change in plan.changes],
        "unchanged": list(plan.unchanged),
        "undeclared": None if plan.undeclared is None else _listed(plan.undeclared),
        "not_ours": _listed(plan.not_ours),
        "unknown": [_unknown(part) for part in plan.unknown],
        "reverts": [
            {
                "name": revert.route,
                "id": revert.id,
                "version": revert.version,
                "updated_at": revert.updated_at or None,
                "paths": [change.title for change in revert.fields],
            }
            for revert in plan.reverts
        ],
        "base": about.base or None,
        "reverts_drift": about.reverts_drift,
        "loosened": [
            {"setting": loosened.setting, "sentence": loosened.sentence, "digest": loosened.digest}
            for loosened in plan.loosened
        ],
        "who_edited": _who(plan.edited),
        "drift": [_side(side) for side in plan.drift],
        "merged": [_side(side) for side in plan.merged],
        "conflicts": [_side(side) for side in plan.conflicts],
        "findings": [finding_document(finding) for finding in plan.findings],
    }


def _who(proof: Proof | None) -> JsonObject | None:
    return None if proof is None else who_json(proof)


def _side(side: Drift | Conflict) -> JsonObject:
    position = side.declaration.positions.at(("name",))
    return {
        "name": side.name,
        "id": side.live.id,
        "file": position.file,
        "line": position.line,
        "live_version": side.live.version,
        "updated_at": side.live.updated_at or None,
        "fields": [field_document(field) for field in side.fields],
    }


def _listed(routes: tuple[Listed, ...]) -> list[Json]:
    return [asdict(route) for route in routes]


def _unknown(part: Unknown) -> JsonObject:
    return {
        "name": part.route,
        "id": part.id,
        "path": part.title,
        "pointer": part.pointer or None,
        "state": part.state,
    }


def plan_json(plan: Plan) -> str:
    """The document of `plan.document`."""
    return json_text(plan_document(plan))
