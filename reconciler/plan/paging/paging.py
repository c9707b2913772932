"""Whom a route pages, as far as the route alone tells: as targets, in words, and beside routes of
the same alerts.

Branches, elses, navigations, filters and references of references are followed. A value that cannot
be known is neither left out nor guessed: it stays, as a reference, with the reason for which it may
be nothing.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Literal as OneOf

from reconciler.model import (
    ROOT_OF_ALERT,
    Binding,
    Branches,
    Concatenate,
    Expression,
    Filter,
    Literal,
    Live,
    Names,
    Navigate,
    Plain,
    Reference,
    Route,
    Step,
    Target,
    Value,
    canonical_pair,
    same_thing,
)
from reconciler.plan.compare.words import reference_words, target_words

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
    """The values of a slot. `known`: of `possible_values`. An empty binding is surely nothing."""
    found = [_of_value(value, known) for value in binding.values]
    if not found:
        return Possible(doubts=frozenset({Doubt("empty", "")}))
    together = found[0]
    for page in found[1:]:
        together = together.and_(page)
    return together


def possible_values(route: Route) -> Known:
    """The values of each expression, evaluated once, after the expressions that it uses."""
    known: dict[str, Possible] = {}
    waiting = {expression.reference: expression for expression in route.expressions}
    needs = {name: _needed(expression) & waiting.keys() for name, expression in waiting.items()}
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
    names = Counter(expression.reference for expression in route.expressions)
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


class Paging(IntEnum):
    """How certainly an alert of the route pages."""

    NOBODY = 0
    PERHAPS = 1  # for some alert it may be nobody, or that cannot be known
    SOMEBODY = 2


def paging(route: Route) -> Paging:
    """A disabled route, or one without sources or targets, pages nobody."""
    if not route.enabled or not route.sources:
        return Paging.NOBODY
    if not any(target.binding.values for target in route.escalate.targets):
        return Paging.NOBODY
    return Paging.PERHAPS if _all(route).doubts else Paging.SOMEBODY


def doubts(route: Route) -> frozenset[Doubt]:
    """Why it may be nobody, whatever its switch and its sources."""
    return _all(route).doubts


def _all(route: Route) -> Possible:
    known = possible_values(route)
    filled = [target.binding for target in route.escalate.targets if target.binding.values]
    found = [possible(binding, known) for binding in filled]
    together = found[0] if found else Possible()
    for page in found[1:]:
        together = together.and_(page)
    return together


def paged(route: Route, names: Names | None = None) -> frozenset[Target]:
    """Each target that it may page: `path: [A, B]` is A and B, an expression is each of its
    results. A value that only the alert knows is a reference. With `names` a path has one id,
    whether the route names it by its own or by its entry in the catalog.
    """
    known = possible_values(route)
    found: set[Target] = set()
    for target in route.escalate.targets:
        for value in possible(target.binding, known).values:
            if isinstance(value, Literal) and names is not None:
                value = replace(value, text=same_thing(value.text, names))
            found.add(Target(target.kind, Binding((value,))))
    return frozenset(found)


def chosen(route: Route) -> bool:
    """Whether an expression decides, alert by alert, whom the route pages."""
    known = possible_values(route)
    return any(
        len(found.values) > 1 or found.doubts
        for target in route.escalate.targets
        for value in target.binding.values
        if not isinstance(value, Literal)
        for found in (possible(Binding((value,)), known),)
    )


MOST_NAMED = 3  # of many; the fields of the change name them all
LONGEST = 48  # characters of one name


def who(targets: Collection[Target], names: Names) -> str:
    """`A, B`, sorted; of many the first."""
    return ", ".join(_named(targets, names)) or "nobody"


def whom(route: Route, names: Names, first: Collection[Target] = ()) -> str:
    """`A, B` for both, `A or nobody` where the alert decides; `first` come first."""
    found = paged(route, names)
    listed = _named(found, names, first)
    if doubts(route):
        listed.append("nobody")
    if not listed:
        return "nobody"
    if not chosen(route):
        return ", ".join(listed)
    return " or ".join(filter(None, (", ".join(listed[:-1]), listed[-1])))


def _named(targets: Collection[Target], names: Names, first: Collection[Target] = ()) -> list[str]:
    ordered = sorted(targets, key=lambda target: (target not in first, target_words(target, names)))
    return some([target_words(target, names) for target in ordered])


def some(listed: Sequence[str]) -> list[str]:
    """All of a few, of many the first and how many more; long ones are cut."""
    kept = listed if len(listed) <= MOST_NAMED + 1 else listed[:MOST_NAMED]
    shown = [cut_short(word, LONGEST) for word in kept]
    more = len(listed) - len(kept)
    return [*shown, f"{more} more"] if more else shown


def cut_short(text: str, most: int) -> str:
    """The text, or as much as fits and an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip(' ,')}…"


def why(found: Collection[Doubt], names: Names) -> str:
    """Reasons for which a route may page nobody, sorted; of many the first."""
    reasons = sorted({_why(doubt, names) for doubt in found})
    more = f", and {len(reasons) - 2} more reasons" if len(reasons) > 3 else ""
    return ", and ".join(reasons[:2] if more else reasons) + more


def _why(doubt: Doubt, names: Names) -> str:
    what = cut_short(reference_words(doubt.reference, names), LONGEST)
    match doubt.reason:
        case "no else":
            return f"{what} has no else"
        case "empty":
            return f"{what} may be empty" if what else "a target may be empty"
        case "filtered":
            return f"the filter of {what} may leave nothing"
        case "computed":
            return f"the result of {what} is unknown"
        case "loop":
            return f"{what} refers to itself"
        case "missing":
            return f"{what} does not exist"


def alike(route: Route, undeclared: Sequence[Live]) -> list[Live]:
    return [live for live in undeclared if _take_the_same(route, live.route)]


def paging_beside(route: Route, undeclared: Sequence[Live]) -> list[Live]:
    """The routes of the same sources that page, where the route does too. A route that got another
    name and another source at once has some of the same sources, and pages the same.
    """
    if paging(route) is Paging.NOBODY:
        return []
    return [
        live
        for live in undeclared
        if paging(live.route) is not Paging.NOBODY
        and (
            same_sources(route, live.route)
            or (_sources(route) & _sources(live.route) and paged(route) == paged(live.route))
        )
    ]


def same_sources(route: Route, other: Route) -> bool:
    return _sources(route) == _sources(other)


def _sources(route: Route) -> set[str]:
    return {source.source for source in route.sources}


def _take_the_same(mine: Route, other: Route) -> bool:
    if not mine.sources or not same_sources(mine, other):
        return False
    filters = [Route("", sources=route.sources, when=route.when) for route in (mine, other)]
    first, second = canonical_pair(*filters)
    return first == second
