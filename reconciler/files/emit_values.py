"""Bindings, words, types and JSON as canonical nodes."""

import json
from collections.abc import Mapping, Sequence

from reconciler.files.emit_nodes import Entries, Items, Node, Text
from reconciler.files.scalars import is_integer
from reconciler.model.binding import Binding, Literal, Value
from reconciler.model.expression import Returns
from reconciler.model.finding import Path
from reconciler.model.json import Json


def flag(value: bool, path: Path | None) -> Text:
    """`true` or `false`."""
    return Text("true" if value else "false", path, bare=True)


def word(text: str, known: Sequence[str], path: Path) -> Node:
    """A word of incident.io; `{raw: WORD}` where this version does not know it."""
    return Text(text, path) if text in known else Entries((("raw", Text(text)),), path)


def texts(values: Sequence[str], path: Path) -> Items:
    """A list of texts."""
    return Items(tuple(Text(text, (*path, place)) for place, text in enumerate(values)), path)


def value(given: Value, path: Path | None) -> Node:
    """A literal as it is, `{literal: X}` or `{reference: R}`."""
    if not isinstance(given, Literal):
        return Entries((("reference", Text(given.path)),), path)
    if given.exact:
        return Entries((("literal", Text(given.text)),), path)
    return Text(given.text, path)


def values(binding: Binding, path: Path) -> Items:
    """All values as a list."""
    listed = (value(given, (*path, place)) for place, given in enumerate(binding.values))
    return Items(tuple(listed), path)


def is_bare(binding: Binding, *, many: bool) -> bool:
    """Whether a slot whose single value has the shape `many` takes it without list or braces."""
    return len(binding.values) == 1 and binding.many == many


def binding_node(binding: Binding, path: Path, *, many: bool) -> Node:
    """What fills a slot; `many` is the shape that a single value has there."""
    if is_bare(binding, many=many):
        return value(binding.values[0], path)
    if binding.many or len(binding.values) > 1:
        return values(binding, path)
    if not binding.values:
        return Entries((), path)
    return Entries((("value", value(binding.values[0], None)),), path)


def returns_node(returns: Returns, path: Path) -> Node:
    """`String`, `{catalog: Service}`, or either in brackets."""
    if not returns.array:
        return _type(returns, path)
    return Items((_type(returns, None),), path)


def _type(returns: Returns, path: Path | None) -> Node:
    if returns.catalog:
        return Entries((("catalog", Text(returns.type)),), path)
    return Text(returns.type, path)


def json_node(text: str, path: Path) -> Node:
    """A JSON text as YAML that reads as the same JSON."""
    parsed: Json = json.loads(text)
    return _json(parsed, path)


def _json(parsed: Json, path: Path | None) -> Node:
    if isinstance(parsed, str):
        # Here a plain integer is a number, so a text of digits needs its quotes.
        return Text(f'"{parsed}"', path, bare=True) if is_integer(parsed) else Text(parsed, path)
    if isinstance(parsed, Mapping):
        return Entries(tuple((key, _json(part, None)) for key, part in parsed.items()), path)
    if isinstance(parsed, Sequence):
        return Items(tuple(_json(part, None) for part in parsed), path)
    return Text(json.dumps(parsed), path, bare=True)
