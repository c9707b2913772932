"""Rewrite the keys of settings in the schema of route files, as the table of settings has them.

    python -m docs.route_schema            write the schema when it is out of date
    python -m docs.route_schema --check    write nothing; end with 1 when it is out of date

How each kind of setting is written is defined by hand, under `$defs` and in `SHAPES`; so are the
keys that are no settings. They share nothing with the parser, so that a mistake in one shows
against the other.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reconciler.files import schema
from reconciler.model import (
    Channels,
    Destination,
    Escalation,
    Grouping,
    Incident,
    Kind,
    Route,
    RouteSource,
    Setting,
    settings,
)

FILE = Path(schema.__file__).parent / "schema" / "route.schema.json"
Node = dict[str, Any]
FILLED = {"$ref": "#/$defs/filledText"}
SHAPES: Mapping[Kind, Node] = {
    "flag": {"type": "boolean"},
    "duration": {"$ref": "#/$defs/duration"},
    "text": FILLED,
    "name": FILLED,
    "names": {
        "type": "array",
        "items": {"description": "A team, by name or id.", **FILLED},
        "x-examples": [["Payments"]],
    },
    "references": {
        "type": "array",
        "items": {"description": "A value of the alert.", **FILLED},
        "x-examples": [["service", "title"]],
    },
    "conditions": {"$ref": "#/$defs/conditions"},
    "value": {"$ref": "#/$defs/binding"},
    "values": {"$ref": "#/$defs/binding"},
    "flag or value": {
        "anyOf": [
            {"type": "boolean"},
            {
                "allOf": [
                    {"$ref": "#/$defs/binding"},
                    {"not": {"type": ["string", "integer"]}},
                ]
            },
        ]
    },
    "template": {"$ref": "#/$defs/textSetting"},
    "sources": {
        "type": "array",
        "items": {"$ref": "#/$defs/source"},
        "x-examples": [["Grafana Cloud"]],
    },
    "targets": {"$ref": "#/$defs/targets"},
    "destinations": {
        "type": "array",
        "items": {"$ref": "#/$defs/destination"},
        "x-examples": [[{"slack": "#alerts"}]],
    },
    "fields": {
        "type": "object",
        "propertyNames": {"pattern": "\\S"},
        "additionalProperties": {"$ref": "#/$defs/customField"},
        "x-examples": [{"Affected service": {"reference": "service"}}],
    },
    "expressions": {
        "type": "object",
        "propertyNames": {"pattern": "^[a-zA-Z0-9_-]+$"},
        "additionalProperties": {"$ref": "#/$defs/expression"},
    },
    "again": {"$ref": "#/$defs/again"},
    "severity": {"$ref": "#/$defs/severity"},
}
FORMS: Mapping[type, Sequence[str | int]] = {
    Route: (),
    RouteSource: ("$defs", "source", "anyOf", 1),
    Grouping: ("properties", "group"),
    Escalation: ("properties", "escalate", "anyOf", 1),
    Destination: ("$defs", "destination"),
    Channels: ("$defs", "channels", "anyOf", 1),
    Incident: ("$defs", "incident"),
}
"""Where the schema has the mapping with the keys of each table."""


def main(arguments: Sequence[str]) -> int:
    """Write the schema, or with `--check` say whether it is out of date."""
    was = FILE.read_text("utf-8")
    now = generated(was)
    if was == now:
        return 0
    check = "--check" in arguments
    sys.stdout.write(f"{'out of date' if check else 'wrote'}: {FILE.name}\n")
    if not check:
        FILE.write_text(now, "utf-8")
    return 1 if check else 0


def generated(text: str) -> str:
    """The schema's text as it should be."""
    whole: Node = json.loads(text)
    for of, place in FORMS.items():
        form: Any = whole
        for step in place:
            form = form[step]
        form["properties"] = _properties(of, form["properties"])
    ignored = whole["properties"]["ignore_changes"]["items"]
    ignored["enum"] = [row.key for row in settings(Route) if row.key != "name"]
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _properties(of: type, written: Node) -> Node:
    """The table's keys in its order; keys that are no settings stay behind the name, or last."""
    rows = {row.key: _property(row, written) for row in settings(of)}
    others = {key: value for key, value in written.items() if key not in rows}
    first = {"name": rows["name"]} if of is Route else {}
    last = {"ignore_changes": others.pop("ignore_changes")} if of is Route else {}
    return {**first, **others, **rows, **last}


def _property(row: Setting, written: Node) -> Node:
    """A section keeps the form that it was given by hand."""
    if row.kind == "section":
        return {**written[row.key], "description": row.about}
    if row.kind == "word":
        words = {"anyOf": [{"enum": list(row.words)}, {"$ref": "#/$defs/raw"}]}
        return {"description": row.about, **words}
    return {"description": row.about, **SHAPES[row.kind]}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
