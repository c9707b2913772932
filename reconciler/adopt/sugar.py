"""The same route, as a person would have written it.

The server stores `one_of` on text under another name (fact 3.6) and returns sets in any order
(fact 3.8). A file has the short name, and one order, so that importing twice gives one text.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from reconciler.model.canonical import TEXT_STORED_AS, TEXT_TYPES
from reconciler.model.condition import Condition, ConditionGroups
from reconciler.model.each_setting import with_settings
from reconciler.model.expression import Branches, Case, Expression, Filter, Step
from reconciler.model.route import Route
from reconciler.model.setting import Kind, Setting

T = TypeVar("T")

_WRITTEN_AS = {stored: written for written, stored in TEXT_STORED_AS.items()}


def sweetened(route: Route) -> Route:
    """The typed route with the operations of text under the names that have a short form, and
    without the empty operands that the server appends (fact 3.4).
    """
    return _with_conditions(route, _sweetened)


def _sweetened(condition: Condition) -> Condition:
    params = condition.params
    while params and not params[-1].values:
        params = params[:-1]
    operation = condition.operation
    if condition.subject_type in TEXT_TYPES:
        operation = _WRITTEN_AS.get(operation, operation)
    return replace(condition, operation=operation, params=params)


def in_order(route: Route) -> Route:
    """The route with its sets in the order of their names."""
    return _in_order(route)


def _in_order(part: T) -> T:
    return with_settings(part, _sorted)


def _sorted(row: Setting, value: Any) -> Any:
    if row.kind == "section":
        return value and _in_order(value)
    return tuple(sorted(value, key=_ORDERS[row.kind])) if row.kind in _ORDERS else value


def _folded(name: str) -> tuple[str, str]:
    return name.casefold(), name


_ORDERS: Mapping[Kind, Callable[[Any], Any]] = {
    "names": _folded,
    "references": _folded,
    "sources": lambda source: _folded(source.source),
    "targets": lambda target: (target.kind, repr(target)),
    "destinations": repr,
    "fields": lambda custom: _folded(custom.field),
    "expressions": lambda expression: _folded(expression.reference),
}
_Change = Callable[[Condition], Condition]


def _with_conditions(part: T, change: _Change) -> T:
    """The part with every condition changed, wherever it stands."""

    def changed(row: Setting, value: Any) -> Any:
        match row.kind:
            case "conditions":
                return _groups(value, change)
            case "section":
                return value and _with_conditions(value, change)
            case "sources" | "destinations":
                return tuple(_with_conditions(one, change) for one in value)
            case "expressions":
                return tuple(_expression(one, change) for one in value)
            case _:
                return value

    return with_settings(part, changed)


def _groups(groups: ConditionGroups, change: _Change) -> ConditionGroups:
    return tuple(tuple(change(condition) for condition in group) for group in groups)


def _expression(expression: Expression, change: _Change) -> Expression:
    return replace(expression, steps=tuple(_step(step, change) for step in expression.steps))


def _step(step: Step, change: _Change) -> Step:
    match step:
        case Filter(when):
            return Filter(_groups(when, change))
        case Branches(returns, cases):
            return Branches(returns, tuple(Case(_groups(c.when, change), c.result) for c in cases))
        case _:
            return step
