"""Conditions and expressions as canonical nodes, in their shortest spelling."""

from functools import partial

from reconciler.files.read.settings import LONG_FORM, NO_OPERAND, OPERATIONS, takes_list
from reconciler.files.write.nodes import (
    Entries,
    Items,
    Node,
    Text,
    binding_node,
    flag,
    json_node,
    listed,
    returns_node,
)
from reconciler.model import (
    ROOT_OF_ALERT,
    Branches,
    Case,
    Cast,
    Concatenate,
    Condition,
    ConditionGroup,
    ConditionGroups,
    Expression,
    Filter,
    Navigate,
    Parse,
    Path,
    Plain,
    RawStep,
    Step,
)


def groups_node(groups: ConditionGroups, path: Path, *, short: bool = False) -> Node:
    """`when`: one group as a list, several (or an empty one) under `any`.

    `short`: a single condition may stand on the line of its key.
    """
    if len(groups) == 1 and groups[0]:
        inline = short and len(groups[0]) == 1
        return Items(_conditions(groups[0], (*path, 0)), path, inline=inline)
    several = tuple(
        Items(_conditions(group, (*path, place)), (*path, place), inline=False)
        for place, group in enumerate(groups)
    )
    inline = not any(groups)
    return Entries((("any", Items(several, (*path, "any"), inline=inline)),), path, inline=inline)


def _conditions(group: ConditionGroup, path: Path) -> tuple[Node, ...]:
    return tuple(condition_node(test, (*path, place)) for place, test in enumerate(group))


def condition_node(condition: Condition, path: Path) -> Node:
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
        node = partial(binding_node, many=many)
        entries.append(("params", listed(condition.params, where, node, inline=True)))
    return Entries(tuple(entries), path)


_Bodied = Navigate | Filter | Concatenate | Cast | Parse | Branches | RawStep


def expressions_node(expressions: tuple[Expression, ...], path: Path) -> Node:
    named = (
        (expression.reference, _expression(expression, (*path, expression.reference)))
        for expression in expressions
    )
    return Entries(tuple(named), path, inline=False)


def _expression(expression: Expression, path: Path) -> Node:
    entries: list[tuple[str, Node]] = []
    if expression.label != expression.reference:
        entries.append(("label", Text(expression.label, (*path, "label"))))
    match expression.steps:
        case (Branches() as branches,) if expression.root == ROOT_OF_ALERT:
            entries.append(("branches", _branches(branches, (*path, "branches"))))
        case steps:
            entries.append(("from", Text(expression.root, (*path, "from"))))
            if steps:
                where = (*path, "steps")
                entries.append(("steps", listed(steps, where, _step, inline=True)))
    if expression.otherwise is not None:
        where = (*path, "else")
        entries.append(("else", binding_node(expression.otherwise, where, many=False)))
    return Entries(tuple(entries), path, inline=False)


def _step(step: Step, path: Path) -> Node:
    if isinstance(step, Plain):
        return Text(step.operation, path)
    key, body = _operation(step, path)
    return Entries(((key, body),), path)


def _operation(step: _Bodied, path: Path) -> tuple[str, Node]:
    match step:
        case Navigate(reference):
            return "navigate", Text(reference, (*path, "navigate"))
        case Filter(()):
            return "filter", Entries((), (*path, "filter"))
        case Filter(when):
            return "filter", groups_node(when, (*path, "filter"), short=True)
        case Concatenate(str(reference)):
            return "concatenate", Text(reference, (*path, "concatenate"))
        case Concatenate():
            return "concatenate", Entries((("hidden", flag(True, None)),), (*path, "concatenate"))
        case Cast(returns):
            return "cast", returns_node(returns, (*path, "cast"))
        case Parse(source, returns):
            where = (*path, "parse")
            return "parse", Entries(
                (
                    ("source", Text(source, (*where, "source"))),
                    ("returns", returns_node(returns, (*where, "returns"))),
                ),
                where,
            )
        case Branches():
            return "branches", _branches(step, (*path, "branches"))
        case RawStep(text):
            return "raw", json_node(text, (*path, "raw"))


def _branches(branches: Branches, path: Path) -> Node:
    return Entries(
        (
            ("returns", returns_node(branches.returns, (*path, "returns"))),
            ("cases", listed(branches.cases, (*path, "cases"), _case)),
        ),
        path,
        inline=False,
    )


def _case(case: Case, path: Path) -> Node:
    entries: list[tuple[str, Node]] = []
    if case.when:
        entries.append(("when", groups_node(case.when, (*path, "when"), short=True)))
    entries.append(("then", binding_node(case.result, (*path, "then"), many=False)))
    return Entries(tuple(entries), path, inline=False)
