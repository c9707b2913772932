"""Expressions as values in pieces, under one reading (facts 7.10 to 7.14)."""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from reconciler.model import (
    ROOT_OF_ALERT,
    Binding,
    Branches,
    Cast,
    Concatenate,
    Condition,
    ConditionGroups,
    Expression,
    Filter,
    Literal,
    Navigate,
    Parse,
    Plain,
    Route,
    Step,
)
from reconciler.routing.proof.atoms import STANDS_IN
from reconciler.routing.proof.conditions import Conditions
from reconciler.routing.proof.contents import Contents, Named, by_name
from reconciler.routing.proof.formula import FALSE, TRUE, Formula
from reconciler.routing.proof.pipelines import Pipelines
from reconciler.routing.proof.values import (
    Given,
    Own,
    Piece,
    Unclear,
    Value,
    under,
    union,
)
from reconciler.routing.world import DESCRIPTION, PRIORITY, TITLE, Kind

_HOP = re.compile(r'\.catalog_attribute\["([^"]*)"\]')
_HOPS = re.compile(r'((?:\.catalog_attribute\["[^"]*"\])*)$')
_EXPRESSION = re.compile(r'expressions\["([^"]*)"\]')
_NAVIGATION = re.compile(r'(?:input)?\.?catalog_attribute\["([^"]*)"\]')
_BUILT_INS = (TITLE, DESCRIPTION, PRIORITY)
_ATTRIBUTE = "alert.attributes."


