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

_FIELD_PARTS = re.compile(r"[^.\[\]]+")
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
            return _in_template(tokens[len(start) :], _at(payload, start))
    if tokens[:1] == ("expressions",):
        return _in_expressions(tokens[1:], payload.get("expressions"))
    for length in range(len(tokens), 0, -1):
        start = tokens[:length]
        if start in GROUPS:
            return _in_groups(GROUPS[start], tokens[length:])
        if start in LISTS:
            return _in_list(LISTS[start], tokens[length:])
        if start in PLAIN:
            return PLAIN[start]
    return ()


def _at(payload: JsonObject, tokens: Tokens) -> Json:
    node: Json = payload
    for token in tokens:
        node = node.get(token) if isinstance(node, Mapping) else None
    return node


def _number(tokens: Tokens) -> int | None:
    return int(tokens[0]) if tokens and tokens[0].isascii() and tokens[0].isdigit() else None


def _in_list(path: Path, tokens: Tokens) -> Path:
    index = _number(tokens)
    if index is None:
        return path
    inside, rest = (*path, index), tokens[1:]
    if rest[:1] == ("condition_groups",):
        return _in_groups((*inside, "when"), rest[1:])
    if rest[:1] in CHATS:
        return _in_channels((*inside, CHATS[rest[:1]]), rest[1:])
    return inside


def _in_channels(path: Path, tokens: Tokens) -> Path:
    if not tokens:
        return path
    if tokens[:1] in CHANNEL_FIELDS:
        return (*path, CHANNEL_FIELDS[tokens[:1]])
    if tokens[0] != "binding":
        return path
    index = _number(tokens[2:]) if tokens[1:2] == ("array_value",) else None
    return (*path, "channel") if index is None else (*path, "channel", index)


def _in_groups(path: Path, tokens: Tokens) -> Path:
    """`tokens` begin after `condition_groups`."""
    group = _number(tokens)
    if group is None:
        return path
    condition = _number(tokens[2:]) if tokens[1:2] == ("conditions",) else None
    if condition is None:
        return (*path, group)
    inside, rest = (*path, group, condition), tokens[3:]
    if rest[:1] == ("param_bindings",):
        index = _number(rest[1:])
        return inside if index is None else (*inside, "params", index)
    return (*inside, rest[0]) if rest and rest[0] in ("subject", "operation") else inside


def _in_template(tokens: Tokens, template: Json) -> Path:
    if tokens[0] == "custom_fields":
        index = _number(tokens[1:])
        field = _element(_field(template, "custom_fields"), index)
        name = _field(field, "custom_field_id")
        fields: Path = ("incident", "custom_fields")
        return (*fields, name) if isinstance(name, str) else fields
    return SLOTS.get(tokens[:1], ("incident",))


def _field(node: Json, name: str) -> Json:
    return node.get(name) if isinstance(node, Mapping) else None


def _element(node: Json, index: int | None) -> Json:
    if index is None or not isinstance(node, list) or index >= len(node):
        return None
    element: Json = node[index]
    return element


def _in_expressions(tokens: Tokens, expressions: Json) -> Path:
    expression = _element(expressions, _number(tokens))
    reference = _field(expression, "reference")
    if not isinstance(reference, str):
        return ("expressions",)
    path: Path = ("expressions", reference)
    match tokens[1:]:
        case ("label", *_):
            return (*path, "label")
        case ("root_reference", *_):
            return (*path, "from")
        case ("else_branch", *_):
            return (*path, "else")
        case ("operations", *rest):
            return _in_operations(path, tuple(rest), expression)
        case _:
            return path


def _in_operations(path: Path, tokens: Tokens, expression: Json) -> Path:
    index = _number(tokens)
    if index is None:
        return (*path, "steps")
    operations = _field(expression, "operations")
    alone = isinstance(operations, list) and len(operations) == 1
    kind = _field(_element(operations, index), "operation_type")
    at_root = alone and _field(expression, "root_reference") == ROOT_OF_ALERT
    if kind == "branches" and at_root:
        return _in_branches((*path, "branches"), tokens[2:])
    step: Path = (*path, "steps", index)
    match tokens[1:]:
        case ("branches", *rest):
            return _in_branches((*step, "branches"), tuple(rest))
        case ("filter", "condition_groups", *rest):
            return _in_groups((*step, "filter"), tuple(rest))
        case _:
            return step


def _in_branches(path: Path, tokens: Tokens) -> Path:
    if tokens[:1] == ("returns",):
        return (*path, "returns")
    index = _number(tokens[1:])
    if index is None:
        return path
    case: Path = (*path, "cases", index)
    match tokens[2:]:
        case ("condition_groups", *rest):
            return _in_groups((*case, "when"), tuple(rest))
        case ("result", *_):
            return (*case, "then")
        case _:
            return case
