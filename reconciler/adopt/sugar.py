"""The same route, as a person would have written it.

The server stores `one_of` on text under another name (fact 3.6) and returns sets in any order
(fact 3.8). A file has the short name, and one order, so that importing twice gives one text.
"""

from collections.abc import Callable
from dataclasses import replace

from reconciler.model.canonical import TEXT_STORED_AS, TEXT_TYPES
from reconciler.model.condition import Condition, ConditionGroups
from reconciler.model.expression import Branches, Case, Expression, Filter, Step
from reconciler.model.route import Route

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
    incident = route.incident
    if incident is not None:
        fields = sorted(incident.custom_fields, key=lambda custom: _folded(custom.field))
        incident = replace(incident, custom_fields=tuple(fields))
    group = route.group and replace(route.group, by=tuple(sorted(route.group.by, key=_folded)))
    targets = sorted(route.escalate.targets, key=lambda target: (target.kind, repr(target)))
    return replace(
        route,
        owners=tuple(sorted(route.owners, key=_folded)),
        sources=tuple(sorted(route.sources, key=lambda source: _folded(source.source))),
        group=group,
        escalate=replace(route.escalate, targets=tuple(targets)),
        notify=tuple(sorted(route.notify, key=repr)),
        incident=incident,
        expressions=tuple(sorted(route.expressions, key=lambda one: _folded(one.reference))),
    )


def _folded(name: str) -> tuple[str, str]:
    return name.casefold(), name


_Change = Callable[[Condition], Condition]


def _with_conditions(route: Route, change: _Change) -> Route:
    """The route with every condition changed, wherever it stands."""
    incident = route.incident
    if incident is not None:
        incident = replace(incident, when=_groups(incident.when, change))
    return replace(
        route,
        sources=tuple(replace(one, when=_groups(one.when, change)) for one in route.sources),
        when=_groups(route.when, change),
        notify=tuple(replace(one, when=_groups(one.when, change)) for one in route.notify),
        incident=incident,
        expressions=tuple(_expression(one, change) for one in route.expressions),
    )


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