@dataclass(slots=True)
class RouteScope:
    """References of one route under one reading. `element`: what `input` is, in a filter."""

    conditions: Conditions
    named: Named
    contents: Contents
    element: Value | None = None
    known: dict[str, Value] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)

    def question(self, condition: Condition) -> Hashable:
        """See `conditions.Scope`."""
        return self.contents.question(condition)

    def hold(self, groups: ConditionGroups) -> Formula:
        """Whether groups hold."""
        return self.conditions.hold(groups, self)

    def value(self, reference: str) -> Value:
        """What a reference stands for. Total: what no alert has is unclear."""
        match = _HOPS.search(reference)
        hops = match[1] if match else ""
        found = self._root(reference.removesuffix(hops))
        for attribute in _HOP.findall(hops):
            found = self._pipelines.navigate(found, attribute)
        return found

    @property
    def _pipelines(self) -> Pipelines:
        return Pipelines(self.conditions.tests, self._with_element)

    def _with_element(self, groups: ConditionGroups, element: Value) -> Formula:
        inside = replace(self, element=element)
        return self.conditions.hold(groups, inside)

    def _root(self, root: str) -> Value:
        if root == "input" and self.element is not None:
            return self.element
        if match := _EXPRESSION.fullmatch(root):
            return self._expression(match[1])
        if root in _BUILT_INS or root.startswith(_ATTRIBUTE):
            kind = self.conditions.tests.account.kind(root)
            return Value(kind, (Own(TRUE, root),), single=not kind.array)
        return _unclear(Kind(), ("absent", root))

    def _expression(self, name: str) -> Value:
        known = self.known.get(name)
        if known is not None:
            return known
        those = self.named.get(name, ())
        if len(those) != 1 or name in self.waiting:
            return _unclear(Kind(), self.contents.expression(name))
        self.waiting.append(name)
        found = self._made(those[0])
        self.waiting.pop()
        if not self.waiting:
            self.known[name] = found
        return found

    def _made(self, expression: Expression) -> Value:
        content = self.contents.expression(expression.reference)
        if self._in_a_circle(expression.reference):
            return _unclear(Kind(), content)
        match expression.root, expression.steps:
            case str(root), (Branches() as branches,) if root == ROOT_OF_ALERT:
                return self._branches(branches, expression.otherwise, content)
            case str(root), (Navigate(reference), *steps) if root == ROOT_OF_ALERT:
                value = self.value(reference)
            case root, steps if root != ROOT_OF_ALERT:
                value = self.value(root)
            case _:
                return _unclear(Kind(), content)
        done: list[Hashable] = [self.contents.reference(expression.root)]
        for step in steps:
            done.append(self.contents.step(step))
            value = self._after(step, value, tuple(done))
        return self._or_else(value, expression.otherwise)

    def _in_a_circle(self, name: str) -> bool:
        return "('circle'," in repr(self.contents.expression(name))

    def _or_else(self, value: Value, otherwise: Binding | None) -> Value:
        if otherwise is None:
            return value
        empty = -self.conditions.tests.present(value)
        other = self.bound(otherwise, value.kind)
        atoms = self.conditions.tests.atoms
        if empty == FALSE:
            return value
        pieces = (*value.pieces, *(under(empty, piece, atoms) for piece in other.pieces))
        if value.alone:
            held = tuple(self._where_present(value, piece) for piece in value.pieces)
            pieces = (*held, *pieces[len(value.pieces) :])
        return Value(value.kind, pieces, value.alone and other.alone, value.single and other.single)

    def _where_present(self, value: Value, piece: Piece) -> Piece:
        tests = self.conditions.tests
        there = tests.present(Value(value.kind, (replace(piece, guard=TRUE),)))
        return under(there, piece, tests.atoms)

    def bound(self, binding: Binding, kind: Kind) -> Value:
        """The value that fills a slot: literals, and what references stand for."""
        return union(
            kind,
            (
                Value(kind, (Given(TRUE, value.text),))
                if isinstance(value, Literal)
                else self.value(value.path)
                for value in binding.values
            ),
        )

    def _branches(self, branches: Branches, otherwise: Binding | None, content: Hashable) -> Value:
        """The first case that holds. Whether the else stands in for a case that gives nothing is
        documented nowhere (fact 7.11): it is the one or the other.
        """
        kind = Kind(branches.returns.type, branches.returns.array)
        tests = self.conditions.tests
        formulas, atoms = tests.atoms.formulas, tests.atoms
        other = self.bound(otherwise or Binding(), kind)
        rest, pieces, alone, single = TRUE, [], True, True
        for case in branches.cases:
            holds = self.hold(case.when)
            here, rest = formulas.all((rest, holds)), formulas.all((rest, -holds))
            if here == FALSE:
                continue
            result = self.bound(case.result, kind)
            pieces += [
                under(here, self._where_present(result, piece) if result.alone else piece, atoms)
                for piece in result.pieces
            ]
            missing = formulas.all((here, -tests.present(result)))
            if missing != FALSE and other.pieces:
                instead = formulas.all((missing, atoms.asks(STANDS_IN, ("result", content))))
                pieces += [under(instead, piece, atoms) for piece in other.pieces]
            alone, single = alone and result.alone, single and result.single
        pieces += [under(rest, piece, atoms) for piece in other.pieces]
        return Value(kind, tuple(pieces), alone and other.alone, single and other.single)

    def _after(self, step: Step, value: Value, done: Hashable) -> Value:
        match step:
            case Navigate(reference) if match := _NAVIGATION.fullmatch(reference):
                return self._pipelines.navigate(value, match[1])
            case Filter(when):
                return self._pipelines.filter(value, when, self.contents.groups(when))
            case Concatenate(str(reference)):
                return union(value.kind, (value, self.value(reference)))
            case Plain("count"):
                return self._pipelines.count(value, done)
            case Plain("first" | "random" | "min" | "max"):
                return self._pipelines.pick(value, done)
            case Cast(returns) if value.kind.type and returns.type == value.kind.type:
                return value
            case Cast(returns) | Parse(returns=returns):
                return _unclear(Kind(returns.type, returns.array), done)
            case _:
                return _unclear(Kind(), done)


def _unclear(kind: Kind, question: Hashable) -> Value:
    return Value(kind, (Unclear(TRUE, question),), single=not kind.array)


def scope_of(route: Route, conditions: Conditions) -> RouteScope:
    """Where the references of a route stand for something."""
    named = by_name(route.expressions)
    return RouteScope(conditions, named, Contents(named))
