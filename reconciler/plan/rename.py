"""Expressions that changed their reference and nothing else (fact 3.9)."""

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TypeVar, cast

from reconciler.model.binding import Reference
from reconciler.model.condition import Condition
from reconciler.model.expression import Concatenate, Expression
from reconciler.model.route import Grouping, Route
from reconciler.model.text import Document

T = TypeVar("T")

_REFERENCES = {
    Reference: "path",
    Condition: "subject",
    Expression: "root",
    Concatenate: "reference",
    Document: "json",
}


@dataclass(frozen=True, slots=True)
class Renamed:
    """A live route under the declared references, and the pairs (old, new) that make it so."""

    route: Route
    names: tuple[tuple[str, str], ...] = ()


def unrenamed(declared: Route, live: Route) -> Renamed:
    """Pair expressions that are equal but for their reference; give the live route the new ones.

    Only a pairing without doubt is made: of several equal expressions none is taken.
    """
    ours = {one.reference: one for one in declared.expressions}
    theirs = {one.reference: one for one in live.expressions}
    new = [one for reference, one in ours.items() if reference not in theirs]
    old = [one for reference, one in theirs.items() if reference not in ours]
    moved = [one.reference for one in (*new, *old)]
    olds = _by_body(old, moved)
    news = _by_body(new, moved)
    pairs = tuple(
        sorted((olds[body][0], news[body][0]) for body in olds if _single(body, olds, news))
    )
    moved_live = _with_references(live, dict(pairs))
    followed = {new: ours[new].label for _, new in pairs}
    return Renamed(_with_labels(moved_live, theirs, dict(pairs), followed), pairs)


def _single(body: str, olds: dict[str, list[str]], news: dict[str, list[str]]) -> bool:
    return len(olds[body]) == 1 and len(news.get(body, [])) == 1


def _by_body(expressions: list[Expression], moved: list[str]) -> dict[str, list[str]]:
    """References by what the expression computes, whatever the moved ones are called."""
    found: dict[str, list[str]] = {}
    for one in expressions:
        hidden = map_references(one, lambda path: _replaced(path, dict.fromkeys(moved, "")))
        label = "" if one.label == one.reference else one.label
        body = repr(replace(hidden, reference="", label=label))
        found.setdefault(body, []).append(one.reference)
    return found


def _with_references(route: Route, renames: dict[str, str]) -> Route:
    if not renames:
        return route
    moved = map_references(route, lambda path: _replaced(path, renames))
    return replace(
        moved,
        expressions=tuple(
            replace(one, reference=renames.get(one.reference, one.reference))
            for one in moved.expressions
        ),
    )


def _with_labels(
    route: Route,
    theirs: dict[str, Expression],
    renames: dict[str, str],
    labels: dict[str, str],
) -> Route:
    """A label that merely repeated the reference follows it: that is no change of its own."""
    follows = {
        new: labels[new]
        for old, new in renames.items()
        if theirs[old].label == old and labels[new] == new
    }
    return replace(
        route,
        expressions=tuple(
            replace(one, label=follows.get(one.reference, one.label)) for one in route.expressions
        ),
    )


def _replaced(path: str, renames: dict[str, str]) -> str:
    for old, new in renames.items():
        path = path.replace(f'expressions["{old}"]', f'expressions["{new}"]')
        path = path.replace(f'expressions[\\"{old}\\"]', f'expressions[\\"{new}\\"]')
    return path


def map_references(part: T, change: Callable[[str], str]) -> T:
    """The part with every reference in it changed; literals and texts stay as they are."""
    if isinstance(part, tuple):
        return cast("T", tuple(map_references(one, change) for one in part))
    if not is_dataclass(part) or isinstance(part, type):
        return part
    values: dict[str, object] = {}
    for slot in fields(part):
        value: object = getattr(part, slot.name)
        if _REFERENCES.get(type(part)) == slot.name and isinstance(value, str):
            values[slot.name] = change(value)
        elif isinstance(part, Grouping) and slot.name == "by":
            values[slot.name] = tuple(change(path) for path in part.by)
        else:
            values[slot.name] = map_references(value, change)
    remade: Callable[..., T] = type(part)
    return remade(**values)


def references_in(part: object) -> str:
    """Every reference in the part, one a line."""
    seen: list[str] = []

    def note(path: str) -> str:
        seen.append(path.replace('\\"', '"'))
        return path

    map_references(part, note)
    return "\n".join(seen)
