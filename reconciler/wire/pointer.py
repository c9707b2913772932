"""From a place in a payload to the place in the file: `path_of`.

Errors of the API name a pointer (`/alert_sources/0/condition_groups/0/conditions/1`) or a field
(`alert_route.name`); unknown fields have pointers into the read. Both versions are read by one
function: where they differ, they use different names.
"""

import re
from collections.abc import Iterator, Mapping

from reconciler.model import (
    ROOT_OF_ALERT,
    SETS,
    Channels,
    Destination,
    Json,
    JsonObject,
    Path,
    Setting,
    every_setting,
    settings,
)

Tokens = tuple[str, ...]
Steps = tuple[str | int, ...]
"""The rest of a pointer, with its indexes as numbers."""

_FIELD_PARTS = re.compile(r"[^.\[\]]+")
_INDEX = re.compile(r"[0-9]{1,9}")
TEMPLATES: tuple[Tokens, ...] = (("incident_config", "template"), ("incident_template",))


def _places() -> Iterator[tuple[Tokens, Path, Setting]]:
    """The place in either version of each setting outside sets."""
    for path, row in every_setting():
        also = (tuple(place.split("/")) for place in row.also_v2)
        for tokens in {row.place("v2"), row.place("v3"), *also} - {()}:
            yield tokens, path, row


LISTS = {tokens: path for tokens, path, row in _places() if row.kind in SETS}
GROUPS = {tokens: path for tokens, path, row in _places() if row.kind == "conditions"}
PLAIN: Mapping[Tokens, Path] = {
    **{tokens: path for tokens, path, _ in _places()},
    ("message_config",): ("notify",),
    ("incident_template",): ("incident",),
}
SLOTS = {
    tokens[len(start) :]: path
    for start in TEMPLATES
    for tokens, path, _ in _places()
    if tokens[: len(start)] == start
}
CHATS = {row.place("v3"): row.key for row in settings(Destination) if row.kind == "section"}
CHANNEL_FIELDS = {row.place("v3"): row.key for row in settings(Channels) if not row.is_key}


def tokens_of(pointer: str) -> list[str]:
    """The steps of a JSON pointer, or of a field name as errors give it."""
    if pointer.startswith("/"):
        steps = [s.replace("~1", "/").replace("~0", "~") for s in pointer[1:].split("/")]
    else:
        steps = _FIELD_PARTS.findall(pointer)
    return steps[1:] if steps and steps[0] == "alert_route" else steps


def path_of(pointer: str, payload: JsonObject) -> Path:
    """The nearest place in the route's file; () for the route as a whole. Never raises."""
    tokens = tuple(tokens_of(pointer))
    for start in TEMPLATES:
        if tokens[: len(start)] == start and len(tokens) > len(start):
            return _in_template(tokens[len(start) :], _at(payload, *start))
    if tokens[:1] == ("expressions",):
        return _in_expressions(_steps(tokens[1:]), payload.get("expressions"))
    for length in range(len(tokens), 0, -1):
        start, rest = tokens[:length], _steps(tokens[length:])
        if start in GROUPS:
            return _in_groups(GROUPS[start], rest)
        if start in LISTS:
            return _in_list(LISTS[start], rest)
        if start in PLAIN:
            return PLAIN[start]
    return ()


def _steps(tokens: Tokens) -> Steps:
    return tuple(int(token) if _INDEX.fullmatch(token) else token for token in tokens)


def _at(node: Json, *steps: str | int) -> Json:
    """The part of a body below these steps; None where it is not there."""
    for step in steps:
        if isinstance(step, str):
            node = node.get(step) if isinstance(node, Mapping) else None
        else:
            node = node[step] if isinstance(node, list) and step < len(node) else None
    return node


def _in_list(path: Path, steps: Steps) -> Path:
    match steps:
        case (int(index), "condition_groups", *rest):
            return _in_groups((*path, index, "when"), tuple(rest))
        case (int(index), str(field), *rest) if (field,) in CHATS:
            return _in_channels((*path, index, CHATS[field,]), tuple(rest))
        case (int(index), *_):
            return (*path, index)
        case _:
            return path


def _in_channels(path: Path, steps: Steps) -> Path:
    match steps:
        case ("binding", "array_value", int(index), *_):
            return (*path, "channel", index)
        case ("binding", *_):
            return (*path, "channel")
        case (str(field), *_) if (field,) in CHANNEL_FIELDS:
            return (*path, CHANNEL_FIELDS[field,])
        case _:
            return path


def _in_groups(path: Path, steps: Steps) -> Path:
    """`steps` begin after `condition_groups`."""
    match steps:
        case (int(group), "conditions", int(place), "param_bindings", int(index), *_):
            return (*path, group, place, "params", index)
        case (int(group), "conditions", int(place), "subject" | "operation" as part, *_):
            return (*path, group, place, str(part))
        case (int(group), "conditions", int(place), *_):
            return (*path, group, place)
        case (int(group), *_):
            return (*path, group)
        case _:
            return path


def _in_template(tokens: Tokens, template: Json) -> Path:
    match _steps(tokens):
        case ("custom_fields", *rest):
            name = _at(template, "custom_fields", *rest[:1], "custom_field_id")
            fields: Path = ("incident", "custom_fields")
            return (*fields, name) if isinstance(name, str) else fields
        case _:
            return SLOTS.get(tokens[:1], ("incident",))


def _in_expressions(steps: Steps, expressions: Json) -> Path:
    expression = _at(expressions, *steps[:1])
    reference = _at(expression, "reference")
    if not isinstance(reference, str):
        return ("expressions",)
    path: Path = ("expressions", reference)
    match steps[1:]:
        case ("label", *_):
            return (*path, "label")
        case ("root_reference", *_):
            return (*path, "from")
        case ("else_branch", *_):
            return (*path, "else")
        case ("operations", int(index), *rest):
            return _in_operation(path, index, tuple(rest), expression)
        case ("operations", *_):
            return (*path, "steps")
        case _:
            return path


def _in_operation(path: Path, index: int, rest: Steps, expression: Json) -> Path:
    operations = _at(expression, "operations")
    alone = isinstance(operations, list) and len(operations) == 1
    at_root = alone and _at(expression, "root_reference") == ROOT_OF_ALERT
    if _at(operations, index, "operation_type") == "branches" and at_root:
        return _in_branches((*path, "branches"), rest[1:])
    step: Path = (*path, "steps", index)
    match rest:
        case ("branches", *inside):
            return _in_branches((*step, "branches"), tuple(inside))
        case ("filter", "condition_groups", *inside):
            return _in_groups((*step, "filter"), tuple(inside))
        case _:
            return step


def _in_branches(path: Path, steps: Steps) -> Path:
    match steps:
        case ("returns", *_):
            return (*path, "returns")
        case (_, int(index), "condition_groups", *rest):
            return _in_groups((*path, "cases", index, "when"), tuple(rest))
        case (_, int(index), "result", *_):
            return (*path, "cases", index, "then")
        case (_, int(index), *_):
            return (*path, "cases", index)
        case _:
            return path
