"""The plan document: what `--format json` prints and `--out` writes.

Evidence, not payloads, and no secrets. Its shape is held by plan.schema.json beside this file;
a reader of FORMAT_VERSION 1.x may meet keys that it does not know, never other meanings.

Also here: the plan as JSON text: `--format json` and `--out` write the same bytes.
"""

import json
from collections.abc import Mapping
from importlib import resources

from reconciler.model import Finding, Json, Listed
from reconciler.plan.change import (
    Change,
    Delete,
    Elements,
    FieldChange,
    Shown,
    Update,
    action_of,
    fields_of,
    live_id,
    position_of,
)
from reconciler.plan.plan import FORMAT_VERSION, Conflict, Drift, Plan, Unknown, change_digest
from reconciler.text import json_text

JsonObject = dict[str, Json]


def plan_schema() -> Mapping[str, Json]:
    """The JSON Schema (2020-12) of the document, as it ships."""
    text = resources.files("reconciler.plan").joinpath("plan.schema.json").read_text("utf-8")
    schema: Mapping[str, Json] = json.loads(text)
    return schema


def plan_document(plan: Plan) -> JsonObject:
    """The plan as JSON. Keys stand in the order of reading."""
    about, summary = plan.circumstances, plan.summary
    return {
        "format_version": FORMAT_VERSION,
        "tool_version": about.tool_version,
        "api": about.api,
        "account": about.account,
        "scope": about.scope,
        "files_digest": about.files_digest,
        "digest": plan.digest,
        "applyable": plan.applyable,
        "summary": {
            "create": summary.create,
            "update": summary.update,
            "delete": summary.delete,
            "unchanged": summary.unchanged,
            "undeclared": summary.undeclared,
        },
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
            {"setting": one.setting, "sentence": one.sentence, "digest": one.digest}
            for one in plan.loosened
        ],
        "drift": [_side(side) for side in plan.drift],
        "merged": [_side(side) for side in plan.merged],
        "conflicts": [_side(side) for side in plan.contested],
        "findings": [finding_document(finding) for finding in plan.findings],
    }


def _side(side: Drift | Conflict) -> JsonObject:
    position = side.declaration.positions.at(("name",))
    return {
        "name": side.name,
        "id": side.live.id,
        "file": position.file,
        "line": position.line,
        "live_version": side.live.version,
        "updated_at": side.live.updated_at or None,
        "fields": [_field(field) for field in side.fields],
    }


def change_document(change: Change) -> JsonObject:
    """One change; a create has no id and no base version."""
    position = position_of(change)
    document: JsonObject = {
        "action": action_of(change),
        "name": change.name,
        "id": live_id(change),
        "file": position.file if position else None,
        "line": position.line if position else None,
        "base_version": change.base_version if isinstance(change, (Update, Delete)) else None,
        "digest": change_digest(change),
        "risks": [{"label": risk.label, "sentence": risk.sentence} for risk in change.risks],
        "fields": [_field(field) for field in fields_of(change)],
    }
    if isinstance(change, Update):
        document["unchanged_fields"] = change.same
    return document


def _field(change: FieldChange) -> JsonObject:
    inside = change.elements
    return {
        "path": change.title,
        "from": _shown(change.from_),
        "to": _shown(change.to),
        "kind": change.kind,
        "line": change.position.line if change.position else None,
        **({} if inside is None else _elements(inside)),
    }


def _elements(inside: Elements) -> JsonObject:
    changed: list[Json] = [
        {"within": one.within, "from": one.from_ or None, "to": one.to or None}
        for one in inside.changed
    ]
    return {"elements": changed, "unchanged_elements": inside.same}


def _shown(shown: Shown | None) -> JsonObject | None:
    if shown is None:
        return None
    document: JsonObject = {"id": shown.id, "name": shown.name}
    known = {key: value for key, value in document.items() if value}
    return {**known, "value": shown.value}


def _listed(routes: tuple[Listed, ...]) -> list[Json]:
    return [{"id": r.id, "name": r.name, "enabled": r.enabled} for r in routes]


def _unknown(part: Unknown) -> JsonObject:
    return {
        "name": part.route,
        "id": part.id,
        "path": part.title,
        "pointer": part.pointer or None,
        "state": part.state,
    }


def finding_document(finding: Finding) -> JsonObject:
    """A finding as JSON; `path` has the file's keys."""
    position = finding.position
    place: Mapping[str, Json] = {
        "file": position.file if position else None,
        "line": position.line if position else None,
        "column": position.column if position else None,
        "end_column": (position.end_column or None) if position else None,
    }
    return {
        "level": finding.level,
        "code": finding.code,
        "message": finding.message,
        "hint": finding.hint or None,
        "route": finding.route or None,
        **place,
        "path": list(finding.path),
    }


def plan_json(plan: Plan) -> str:
    """The document of `plan.document`."""
    return json_text(plan_document(plan))
