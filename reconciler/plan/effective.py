"""What would be written, and what can be compared: a file's route next to its live twin."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

from reconciler.model.binding import Literal
from reconciler.model.declaration import Live
from reconciler.model.expression import Expression
from reconciler.model.finding import Path
from reconciler.model.route import Route
from reconciler.plan.rename import references_in

T = TypeVar("T")
_KEYS = frozenset(slot.name for slot in fields(Route))


def effective(declared: Route, live: Route, ignore_changes: tuple[str, ...]) -> Route:
    """The declared route with live values for the keys that the file leaves to the dashboard.

    Expressions that these values use, and the file does not have, come along.
    """
    kept: dict[str, object] = {key: getattr(live, key) for key in ignore_changes if key in _KEYS}
    if not kept:
        return declared
    merged = _with(declared, kept)
    return replace(merged, expressions=_completed(merged, live.expressions))


def _with(route: Route, values: Mapping[str, object]) -> Route:
    all_values = {slot.name: getattr(route, slot.name) for slot in fields(Route)}
    return Route(**{**all_values, **values})


def _completed(route: Route, available: tuple[Expression, ...]) -> tuple[Expression, ...]:
    """The route's expressions and those of `available` that it refers to, and they in turn."""
    have = list(route.expressions)
    missing = [one for one in available if one.reference not in {e.reference for e in have}]
    used = references_in(route)
    while more := [one for one in missing if f'expressions["{one.reference}"]' in used]:
        have += more
        missing = [one for one in missing if one not in more]
        used = references_in(tuple(have))
    return tuple(have)


def as_stored(route: Route, live: Route) -> Route:
    """The route with the live spelling of what has two ids: what nobody changed is written back as
    it was read.
    """
    spellings: dict[str, str] = {}

    def note(literal: Literal) -> Literal:
        if literal.stored:
            spellings[literal.text] = literal.stored
        return literal

    map_literals(live, note)
    if not spellings:
        return route
    return map_literals(
        route, lambda one: replace(one, stored=one.stored or spellings.get(one.text, ""))
    )


def map_literals(part: T, change: Callable[[Literal], Literal]) -> T:
    """The part with every literal in it changed."""
    if isinstance(part, Literal):
        return cast("T", change(part))
    if isinstance(part, tuple):
        return cast("T", tuple(map_literals(one, change) for one in part))
    if not is_dataclass(part) or isinstance(part, type):
        return part
    values = {slot.name: map_literals(getattr(part, slot.name), change) for slot in fields(part)}
    remade: Callable[..., T] = type(part)
    return remade(**values)


def comparable(live: Live, declared: Route) -> Route:
    """The live route, with the declared content in the places that its read hides: what nobody
    can see is not compared.
    """
    route = live.route
    for path in live.hidden:
        route = _filled(route, declared, path)
    return route


def _filled(route: Route, declared: Route, path: Path) -> Route:
    if path[:1] == ("expressions",) and len(path) > 1:
        twins = {one.reference: one for one in declared.expressions}
        return replace(
            route,
            expressions=tuple(
                _filled_expression(one, twins[one.reference], path[2:])
                if one.reference == path[1] and one.reference in twins
                else one
                for one in route.expressions
            ),
        )
    filled = _filled_part(route, declared, path)
    return filled if isinstance(filled, Route) else route


def _filled_expression(one: Expression, twin: Expression, path: Path) -> Expression:
    """A hidden step takes the body of the declared step of its place and kind."""
    match path:
        case ("steps", int(place), *_) if place < min(len(one.steps), len(twin.steps)):
            if type(one.steps[place]) is not type(twin.steps[place]):
                return one
            steps = list(one.steps)
            steps[place] = twin.steps[place]
            return replace(one, steps=tuple(steps))
        case ("branches", *_) if len(one.steps) == len(twin.steps):
            return replace(one, steps=twin.steps)
        case _:
            return one


def _filled_part(part: object, twin: object, path: Path) -> object:
    """The twin's part at the path; the path ends where parts stop being named."""
    if not path or not is_dataclass(part) or isinstance(part, type) or type(part) is not type(twin):
        return twin
    key = str(path[0])
    if key not in {slot.name for slot in fields(part)}:
        return twin
    inner = _filled_part(getattr(part, key), getattr(twin, key), path[1:])
    return replace(part, **{key: inner})
