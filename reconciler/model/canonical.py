"""The canonical form of a route.

Two routes mean the same exactly when their canonical forms are equal, and nothing else in the
package compares routes. Every function here is pure, total (it never raises) and idempotent.
It works on routes with ids (for routes with names only order and spelling fall away). "Fact 3.6"
is a numbered row of docs/explanation/api-facts.md, which says who saw it and where.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from reconciler.model.binding import Binding, Literal, Value
from reconciler.model.condition import Condition, ConditionGroup, ConditionGroups
from reconciler.model.document import template_of
from reconciler.model.expression import Branches, Case, Concatenate, Expression, Filter, Step
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
from reconciler.model.text import (
    Document,
    TextSetting,
    TextTemplate,
    canonical_template,
    has_references,
    plain_text,
    stored_template,
)

T = TypeVar("T")

TEXT_STORED_AS = {"one_of": "contains_one_of"}  # fact 3.6: String, Link, TemplatedText
ENTRY_STORED_AS = {"contains": "name_contains"}  # fact 3.6: CatalogEntry
TEXT_TYPES = frozenset({"String", "Link", "TemplatedText"})
_CHANNEL_WITH_TEAM = re.compile(r"(T[A-Z0-9]+)/([A-Z0-9]+)")


def canonical(route: Route) -> Route:
    """The normal form; order, aliases, dormant settings and labels of types fall away."""
    grouping = canonical_grouping(route.group)
    return replace(
        route,
        owners=tuple(sorted(set(route.owners))),
        sources=_sorted(canonical_source(source) for source in route.sources),
        when=canonical_groups(route.when),
        group=grouping,
        escalate=canonical_escalation(route.escalate, grouped=grouping is not None),
        notify=_sorted(filter(_has_channels, map(canonical_destination, route.notify))),
        message_template=_canonical_optional(route.message_template),
        incident=route.incident and canonical_incident(route.incident),
        expressions=_sorted(canonical_expression(expression) for expression in route.expressions),
    )


def canonical_binding(binding: Binding, *, ordered: bool = True) -> Binding:
    """One value is the same as an array of one; labels and `exact` are no meaning."""
    values: tuple[Value, ...] = tuple(
        Literal(value.text) if isinstance(value, Literal) else value for value in binding.values
    )
    if not ordered:
        values = _sorted(set(values))
    return Binding(values, many=len(values) > 1)


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
    return _sorted({canonical_group(group) for group in groups})


def canonical_source(source: RouteSource) -> RouteSource:
    """A source with its conditions in canonical form."""
    return RouteSource(source.source, canonical_groups(source.when))


def canonical_grouping(grouping: Grouping | None) -> Grouping | None:
    """Grouping keys are a set (fact 3.8)."""
    if grouping is None:
        return None
    return replace(grouping, by=tuple(sorted(set(grouping.by))))


def canonical_escalation(escalation: Escalation, *, grouped: bool) -> Escalation:
    """With grouping the default of `again` comes back (fact 3.3); without it, the default is the
    same as nothing, and another mode counts for groups of the team (fact 4.13). A target that is
    bound to nothing is none (fact 3.10).
    """
    again = escalation.again or Again()
    if again.mode != "on_each_new_alert":
        again = replace(again, grace_seconds=0)
    targets = _sorted(
        Target(target.kind, canonical_binding(target.binding, ordered=False))
        for target in escalation.targets
        if target.binding.values
    )
    unsaid = not grouped and again == Again()
    return replace(escalation, targets=targets, again=None if unsaid else again)


def canonical_destination(destination: Destination) -> Destination:
    """Channels are a set; the conditions as everywhere; no channel is no target (fact 3.10)."""
    return Destination(
        _canonical_channels(destination.slack),
        _canonical_channels(destination.ms_teams),
        canonical_groups(destination.when),
    )


def _has_channels(destination: Destination) -> bool:
    return destination.slack is not None or destination.ms_teams is not None


def _canonical_channels(channels: Channels | None) -> Channels | None:
    if channels is None or not channels.channel.values:
        return None
    return replace(channels, channel=canonical_binding(channels.channel, ordered=False))


def canonical_incident(incident: Incident) -> Incident:
    """A computed severity with the default merge is the one that is left out (fact 3.5). A
    template in which nothing is set is none (fact 3.10).
    """
    filled = _canonical_template(incident)
    bare = Incident(filled.when, filled.decline_when_resolved)
    return bare if filled == replace(bare, name=TextSetting()) else filled


def _canonical_template(incident: Incident) -> Incident:
    severity = incident.severity
    if severity is not None:
        severity = Severity(_canonical_optional(severity.binding), severity.merge)
    if severity == Severity():
        severity = None
    summary = canonical_text(incident.summary)
    return replace(
        incident,
        when=canonical_groups(incident.when),
        name=canonical_text(incident.name),
        summary=None if summary == TextSetting() else summary,
        severity=severity,
        type=_canonical_optional(incident.type),
        mode=_canonical_optional(incident.mode),
        triage=_canonical_optional(incident.triage),
        members=_canonical_optional(incident.members, ordered=False),
        custom_fields=_sorted(
            filter(_holds_something, map(canonical_field, incident.custom_fields))
        ),
        workspace=_canonical_optional(incident.workspace),
    )


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


def _holds_something(field: CustomField) -> bool:
    return not isinstance(field.value, Binding) or bool(field.value.values)


def canonical_text(setting: TextSetting | None) -> TextSetting | None:
    """A template that says nothing is none at all; a document that says no more than a template
    is that template.
    """
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


def _sorted(parts: Iterable[T]) -> tuple[T, ...]:
    listed = list(parts)
    return tuple(listed) if len(listed) < 2 else tuple(sorted(listed, key=repr))


def meet(one: Route, other: Route) -> tuple[Route, Route]:
    """Both routes in canonical form, each with what only the other side can show.

    A bare Slack channel takes the team that the other side spells out: `C…` equals `T…/C…` when
    one side lacks the team, and `T1/C…` never `T2/C…`. A concatenation whose reference a read
    hides (part 2) takes the other side's: what nobody can see is no drift.
    """
    teams_of_one, teams_of_other = _teams(one), _teams(other)
    if teams_of_one != teams_of_other:
        # Before the canonical form, which sorts by the channels as they are spelled.
        one, other = _with_teams(one, teams_of_other), _with_teams(other, teams_of_one)
    canonical_one, canonical_other = canonical(one), canonical(other)
    return _revealed(canonical_one, canonical_other), _revealed(canonical_other, canonical_one)


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


def _teams(route: Route) -> dict[str, str]:
    found: dict[str, str] = {}
    for destination in route.notify:
        for value in destination.slack.channel.values if destination.slack else ():
            match = isinstance(value, Literal) and _CHANNEL_WITH_TEAM.fullmatch(value.text)
            if match:
                found[match[2]] = value.text if isinstance(value, Literal) else ""
    return found


def _with_teams(route: Route, teams: dict[str, str]) -> Route:
    def spelled(value: Value) -> Value:
        return Literal(teams.get(value.text, value.text)) if isinstance(value, Literal) else value

    return replace(route, notify=tuple(_map_slack(place, spelled) for place in route.notify))


def _map_slack(destination: Destination, change: Callable[[Value], Value]) -> Destination:
    if destination.slack is None:
        return destination
    channel = destination.slack.channel
    changed = replace(channel, values=tuple(change(value) for value in channel.values))
    return replace(destination, slack=replace(destination.slack, channel=changed))
