"""What a file should say, in as many of its own words as possible.

`Side` is one route twice: with names, as a file spells it, and with ids, as the API does. The two
are parallel, part by part. `aligned` gives the wanted route, but every part that means the same as
a part of the file is the file's: its order, its choice of name or id, its long or short form.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any, TypeVar

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
    RouteSource,
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
Side = tuple[T, T]
"""A part with names, and the same part with ids."""


def aligned(said: Side[Route], wanted: Side[Route]) -> Route:
    """The wanted route with names; see the module. Pure; raises nothing."""
    return _part(said, wanted)


def _part(said: Side[T], wanted: Side[T]) -> T:
    """A part that has a table of settings: the file's where both mean the same."""
    sides = (*said, *wanted)
    form = form_of("section")
    if form(said[1]) == form(wanted[1]):
        return said[0]
    made: Callable[..., T] = type(wanted[0])
    rows = in_order_of_fields(type(wanted[0]))
    return made(*[_setting(row, *(getattr(side, row.field) for side in sides)) for row in rows])


def _setting(row: Setting, a: Any, a_ids: Any, b: Any, b_ids: Any) -> Any:
    """One setting: with names and with ids in the file, then in the wanted route."""
    said, wanted = (a, a_ids), (b, b_ids)
    match row.kind:
        case "name" | "text" | "template" | "again":
            return _kept(said, wanted, form_of(row.kind))
        case "conditions":
            return _groups(said, wanted)
        case "names" | "references":
            return _listed(said, wanted, _itself)
        case "value" | "flag or value":
            return _optional(said, wanted, _binding)
        case "values":
            return _optional(said, wanted, _values)
        case "section":
            return _optional(said, wanted, _part)
        case "severity":
            return _optional(said, wanted, _severity)
        case "sources":
            return _listed(said, wanted, _source, _part, _part)
        case "targets":
            return _listed(said, wanted, _target, None, _near_target)
        case "destinations":
            return _listed(said, wanted, _place, _part, _part)
        case "fields":
            return _listed(said, wanted, _field, _custom_field)
        case "expressions":
            return _listed(said, wanted, _reference, _expression, _renamed)
        case _:
            return b


# Settings and sets


def _itself(part: object) -> object:
    return part


def _kept(said: Side[T], wanted: Side[T], form: Callable[[T], object] = _itself) -> T:
    """The file's words where they mean what is wanted."""
    return said[0] if form(said[1]) == form(wanted[1]) else wanted[0]


def _optional(
    said: Side[T | None], wanted: Side[T | None], both: Callable[[Side[T], Side[T]], T]
) -> T | None:
    (a, a_ids), (b, b_ids) = said, wanted
    if a is None or a_ids is None or b is None or b_ids is None:
        return b
    return both((a, a_ids), (b, b_ids))


def _listed(
    said: Side[tuple[T, ...]],
    wanted: Side[tuple[T, ...]],
    key: Callable[[T], object],
    both: Callable[[Side[T], Side[T]], T] | None = None,
    near: Callable[[Side[T], Side[T]], T] | None = None,
) -> tuple[T, ...]:
    """A set in the file's order. What is new takes the place of what went, else the end. Where as
    many came as went, the one is taken for a change of the other: `near` keeps what both have.
    """
    merged = both or (lambda one, _other: one[0])
    waiting = list(zip(wanted[0], wanted[1], strict=True))
    places: list[T | None] = []
    gone: list[Side[T]] = []
    for one in zip(said[0], said[1], strict=True):
        found = next((two for two in waiting if key(two[1]) == key(one[1])), None)
        if found is None:
            places.append(None)
            gone.append(one)
        else:
            waiting.remove(found)
            places.append(merged(one, found))
    new = [two[0] for two in waiting]
    if near is not None and len(gone) == len(waiting):
        new = [near(one, two) for one, two in zip(gone, waiting, strict=True)]
    fresh = iter(new)
    filled = [part if part is not None else next(fresh, None) for part in places]
    return (*(part for part in filled if part is not None), *fresh)


# Sources and conditions


def _source(source: RouteSource) -> object:
    return source.source


def _groups(said: Side[ConditionGroups], wanted: Side[ConditionGroups]) -> ConditionGroups:
    if canonical_groups(said[1]) == canonical_groups(wanted[1]):
        return said[0]
    if len(said[1]) == len(wanted[1]) == 1:  # one list of conditions, as most filters are
        return (_one_group((said[0][0], said[1][0]), (wanted[0][0], wanted[1][0])),)
    return _listed(said, wanted, canonical_group, None, _one_group)


def _one_group(said: Side[ConditionGroup], wanted: Side[ConditionGroup]) -> ConditionGroup:
    exact = _listed(said, wanted, canonical_condition)
    subjects = [condition.subject for condition in (*said[1], *wanted[1])]
    if len(set(subjects)) * 2 < len(subjects):  # a subject stands on one side twice
        return exact
    return _listed(said, wanted, lambda condition: condition.subject, _condition)


def _condition(said: Side[Condition], wanted: Side[Condition]) -> Condition:
    (a, a_ids), (b, b_ids) = said, wanted
    if canonical_condition(a_ids) == canonical_condition(b_ids):
        return a
    if len(a.params) != len(b.params):
        return replace(b, subject=a.subject)
    pairs = zip(a.params, a_ids.params, b.params, b_ids.params, strict=True)
    params = tuple(_values((p, p_ids), (q, q_ids)) for p, p_ids, q, q_ids in pairs)
    return Condition(a.subject, b.operation, params)


# Bindings


def _unordered(binding: Binding) -> Binding:
    return canonical_binding(binding, ordered=False)


def _binding(said: Side[Binding], wanted: Side[Binding]) -> Binding:
    return _kept(said, wanted, canonical_binding)


