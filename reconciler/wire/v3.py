"""API v3: grouping, messages and the incident's template have places of their own (part 4)."""

from dataclasses import replace

from reconciler.model import (
    Again,
    Binding,
    Destination,
    Escalation,
    Grouping,
    Incident,
    Json,
    JsonObject,
    Route,
)
from reconciler.wire.conditions import (
    binds_nothing,
    decode_groups,
    decode_keys,
    decode_optional,
    encode_binding,
    encode_groups,
    encode_keys,
)
from reconciler.wire.destinations import (
    CHANNELS_V3,
    decode_destinations,
    decode_sources,
    decode_targets,
    encode_destinations,
    encode_source,
    encode_targets,
)
from reconciler.wire.expressions import decode_expressions, encode_expression
from reconciler.wire.reading import (
    Place,
    Reading,
    as_flag,
    as_object,
    as_text,
    as_texts,
    as_whole,
    required,
)
from reconciler.wire.templates import TEMPLATE, decode_template, encode_template, has_template

SERVER_OWNED = frozenset({"id", "version", "created_at", "updated_at"})
ROUTE = SERVER_OWNED | {
    "name",
    "enabled",
    "is_private",
    "owning_team_ids",
    "alert_sources",
    "condition_groups",
    "expressions",
    "grouping_config",
    "escalation_config",
    "message_config",
    "incident_config",
}
GROUPING = frozenset({"default"})
SETTINGS = frozenset({"enabled", "grouping_keys", "window_seconds", "window_type"})
ESCALATION = frozenset({"auto_cancel_escalations", "escalation_targets", "when_alert_joins_group"})
AGAIN = frozenset({"mode", "grace_period_seconds"})
MESSAGE = frozenset({"destinations", "template"})
INCIDENT = frozenset({"enabled", "auto_decline_enabled", "condition_groups", "template"})
STANDALONE = ("incident_template", "membership_teams")
"""Bindings that are newer than this model (fact 1.15): unknown where something is bound."""


def encode(route: Route) -> dict[str, Json]:
    """The whole POST payload; a PUT adds the version."""
    return {
        "name": route.name,
        "enabled": route.enabled,
        "is_private": route.private,
        "owning_team_ids": list(route.owners),
        "alert_sources": [encode_source(source) for source in route.sources],
        "condition_groups": encode_groups(route.when),
        "expressions": [encode_expression(expression) for expression in route.expressions],
        "grouping_config": {"default": _encode_grouping(route.group)},
        "escalation_config": _encode_escalation(route.escalate, grouped=route.group is not None),
        "message_config": _encode_message(route),
        "incident_config": _encode_incident(route.incident),
    }


def _encode_grouping(grouping: Grouping | None) -> dict[str, Json]:
    if grouping is None:
        return {"enabled": False}
    return {
        "enabled": True,
        "grouping_keys": encode_keys(grouping.by),
        "window_seconds": grouping.window_seconds,
        "window_type": grouping.extend,
    }


def _encode_escalation(escalation: Escalation, *, grouped: bool) -> dict[str, Json]:
    written: dict[str, Json] = {
        "auto_cancel_escalations": escalation.cancel_when_resolved,
        "escalation_targets": encode_targets(escalation.targets),
    }
    again = escalation.again or Again()
    if grouped or again.mode != Again().mode:
        written["when_alert_joins_group"] = _encode_again(again)
    return written


def say_joining(payload: JsonObject, body: JsonObject) -> dict[str, Json]:
    """The payload of a PUT with the default of joining said, where the live route says how alerts
    join although it groups none: left out, the server would keep what it has (fact 4.13).
    """
    config = as_object(payload["escalation_config"], None)
    if "when_alert_joins_group" in config:
        return dict(payload)
    if as_object(body["escalation_config"], None).get("when_alert_joins_group") is None:
        return dict(payload)
    said: dict[str, Json] = {**config, "when_alert_joins_group": _encode_again(Again())}
    return {**payload, "escalation_config": said}


def _encode_again(again: Again) -> dict[str, Json]:
    """A grace period only with the one mode that has it (part 4)."""
    if again.mode != "on_each_new_alert":
        return {"mode": again.mode}
    return {"mode": again.mode, "grace_period_seconds": again.grace_seconds}


def _encode_message(route: Route) -> dict[str, Json]:
    written: dict[str, Json] = {"destinations": encode_destinations(route.notify, summaries=True)}
    if route.message_template is not None and route.message_template.values:
        written["template"] = encode_binding(route.message_template)
    return written


