"""Expressions by what they say, so that renaming one changes nothing."""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from reconciler.model import (
    Binding,
    Branches,
    Concatenate,
    Condition,
    ConditionGroups,
    Expression,
    Filter,
    Literal,
    Navigate,
    Reference,
    Route,
    Step,
)

_NAME = re.compile(r'expressions\["([^"]*)"\]')
_ROOT = re.compile(r'expressions\["([^"]*)"\](.*)', re.DOTALL)
Named = Mapping[str, Sequence[Expression]]


def by_name(expressions: Iterable[Expression]) -> Named:
    """Expressions of a route; a name that two have names neither."""
    found: dict[str, list[Expression]] = {}
    for expression in expressions:
        found.setdefault(expression.reference, []).append(expression)
    return found


class Contents:
    """What the references of one route say."""

    def __init__(self, named: Named) -> None:
        self._named = named
        self._known: dict[str, Hashable] = {}
        self._open: list[str] = []

    def reference(self, path: str) -> Hashable:
        """A reference, with expressions by what they say."""
        match = _ROOT.fullmatch(path)
        return ("result", self.expression(match[1]), match[2]) if match else path

    def expression(self, name: str) -> Hashable:
        """An expression of the route. One inside itself is called by how far up it stands."""
        if name in self._open:
            return ("circle", len(self._open) - self._open.index(name))
        if name in self._known:
            return self._known[name]
        self._open.append(name)
        those = [self._content(expression) for expression in self._named.get(name, ())]
        self._open.pop()
        content = ("expression", *sorted(those, key=repr)) if those else ("absent", name)
        if not self._open or "circle" not in repr(content):
            self._known[name] = content
        return content

    def _content(self, expression: Expression) -> Hashable:
        steps = tuple(self.step(step) for step in expression.steps)
        return (self.reference(expression.root), steps, self.binding(expression.otherwise))

    def step(self, step: Step) -> Hashable:
        """One operation of a pipeline."""
        match step:
            case Filter(when):
                return ("filter", self.groups(when))
            case Branches(returns, cases):
                branches = ((self.groups(case.when), self.binding(case.result)) for case in cases)
                return ("branches", returns, tuple(branches))
            case Concatenate(str(reference)):
                return ("concatenate", self.reference(reference))
            case Navigate(reference):
                return ("navigate", self.reference(reference))
            case _:
                return step

    def binding(self, binding: Binding | None) -> Hashable:
        """What fills a slot."""
        return tuple(
            value.text if isinstance(value, Literal) else ("of", self.reference(value.path))
            for value in (binding.values if binding else ())
        )

    def groups(self, groups: ConditionGroups) -> Hashable:
        """Alternatives, in no order."""
        return frozenset(frozenset(map(self.condition, group)) for group in groups)

    def condition(self, condition: Condition) -> Hashable:
        """A test, with its subject."""
        return (self.reference(condition.subject), self.question(condition))

    def question(self, condition: Condition) -> Hashable:
        """Operation and operands of a test."""
        operands = tuple(
            frozenset(self.binding(Binding((value,))) for value in param.values)
            for param in condition.params
        )
        return ("asks", condition.operation, operands)


def used(expressions: Iterable[Expression], paths: Iterable[str]) -> tuple[Expression, ...]:
    """Expressions that references name, and those that these are made of."""
    named = by_name(expressions)
    found: dict[str, None] = {}
    waiting = [name for path in paths for name in _NAME.findall(path)]
    while waiting:
        name = waiting.pop()
        if name not in found and name in named:
            found[name] = None
            inside = (path for expression in named[name] for path in _paths(expression))
            waiting += [other for path in inside for other in _NAME.findall(path)]
    return tuple(expression for name in sorted(found) for expression in named[name])


def paths_of(groups: ConditionGroups) -> Iterator[str]:
    """References in conditions."""
    for group in groups:
        for condition in group:
            yield condition.subject
            for param in condition.params:
                yield from _bound(param)


def conditions_of(expression: Expression) -> Iterator[Condition]:
    """Conditions of branches. Those of a filter are about elements, not about alerts."""
    for step in expression.steps:
        if isinstance(step, Branches):
            for case in step.cases:
                for group in case.when:
                    yield from group


def _paths(expression: Expression) -> Iterator[str]:
    yield expression.root
    yield from _bound(expression.otherwise)
    for step in expression.steps:
        match step:
            case Navigate(reference) | Concatenate(str(reference)):
                yield reference
            case Filter(when):
                yield from paths_of(when)
            case Branches(cases=cases):
                for case in cases:
                    yield from paths_of(case.when)
                    yield from _bound(case.result)
            case _:
                pass


def _bound(binding: Binding | None) -> Iterator[str]:
    for value in binding.values if binding else ():
        if isinstance(value, Reference):
            yield value.path


def judged(route: Route) -> Hashable:
    """The part of a canonical route that says who is paged, where it posts, and whether it starts
    an incident.
    """
    notify = tuple((place.slack, place.ms_teams, place.when) for place in route.notify)
    incident = None if route.incident is None else (route.incident.when,)
    parts = (route.sources, route.when, route.escalate.targets, notify, incident)
    return (route.enabled, *parts, route.expressions)
