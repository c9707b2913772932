"""Bindings: `{"value": {"literal" | "reference"}}` or `{"array_value": [...]}`.

Reads of v2 add a `label` to every value; it goes into the labels and nowhere else (part 2).
"""

from reconciler.model.binding import Binding, Literal, Reference, Value
from reconciler.model.json import Json
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
