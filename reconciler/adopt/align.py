"""The wanted content of a file, in as many of the file's own words as possible.

`aligned` gives the wanted route, but every part that means the same as a part of the file is the
file's: its order, its choice of name or id, its long or short form. Meaning is compared by ids.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from operator import attrgetter
from typing import Any, Generic, TypeVar

from reconciler.model import (
    Binding,
    Branches,
    Case,
    Condition,
    ConditionGroup,
    ConditionGroups,
    CustomField,
    Destination,
    Expression,
    Filter,
    Literal,
    Route,
    Setting,
    Severity,
    Step,
    Target,
    Value,
    canonical_binding,
    canonical_condition,
    canonical_expression,
    canonical_field,
    canonical_group,
    canonical_groups,
    form_of,
    in_order_of_fields,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Side(Generic[T]):
    """A part of a route with names, and the same part with ids."""

    names: T
    ids: T

    def at(self, field: str) -> "Side[Any]":
        return Side(getattr(self.names, field), getattr(self.ids, field))


Both = Callable[[Side[T], Side[T]], T]
"""Makes one part of the file's and the wanted one."""


def aligned(file: tuple[Route, Route], wanted: tuple[Route, Route]) -> Route:
    """The wanted route with names; see the module. Each route is given with names and with ids.
    Pure; raises nothing.
    """
    return _part(Side(*file), Side(*wanted))


def _part(ours: Side[T], wanted: Side[T]) -> T:
    """A part that has a table of settings: the file's where both mean the same."""
    form = form_of("section")
    if form(ours.ids) == form(wanted.ids):
        return ours.names
    made: Callable[..., T] = type(wanted.names)
    rows = in_order_of_fields(type(wanted.names))
    return made(*[_setting(row, ours.at(row.field), wanted.at(row.field)) for row in rows])


def _setting(row: Setting, ours: Side[Any], wanted: Side[Any]) -> Any:
    match row.kind:
        case "name" | "text" | "template" | "again":
            return _kept(ours, wanted, form_of(row.kind))
        case "conditions":
            return _groups(ours, wanted)
        case "names" | "references":
            return _listed(ours, wanted, _itself)
        case "value" | "flag or value":
            return _optional(ours, wanted, _binding)
        case "values":
            return _optional(ours, wanted, _values)
        case "section":
            return _optional(ours, wanted, _part)
        case "severity":
            return _optional(ours, wanted, _severity)
        case "sources":
            return _listed(ours, wanted, attrgetter("source"), _part, _part)
        case "targets":
            return _listed(ours, wanted, _target, None, _near_target)
        case "destinations":
            return _listed(ours, wanted, _channels, _part, _part)
        case "fields":
            return _listed(ours, wanted, attrgetter("field"), _custom_field)
        case "expressions":
            return _listed(ours, wanted, attrgetter("reference"), _expression, _renamed)
        case _:
            return wanted.names


# Settings and sets


def _itself(part: object) -> object:
    return part


def _kept(ours: Side[T], wanted: Side[T], form: Callable[[T], object] = _itself) -> T:
    """The file's words where they mean what is wanted."""
    return ours.names if form(ours.ids) == form(wanted.ids) else wanted.names


def _optional(ours: Side[Any], wanted: Side[Any], both: Both[T]) -> T | None:
    is_set = ours.names is not None and wanted.names is not None
    return both(ours, wanted) if is_set else wanted.names


def _parts(side: Side[tuple[T, ...]]) -> list[Side[T]]:
    return [Side(*pair) for pair in zip(side.names, side.ids, strict=True)]


def _listed(
    ours: Side[tuple[T, ...]],
    wanted: Side[tuple[T, ...]],
    key: Callable[[T], object],
    both: Both[T] | None = None,
    near: Both[T] | None = None,
) -> tuple[T, ...]:
    """A set in the file's order. What is new takes the place of what went, else the end. Where as
    many came as went, each is taken for a change of the other: `near` keeps what both have.
    """
    waiting = _parts(wanted)
    places: list[T | None] = []
    gone: list[Side[T]] = []
    for part in _parts(ours):
        found = next((other for other in waiting if key(other.ids) == key(part.ids)), None)
        if found is None:
            places.append(None)
            gone.append(part)
        else:
            waiting.remove(found)
            places.append(both(part, found) if both else part.names)
    if near is not None and len(gone) == len(waiting):
        fresh = map(near, gone, waiting)
    else:
        fresh = map(attrgetter("names"), waiting)
    filled = [part if part is not None else next(fresh, None) for part in places]
    return (*(part for part in filled if part is not None), *fresh)


# Conditions and bindings


def _groups(ours: Side[ConditionGroups], wanted: Side[ConditionGroups]) -> ConditionGroups:
    if canonical_groups(ours.ids) == canonical_groups(wanted.ids):
        return ours.names
    if len(ours.ids) == len(wanted.ids) == 1:  # one list of conditions, as most filters are
        return (_group(*_parts(ours), *_parts(wanted)),)
    return _listed(ours, wanted, canonical_group, None, _group)


def _group(ours: Side[ConditionGroup], wanted: Side[ConditionGroup]) -> ConditionGroup:
    subjects = [condition.subject for condition in (*ours.ids, *wanted.ids)]
    if len(set(subjects)) * 2 < len(subjects):  # a subject stands on one side twice
        return _listed(ours, wanted, canonical_condition)
    return _listed(ours, wanted, attrgetter("subject"), _condition)


