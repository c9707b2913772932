"""The settings of a part of the file, each read as its kind says. `when` is a list of conditions
that must all hold, or groups of them under `any`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import yaml

from reconciler.files.read.bindings import read_binding, read_list, read_value
from reconciler.files.yaml.reading import Entry, Reading, near
from reconciler.model import (
    ONE_OF_OPERATIONS,
    WINDOW_SECONDS,
    Binding,
    Condition,
    ConditionGroup,
    ConditionGroups,
    Kind,
    Literal,
    Path,
    Setting,
    settings,
)

NO_OPERAND = ("is_set", "is_not_set", "is_true", "is_false")
ONE_OPERAND = (
    "contains",
    "not_contains",
    "name_contains",
    "starts_with",
    "not_starts_with",
    "ends_with",
    "not_ends_with",
    "matches_regex",
    "is",
    "is_not",
    "gt",
    "gte",
    "lt",
    "lte",
)
OPPOSITES = {
    "is_set": "is_not_set",
    "is_not_set": "is_set",
    "is_true": "is_false",
    "is_false": "is_true",
}
OPERATIONS = (*NO_OPERAND, *ONE_OPERAND, *sorted(ONE_OF_OPERATIONS))


def takes_list(operation: str) -> bool:
    """Whether the API takes the operand as `array_value`."""
    return operation in ONE_OF_OPERATIONS


LONG_FORM = ("subject", "operation", "params")
_NO_CONDITIONS = "to set no condition, leave the key out"
_VALUE_KEYS = frozenset({"reference", "literal"})


def read_conditions(reading: Reading, node: yaml.Node, path: Path) -> ConditionGroups:
    """A list of conditions, or `{any: [group, …]}`; no groups where nothing could be read."""
    if isinstance(node, yaml.MappingNode):
        return _read_groups(reading, node, path)
    nodes = reading.sequence(node, path, "[{severity: critical}]")
    if nodes is None:
        return ()
    if not nodes:
        message = "an empty list of conditions"
        hint = f"{_NO_CONDITIONS}; an empty group is written `{{any: [[]]}}`"
        reading.error("empty-conditions", message, node, path, hint)
        return ()
    if all(isinstance(item, yaml.SequenceNode) for item in nodes):
        hint = "write groups under `any:`"
        reading.error("condition-shape", "lists of conditions in a list", node, path, hint)
        return ()
    return (_read_group(reading, nodes, (*path, 0)),)


def _read_groups(reading: Reading, node: yaml.MappingNode, path: Path) -> ConditionGroups:
    keys = [key.value for key, _ in node.value]
    if keys != ["any"]:
        message = "conditions are a list, or `any:` with groups"
        hint = f"put a dash before it: `- {keys[0]}: …`" if keys else _NO_CONDITIONS
        reading.error("condition-shape", message, node, path, hint)
        return ()
    key, groups = node.value[0]
    reading.place((*path, "any"), key)
    nodes = reading.sequence(groups, path, "any: [[{severity: critical}], [{priority: P1}]]")
    if nodes is None:
        return ()
    if not nodes:
        hint = f"{_NO_CONDITIONS}; an empty group is written `{{any: [[]]}}`"
        reading.error("empty-conditions", "no groups", groups, path, hint)
    read: list[ConditionGroup] = []
    for number, group in enumerate(nodes):
        reading.place((*path, number), group)
        if not isinstance(group, yaml.SequenceNode):
            message = "each group under `any` is a list of conditions"
            hint = "write two dashes: `- - severity: critical`"
            reading.error("condition-shape", message, group, (*path, number), hint)
            continue
        read.append(_read_group(reading, group.value, (*path, number)))
    return tuple(read)


def _read_group(reading: Reading, nodes: list[yaml.Node], path: Path) -> ConditionGroup:
    read = [read_condition(reading, item, (*path, place)) for place, item in enumerate(nodes)]
    return tuple(condition for condition in read if condition is not None)


def read_condition(reading: Reading, node: yaml.Node, path: Path) -> Condition | None:
    """A condition: sugar with exactly one key, or the long form."""
    reading.place(path, node)
    if not isinstance(node, yaml.MappingNode):
        message = "a condition names what it tests"
        hint = "write it as `severity: critical`"
        reading.error("condition-shape", message, node, path, hint)
        return None
    keys = {key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
    if keys & set(LONG_FORM):
        return _read_long(reading, node, path)
    if len(node.value) != 1:
        message = f"a condition has one key; this one has {len(node.value)}"
        hint = "start each condition with a dash of its own; all conditions of a list must hold"
        reading.error("condition-shape", message, node, path, hint)
        return None
    return _read_sugar(reading, node.value[0][0], node.value[0][1], path)


def _read_sugar(reading: Reading, key: yaml.Node, value: yaml.Node, path: Path) -> Condition | None:
    subject = reading.key(key, path)
    if subject is None:
        return None
    reading.place((*path, "subject"), key)
    reading.references.append((subject, reading.places[*path, "subject"], (*path, "subject")))
    operand_path = (*path, "params", 0)
    if isinstance(value, yaml.ScalarNode) and not value.style and value.value in ("true", "false"):
        reading.place((*path, "operation"), value)
        return Condition(subject, f"is_{value.value}")
    if isinstance(value, yaml.MappingNode):
        inner = {item.value for item, _ in value.value if isinstance(item, yaml.ScalarNode)}
        if not inner & _VALUE_KEYS:
            return _read_operation(reading, subject, value, path)
    if isinstance(value, yaml.SequenceNode):
        if not value.value:
            message = f"`{subject}` has no values, so it never holds"
            reading.error("empty-conditions", message, value, path, "leave the condition out")
            return None
        reading.places[operand_path] = reading.places[*path, "subject"]
        operand = read_list(reading, value, operand_path)
    else:
        single = read_value(reading, value, operand_path)
        operand = None if single is None else Binding((single,), many=True)
    return None if operand is None else Condition(subject, "one_of", (operand,))


def _read_operation(
    reading: Reading, subject: str, node: yaml.MappingNode, path: Path
) -> Condition | None:
    if len(node.value) != 1:
        message = "one operation for each condition, as in `{contains: latency}`"
        hint = "write one condition for each; all conditions of a list must hold"
        reading.error("condition-shape", message, node, path, hint)
        return None
    key, value = node.value[0]
    operation = reading.key(key, path)
    if operation is None:
        return None
    reading.place((*path, "operation"), key)
    if operation not in OPERATIONS:
        message = f"unknown operation `{operation}`"
        hint = near(operation, OPERATIONS) or f"one of {', '.join(OPERATIONS)}"
        long_form = f"{{subject: {subject}, operation: {operation}, params: […]}}"
        hint += f"; if it is new in incident.io, write {long_form}"
        reading.error("unknown-operation", message, key, (*path, "operation"), hint)
        return None
    if operation in NO_OPERAND:
        return _without_operand(reading, subject, operation, value, path)
    operand = read_binding(reading, value, (*path, "params", 0), many=takes_list(operation))
    return None if operand is None else Condition(subject, operation, (operand,))


def _without_operand(
    reading: Reading, subject: str, operation: str, value: yaml.Node, path: Path
) -> Condition | None:
    holds = reading.flag(value, (*path, "params"))
    if holds is False:
        hint = f"write {{{OPPOSITES[operation]}: true}}"
        reading.error("not-true-or-false", f"`{operation}: false`", value, path, hint)
    return Condition(subject, operation) if holds else None


def _read_long(reading: Reading, node: yaml.MappingNode, path: Path) -> Condition | None:
    entries = reading.mapping(node, path, LONG_FORM) or {}
    for key in ("subject", "operation"):
        if key not in entries:
            hint = "the long form is {subject: …, operation: …, params: […]}"
            if len(node.value) == 1:
                name = str(node.value[0][0].value)
                hint = f"an attribute that is called {name} is written `attribute:{name}`"
            reading.missing(node, path, key, hint)
            return None
    subject = reading.reference(entries["subject"][1], (*path, "subject"))
    operation = reading.words(entries["operation"][1], (*path, "operation"))
    params: list[Binding] = []
    if "params" in entries:
        nodes = reading.sequence(entries["params"][1], (*path, "params"), "[critical]") or []
        many = operation is not None and takes_list(operation)
        for place, item in enumerate(nodes):
            binding = read_binding(reading, item, (*path, "params", place), many=many)
            if binding is None:
                return None
            params.append(binding)
    if subject is None or operation is None:
        return None
    if operation not in OPERATIONS:
        message = f"this version does not know the operation `{operation}`"
        reading.note("unknown-operation", message, entries["operation"][1], (*path, "operation"))
    return Condition(subject, operation, tuple(params))


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
