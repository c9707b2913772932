"""The values that a slot of a route may have for an alert, through all its expressions.

Branches, elses, navigations, filters and references of references are followed as far as a route
alone can say. What cannot be known is neither left out nor guessed: it stays, as a
reference, with the reason for which it may be nothing.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal as OneOf

from reconciler.model import (
    ROOT_OF_ALERT,
    Binding,
    Branches,
    Concatenate,
    Expression,
    Filter,
    Literal,
    Navigate,
    Plain,
    Reference,
    Route,
    Step,
    Value,
)

Reason = OneOf["no else", "empty", "filtered", "computed", "loop", "missing"]
PICKS = frozenset({"first", "random", "min", "max"})  # of several values one that was there before
_EXPRESSION = re.compile(r'expressions\["(?P<name>.*)"\]', re.DOTALL)


@dataclass(frozen=True, slots=True, order=True)
class Doubt:
    """Why a value may be nothing: the reason, and the reference that has it."""

    reason: Reason
    reference: str


@dataclass(frozen=True, slots=True)
class Possible:
    """Every value that some alert may give; without doubts it is never nothing.

    A reference among the values stands for what only the alert knows.
    """

    values: frozenset[Value] = frozenset()
    doubts: frozenset[Doubt] = frozenset()

    def or_(self, other: "Possible") -> "Possible":
        """Either of both: a doubt of either stays."""
        return Possible(self.values | other.values, self.doubts | other.doubts)

    def and_(self, other: "Possible") -> "Possible":
        """Both together: nothing only where both are nothing."""
        both = self.doubts and other.doubts
        return Possible(
            self.values | other.values, self.doubts | other.doubts if both else frozenset()
        )


Known = Mapping[str, Possible]
"""By the reference of the expression."""


def possible(binding: Binding, known: Known) -> Possible:
    """What fills a slot. `known`: of `possible_values`. An empty binding is nothing, for sure."""
    found = [_of_value(value, known) for value in binding.values]
    if not found:
        return Possible(doubts=frozenset({Doubt("empty", "")}))
    together = found[0]
    for one in found[1:]:
        together = together.and_(one)
    return together


def possible_values(route: Route) -> Known:
    """What each expression may give, each looked at once, after those that it is made of."""
    known: dict[str, Possible] = {}
    waiting = {one.reference: one for one in route.expressions}
    needs = {name: _needed(one) & waiting.keys() for name, one in waiting.items()}
    used_by: dict[str, list[str]] = {}
    for name in needs:
        for other in needs[name]:
            used_by.setdefault(other, []).append(name)
    ready = [name for name in needs if not needs[name]]
    left = {name: len(needs[name]) for name in needs}
    while ready:
        name = ready.pop()
        known[name] = _of_expression(waiting[name], known)
        for other in used_by.get(name, ()):
            left[other] -= 1
            if not left[other]:
                ready.append(other)
    for name in waiting.keys() - known.keys():  # a circle, or made of one
        known[name] = _unknown("loop", _reference_of(name))
    names = Counter(one.reference for one in route.expressions)
    for name in {name for name, count in names.items() if count > 1}:
        known[name] = _unknown("computed", _reference_of(name))
    return known


def named_expression(reference: str) -> str:
    """The expression that is all of a reference, "" where it is something else."""
    match = _EXPRESSION.fullmatch(reference)
    return match["name"] if match and '"]' not in match["name"] else ""


def _reference_of(name: str) -> str:
    return f'expressions["{name}"]'


def _unknown(reason: Reason, reference: str) -> Possible:
    return Possible(frozenset({Reference(reference)}), frozenset({Doubt(reason, reference)}))


def _of_value(value: Value, known: Known) -> Possible:
    if isinstance(value, Literal):
        if value.text:
            return Possible(frozenset({Literal(value.text)}))
        return Possible(doubts=frozenset({Doubt("empty", "")}))
    name = named_expression(value.path)
    if not name:
        return _unknown("empty", value.path)
    return known.get(name) or _unknown("missing", value.path)


def _needed(expression: Expression) -> set[str]:
    """The expressions whose values this expression may pass on."""
    return {named_expression(path) for path in _given_on(expression)} - {""}


def _given_on(expression: Expression) -> Iterator[str]:
    yield expression.root
    if expression.otherwise is not None:
        yield from _paths(expression.otherwise)
    for step in expression.steps:
        match step:
            case Navigate(reference):
                yield reference
            case Concatenate(str(reference)):
                yield reference
            case Branches():
                for case in step.cases:
                    yield from _paths(case.result)
            case _:
                pass


def _paths(binding: Binding) -> Iterator[str]:
    return (value.path for value in binding.values if isinstance(value, Reference))


def _of_expression(expression: Expression, known: Known) -> Possible:
    """An else counts where no branch holds. Whether it also stands in for a value that is empty
    is written down nowhere, so such a value may still be nothing.
    """
    own = _reference_of(expression.reference)
    current: Possible | None = None  # the alert itself
    if expression.root != ROOT_OF_ALERT:
        current = _of_value(Reference(expression.root), known)
    for step in expression.steps:
        current = _after(step, current, own, known)
    if current is None:
        return _unknown("computed", own)
    if expression.otherwise is None or not expression.otherwise.values:
        return current
    rest = possible(expression.otherwise, known)
    if Doubt("no else", own) in current.doubts:
        current = Possible(current.values, current.doubts - {Doubt("no else", own)})
    return current.or_(rest)


def _after(step: Step, current: Possible | None, own: str, known: Known) -> Possible:
    match step:
        case Branches(cases=cases):
            found = Possible(doubts=frozenset({Doubt("no else", own)}))
            for case in cases:
                found = found.or_(possible(case.result, known))
            return found
        case Navigate(reference) if current is None:
            return _of_value(Reference(reference), known)
        case Filter() if current is not None:
            return Possible(current.values, current.doubts | {Doubt("filtered", own)})
        case Plain(operation) if operation in PICKS and current is not None:
            return current
        case Concatenate(None) if current is not None:
            return Possible(current.values | {Reference(own)}, current.doubts)
        case Concatenate(str(reference)) if current is not None:
            return current.and_(_of_value(Reference(reference), known))
        case _:
            return _unknown("computed", own)