def _condition(ours: Side[Condition], wanted: Side[Condition]) -> Condition:
    if canonical_condition(ours.ids) == canonical_condition(wanted.ids):
        return ours.names
    params, others = _parts(ours.at("params")), _parts(wanted.at("params"))
    if len(params) != len(others):
        return replace(wanted.names, subject=ours.names.subject)
    operation = wanted.names.operation
    return Condition(ours.names.subject, operation, tuple(map(_values, params, others)))


def _unordered(binding: Binding) -> Binding:
    return canonical_binding(binding, ordered=False)


def _binding(ours: Side[Binding], wanted: Side[Binding]) -> Binding:
    return _kept(ours, wanted, canonical_binding)


def _values(ours: Side[Binding], wanted: Side[Binding]) -> Binding:
    """A binding whose values are a set."""
    if _unordered(ours.ids) == _unordered(wanted.ids):
        return ours.names
    values: tuple[Value, ...] = _listed(ours.at("values"), wanted.at("values"), _meaning)
    return Binding(values, many=wanted.names.many or len(values) > 1)


def _meaning(value: Value) -> object:
    return Literal(value.text) if isinstance(value, Literal) else value


# Who is paged and notified, incidents


def _target(target: Target) -> object:
    return target.kind, _unordered(target.binding)


def _near_target(ours: Side[Target], wanted: Side[Target]) -> Target:
    if ours.names.kind != wanted.names.kind:
        return wanted.names
    return Target(wanted.names.kind, _values(ours.at("binding"), wanted.at("binding")))


def _channels(destination: Destination) -> object:
    return tuple(
        None if channels is None else _unordered(channels.channel)
        for channels in (destination.slack, destination.ms_teams)
    )


def _severity(ours: Side[Severity], wanted: Side[Severity]) -> Severity:
    binding = _optional(ours.at("binding"), wanted.at("binding"), _binding)
    return replace(wanted.names, binding=binding)


def _custom_field(ours: Side[CustomField], wanted: Side[CustomField]) -> CustomField:
    if canonical_field(ours.ids) == canonical_field(wanted.ids):
        return ours.names
    value, other = ours.at("value"), wanted.at("value")
    if isinstance(value.ids, Binding) and isinstance(other.ids, Binding):
        return replace(ours.names, value=_values(value, other), merge=wanted.names.merge)
    same = replace(wanted.ids, merge=ours.ids.merge)
    kept = value if canonical_field(same) == canonical_field(ours.ids) else other
    return replace(ours.names, value=kept.names, merge=wanted.names.merge)


# Expressions: order is meaning


def _expression(ours: Side[Expression], wanted: Side[Expression]) -> Expression:
    if canonical_expression(ours.ids) == canonical_expression(wanted.ids):
        return ours.names
    return Expression(
        ours.names.reference,
        wanted.names.label,
        _kept(ours.at("root"), wanted.at("root")),
        _in_sequence(ours.at("steps"), wanted.at("steps"), _step, _plain_step),
        _optional(ours.at("otherwise"), wanted.at("otherwise"), _binding),
    )


def _renamed(ours: Side[Expression], wanted: Side[Expression]) -> Expression:
    """The file's words where only the name is another."""
    ids = replace(ours.ids, reference=wanted.ids.reference, label=wanted.ids.label)
    if canonical_expression(ids) != canonical_expression(wanted.ids):
        return wanted.names
    return replace(ours.names, reference=wanted.names.reference, label=wanted.names.label)


def _plain_step(step: Step) -> object:
    return canonical_expression(Expression("", "", ".", (step,))).steps


def _plain_case(case: Case) -> object:
    return canonical_groups(case.when), canonical_binding(case.result)


def _in_sequence(
    ours: Side[tuple[T, ...]],
    wanted: Side[tuple[T, ...]],
    both: Both[T],
    form: Callable[[T], object],
) -> tuple[T, ...]:
    """Parts in their order, where some may have come or gone between others."""
    old, new = _parts(ours), _parts(wanted)
    forms, others = ([repr(form(part.ids)) for part in parts] for parts in (old, new))
    made: list[T] = []
    for _, i, i_end, j, j_end in SequenceMatcher(None, forms, others, False).get_opcodes():
        paired = list(map(both, old[i:i_end], new[j:j_end]))
        made += [*paired, *(part.names for part in new[j + len(paired) : j_end])]
    return tuple(made)


def _step(ours: Side[Step], wanted: Side[Step]) -> Step:
    match ours.names, wanted.names:
        case Filter(), Filter():
            return Filter(_groups(ours.at("when"), wanted.at("when")))
        case Branches(), Branches():
            returns = _kept(ours.at("returns"), wanted.at("returns"))
            cases = _in_sequence(ours.at("cases"), wanted.at("cases"), _case, _plain_case)
            return Branches(returns, cases)
        case _:
            return _kept(ours, wanted)


def _case(ours: Side[Case], wanted: Side[Case]) -> Case:
    return Case(
        _groups(ours.at("when"), wanted.at("when")),
        _binding(ours.at("result"), wanted.at("result")),
    )
