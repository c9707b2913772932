"""The settings of a part of the file, each read as its kind says."""

from collections.abc import Callable, Mapping
from typing import Any

import yaml

from reconciler.files.read.bindings import read_binding
from reconciler.files.read.conditions import read_conditions
from reconciler.files.yaml.reading import Entry, Reading
from reconciler.model import WINDOW_SECONDS, Binding, Kind, Literal, Path, Setting, settings

Reader = Callable[[Reading, Setting, yaml.Node, Path], Any]
"""Gives the value, or None where there is a finding instead."""


def read_settings(
    reading: Reading,
    entries: Mapping[str, Entry],
    path: Path,
    of: type,
    own: Mapping[Kind, Reader],
) -> dict[str, Any]:
    """The values of the entries, by the fields of the model, without those that could not be read.
    `own` reads the kinds that are written in another way there.
    """
    found: dict[str, Any] = {}
    for row in settings(of):
        if row.key in entries:
            read = own.get(row.kind) or _READERS[row.kind]
            value = read(reading, row, entries[row.key][1], (*path, row.key))
            if value is not None:
                found[row.field] = value
    return found


def _names(reading: Reading, row: Setting, node: yaml.Node, path: Path) -> tuple[str, ...]:
    return reading.texts(node, path, f"{row.key}: [Payments]")


def _references(reading: Reading, row: Setting, node: yaml.Node, path: Path) -> tuple[str, ...]:
    return reading.each(node, path, f"{row.key}: [service]", Reading.reference)


def _value(reading: Reading, row: Setting, node: yaml.Node, path: Path) -> Binding | None:
    return read_binding(reading, node, path, many=row.kind == "values")


def _flag_or_value(reading: Reading, row: Setting, node: yaml.Node, path: Path) -> Binding | None:
    """`true`, `false`, or a reference."""
    if not isinstance(node, yaml.ScalarNode):
        return _value(reading, row, node, path)
    flag = reading.flag(node, path)
    return None if flag is None else Binding((Literal("true" if flag else "false"),))


_READERS: Mapping[Kind, Reader] = {
    "flag": lambda reading, _row, node, path: reading.flag(node, path),
    "word": lambda reading, row, node, path: reading.word(node, path, row.words),
    "duration": lambda reading, _row, node, path: reading.duration(node, path, WINDOW_SECONDS),
    "names": _names,
    "references": _references,
    "conditions": lambda reading, _row, node, path: read_conditions(reading, node, path),
    "value": _value,
    "values": _value,
    "flag or value": _flag_or_value,
}
