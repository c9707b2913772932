"""Which parts of a route hold names, and of what kind."""

from dataclasses import replace

from reconciler.directory.directory import Field
from reconciler.directory.kinds import (
    CHANNEL,
    CUSTOM_FIELD,
    INCIDENT_TYPE,
    MESSAGE_TEMPLATE,
    MS_TEAMS_CHANNEL,
    OPAQUE,
    PATH,
    SEVERITY,
    SOURCE,
    TEAM,
    TEXT,
    USER,
    Slot,
)
from reconciler.directory.lookup import Known, Lookup, find_in
from reconciler.directory.walk import Translation, Walk
from reconciler.model.binding import Binding
from reconciler.model.finding import Path
from reconciler.model.route import (
    Channels,
    CustomField,
    Destination,
    Escalation,
    Incident,
    Route,
    RouteSource,
    Target,
)
from reconciler.model.text import TextSetting, TextTemplate


def translate(route: Route, translation: Translation) -> Route:
    """The route with every name (or id) in it translated. Pure but for the translation's own
    findings and look-ups; never raises.
    """
    walk = Walk(route.expressions, translation)
    group = route.group
    if group is not None:
        by = (
            translation.reference(text, walk.scope(), ("group", "by", number))[0]
            for number, text in enumerate(group.by)
        )
        group = replace(group, by=tuple(by))
    return replace(
        route,
        owners=tuple(
            translation.name(TEAM, owner, ("owners", number))
            for number, owner in enumerate(route.owners)
        ),
        sources=tuple(
            _source(source, walk, translation, ("sources", number))
            for number, source in enumerate(route.sources)
        ),
        when=walk.groups(route.when, ("when",)),
        group=group,
        escalate=_escalation(route.escalate, walk),
        notify=tuple(
            _destination(destination, walk, ("notify", number))
            for number, destination in enumerate(route.notify)
        ),
        message_template=_optional(
            route.message_template, MESSAGE_TEMPLATE, walk, ("message_template",)
        ),
        incident=route.incident and _incident(route.incident, walk, translation),
        expressions=walk.expressions(),
    )


def _source(source: RouteSource, walk: Walk, translation: Translation, path: Path) -> RouteSource:
    name = translation.name(SOURCE, source.source, path)
    return RouteSource(name, walk.groups(source.when, (*path, "when")))


def _escalation(escalation: Escalation, walk: Walk) -> Escalation:
    targets = []
    for number, target in enumerate(escalation.targets):
        slot = PATH if target.kind == "path" else USER
        binding = walk.binding(target.binding, slot, ("escalate", "to", number))
        targets.append(Target(target.kind, binding))
    return replace(escalation, targets=tuple(targets))


def _destination(destination: Destination, walk: Walk, path: Path) -> Destination:
    return Destination(
        _channels(destination.slack, CHANNEL, walk, (*path, "slack", "channel")),
        _channels(destination.ms_teams, MS_TEAMS_CHANNEL, walk, (*path, "ms_teams", "channel")),
        walk.groups(destination.when, (*path, "when")),
    )


def _channels(channels: Channels | None, slot: Slot, walk: Walk, path: Path) -> Channels | None:
    if channels is None:
        return None
    return replace(channels, channel=walk.binding(channels.channel, slot, path))


def _incident(incident: Incident, walk: Walk, translation: Translation) -> Incident:
    def place(key: str) -> Path:
        return ("incident", key)

    severity = incident.severity
    if severity is not None:
        given = _optional(severity.binding, SEVERITY, walk, place("severity"))
        severity = replace(severity, binding=given)
    return replace(
        incident,
        when=walk.groups(incident.when, place("when")),
        name=_text(incident.name, walk, translation, place("name")),
        summary=_text(incident.summary, walk, translation, place("summary")),
        severity=severity,
        type=_optional(incident.type, INCIDENT_TYPE, walk, place("type")),
        mode=_optional(incident.mode, TEXT, walk, place("mode")),
        triage=_optional(incident.triage, TEXT, walk, place("triage")),
        members=_optional(incident.members, TEAM, walk, place("members")),
        custom_fields=tuple(
            _custom_field(custom, walk, translation) for custom in incident.custom_fields
        ),
        workspace=_optional(incident.workspace, TEXT, walk, place("workspace")),
    )


def _text(
    setting: TextSetting | None, walk: Walk, translation: Translation, path: Path
) -> TextSetting | None:
    if setting is None:
        return None
    content = setting.content
    if isinstance(content, TextTemplate):
        content = translation.text(content, walk.scope())
    if isinstance(content, TextTemplate):
        content = walk.template(content, path)
    elif isinstance(content, Binding):
        content = walk.binding(content, TEXT, path)
    return replace(setting, content=content)


def _custom_field(custom: CustomField, walk: Walk, translation: Translation) -> CustomField:
    path: Path = ("incident", "custom_fields", custom.field)
    field = translation.name(CUSTOM_FIELD, custom.field, path)
    slot = field_slot(custom.field, translation.lookup)
    value = custom.value
    if slot == TEXT_FIELD:
        value = translation.text_field(value, walk.scope(), path)
    if isinstance(value, TextTemplate):
        value = walk.template(value, path)
    elif isinstance(value, Binding):
        value = walk.binding(value, TEXT if slot == TEXT_FIELD else slot, path)
    if slot == TEXT_FIELD:
        value = translation.written(value)
    return replace(custom, field=field, value=value)


TEXT_FIELD = Slot("text", "field")
"""A field of formatted text: its literals are templates."""


def field_slot(name: str, lookup: Lookup) -> Slot:
    """What a custom field (its name or id) holds."""
    answer = find_in(lookup.directory.custom_fields, name)
    row = answer.row if isinstance(answer, Known) else None
    if not isinstance(row, Field):
        return OPAQUE
    if row.field_type == "text":
        return TEXT_FIELD
    if row.catalog_type:
        return Slot("entry", row.catalog_type)
    return Slot("option", row.id) if row.field_type.endswith("_select") else TEXT


def _optional(binding: Binding | None, slot: Slot, walk: Walk, path: Path) -> Binding | None:
    return None if binding is None else walk.binding(binding, slot, path)
