"""Conditions as canonical nodes: sugar wherever it says the same, else the long form."""

from reconciler.files.conditions import LONG_FORM
from reconciler.files.emit_nodes import Entries, Items, Node, Text
from reconciler.files.emit_values import binding_node, flag
from reconciler.files.operations import NO_OPERAND, OPERATIONS, takes_list
from reconciler.model.condition import Condition, ConditionGroup, ConditionGroups
from reconciler.model.finding import Path


def groups_node(groups: ConditionGroups, path: Path, *, short: bool = False) -> Node:
    """`when`: one group as a list, several (or an empty one) under `any`.

    `short`: a single condition may stand on the line of its key.
    """
    if len(groups) == 1 and groups[0]:
        inline = short and len(groups[0]) == 1
        return Items(_conditions(groups[0], (*path, 0)), path, inline=inline)
    listed = tuple(
        Items(_conditions(group, (*path, place)), (*path, place), inline=False)
        for place, group in enumerate(groups)
    )
    inline = not any(groups)
    return Entries((("any", Items(listed, (*path, "any"), inline=inline)),), path, inline=inline)


def _conditions(group: ConditionGroup, path: Path) -> tuple[Node, ...]:
    return tuple(condition_node(test, (*path, place)) for place, test in enumerate(group))


def condition_node(condition: Condition, path: Path) -> Node:
    """One condition, in its shortest spelling."""
    sugar = None if condition.subject in LONG_FORM else _sugar(condition, path)
    if sugar is None:
        return _long_form(condition, path)
    # Block style, so that a value that is a list or a mapping starts next to its subject.
    return Entries(((condition.subject, sugar),), path)


def _sugar(condition: Condition, path: Path) -> Node | None:
    operation, params = condition.operation, condition.params
    where = (*path, "operation")
    if operation in NO_OPERAND:
        if params:
            return None
        if operation in ("is_true", "is_false"):
            return flag(operation == "is_true", where)
        return Entries(((operation, flag(True, (*path, "params"))),), where)
    if operation not in OPERATIONS or len(params) != 1 or not params[0].values:
        return None
    operand, slot = params[0], (*path, "params", 0)
    if operation == "one_of" and operand.many:
        return binding_node(operand, slot, many=True)
    return Entries(((operation, binding_node(operand, slot, many=takes_list(operation))),), where)


def _long_form(condition: Condition, path: Path) -> Node:
    entries: list[tuple[str, Node]] = [
        ("subject", Text(condition.subject, (*path, "subject"))),
        ("operation", Text(condition.operation, (*path, "operation"))),
    ]
    if condition.params:
        where = (*path, "params")
        many = takes_list(condition.operation)
        listed = (
            binding_node(binding, (*where, place), many=many)
            for place, binding in enumerate(condition.params)
        )
        entries.append(("params", Items(tuple(listed), where)))
    return Entries(tuple(entries), path)