def _values(said: Side[Binding], wanted: Side[Binding]) -> Binding:
    """A binding whose values are a set."""
    if _unordered(said[1]) == _unordered(wanted[1]):
        return said[0]
    sides = [(side[0].values, side[1].values) for side in (said, wanted)]
    values: tuple[Value, ...] = _listed(sides[0], sides[1], _meaning)
    return Binding(values, many=wanted[0].many or len(values) > 1)


def _meaning(value: Value) -> object:
    return Literal(value.text) if isinstance(value, Literal) else value


# Whom it pages and tells


def _target(target: Target) -> object:
    return target.kind, _unordered(target.binding)


def _near_target(said: Side[Target], wanted: Side[Target]) -> Target:
    (a, a_ids), (b, b_ids) = said, wanted
    if a.kind != b.kind:
        return b
    return Target(b.kind, _values((a.binding, a_ids.binding), (b.binding, b_ids.binding)))


def _place(destination: Destination) -> object:
    return tuple(
        None if channels is None else _unordered(channels.channel)
        for channels in (destination.slack, destination.ms_teams)
    )


# Incidents


def _field(custom: CustomField) -> object:
    return custom.field


def _severity(said: Side[Severity], wanted: Side[Severity]) -> Severity:
    (a, a_ids), (b, b_ids) = said, wanted
    return replace(
        b, binding=_optional((a.binding, a_ids.binding), (b.binding, b_ids.binding), _binding)
    )


def _custom_field(said: Side[CustomField], wanted: Side[CustomField]) -> CustomField:
    (a, a_ids), (b, b_ids) = said, wanted
    if canonical_field(a_ids) == canonical_field(b_ids):
        return a
    match a.value, a_ids.value, b.value, b_ids.value:
        case Binding() as p, Binding() as p_ids, Binding() as q, Binding() as q_ids:
            return CustomField(a.field, _values((p, p_ids), (q, q_ids)), b.merge)
        case _:
            same = canonical_field(replace(b_ids, merge=a_ids.merge)) == canonical_field(a_ids)
            return CustomField(a.field, a.value if same else b.value, b.merge)


# Expressions: order is meaning


def _reference(expression: Expression) -> object:
    return expression.reference


def _expression(said: Side[Expression], wanted: Side[Expression]) -> Expression:
    (a, a_ids), (b, b_ids) = said, wanted
    if canonical_expression(a_ids) == canonical_expression(b_ids):
        return a
    return Expression(
        a.reference,
        b.label,
        _kept((a.root, a_ids.root), (b.root, b_ids.root)),
        _in_sequence((a.steps, a_ids.steps), (b.steps, b_ids.steps), _step, _plain_step),
        _optional((a.otherwise, a_ids.otherwise), (b.otherwise, b_ids.otherwise), _binding),
    )


def _renamed(said: Side[Expression], wanted: Side[Expression]) -> Expression:
    """The file's words where nothing but the name is another."""
    (a, a_ids), (b, b_ids) = said, wanted
    same = replace(a_ids, reference=b_ids.reference, label=b_ids.label)
    if canonical_expression(same) != canonical_expression(b_ids):
        return b
    return replace(a, reference=b.reference, label=b.label)


def _plain_step(step: Step) -> object:
    return canonical_expression(Expression("", "", ".", (step,))).steps


def _plain_case(case: Case) -> object:
    return canonical_groups(case.when), canonical_binding(case.result)


def _in_sequence(
    said: Side[tuple[T, ...]],
    wanted: Side[tuple[T, ...]],
    both: Callable[[Side[T], Side[T]], T],
    form: Callable[[T], object],
) -> tuple[T, ...]:
    """Parts in their order, where some may have come or gone between others."""
    mine, theirs = ([repr(form(part)) for part in side[1]] for side in (said, wanted))
    runs = SequenceMatcher(None, mine, theirs, False).get_opcodes()
    return tuple(
        part
        for _, i, i_end, j, j_end in runs
        for part in _in_turn(_cut(said, i, i_end), _cut(wanted, j, j_end), both)
    )


def _in_turn(
    said: Side[tuple[T, ...]],
    wanted: Side[tuple[T, ...]],
    both: Callable[[Side[T], Side[T]], T],
) -> tuple[T, ...]:
    """The first with the first, and so on."""
    mine: Sequence[Side[T]] = list(zip(said[0], said[1], strict=True))
    theirs = list(zip(wanted[0], wanted[1], strict=True))
    paired = tuple(both(one, two) for one, two in zip(mine, theirs, strict=False))
    return (*paired, *(two[0] for two in theirs[len(paired) :]))


def _cut(side: Side[tuple[T, ...]], start: int, end: int) -> Side[tuple[T, ...]]:
    return side[0][start:end], side[1][start:end]


def _step(said: Side[Step], wanted: Side[Step]) -> Step:
    match said[0], said[1], wanted[0], wanted[1]:
        case Filter(a), Filter(a_ids), Filter(b), Filter(b_ids):
            return Filter(_groups((a, a_ids), (b, b_ids)))
        case Branches(_, a), Branches(a_type, a_ids), Branches(b_said, b), Branches(b_type, b_ids):
            returns = said[0].returns if a_type == b_type else b_said
            return Branches(returns, _in_sequence((a, a_ids), (b, b_ids), _case, _plain_case))
        case _:
            return _kept(said, wanted)


def _case(said: Side[Case], wanted: Side[Case]) -> Case:
    (a, a_ids), (b, b_ids) = said, wanted
    return Case(
        _groups((a.when, a_ids.when), (b.when, b_ids.when)),
        _binding((a.result, a_ids.result), (b.result, b_ids.result)),
    )
