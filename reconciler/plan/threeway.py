"""Three sides of one route: what its file said (base), what it says (head), what is live.

The file's own change is what moved between base and head; what moved between base and live was
edited by hand. `merge` is the live route with the file's own changes on it, which is what a merge
of a pull request may write; `kinds` says of every difference between head and live whose it is.
All pure, on routes with ids.

Whom a route pages is one decision: the targets are one slot here, never merged element by element,
or two people's answers to "who is paged instead" would page both.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from reconciler.model.binding import Binding
from reconciler.model.canonical import (
    canonical_binding,
    canonical_escalation,
    canonical_expression,
    canonical_field,
    canonical_groups,
    canonical_incident,
    canonical_text,
)
from reconciler.model.expression import Expression
from reconciler.model.finding import Path
from reconciler.model.route import (
    Again,
    Channels,
    CustomField,
    Destination,
    Escalation,
    Grouping,
    Incident,
    Route,
    RouteSource,
    Severity,
    Target,
)
from reconciler.plan.change import FieldChange, Kind
from reconciler.plan.differences import differences
from reconciler.plan.slots import destination_key, element_keys, source_key
from reconciler.plan.words import Names

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
    """What to write, and whose each difference is. With `revert_drift` the head is written whole,
    but for a conflict, which stays one. `applied`: what the file said when it was applied last.
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
    seems to have made counts as a conflict: nobody knows whose it is. What is live as it was
    applied was moved by another merge and by nobody's hand: it is `merged`, or `overtaken` where
    the head moved it too.
    """
    ours = {_field(change.path) for change in differences(head, base)}
    theirs = {_field(change.path) for change in differences(live, base)}
    hands = None
    if applied is not None:
        hands = {_field(change.path) for change in differences(live, applied)}
    return tuple(replace(change, kind=_kind(change.path, ours, theirs, hands)) for change in found)


def as_said(found: Sequence[FieldChange], said: Route, live: Route) -> tuple[FieldChange, ...]:
    """Those of some differences from live in which live is what another side says."""
    others = {_field(change.path) for change in differences(live, said)}
    return tuple(
        change
        for change in found
        if not any(_overlap(_field(change.path), other) for other in others)
    )


def _kind(path: Path, ours: set[Path], theirs: set[Path], hands: set[Path] | None) -> Kind:
    field = _field(path)
    by_us = any(_overlap(field, other) for other in ours)
    by_them = any(_overlap(field, other) for other in theirs)
    if by_them and hands is not None and not any(_overlap(field, other) for other in hands):
        return "overtaken" if by_us else "merged"
    if by_us != by_them:
        return "change" if by_us else "drift"
    return "conflict"


def _field(path: Path) -> Path:
    return path[:2] if path[:2] == ("escalate", "to") else path


def _overlap(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def merge(base: Route, head: Route, live: Route) -> Route:
    """The live route with the head's own changes. Where both moved one slot, live stays; such a
    route has a conflict among its kinds and is not to be written.
    """
    return Route(
        name=_pick(base.name, head.name, live.name),
        enabled=_pick(base.enabled, head.enabled, live.enabled),
        private=_pick(base.private, head.private, live.private),
        owners=_members(base.owners, head.owners, live.owners),
        sources=_keyed(base.sources, head.sources, live.sources, source_key, _merge_source),
        when=_pick(base.when, head.when, live.when, canonical_groups),
        group=_optional(base.group, head.group, live.group, _merge_group),
        escalate=_merge_escalation(base, head, live),
        notify=_keyed(base.notify, head.notify, live.notify, destination_key, _merge_destination),
        message_template=_pick(
            base.message_template, head.message_template, live.message_template, _binding
        ),
        incident=_optional(base.incident, head.incident, live.incident, _merge_incident),
        expressions=_keyed(
            base.expressions, head.expressions, live.expressions, _reference, _merge_expression
        ),
    )


def _same(value: T) -> object:
    return value


def _pick(base: T, head: T, live: T, form: Callable[[T], object] = _same) -> T:
    """Head where only head moved, else live; `form` is the part's canonical form."""
    moved_by_us = form(head) != form(base)
    moved_by_them = form(live) != form(base)
    return head if moved_by_us and not moved_by_them else live


