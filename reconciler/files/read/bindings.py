"""The contents of a slot: a value, a reference, a list of these, the long form of the API, a type,
or JSON that is passed on unchanged.
"""

import json
import math
import re

import yaml

from reconciler.files.yaml.reading import Reading
from reconciler.model import Binding, Json, Literal, Path, Reference, Returns, Value, compact

VALUE_KEYS = ("reference", "literal")
BINDING_KEYS = (*VALUE_KEYS, "value", "array_value")


def read_binding(reading: Reading, node: yaml.Node, path: Path, *, many: bool) -> Binding | None:
    """A slot's content. `many` is the shape that a single value has in this slot."""
    if isinstance(node, yaml.SequenceNode):
        return read_list(reading, node, path)
    if isinstance(node, yaml.MappingNode):
        keys = {key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
        if not keys & set(VALUE_KEYS):
            return _long_form(reading, node, path)
    value = read_value(reading, node, path)
    return None if value is None else Binding((value,), many=many)


def read_list(reading: Reading, node: yaml.Node, path: Path) -> Binding | None:
    """A list of values; one bad value makes the whole unusable, so that none is lost silently."""
    nodes = reading.sequence(node, path, "[…]")
    if nodes is None:
        return None
    values = [read_value(reading, item, (*path, place)) for place, item in enumerate(nodes)]
    if len(nodes) == 1:  # one value is what the whole slot says, and stands where the slot does
        reading.place(path, nodes[0])
    known = tuple(value for value in values if value is not None)
    return Binding(known, many=True) if len(known) == len(nodes) else None


def read_value(reading: Reading, node: yaml.Node, path: Path) -> Value | None:
    """A literal, `{reference: R}` or `{literal: X}`."""
    if isinstance(node, yaml.ScalarNode):
        text = reading.text(node, path)
        return None if text is None else Literal(text)
    entries = reading.mapping(node, path, VALUE_KEYS)
    if entries is None:
        return None
    if len(entries) != 1:
        if len(entries) == len(node.value):
            message = "a value is a text, `{reference: …}` or `{literal: …}`"
            reading.error("value-shape", message, node, path)
        return None
    if "reference" in entries:
        reference = reading.reference(entries["reference"][1], path)
        return None if reference is None else Reference(reference)
    text = reading.text(entries["literal"][1], path)
    return None if text is None else Literal(text, exact=True)


def _long_form(reading: Reading, node: yaml.MappingNode, path: Path) -> Binding | None:
    entries = reading.mapping(node, path, BINDING_KEYS)
    if entries is None or len(entries) != len(node.value):
        return None
    if "value" in entries and "array_value" in entries:
        message = "`value` and `array_value` exclude each other"
        reading.error("value-shape", message, node, path, "keep one of them")
        return None
    if "array_value" in entries:
        return read_list(reading, entries["array_value"][1], path)
    if "value" in entries:
        value = read_value(reading, entries["value"][1], path)
        return None if value is None else Binding((value,))
    reading.place(path, node)
    return Binding()


def read_returns(reading: Reading, node: yaml.Node, path: Path) -> Returns | None:
    """A type: `String`, `[String]`, `{catalog: Service}`, `[{catalog: Service}]`."""
    if isinstance(node, yaml.SequenceNode):
        if len(node.value) != 1:
            message = "a list of values has one type: `[String]`"
            reading.error("type-shape", message, node, path)
            return None
        inner = _read_type(reading, node.value[0], path)
        return None if inner is None else Returns(inner.type, array=True, catalog=inner.catalog)
    return _read_type(reading, node, path)


def _read_type(reading: Reading, node: yaml.Node, path: Path) -> Returns | None:
    if isinstance(node, yaml.MappingNode):
        entries = reading.mapping(node, path, ("catalog",)) or {}
        if "catalog" not in entries:
            if len(entries) == len(node.value):
                reading.error("type-shape", "a type is a word or `{catalog: NAME}`", node, path)
            return None
        name = reading.words(entries["catalog"][1], path)
        return None if name is None else Returns(name, catalog=True)
    word = reading.words(node, path)
    return None if word is None else Returns(word)


_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def read_json(reading: Reading, node: yaml.Node, path: Path) -> str | None:
    """The canonical JSON text of a mapping; None, and a finding, where it is no JSON."""
    if not isinstance(node, yaml.MappingNode):
        reading.error("wrong-kind", "expected a mapping", node, path)
        return None
    errors = len(reading.findings)
    value = _value(reading, node, path)
    return compact(value) if len(reading.findings) == errors else None


def _value(reading: Reading, node: yaml.Node, path: Path) -> Json:
    if isinstance(node, yaml.SequenceNode):
        return [_value(reading, item, path) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        entries = reading.json_mapping(node, path)
        return {name: _value(reading, value, path) for name, value in entries.items()}
    text: str = node.value
    if not isinstance(node, yaml.ScalarNode) or node.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text) and len(text) < 40:
        number: int | float = json.loads(text)
        if math.isfinite(number):
            return number
    return reading.text(node, path)
