"""API v3: grouping, messages and the incident's template have places of their own (part 4)."""

from dataclasses import replace

from reconciler.model import Again, Escalation, Grouping, Incident, Json, JsonObject, Route
from reconciler.wire import common
from reconciler.wire.common import CHANNELS_V3, decode_destinations, encode_destinations
from reconciler.wire.conditions import (
    binds_nothing,
    decode_groups,
    decode_keys,
    decode_optional,
    encode_binding,
    encode_groups,
    encode_keys,
)
from reconciler.wire.reading import Body, Place, Reading, as_object, required
from reconciler.wire.templates import TEMPLATE, decode_template, encode_template, has_template

ROUTE = common.ROUTE | {"grouping_config", "message_config"}
GROUPING = frozenset({"default"})
SETTINGS = frozenset({"enabled", "grouping_keys", "window_seconds", "window_type"})
ESCALATION = common.ESCALATION | {"when_alert_joins_group"}
AGAIN = frozenset({"mode", "grace_period_seconds"})
MESSAGE = frozenset({"destinations", "template"})
INCIDENT = frozenset({"enabled", "auto_decline_enabled", "condition_groups", "template"})
STANDALONE = ("incident_template", "membership_teams")
"""Bindings that are newer than this model (fact 1.15): unknown where something is bound."""


def encode(route: Route) -> dict[str, Json]:
    """The whole POST payload; a PUT adds the version."""
    return {
        **common.encode_common(route),
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
    written = common.encode_escalation(escalation)
    again = escalation.again or Again()
    if grouped or again.mode != Again().mode:
        written["when_alert_joins_group"] = _encode_again(again)
    return written


def with_joining(payload: JsonObject, live: JsonObject) -> dict[str, Json]:
    """The payload of a PUT that names the default way of joining, where the live route says how
    alerts join although it groups none: left out, the server would keep what it has (fact 4.13).
    """
    config = as_object(payload["escalation_config"], None)
    if "when_alert_joins_group" in config:
        return dict(payload)
    if as_object(live["escalation_config"], None).get("when_alert_joins_group") is None:
        return dict(payload)
    named: dict[str, Json] = {**config, "when_alert_joins_group": _encode_again(Again())}
    return {**payload, "escalation_config": named}


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


def decode(fields: JsonObject, reading: Reading) -> Route:
    """The route of a full read. Raises UnreadableRoute."""
    body = reading.body(fields, None, ROUTE)
    grouping = _decode_grouping(body.section("grouping_config", GROUPING))
    message = body.section("message_config", MESSAGE)
    places: Place = (message.at, "destinations")
    notify = decode_destinations(message.fields.get("destinations"), places, reading, CHANNELS_V3)
    template = message.decoded("template", decode_optional)
    escalation = body.section("escalation_config", ESCALATION)
    return Route(
        **common.decode_common(body),
        group=grouping,
        escalate=common.decode_escalation(
            escalation, escalation.decoded("when_alert_joins_group", _decode_again)
        ),
        notify=notify,
        message_template=template,
        incident=_decode_incident(required(fields, "incident_config"), reading),
    )


def _decode_grouping(config: Body) -> Grouping | None:
    """Settings that are dormant while grouping is off are no meaning."""
    body = config.section("default", SETTINGS)
    if not body.flag("enabled", default=False):
        return None
    return Grouping(
        body.whole("window_seconds"),
        body.decoded("grouping_keys", decode_keys),
        body.text("window_type") or "rolling",
    )


def _decode_again(node: Json, at: Place, reading: Reading) -> Again | None:
    """A grace period comes back as 0 for modes that have none (fact 3.3)."""
    if node is None:
        return None
    body = reading.body(node, at, AGAIN)
    return Again(body.text("mode") or "on_priority_increase", body.whole("grace_period_seconds"))


def _decode_incident(node: Json, reading: Reading) -> Incident | None:
    at: Place = (None, "incident_config")
    unbound = {name for name in STANDALONE if binds_nothing(as_object(node, at).get(name))}
    body = reading.body(node, at, INCIDENT | unbound)
    if not body.flag("enabled", default=False):
        return None
    incident, template = Incident(), body.fields.get("template")
    if template is not None:
        incident = decode_template(template, (at, "template"), reading, TEMPLATE)
    return replace(
        incident,
        when=body.decoded("condition_groups", decode_groups),
        decline_when_resolved=body.flag("auto_decline_enabled", default=True),
    )