def _members(base: Iterable[str], head: Iterable[str], live: Iterable[str]) -> tuple[str, ...]:
    was, now, there = set(base), set(head), set(live)
    return tuple(sorted((there - (was - now)) | (now - was)))


def _optional(
    base: T | None, head: T | None, live: T | None, merged: Callable[[T, T, T], T]
) -> T | None:
    if base is None or head is None or live is None:
        return _pick(base, head, live)
    return merged(base, head, live)


def _keyed(
    base: Sequence[T],
    head: Sequence[T],
    live: Sequence[T],
    key: Callable[[T], str],
    merged: Callable[[T, T, T], T],
) -> tuple[T, ...]:
    sides = [
        dict(zip(element_keys(parts, key), parts, strict=True)) for parts in (base, head, live)
    ]
    was, now, there = sides
    kept = (
        _optional(was.get(one), now.get(one), there.get(one), merged) for one in {**there, **now}
    )
    return tuple(part for part in kept if part is not None)


def _merge_source(base: RouteSource, head: RouteSource, live: RouteSource) -> RouteSource:
    return replace(live, when=_pick(base.when, head.when, live.when, canonical_groups))


def _merge_destination(base: Destination, head: Destination, live: Destination) -> Destination:
    return Destination(
        _optional(base.slack, head.slack, live.slack, _merge_channels),
        _optional(base.ms_teams, head.ms_teams, live.ms_teams, _merge_channels),
        _pick(base.when, head.when, live.when, canonical_groups),
    )


def _merge_channels(base: Channels, head: Channels, live: Channels) -> Channels:
    return Channels(
        live.channel,
        _pick(base.visibility, head.visibility, live.visibility),
        _pick(base.summarise_groups, head.summarise_groups, live.summarise_groups),
    )


def _merge_group(base: Grouping, head: Grouping, live: Grouping) -> Grouping:
    return Grouping(
        _pick(base.window_seconds, head.window_seconds, live.window_seconds),
        _members(base.by, head.by, live.by),
        _pick(base.extend, head.extend, live.extend),
    )


def _merge_escalation(base: Route, head: Route, live: Route) -> Escalation:
    was, now, there = base.escalate, head.escalate, live.escalate
    again = _pick(was.again, now.again, there.again, lambda again: again or Again())
    return Escalation(
        _pick(was.targets, now.targets, there.targets, _targets),
        _pick(was.cancel_when_resolved, now.cancel_when_resolved, there.cancel_when_resolved),
        again,
    )


def _targets(targets: tuple[Target, ...]) -> object:
    return canonical_escalation(Escalation(targets), grouped=False).targets


def _merge_incident(base: Incident, head: Incident, live: Incident) -> Incident:
    return Incident(
        when=_pick(base.when, head.when, live.when, canonical_groups),
        decline_when_resolved=_pick(
            base.decline_when_resolved, head.decline_when_resolved, live.decline_when_resolved
        ),
        name=_pick(base.name, head.name, live.name, canonical_text),
        summary=_pick(base.summary, head.summary, live.summary, canonical_text),
        severity=_pick(base.severity, head.severity, live.severity, _severity),
        type=_pick(base.type, head.type, live.type, _binding),
        mode=_pick(base.mode, head.mode, live.mode, _binding),
        triage=_pick(base.triage, head.triage, live.triage, _binding),
        members=_pick(base.members, head.members, live.members, _binding),
        custom_fields=_keyed(
            base.custom_fields, head.custom_fields, live.custom_fields, _field_id, _merge_field
        ),
        workspace=_pick(base.workspace, head.workspace, live.workspace, _binding),
    )


def _merge_field(base: CustomField, head: CustomField, live: CustomField) -> CustomField:
    return _pick(base, head, live, canonical_field)


def _merge_expression(base: Expression, head: Expression, live: Expression) -> Expression:
    return _pick(base, head, live, canonical_expression)


def _severity(severity: Severity | None) -> object:
    return canonical_incident(Incident(severity=severity)).severity


def _binding(binding: Binding | None) -> object:
    return None if binding is None else canonical_binding(binding, ordered=False)


def _reference(expression: Expression) -> str:
    return expression.reference


def _field_id(field: CustomField) -> str:
    return field.field
