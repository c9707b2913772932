"""Every condition of a route, and the route as it were if the condition always held, or never.

Where both do the same to an alert, the condition did not decide. This needs no look inside the
evaluator, and the same holds for proofs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from reconciler.model import (
    ROOT_OF_ALERT,
    Branches,
    Case,
    Condition,
    ConditionGroups,
    Expression,
    Path,
    Route,
    Step,
)

T = TypeVar("T")
Put = Callable[[ConditionGroups | None], Route]
"""The route with other groups in a place; None: never."""


@dataclass(frozen=True, slots=True)
class Variant:
    """`condition` stands at `path`. Filters of expressions have none: no filter says "never"."""

    path: Path
    condition: Condition
    always: Route
    never: Route


def variants(route: Route) -> Iterator[Variant]:
    """One for each condition, in the order of the file."""
    for path, groups, put in _places(route):
        for number, group in enumerate(groups):
            for place, condition in enumerate(group):
                rest = (*group[:place], *group[place + 1 :])
                others = (*groups[:number], *groups[number + 1 :])
                always = put((*groups[:number], rest, *groups[number + 1 :]) if rest else ())
                never = put(others or None)
                yield Variant((*path, number, place), condition, always, never)


def _places(route: Route) -> Iterator[tuple[Path, ConditionGroups, Put]]:
    for number, source in enumerate(route.sources):

        def at_source(groups: ConditionGroups | None, number: int = number) -> Route:
            changed = None if groups is None else replace(route.sources[number], when=groups)
            return replace(route, sources=_but(route.sources, number, changed))

        yield ("sources", number, "when"), source.when, at_source

    def of_route(groups: ConditionGroups | None) -> Route:
        return replace(route, enabled=False) if groups is None else replace(route, when=groups)

    yield ("when",), route.when, of_route
    for number, destination in enumerate(route.notify):

        def at_destination(groups: ConditionGroups | None, number: int = number) -> Route:
            changed = None if groups is None else replace(route.notify[number], when=groups)
            return replace(route, notify=_but(route.notify, number, changed))

        yield ("notify", number, "when"), destination.when, at_destination
    if incident := route.incident:

        def of_incident(groups: ConditionGroups | None) -> Route:
            when = None if groups is None else replace(incident, when=groups)
            return replace(route, incident=when)

        yield ("incident", "when"), incident.when, of_incident
    for number, expression in enumerate(route.expressions):
        yield from _cases(route, number, expression)


def _cases(
    route: Route, number: int, expression: Expression
) -> Iterator[tuple[Path, ConditionGroups, Put]]:
    for place, step in enumerate(expression.steps):
        if not isinstance(step, Branches):
            continue
        alone = len(expression.steps) == 1 and expression.root == ROOT_OF_ALERT
        at: Path = ("expressions", expression.reference, *(() if alone else ("steps", place)))
        for which, case in enumerate(step.cases):

            def at_case(
                groups: ConditionGroups | None,
                place: int = place,
                which: int = which,
                step: Branches = step,
            ) -> Route:
                changed = None if groups is None else Case(groups, step.cases[which].result)
                cases = replace(step, cases=_but(step.cases, which, changed))
                steps: tuple[Step, ...] = _but(expression.steps, place, cases)
                varied = replace(expression, steps=steps)
                return replace(route, expressions=_but(route.expressions, number, varied))

            yield (*at, "branches", "cases", which, "when"), case.when, at_case


def _but(of: tuple[T, ...], number: int, changed: T | None) -> tuple[T, ...]:
    """The tuple with another element there, or without it."""
    return (*of[:number], *(() if changed is None else (changed,)), *of[number + 1 :])
