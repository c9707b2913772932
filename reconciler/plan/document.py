"""Changes and findings as JSON, and the schema of the document that holds a whole plan."""

import json
from collections.abc import Mapping
from importlib import resources

from reconciler.model import Finding, Json
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
from reconciler.plan.plan import change_digest

JsonObject = dict[str, Json]


def plan_schema() -> Mapping[str, Json]:
    text = resources.files("reconciler.plan").joinpath("plan.schema.json").read_text("utf-8")
    schema: Mapping[str, Json] = json.loads(text)
    return schema


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
        "fields": [field_document(field) for field in fields_of(change)],
    }
    if isinstance(change, Update):
        document["unchanged_fields"] = change.same
    return document


def field_document(change: FieldChange) -> JsonObject:
    """One field, with the elements inside it that changed."""
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
        {"within": element.within, "from": element.from_ or None, "to": element.to or None}
        for element in inside.changed
    ]
    return {"elements": changed, "unchanged_elements": inside.same}


def _shown(shown: Shown | None) -> JsonObject | None:
    if shown is None:
        return None
    document: JsonObject = {"id": shown.id, "name": shown.name}
    known = {key: value for key, value in document.items() if value}
    return {**known, "value": shown.value}


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
