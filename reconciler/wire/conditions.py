"""Conditions and their groups. Written as strings, read as objects with labels (part 2)."""

from reconciler.model.condition import (
    ONE_OF_OPERATIONS,
    Condition,
    ConditionGroup,
    ConditionGroups,
)
from reconciler.model.json import Json
from reconciler.wire.bindings import decode_binding, encode_binding
from reconciler.wire.reading import Place, Reading, as_list, as_object, as_text

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
