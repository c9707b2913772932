"""The canonical form of a route.

Two routes mean the same exactly when their canonical forms are equal, and nothing else in the
package compares routes. Every function here is pure, total (it never raises) and idempotent.
It works on routes with ids (for routes with names only order and spelling fall away). "Fact 3.6"
is a numbered row of docs/explanation/api-facts.md, which says who saw it and where.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Any, TypeVar

from reconciler.model.expression import (
    Binding,
    Branches,
    Case,
    Concatenate,
    Condition,
    ConditionGroup,
    ConditionGroups,
    Expression,
    Filter,
    Literal,
    Step,
    Value,
)
from reconciler.model.route import (
    Again,
    Channels,
    CustomField,
    Destination,
    Incident,
    Route,
    Severity,
    Target,
)
from reconciler.model.settings import TABLES, TEMPLATE, Kind, in_order_of_fields
from reconciler.model.text import (
    Document,
    TextSetting,
    TextTemplate,
    canonical_template,
    has_references,
    plain_text,
    stored_template,
    template_of,
)
from reconciler.model.words import without_team

T = TypeVar("T")
Form = Callable[[Any], Any]
"""From the value of a setting to its canonical form, of the same type."""

TEXT_STORED_AS = {"one_of": "contains_one_of"}  # fact 3.6: String, Link, TemplatedText
ENTRY_STORED_AS = {"contains": "name_contains"}  # fact 3.6: CatalogEntry
TEXT_TYPES = frozenset({"String", "Link", "TemplatedText"})


def canonical(route: Route) -> Route:
    """The normal form; order, aliases, dormant settings and labels of types fall away."""
    settled = _settled(route)
    if settled.group is None and settled.escalate.again == Again():
        return replace(settled, escalate=replace(settled.escalate, again=None))
    return settled


def _settled(part: T) -> T:
    """The part with each of its settings in the canonical form of its kind."""
    made: Callable[..., T] = type(part)
    values, forms = _VALUES_AND_FORMS[type(part)]
    return made(*[form(value) for form, value in zip(forms, values(part), strict=True)])


def form_of(kind: Kind) -> Form:
    """The canonical form of a setting of this kind, whatever stands beside it."""
    return FORMS.get(kind, _as_it_is)


def _as_it_is(value: object) -> object:
    return value


def canonical_binding(binding: Binding, *, ordered: bool = True) -> Binding:
    """A single value equals an array of it; labels and `exact` are no meaning."""
    values: tuple[Value, ...] = tuple(map(_plain, binding.values))
    if not ordered and len(values) > 1:
        values = _sorted(set(values))
    return Binding(values, many=len(values) > 1)


def _plain(value: Value) -> Value:
    if isinstance(value, Literal) and (value.exact or value.stored):
        return Literal(value.text)
    return value


def canonical_condition(condition: Condition) -> Condition:
    """Fold the server's operation aliases (fact 3.6); operands are sets (fact 3.8); empty
    trailing operands are the server's own addition (fact 3.4).
    """
    params = [canonical_binding(binding, ordered=False) for binding in condition.params]
    while params and not params[-1].values:
        params.pop()
    operation = stored_operation(condition.operation, condition.subject_type)
    return Condition(condition.subject, operation, tuple(params), condition.subject_type)


def stored_operation(operation: str, subject_type: str) -> str:
    """The name under which the server reads an operation back (fact 3.6).

    A subject of unknown type is taken as text for `one_of`: a catalog subject's `one_of` is
    never read back as `contains_one_of`, so no difference that a person made can hide there.
    """
    if subject_type.startswith("CatalogEntry"):
        return ENTRY_STORED_AS.get(operation, operation)
    if subject_type in TEXT_TYPES or not subject_type:
        return TEXT_STORED_AS.get(operation, operation)
    return operation


def canonical_group(group: ConditionGroup) -> ConditionGroup:
    """All conditions of a group must hold, so order and repetition mean nothing (fact 3.8)."""
    return _sorted({canonical_condition(condition) for condition in group})


def canonical_groups(groups: ConditionGroups) -> ConditionGroups:
    """Groups are alternatives. An empty group stays: what it matches is documented nowhere."""
    return groups and _sorted({canonical_group(group) for group in groups})


def canonical_again(again: Again | None) -> Again:
    """The default for an unset value (fact 3.3); a grace period only with the mode that has
    one. Without grouping the default is the same as nothing, and another mode counts for groups of
    the team (fact 4.13): that `canonical` decides, which sees both.
    """
    again = again or Again()
    means_nothing = again.grace_seconds and again.mode != "on_each_new_alert"
    return replace(again, grace_seconds=0) if means_nothing else again


def canonical_targets(targets: Iterable[Target]) -> tuple[Target, ...]:
    """A set; a value bound to nothing counts as unset (fact 3.10)."""
    return _sorted(
        Target(target.kind, canonical_binding(target.binding, ordered=False))
        for target in targets
        if target.binding.values
    )


def canonical_destination(destination: Destination) -> Destination:
    """Channels are a set; the conditions as everywhere."""
    return _settled(destination)


def _canonical_destinations(destinations: Iterable[Destination]) -> tuple[Destination, ...]:
    """Without those that have no channel (fact 3.10)."""
    settled = map(canonical_destination, destinations)
    return _sorted(place for place in settled if place.slack or place.ms_teams)


def _canonical_section(section: Any) -> Any:
    """A target without a channel counts as unset (fact 3.10)."""
    match section:
        case None:
            return None
        case Incident():
            return canonical_incident(section)
        case Channels() if not section.channel.values:
            return None
        case _:
            return _settled(section)


def canonical_incident(incident: Incident) -> Incident:
    """An empty summary, or a template in which nothing is set, counts as unset (fact 3.10)."""
    filled = _settled(incident)
    if filled.summary == TextSetting():
        filled = replace(filled, summary=None)
    if filled.name == TextSetting() and not any(
        getattr(filled, row.field) for row in TEMPLATE if row.field != "name"
    ):
        return replace(filled, name=None)
    return filled


def canonical_severity(severity: Severity | None) -> Severity | None:
    """A computed one with the default merge is the one that is left out (fact 3.5)."""
    if severity is None:
        return None
    settled = Severity(_canonical_optional(severity.binding), severity.merge)
    return None if settled == Severity() else settled


def canonical_field(field: CustomField) -> CustomField:
    """Options of a field are a set. Only a directory knows which fields are texts, so a text has
    three spellings, a template, a document and a literal: one that names no value of the alert is
    a literal here, one that does is a template.
    """
    value = field.value
    if isinstance(value, Document):
        value = template_of(value) or value
    if isinstance(value, TextTemplate):
        return replace(field, value=_template_or_literal(canonical_template(value)))
    if isinstance(value, Binding):
        return replace(field, value=_literal_or_template(canonical_binding(value, ordered=False)))
    return field


def _template_or_literal(template: TextTemplate) -> TextTemplate | Binding:
    text = plain_text(template)
    if text is None:
        return template
    return Binding((Literal(text),)) if text else Binding()


def _literal_or_template(binding: Binding) -> TextTemplate | Binding:
    match binding.values:
        case (Literal(""),):
            return Binding()
        case (Literal(text),) if "{{" in text:
            template = stored_template(text)
            return template if has_references(template) else binding
        case _:
            return binding


def _canonical_fields(fields: Iterable[CustomField]) -> tuple[CustomField, ...]:
    return _sorted(
        field
        for field in map(canonical_field, fields)
        if not isinstance(field.value, Binding) or field.value.values
    )


def canonical_text(setting: TextSetting | None) -> TextSetting | None:
    """An empty template counts as unset; a document that a template can say is that template."""
    if setting is None:
        return None
    content = setting.content
    if isinstance(content, Document):
        content = template_of(content) or content
    if isinstance(content, TextTemplate):
        content = canonical_template(content)
        return replace(setting, content=content if content.paragraphs else None)
    if isinstance(content, Binding):
        return replace(setting, content=_canonical_optional(content))
    return setting


def canonical_expression(expression: Expression) -> Expression:
    """Order of steps and branches is meaning; order inside conditions is not (fact 3.8)."""
    return replace(
        expression,
        steps=tuple(_canonical_step(step) for step in expression.steps),
        otherwise=_canonical_optional(expression.otherwise),
    )


def _canonical_step(step: Step) -> Step:
    match step:
        case Filter(when):
            return Filter(canonical_groups(when))
        case Branches(returns, cases):
            return Branches(
                returns,
                tuple(Case(canonical_groups(c.when), canonical_binding(c.result)) for c in cases),
            )
        case _:
            return step


def _canonical_optional(binding: Binding | None, *, ordered: bool = True) -> Binding | None:
    if binding is None or not binding.values:
        return None
    return canonical_binding(binding, ordered=ordered)


def _each(form: Callable[[T], T]) -> Form:
    return lambda parts: _sorted(map(form, parts))


def _set_of_texts(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(texts))) if len(texts) > 1 else texts


def _sorted(parts: Iterable[T]) -> tuple[T, ...]:
    listed = list(parts)
    return tuple(listed) if len(listed) < 2 else tuple(sorted(listed, key=repr))


FORMS: Mapping[Kind, Form] = {
    "names": _set_of_texts,
    "references": _set_of_texts,
    "conditions": canonical_groups,
    "value": _canonical_optional,
    "values": partial(_canonical_optional, ordered=False),
    "flag or value": _canonical_optional,
    "template": canonical_text,
    "section": _canonical_section,
    "sources": _each(_settled),
    "targets": canonical_targets,
    "destinations": _canonical_destinations,
    "fields": _canonical_fields,
    "expressions": _each(canonical_expression),
    "again": canonical_again,
    "severity": canonical_severity,
}
"""The canonical form of a setting, by its kind; of any other kind it is the value itself."""
_VALUES_AND_FORMS: Mapping[type, tuple[Callable[[object], Iterable[Any]], tuple[Form, ...]]] = {
    of: (
        attrgetter(*(row.field for row in in_order_of_fields(of))),
        tuple(form_of(row.kind) for row in in_order_of_fields(of)),
    )
    for of in TABLES
}


def canonical_pair(route: Route, other: Route) -> tuple[Route, Route]:
    """Both routes in canonical form, each with what only the other side can show.

    A bare Slack channel takes the team that the other side spells out: `C…` equals `T…/C…` when
    one side lacks the team, and `T1/C…` never `T2/C…`. A concatenation whose reference a read
    hides (part 2) takes the other side's: hidden parts are not drift.
    """
    # Before the canonical form, which sorts by the channels as they are spelled.
    route, other = with_teams_of(route, other), with_teams_of(other, route)
    form, other_form = canonical(route), canonical(other)
    return _revealed(form, other_form), _revealed(other_form, form)


def _revealed(route: Route, other: Route) -> Route:
    """The route with its hidden concatenations as the other route has them."""
    if not any(Concatenate(None) in expression.steps for expression in route.expressions):
        return route
    steps = {expression.reference: expression.steps for expression in other.expressions}
    return replace(
        route,
        expressions=tuple(
            replace(e, steps=_revealed_steps(e.steps, steps.get(e.reference, ())))
            for e in route.expressions
        ),
    )


def _revealed_steps(steps: tuple[Step, ...], others: tuple[Step, ...]) -> tuple[Step, ...]:
    if len(steps) != len(others):
        return steps
    return tuple(
        other if step == Concatenate(None) and isinstance(other, Concatenate) else step
        for step, other in zip(steps, others, strict=True)
    )


def with_teams_of(route: Route, other: Route) -> Route:
    """The route with the teams of those bare Slack channels that the other route spells out."""
    teams = _teams(other)
    if not teams or teams == _teams(route):
        return route

    def spelled(value: Value) -> Value:
        return Literal(teams.get(value.text, value.text)) if isinstance(value, Literal) else value

    def with_team(place: Destination) -> Destination:
        if place.slack is None:
            return place
        values = tuple(map(spelled, place.slack.channel.values))
        channel = replace(place.slack.channel, values=values)
        return replace(place, slack=replace(place.slack, channel=channel))

    return replace(route, notify=tuple(map(with_team, route.notify)))


def _teams(route: Route) -> dict[str, str]:
    found: dict[str, str] = {}
    for destination in route.notify:
        for value in destination.slack.channel.values if destination.slack else ():
            if isinstance(value, Literal) and (bare := without_team(value.text)) != value.text:
                found[bare] = value.text
    return found
