"""Expressions that changed their reference and nothing else (fact 3.9)."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

from reconciler.model.binding import Reference
from reconciler.model.condition import Condition
from reconciler.model.expression import Concatenate, Expression
from reconciler.model.route import Route
from reconciler.model.settings import TABLES, settings
from reconciler.model.text import Document

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
    ours = {one.reference for one in declared.expressions}
    theirs = {one.reference for one in live.expressions}
    new = [one for one in declared.expressions if one.reference not in theirs]
    old = [one for one in live.expressions if one.reference not in ours]
    if not new or not old:
        return ()
    moved = [one.reference for one in (*new, *old)]
    olds, news = _by_body(old, moved), _by_body(new, moved)
    return tuple(
        sorted((olds[body][0], news[body][0]) for body in olds if _single(body, olds, news))
    )


def renamed(live: Route, declared: Route, pairs: Renames) -> Route:
    """The live route under the declared references. A label that merely repeated the reference
    follows it: that is no change of its own.
    """
    new_names = dict(pairs)
    repeats = {one.reference for one in declared.expressions if one.label == one.reference}
    moved = map_references(live, lambda path: _replaced(path, new_names))
    expressions = []
    for one in moved.expressions:
        name = new_names.get(one.reference, one.reference)
        label = name if one.label == one.reference and name in repeats else one.label
        expressions.append(replace(one, reference=name, label=label))
    return replace(moved, expressions=tuple(expressions))


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


def _replaced(path: str, new_names: dict[str, str]) -> str:
    for old, new in new_names.items():
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
    references = _SETS_OF_REFERENCES.get(type(part), ())
    for slot in fields(part):
        value: object = getattr(part, slot.name)
        if _REFERENCES.get(type(part)) == slot.name and isinstance(value, str):
            values[slot.name] = change(value)
        elif isinstance(value, tuple) and slot.name in references:
            values[slot.name] = tuple(map(change, value))
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
