"""Expressions made ready: what each gives for an alert (facts 7.10 to 7.14).

They are taken by what they say: an expression is found by its name only inside its own route.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce

from reconciler.model import (
    ROOT_OF_ALERT,
    Binding,
    Branches,
    Cast,
    Concatenate,
    ConditionGroups,
    Expression,
    Filter,
    Navigate,
    Parse,
    Plain,
    Reference,
    Returns,
    Step,
)
from reconciler.routing.conditions import Groups, Shared, groups_hold, ready
from reconciler.routing.reading import ALL
from reconciler.routing.subjects import Facts, Read, Scope, Subject, always, kept
from reconciler.routing.text import Texts
from reconciler.routing.values import (
    MISSING,
    ByReading,
    Catalog,
    Reason,
    Unknown,
    Value,
    any_of,
    candidates,
    chained,
    changed,
    in_all,
    joined,
    paired,
    union,
)
from reconciler.routing.world import Kind

PICKS = frozenset({"first", "random", "min", "max"})  # of several values, one
DEEPEST = 40  # expressions of expressions
_NAME = re.compile(r'expressions\["([^"]*)"\]')
_NAVIGATION = re.compile(r'(?:input)?\.?catalog_attribute\["([^"]*)"\]')


def scope_of(expressions: Sequence[Expression], catalog: Catalog, shared: Shared) -> Scope:
    """A route's scope, with all of its expressions ready."""
    done: dict[str, Subject] = {}
    scope = Scope(catalog, done)
    times = Counter(expression.reference for expression in expressions)
    named = {expression.reference: expression for expression in expressions}
    depth: dict[str, int] = {}
    for name in _in_order(named):
        own = _reference(name)
        depth[name] = 1 + max((depth.get(used, 0) for used in _used(named[name])), default=0)
        if times[name] > 1:
            done[name] = _not_known("doubled", own)
        elif depth[name] > DEEPEST:
            done[name] = _not_known("computed", own)
        else:
            made = _made(named[name], scope, shared)
            done[name] = replace(made, read=kept(made.read, object()))
    for name in named.keys() - done.keys():
        done[name] = _not_known("circle", _reference(name))
    return scope


def _not_known(reason: Reason, own: str) -> Subject:
    return Subject(Kind(), always(Unknown(reason, own)))


def _in_order(named: Mapping[str, Expression]) -> list[str]:
    """Each after those that it is made of; without those in a circle and those made of one."""
    needs = {name: set(_used(expression)) & named.keys() for name, expression in named.items()}
    order: list[str] = []
    while ready_now := [name for name in needs if not needs[name]]:
        order += ready_now
        needs = {name: waits.difference(ready_now) for name, waits in needs.items() if waits}
    return order


def _reference(name: str) -> str:
    return f'expressions["{name}"]'


def _made(expression: Expression, scope: Scope, shared: Shared) -> Subject:
    own = _reference(expression.reference)
    last = expression.otherwise
    otherwise = scope.bound(last) if last and last.values else None
    match expression.root, expression.steps:
        case str(root), (Branches() as branches,) if root == ROOT_OF_ALERT:
            return _branches(branches, otherwise, own, scope, shared)
        case str(root), (Navigate(reference), *steps) if root == ROOT_OF_ALERT:
            current = scope.subject(reference)
        case root, steps if root != ROOT_OF_ALERT:
            current = scope.subject(root)
        case _:
            return Subject(Kind(), always(Unknown("computed", own)))
    for step in steps:
        current = _after(step, current, own, scope, shared)
    return Subject(current.kind, _or_else(current.read, otherwise) if otherwise else current.read)


def _or_else(read: Read, otherwise: Read) -> Read:
    """What stands in for a result that is empty."""

    def instead(value: Value, other: Value) -> Value:
        if not isinstance(value, Unknown):
            return value or other
        others = [known or other for known in candidates(value)]
        return any_of(value, others) if others else value

    return lambda facts: paired(read(facts), otherwise(facts), instead)


