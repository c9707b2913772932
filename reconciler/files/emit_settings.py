"""The settings of a part as canonical nodes, each written as its kind says."""

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.files.emit_conditions import groups_node
from reconciler.files.emit_nodes import Entries, Node, Text
from reconciler.files.emit_values import binding_node, flag, texts, values, word
from reconciler.model.binding import Binding, Literal
from reconciler.model.duration import format_duration
from reconciler.model.finding import Path
from reconciler.model.setting import Kind, Setting
from reconciler.model.settings import settings

NamedNode = tuple[str, Node]
Writer = Callable[[Setting, Any, Path], Node | None]
"""Gives None where nothing is to be written."""


def setting_nodes(part: object, path: Path, own: Mapping[Kind, Writer]) -> list[NamedNode]:
    """The settings that are not at their default, by their keys in the order of a file. `own`
    writes the kinds that have a way of their own there. What the part is known by is left out.
    """
    found: list[NamedNode] = []
    for row in settings(type(part)):
        value = getattr(part, row.field)
        if row.is_key or value is None or (value == row.default and not row.is_always_written):
            continue
        write = own.get(row.kind) or _WRITERS[row.kind]
        node = write(row, value, (*path, row.key))
        if node is not None:
            found.append((row.key, node))
    return found


def duration_node(seconds: int, path: Path | None) -> Node:
    """`90s`, `30m`, `2h`."""
    return Text(format_duration(seconds), path)


def _flag(_: Setting, value: bool, path: Path) -> Node:
    return flag(value, path)


def _word(row: Setting, value: str, path: Path) -> Node:
    return word(value, row.words, path)


def _duration(_: Setting, seconds: int, path: Path) -> Node:
    return duration_node(seconds, path)


def _text(_: Setting, value: str, path: Path) -> Node:
    return Text(value, path)


def _texts(_: Setting, given: tuple[str, ...], path: Path) -> Node:
    return texts(given, path)


def _conditions(_: Setting, groups: Any, path: Path) -> Node:
    return groups_node(groups, path, short=len(path) > 1)


def _value(_: Setting, binding: Binding, path: Path) -> Node:
    return binding_node(binding, path, many=False)


def _values(_: Setting, binding: Binding, path: Path) -> Node:
    """In brackets even if it is one, as lists of names."""
    return values(binding, path) if binding.many else binding_node(binding, path, many=True)


def _flag_or_value(_: Setting, binding: Binding, path: Path) -> Node:
    match binding:
        case Binding((Literal("true" | "false" as text, exact=False),), many=False):
            return flag(text == "true", path)
        case Binding((Literal(text, exact=False),), many=False):
            return Entries((("value", Text(text)),), path)
        case _:
            return binding_node(binding, path, many=False)


_WRITERS: Mapping[Kind, Writer] = {
    "flag": _flag,
    "word": _word,
    "duration": _duration,
    "text": _text,
    "names": _texts,
    "references": _texts,
    "conditions": _conditions,
    "value": _value,
    "values": _values,
    "flag or value": _flag_or_value,
}
