"""Conditions and their groups. Written as strings, read as objects with labels (part 2).

Also here: bindings: `{"value": {"literal" | "reference"}}` or `{"array_value": [...]}`.

Reads of v2 add a `label` to every value; it goes into the labels and nowhere else (part 2).
"""

from reconciler.model import (
    ONE_OF_OPERATIONS,
    Binding,
    Condition,
    ConditionGroup,
    ConditionGroups,
    Json,
    Literal,
    Reference,
    Value,
)
from reconciler.wire.reading import Place, Reading, as_list, as_object, as_text

BINDING = frozenset({"value", "array_value"})
KEY = frozenset({"reference"})
VALUE = frozenset({"literal", "reference", "label"})


def encode_binding(binding: Binding) -> dict[str, Json]:
    """`many` decides the shape; two values are an array in any case."""
    values: list[Json] = [encode_value(value) for value in binding.values]
    if binding.many or len(values) > 1:
        return {"array_value": values}
    return {"value": values[0]} if values else {}


def encode_value(value: Value) -> dict[str, Json]:
    """A literal or a reference, never both."""
    if isinstance(value, Literal):
        return {"literal": value.stored or value.text}
    return {"reference": value.path}


def decode_binding(node: Json, at: Place, reading: Reading) -> Binding:
    """Null is a binding of nothing. A `value` beside another `array_value` is unknown."""
    if node is None:
        return Binding()
    body = as_object(node, at)
    reading.notice(body, BINDING, at)
    listed = body.get("array_value")
    inside: Place = (at, "array_value")
    found = [
        decode_value(value, (inside, index), reading)
        for index, value in enumerate(as_list(listed, inside))
    ]
    values = tuple(value for value in found if value is not None)
    single = decode_value(body.get("value"), (at, "value"), reading)
    if values:
        if single is not None and values != (single,):
            reading.unknown.append(((at, "value"), _unlabelled(body["value"])))
        return Binding(values, many=True)
    if single is not None:
        return Binding((single,))
    return Binding((), many=listed is not None)


def decode_optional(node: Json, at: Place, reading: Reading) -> Binding | None:
    """None for a binding of nothing, in the slots that may be left out (fact 3.10)."""
    binding = decode_binding(node, at, reading)
    return binding if binding.values else None


def binds_nothing(node: Json) -> bool:
    """Whether a binding is empty, in whatever form (fact 3.10)."""
    if not isinstance(node, dict):
        return node is None
    return BINDING.issuperset(node) and not any(node.values())


def encode_keys(references: tuple[str, ...]) -> list[Json]:
    """Grouping keys: references without the shape of a binding."""
    return [{"reference": reference} for reference in references]


def decode_keys(node: Json, at: Place, reading: Reading) -> tuple[str, ...]:
    """Grouping keys in the order of the read."""
    return tuple(
        decode_key(key, (at, index), reading) for index, key in enumerate(as_list(node, at))
    )


def decode_key(node: Json, at: Place, reading: Reading) -> str:
    """One grouping key."""
    body = as_object(node, at)
    reading.notice(body, KEY, at)
    return as_text(body.get("reference"), (at, "reference"))


def decode_value(node: Json, at: Place, reading: Reading) -> Value | None:
    """None when there is neither a literal nor a reference. A reference wins over a literal."""
    if node is None:
        return None
    body = as_object(node, at)
    reading.notice(body, VALUE, at)
    literal, reference = body.get("literal"), body.get("reference")
    if reference:
        path = as_text(reference, (at, "reference"))
        reading.label(path, body.get("label"))
        if literal:
            reading.unknown.append(((at, "literal"), literal))
        return Reference(path)
    if literal is None:
        return None
    text = as_text(literal, (at, "literal"))
    reading.label(text, body.get("label"))
    return Literal(text)


def _unlabelled(node: Json) -> Json:
    return {k: v for k, v in node.items() if k != "label"} if isinstance(node, dict) else node


GROUP = frozenset({"conditions"})
CONDITION = frozenset({"subject", "operation", "param_bindings"})


def encode_groups(groups: ConditionGroups) -> list[Json]:
    """Groups in the model's order."""
    return [{"conditions": [_encode_condition(condition) for condition in g]} for g in groups]


def _encode_condition(condition: Condition) -> dict[str, Json]:
    """Without the empty operands at the end: those are the server's addition (fact 3.4), but for
    the list of *one of*, which a person has left empty.
    """
    params = list(condition.params)
    listed = condition.operation in ONE_OF_OPERATIONS
    while params and not params[-1].values and not (listed and len(params) == 1):
        params.pop()
    return {
        "subject": condition.subject,
        "operation": condition.operation,
        "param_bindings": [encode_binding(binding) for binding in params],
    }


def decode_groups(node: Json, at: Place, reading: Reading) -> ConditionGroups:
    """Absent and empty are the same (fact 3.4)."""
    return tuple(
        decode_group(group, (at, index), reading) for index, group in enumerate(as_list(node, at))
    )


def decode_group(node: Json, at: Place, reading: Reading) -> ConditionGroup:
    """The conditions of one group."""
    body = as_object(node, at)
    reading.notice(body, GROUP, at)
    inside: Place = (at, "conditions")
    return tuple(
        decode_condition(condition, (inside, index), reading)
        for index, condition in enumerate(as_list(body.get("conditions"), inside))
    )


def decode_condition(node: Json, at: Place, reading: Reading) -> Condition:
    """A condition as read or as written. `subject_type` stays unknown: only a directory has it."""
    body = as_object(node, at)
    reading.notice(body, CONDITION, at)
    inside: Place = (at, "param_bindings")
    return Condition(
        _labelled(body.get("subject"), "reference", (at, "subject"), reading),
        _labelled(body.get("operation"), "value", (at, "operation"), reading),
        tuple(
            decode_binding(binding, (inside, index), reading)
            for index, binding in enumerate(as_list(body.get("param_bindings"), inside))
        ),
    )


def _labelled(node: Json, name: str, at: Place, reading: Reading) -> str:
    """What else such an object may hold is for display: it cannot be sent, so it is no loss."""
    if not isinstance(node, dict):
        return as_text(node, at)
    text = as_text(node.get(name), (at, name))
    reading.label(text, node.get("label"))
    return text
