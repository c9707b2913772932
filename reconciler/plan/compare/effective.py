"""The route to write and the route to compare: a file's route next to its live twin, where keys are
left to the dashboard, parts are hidden, or expressions have another reference (fact 3.9).
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from reconciler.model import (
    TABLES,
    Concatenate,
    Condition,
    Document,
    Expression,
    Literal,
    Live,
    Path,
    Reference,
    Route,
    settings,
)

T = TypeVar("T")

_REFERENCES = {
    Reference: "path",
    Condition: "subject",
    Expression: "root",
    Concatenate: "reference",
    Document: "json",
}
_SETS_OF_REFERENCES = {
    of: tuple(row.field for row in settings(of) if row.kind == "references") for of in TABLES
}


Renames = tuple[tuple[str, str], ...]
"""Pairs of references, (old, new)."""


def renames(declared: Route, live: Route) -> Renames:
    """Expressions that are equal but for their reference; both routes in canonical form.

    Only a pairing without doubt is made: of several equal expressions none is taken.
    """
    ours = {expression.reference for expression in declared.expressions}
    theirs = {expression.reference for expression in live.expressions}
    new = [expression for expression in declared.expressions if expression.reference not in theirs]
    old = [expression for expression in live.expressions if expression.reference not in ours]
    if not new or not old:
        return ()
    moved = [expression.reference for expression in (*new, *old)]
    olds, news = _by_body(old, moved), _by_body(new, moved)
    return tuple(
        sorted((olds[body][0], news[body][0]) for body in olds if _single(body, olds, news))
    )


def renamed(live: Route, declared: Route, pairs: Renames) -> Route:
    """The live route under the declared references, and labels that repeat their references."""
    new_names = dict(pairs)
    repeats = {
        expression.reference
        for expression in declared.expressions
        if expression.label == expression.reference
    }
    moved = map_references(live, lambda path: _replaced(path, new_names))
    expressions = []
    for expression in moved.expressions:
        name = new_names.get(expression.reference, expression.reference)
        label = (
            name
            if expression.label == expression.reference and name in repeats
            else expression.label
        )
        expressions.append(replace(expression, reference=name, label=label))
    return replace(moved, expressions=tuple(expressions))


def _single(body: str, olds: dict[str, list[str]], news: dict[str, list[str]]) -> bool:
    return len(olds[body]) == 1 and len(news.get(body, [])) == 1


def _by_body(expressions: list[Expression], moved: list[str]) -> dict[str, list[str]]:
    """References by what the expression computes, whatever the moved ones are called."""
    found: dict[str, list[str]] = {}
    for expression in expressions:
        hidden = map_references(expression, lambda path: _replaced(path, dict.fromkeys(moved, "")))
        label = "" if expression.label == expression.reference else expression.label
        body = repr(replace(hidden, reference="", label=label))
        found.setdefault(body, []).append(expression.reference)
    return found


def _replaced(path: str, new_names: dict[str, str]) -> str:
    for old, new in new_names.items():
        path = path.replace(f'expressions["{old}"]', f'expressions["{new}"]')
        path = path.replace(f'expressions[\\"{old}\\"]', f'expressions[\\"{new}\\"]')
    return path


def _rebuilt(part: T, change: Callable[[Any], Any]) -> T:
    """The part made anew from the inside out, each dataclass in it changed."""
    if isinstance(part, tuple):
        return cast("T", tuple(_rebuilt(inner, change) for inner in part))
    if not is_dataclass(part) or isinstance(part, type):
        return part
    values = {slot.name: _rebuilt(getattr(part, slot.name), change) for slot in fields(part)}
    remade: Callable[..., T] = type(part)
    return cast("T", change(remade(**values)))


def map_references(part: T, change: Callable[[str], str]) -> T:
    """The part with every reference in it changed; literals and texts stay as they are."""

    def changed(inner: Any) -> Any:
        values: dict[str, Any] = {}
        name = _REFERENCES.get(type(inner), "")
        if name and (path := getattr(inner, name)) is not None:
            values[name] = change(path)
        for name in _SETS_OF_REFERENCES.get(type(inner), ()):
            values[name] = tuple(map(change, getattr(inner, name)))
        return replace(inner, **values) if values else inner

    return _rebuilt(part, changed)


def references_in(part: object) -> str:
    """Every reference in the part, each on its line."""
    seen: list[str] = []

    def note(path: str) -> str:
        seen.append(path.replace('\\"', '"'))
        return path

    map_references(part, note)
    return "\n".join(seen)


_KEYS = frozenset(slot.name for slot in fields(Route))


def effective(declared: Route, live: Route, ignore_changes: tuple[str, ...]) -> Route:
    """The declared route with live values for the keys that the file leaves to the dashboard.

    Expressions that these values use, and the file does not have, come along.
    """
    kept: dict[str, Any] = {key: getattr(live, key) for key in ignore_changes if key in _KEYS}
    if not kept:
        return declared
    merged = replace(declared, **kept)
    return replace(merged, expressions=_completed(merged, live.expressions))


def _completed(route: Route, available: tuple[Expression, ...]) -> tuple[Expression, ...]:
    """The route's expressions and those of `available` that it refers to, and they in turn."""
    have = list(route.expressions)
    missing = [
        expression
        for expression in available
        if expression.reference not in {e.reference for e in have}
    ]
    used = references_in(route)
    while more := [
        expression for expression in missing if f'expressions["{expression.reference}"]' in used
    ]:
        have += more
        missing = [expression for expression in missing if expression not in more]
        used = references_in(tuple(have))
    return tuple(have)