def _branches(
    branches: Branches, otherwise: Read | None, own: str, scope: Scope, shared: Shared
) -> Subject:
    """No document says whether the else stands in for a case that gives nothing (fact 7.11)."""
    empty = Unknown("empty case", own)
    last = otherwise or always(())

    def or_else(value: Value, other: Value) -> Value:
        return value if value or otherwise is None else any_of(empty, ((), other))

    cases = [(ready(case.when, scope, shared), scope.bound(case.result)) for case in branches.cases]

    def read(facts: Facts) -> ByReading:
        found = at_last = last(facts)
        for when, result in reversed(cases):
            given = paired(result(facts), at_last, or_else)
            found = _case(groups_hold(when, facts), given, found, own)
        return found

    return Subject(_kind(branches.returns), read)


def _case(truth: tuple[int, int], given: ByReading, rest: ByReading, own: str) -> ByReading:
    """The result where the case holds, the rest where it does not, elsewhere one of both."""
    holds, fails = truth
    if holds == ALL:
        return given
    if fails == ALL:
        return rest
    open_ = ALL & ~(holds | fails)
    choice = Unknown("case", own)
    either = paired(given, rest, lambda value, other: any_of(choice, (value, other)))
    return joined(
        (readings & part, value)
        for part, parts in ((holds, given), (fails, rest), (open_, either))
        for readings, value in parts
    )


def _after(step: Step, current: Subject, own: str, scope: Scope, shared: Shared) -> Subject:
    """The value after one step of a pipeline."""
    kind, before = current.kind, current.read
    match step:
        case Navigate(reference) if match := _NAVIGATION.fullmatch(reference):
            return scope.followed(current, match[1])
        case Filter(when):
            return Subject(kind, _filtered(before, _ready_for(kind, when, scope, shared), own))
        case Concatenate(str(reference)):
            other = scope.subject(reference).read
            return Subject(kind, lambda facts: paired(before(facts), other(facts), union))
        case Plain("count"):
            return Subject(Kind("Number"), lambda facts: changed(before(facts), _count))
        case Plain(operation) if operation in PICKS:
            return Subject(kind, lambda facts: changed(before(facts), _picked(own)))
        case Cast(returns) if kind.type and returns.type == kind.type:
            return current
        case Cast(returns) | Parse(returns=returns):
            return Subject(_kind(returns), always(Unknown("computed", own)))
        case _:
            return Subject(Kind(), always(Unknown("computed", own)))


def _ready_for(kind: Kind, when: ConditionGroups, scope: Scope, shared: Shared) -> Groups:
    return ready(when, replace(scope, element=kind), shared)


def _count(texts: Texts) -> Value:
    return (str(len(texts)),)


def _picked(own: str) -> Callable[[Texts], Value]:
    several = Unknown("several", own)
    return lambda texts: any_of(several, ((text,) for text in texts)) if texts else ()


def _filtered(before: Read, when: Groups, own: str) -> Read:
    """The elements for which the groups hold; where that is unknown, with them or without."""

    def read(facts: Facts) -> ByReading:
        def keep(elements: Texts) -> ByReading:
            those = map(tested, elements)
            return reduce(lambda some, more: paired(some, more, union), those, MISSING)

        def tested(element: str) -> ByReading:
            inside = Facts(facts.alert, facts.truths, facts.values, in_all((element,)))
            holds, fails = groups_hold(when, inside)
            perhaps = Unknown("case", own, ((), (element,)))
            return joined(((holds, (element,)), (fails, ()), (ALL & ~(holds | fails), perhaps)))

        return chained(before(facts), keep)

    return read


def _kind(returns: Returns) -> Kind:
    return Kind(returns.type, returns.array)


def _used(expression: Expression) -> Iterator[str]:
    """The names of the expressions that one is made of."""
    for path in _paths(expression):
        yield from _NAME.findall(path)


def _paths(expression: Expression) -> Iterator[str]:
    yield expression.root
    yield from _bound(expression.otherwise)
    for step in expression.steps:
        match step:
            case Navigate(reference) | Concatenate(str(reference)):
                yield reference
            case Filter(when):
                yield from _tested(when)
            case Branches(cases=cases):
                for case in cases:
                    yield from _tested(case.when)
                    yield from _bound(case.result)
            case _:
                pass


def _tested(groups: ConditionGroups) -> Iterator[str]:
    for group in groups:
        for condition in group:
            yield condition.subject
            for binding in condition.params:
                yield from _bound(binding)


def _bound(binding: Binding | None) -> Iterator[str]:
    for value in binding.values if binding else ():
        if isinstance(value, Reference):
            yield value.path