def _encode_incident(incident: Incident | None) -> dict[str, Json]:
    if incident is None:
        return {"enabled": False}
    written: dict[str, Json] = {
        "enabled": True,
        "auto_decline_enabled": incident.decline_when_resolved,
        "condition_groups": encode_groups(incident.when),
    }
    if has_template(incident):
        written["template"] = encode_template(incident)
    return written


def decode(body: JsonObject, reading: Reading) -> Route:
    """The route of a full read. Raises UnreadableRoute."""
    reading.notice(body, ROUTE, None)
    grouping = _decode_grouping(required(body, "grouping_config"), reading)
    notify, template = _decode_message(required(body, "message_config"), reading)
    return Route(
        name=as_text(required(body, "name"), (None, "name")),
        enabled=as_flag(body.get("enabled"), (None, "enabled"), default=True),
        private=as_flag(body.get("is_private"), (None, "is_private"), default=False),
        owners=as_texts(body.get("owning_team_ids"), (None, "owning_team_ids")),
        sources=decode_sources(body.get("alert_sources"), (None, "alert_sources"), reading),
        when=decode_groups(body.get("condition_groups"), (None, "condition_groups"), reading),
        group=grouping,
        escalate=_decode_escalation(required(body, "escalation_config"), reading),
        notify=notify,
        message_template=template,
        incident=_decode_incident(required(body, "incident_config"), reading),
        expressions=decode_expressions(body.get("expressions"), (None, "expressions"), reading),
    )


def _decode_grouping(node: Json, reading: Reading) -> Grouping | None:
    """Settings that are dormant while grouping is off are no meaning."""
    at: Place = (None, "grouping_config")
    config = as_object(node, at)
    reading.notice(config, GROUPING, at)
    inside: Place = (at, "default")
    body = as_object(required(config, "default", at), inside)
    reading.notice(body, SETTINGS, inside)
    if not as_flag(body.get("enabled"), (inside, "enabled"), default=False):
        return None
    return Grouping(
        as_whole(body.get("window_seconds"), (inside, "window_seconds")),
        decode_keys(body.get("grouping_keys"), (inside, "grouping_keys"), reading),
        as_text(body.get("window_type"), (inside, "window_type")) or "rolling",
    )


def _decode_escalation(node: Json, reading: Reading) -> Escalation:
    at: Place = (None, "escalation_config")
    body = as_object(node, at)
    reading.notice(body, ESCALATION, at)
    again = _decode_again(body.get("when_alert_joins_group"), reading)
    inside: Place = (at, "auto_cancel_escalations")
    return Escalation(
        decode_targets(body.get("escalation_targets"), (at, "escalation_targets"), reading),
        as_flag(body.get("auto_cancel_escalations"), inside, default=True),
        again,
    )


def _decode_again(node: Json, reading: Reading) -> Again | None:
    """A grace period comes back as 0 for modes that have none (fact 3.3)."""
    if node is None:
        return None
    at: Place = ((None, "escalation_config"), "when_alert_joins_group")
    body = as_object(node, at)
    reading.notice(body, AGAIN, at)
    return Again(
        as_text(body.get("mode"), (at, "mode")) or "on_priority_increase",
        as_whole(body.get("grace_period_seconds"), (at, "grace_period_seconds")),
    )


def _decode_message(node: Json, reading: Reading) -> tuple[tuple[Destination, ...], Binding | None]:
    at: Place = (None, "message_config")
    body = as_object(node, at)
    reading.notice(body, MESSAGE, at)
    inside: Place = (at, "destinations")
    notify = decode_destinations(body.get("destinations"), inside, reading, CHANNELS_V3)
    return notify, decode_optional(body.get("template"), (at, "template"), reading)


def _decode_incident(node: Json, reading: Reading) -> Incident | None:
    at: Place = (None, "incident_config")
    body = as_object(node, at)
    unbound = {name for name in STANDALONE if binds_nothing(body.get(name))}
    reading.notice(body, INCIDENT | unbound, at)
    if not as_flag(body.get("enabled"), (at, "enabled"), default=False):
        return None
    template = body.get("template")
    inside: Place = (at, "template")
    incident = Incident()
    if template is not None:
        incident = decode_template(template, inside, reading, TEMPLATE)
    decline: Place = (at, "auto_decline_enabled")
    return replace(
        incident,
        when=decode_groups(body.get("condition_groups"), (at, "condition_groups"), reading),
        decline_when_resolved=as_flag(body.get("auto_decline_enabled"), decline, default=True),
    )