def as_stored(route: Route, live: Route) -> Route:
    """The route with live spellings of things with two ids: unchanged values go back as read."""
    spellings: dict[str, str] = {}

    def note(part: Any) -> Any:
        if isinstance(part, Literal) and part.stored:
            spellings[part.text] = part.stored
        return part

    def spelled(part: Any) -> Any:
        if not isinstance(part, Literal):
            return part
        return replace(part, stored=part.stored or spellings.get(part.text, ""))

    _rebuilt(live, note)
    return _rebuilt(route, spelled) if spellings else route


def comparable(live: Live, declared: Route) -> Route:
    """The live route with declared content where its read hides parts: these are not compared."""
    route = live.route
    for path in live.hidden:
        route = _filled(route, declared, path)
    return route


def _filled(route: Route, declared: Route, path: Path) -> Route:
    if path[:1] == ("expressions",) and len(path) > 1:
        twins = {expression.reference: expression for expression in declared.expressions}
        return replace(
            route,
            expressions=tuple(
                _filled_expression(expression, twins[expression.reference], path[2:])
                if expression.reference == path[1] and expression.reference in twins
                else expression
                for expression in route.expressions
            ),
        )
    filled = _filled_part(route, declared, path)
    return filled if isinstance(filled, Route) else route


def _filled_expression(expression: Expression, twin: Expression, path: Path) -> Expression:
    """A hidden step takes the body of the declared step of its place and kind."""
    match path:
        case ("steps", int(place), *_) if place < min(len(expression.steps), len(twin.steps)):
            if type(expression.steps[place]) is not type(twin.steps[place]):
                return expression
            steps = list(expression.steps)
            steps[place] = twin.steps[place]
            return replace(expression, steps=tuple(steps))
        case ("branches", *_) if len(expression.steps) == len(twin.steps):
            return replace(expression, steps=twin.steps)
        case _:
            return expression


def _filled_part(part: object, twin: object, path: Path) -> object:
    """The twin's part at the path; the path ends where parts stop being named."""
    if not path or not is_dataclass(part) or isinstance(part, type) or type(part) is not type(twin):
        return twin
    key = str(path[0])
    if key not in {slot.name for slot in fields(part)}:
        return twin
    inner = _filled_part(getattr(part, key), getattr(twin, key), path[1:])
    return replace(part, **{key: inner})
