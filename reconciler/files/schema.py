"""The JSON Schemas of the files: for editors, and a second net behind the parser.

How things are written is defined here and shares nothing with the parser, so that a mistake
in one shows against the other. The keys of a route's settings come from their table
(`docs/route_schema.py`).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

import yaml

from reconciler.files.yaml.compose import compose
from reconciler.files.yaml.strict import is_integer, misread
from reconciler.model import Declaration, Finding, Json, Position

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

SchemaName = Literal["route", "config", "tests"]
_LONGEST_MESSAGE = 200


def schema_text(name: SchemaName) -> str:
    folder = resources.files("reconciler.files") / "schema"
    return (folder / f"{name}.schema.json").read_text(encoding="utf-8")


def json_schema(name: SchemaName) -> dict[str, Json]:
    """The JSON Schema (2020-12) of a route file, of reconciler.yaml, or of routing tests."""
    schema: dict[str, Json] = json.loads(schema_text(name))
    return schema


def schema_findings(declarations: Iterable[Declaration]) -> tuple[Finding, ...]:
    """The schema's errors in files that the parser accepted: the second net. Raises nothing."""
    return tuple(
        finding
        for declaration in declarations
        for finding in validate_with_schema(
            "\n".join(declaration.positions.lines), declaration.file
        )
    )


def validate_with_schema(
    text: str, file: str, found: Sequence[Finding] = (), name: SchemaName = "route"
) -> tuple[Finding, ...]:
    """The schema's errors, without those that the parser's errors (`found`) explain already.

    Empty for a text that is no YAML: the parser says so. Raises nothing.
    """
    composed = compose(text, file)
    if composed.root is None:
        return ()
    errors = [at.position.line for at in found if at.level == "error" and at.position is not None]
    refused = []
    for error in _errors(name, plain(composed.root)):
        node = _node_at(composed.root, tuple(error.absolute_path))
        first, last = node.start_mark.line + 1, node.end_mark.line + 1
        if any(first <= line <= last for line in errors):
            continue
        message = error.message
        if len(message) > _LONGEST_MESSAGE:
            message = message[:_LONGEST_MESSAGE] + "…"
        position = Position(file, first, node.start_mark.column + 1)
        hint = "`reconciler schema` prints the schema, which describes every key"
        excerpt = composed.lines[first - 1]
        message = f"the schema refuses this: {message}"
        refused.append(Finding("error", "schema", message, hint, position, excerpt))
    return tuple(refused)


def plain(node: yaml.Node) -> Json:
    """Nodes as an editor sees them: JSON, with plain scalars of the type that some YAML gives."""
    if isinstance(node, yaml.SequenceNode):
        return [plain(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): plain(value) for key, value in node.value}
    text: str = node.value
    if isinstance(node, yaml.ScalarNode) and node.style:
        return text
    if is_integer(text) and len(text) < 40:
        return int(text)
    if text in ("true", "false"):
        return text == "true"
    match misread(text):
        case "a date" | None:
            return text
        case "nothing (null)":
            return None
        case _:
            return 0.5  # neither text, truth nor a whole number, so no slot takes it


def _node_at(root: yaml.Node, path: Sequence[str | int]) -> yaml.Node:
    node = root
    for part in path:
        if isinstance(node, yaml.MappingNode):
            node = next(value for key, value in node.value if key.value == part)
        else:
            node = node.value[part]
    return node


def _errors(name: SchemaName, value: Json) -> Iterator["ValidationError"]:
    """Each error of the whole, as the most telling one among those that led to it."""
    from jsonschema.exceptions import best_match

    for error in _validator(name).iter_errors(value):
        yield best_match(iter([error])) or error


@cache
def _validator(name: SchemaName) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json_schema(name))
