"""Expressions as canonical nodes."""

from reconciler.files.emit_conditions import groups_node
from reconciler.files.emit_nodes import Entries, Items, Node, Text
from reconciler.files.emit_values import binding_node, flag, json_node, returns_node
from reconciler.model.expression import (
    ROOT_OF_ALERT,
    Branches,
    Case,
    Cast,
    Concatenate,
    Expression,
    Filter,
    Navigate,
    Parse,
    Plain,
    RawStep,
    Step,
)
from reconciler.model.finding import Path

_Bodied = Navigate | Filter | Concatenate | Cast | Parse | Branches | RawStep


def expressions_node(expressions: tuple[Expression, ...], path: Path) -> Node:
    """All expressions, by their reference."""
    named = ((one.reference, _expression(one, (*path, one.reference))) for one in expressions)
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
                listed = (_step(step, (*where, place)) for place, step in enumerate(steps))
                entries.append(("steps", Items(tuple(listed), where)))
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
    where = (*path, "cases")
    cases = (_case(case, (*where, place)) for place, case in enumerate(branches.cases))
    return Entries(
        (
            ("returns", returns_node(branches.returns, (*path, "returns"))),
            ("cases", Items(tuple(cases), where, inline=False)),
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
