"""Three sides of one route: its file then (base), its file now (head), and live.

A move between base and head is the file's own change; a move between base and live is a live edit.
`merge` is the live route with the file's own changes on it, which a merge of a pull request may
write; `kinds` tells whose each difference between head and live is. All pure, on routes with ids.

Whom a route pages is one decision: the targets are one slot here, never merged element by element,
or two people's answers to "who is paged instead" would page both.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from reconciler.model import (
    Form,
    Kind as SettingKind,
    Names,
    Path,
    Route,
    Setting,
    canonical_expression,
    canonical_field,
    form_of,
    in_order_of_fields,
    with_teams_of,
)
from reconciler.plan.change import FieldChange, Kind
from reconciler.plan.compare.differences import differences
from reconciler.plan.compare.slots import KEYS, element_keys

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """`after` is what may be written; `fields` are all differences between head and live, each
    with its kind. A route with a conflict among them is not written.
    """

    after: Route
    fields: tuple[FieldChange, ...]

    @property
    def conflicts(self) -> tuple[FieldChange, ...]:
        """The fields that moved on both sides."""
        return tuple(change for change in self.fields if change.kind == "conflict")


def three_way(
    base: Route,
    head: Route,
    live: Route,
    names: Names,
    *,
    revert_drift: bool = False,
    applied: Route | None = None,
) -> ThreeWay:
    """The route to write, and whose each difference is. With `revert_drift` the head is written
    whole, but for a conflict, which stays one. `applied`: the file as last applied.
    """
    fields = kinds(differences(head, live, names), base, head, live, applied)
    if revert_drift:
        return ThreeWay(head, fields)
    after = merge(base, head, live)
    written = {change.path for change in differences(after, live)}
    meant = {change.path for change in fields if change.kind == "change"}
    if written != meant:
        # The merge cannot separate these edits: say so instead of writing part of one of them.
        fields = tuple(replace(change, kind="conflict") for change in fields)
    return ThreeWay(after, fields)


def kinds(
    found: Sequence[FieldChange],
    base: Route,
    head: Route,
    live: Route,
    applied: Route | None = None,
) -> tuple[FieldChange, ...]:
    """The differences between head and live (`found`), each with its kind. One that neither side
    seems to have made counts as a conflict. A part that is live as last applied was moved by
    another merge, not by a live edit: it is `merged`, or `superseded` where the head moved it too.
    Any other part was edited live: a conflict where the head differs too.
    """
    # A channel is one place in all sides, whether or not they spell out its team.
    base, head = with_teams_of(base, live), with_teams_of(head, live)
    ours, theirs = _moved(head, base), _moved(live, base)
    if applied is None:
        return tuple(
            replace(change, kind=_kind(_is_in(change, ours), _is_in(change, theirs)))
            for change in found
        )
    applied = with_teams_of(applied, live)
    edited, meant = _moved(live, applied), _moved(head, applied)
    return tuple(
        replace(
            change,
            kind=_kind(_is_in(change, meant), by_them=True)
            if _is_in(change, edited)
            else _kind_of_merged(_is_in(change, ours), _is_in(change, theirs)),
        )
        for change in found
    )


def as_declared(found: Sequence[FieldChange], side: Route, live: Route) -> tuple[FieldChange, ...]:
    """The differences in which live has the value of another side."""
    others = _moved(live, side)
    return tuple(change for change in found if not _is_in(change, others))


def _kind(by_us: bool, by_them: bool) -> Kind:
    if by_us != by_them:
        return "change" if by_us else "drift"
    return "conflict"


def _kind_of_merged(by_us: bool, by_them: bool) -> Kind:
    """The kind of a part that no live edit moved."""
    if by_them:
        return "superseded" if by_us else "merged"
    return _kind(by_us, by_them)


def _moved(side: Route, other: Route) -> frozenset[Path]:
    return frozenset(_field(change.path) for change in differences(side, other))


def _is_in(change: FieldChange, moved: frozenset[Path]) -> bool:
    """Whether the change, something inside it or something around it is among the moved ones."""
    path = _field(change.path)
    return any(path[: len(other)] == other[: len(path)] for other in moved)


def _field(path: Path) -> Path:
    return path[:2] if path[:2] == ("escalate", "to") else path


def merge(base: Route, head: Route, live: Route) -> Route:
    """The live route with the head's own changes. Where both moved one slot, live stays; such a
    route has a conflict among its kinds and is not to be written.
    """
    return _merge_part(with_teams_of(base, live), with_teams_of(head, live), live)


def _merge_part(base: T, head: T, live: T) -> T:
    made: Callable[..., T] = type(live)
    return made(
        *(
            _merge_setting(row, *(getattr(side, row.field) for side in (base, head, live)))
            for row in in_order_of_fields(type(live))
        )
    )


def _merge_setting(row: Setting, base: Any, head: Any, live: Any) -> Any:
    if row.is_key:
        return live
    match row.kind:
        case "names" | "references":
            return _members(base, head, live)
        case "section":
            return _optional(base, head, live, _merge_part, form_of(row.kind))
        case "sources" | "destinations":
            return _keyed(base, head, live, row.kind, _merge_part)
        case "fields":
            return _keyed(base, head, live, row.kind, partial(_pick, form=canonical_field))
        case "expressions":
            return _keyed(base, head, live, row.kind, partial(_pick, form=canonical_expression))
        case kind:
            return _pick(base, head, live, form_of(kind))


def _pick(base: T, head: T, live: T, form: Form) -> T:
    """Head where only head moved, else live; `form` is the part's canonical form."""
    moved_by_us = form(head) != form(base)
    moved_by_them = form(live) != form(base)
    return head if moved_by_us and not moved_by_them else live


def _members(base: Iterable[str], head: Iterable[str], live: Iterable[str]) -> tuple[str, ...]:
    was, now, there = set(base), set(head), set(live)
    return tuple(sorted((there - (was - now)) | (now - was)))


def _optional(
    base: T | None, head: T | None, live: T | None, merged: Callable[[T, T, T], T], form: Form
) -> T | None:
    if base is None or head is None or live is None:
        return _pick(base, head, live, form)
    return merged(base, head, live)


def _keyed(
    base: Sequence[T],
    head: Sequence[T],
    live: Sequence[T],
    kind: SettingKind,
    merged: Callable[[T, T, T], T],
) -> tuple[T, ...]:
    def form(part: T | None) -> object:
        return form_of(kind)(() if part is None else (part,))

    def by_key(parts: Sequence[T]) -> dict[str, T]:
        """Of parts with one key the same one comes first on each side, however it lists them."""
        order = sorted(range(len(parts)), key=lambda place: repr(form(parts[place])))
        keys = element_keys([parts[place] for place in order], KEYS[kind])
        keyed = dict(zip(order, keys, strict=True))
        return {keyed[place]: part for place, part in enumerate(parts)}

    was, now, there = map(by_key, (base, head, live))
    kept = (
        _optional(was.get(key), now.get(key), there.get(key), merged, form)
        for key in {**there, **now}
    )
    return tuple(part for part in kept if part is not None)
