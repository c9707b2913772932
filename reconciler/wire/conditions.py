"""Conditions and bindings.

A binding is `{"value": {"literal" | "reference"}}` or `{"array_value": [...]}`. Subjects and
operations are written as strings, and read as objects with labels. Reads of v2 add a `label` to
every value; it goes into the labels and nowhere else (part 2).
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
from reconciler.wire.reading import Place, Reading, as_text, each

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
    body = reading.body(node, at, BINDING)
    values: tuple[Value, ...] = body.each("array_value", decode_value)
    single = body.decoded("value", decode_value)
    if values:
        if single is not None and values != (single,):
            reading.unknown.append(((at, "value"), _unlabelled(body.fields["value"])))
        return Binding(values, many=True)
    if single is not None:
        return Binding((single,))
    return Binding((), many=body.fields.get("array_value") is not None)


def decode_optional(node: Json, at: Place, reading: Reading) -> Binding | None:
    """None for a binding of nothing, in the slots that may be left out (fact 3.10)."""
    binding = decode_binding(node, at, reading)
    return binding if binding.values else None


def binds_nothing(node: Json) -> bool:
    """Whether a binding is empty, in any form (fact 3.10)."""
    if not isinstance(node, dict):
        return node is None
    return BINDING.issuperset(node) and not any(node.values())


def encode_keys(references: tuple[str, ...]) -> list[Json]:
    """Grouping keys: references without the shape of a binding."""
    return [{"reference": reference} for reference in references]


def decode_keys(node: Json, at: Place, reading: Reading) -> tuple[str, ...]:
    return each(node, at, reading, decode_key)


def decode_key(node: Json, at: Place, reading: Reading) -> str:
    return reading.body(node, at, KEY).text("reference")


def decode_value(node: Json, at: Place, reading: Reading) -> Value | None:
    """None when there is neither a literal nor a reference. A reference wins over a literal."""
    if node is None:
        return None
    body = reading.body(node, at, VALUE)
    literal, label = body.fields.get("literal"), body.fields.get("label")
    if body.fields.get("reference"):
        path = body.text("reference")
        reading.label(path, label)
        if literal:
            reading.unknown.append(((at, "literal"), literal))
        return Reference(path)
    if literal is None:
        return None
    text = body.text("literal")
    reading.label(text, label)
    return Literal(text)


def _unlabelled(node: Json) -> Json:
    return {k: v for k, v in node.items() if k != "label"} if isinstance(node, dict) else node


GROUP = frozenset({"conditions"})
CONDITION = frozenset({"subject", "operation", "param_bindings"})


def encode_groups(groups: ConditionGroups) -> list[Json]:
    """Groups in the model's order."""
    return [{"conditions": [encode_condition(condition) for condition in g]} for g in groups]


def encode_condition(condition: Condition) -> dict[str, Json]:
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
    return each(node, at, reading, decode_group)


def decode_group(node: Json, at: Place, reading: Reading) -> ConditionGroup:
    return reading.body(node, at, GROUP).each("conditions", decode_condition)


def decode_condition(node: Json, at: Place, reading: Reading) -> Condition:
    """A condition as read or as written. `subject_type` stays unknown: only a directory has it."""
    body = reading.body(node, at, CONDITION)
    return Condition(
        _labelled(body.fields.get("subject"), "reference", (at, "subject"), reading),
        _labelled(body.fields.get("operation"), "value", (at, "operation"), reading),
        body.each("param_bindings", decode_binding),
    )


def _labelled(node: Json, name: str, at: Place, reading: Reading) -> str:
    """The object's other fields are for display: they cannot be sent."""
    if not isinstance(node, dict):
        return as_text(node, at)
    text = as_text(node.get(name), (at, name))
    reading.label(text, node.get("label"))
    return text
