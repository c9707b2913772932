"""API v2: grouping lives in the incident's settings, and a template is always required (part 4).

Grouping is off when its window is 0. What is dormant in a v2 route (the template while incidents
are off, the keys while grouping is off) is no meaning, and a PUT carries it (`dormant`).

Also here: what a v2 route keeps although it counts for nothing: carried through a PUT.

v2 stores the template, the conditions and the choice to decline of an incident that is switched
off, the keys of a grouping that is off, and a defer time that no mode uses. None of it is meaning
(it is in no file and no drift), and none of it is ours to clear.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import replace

from reconciler.model import (
    Again,
    Escalation,
    Grouping,
    Incident,
    Json,
    JsonObject,
    Reference,
    Route,
    TextSetting,
    TextTemplate,
)
from reconciler.wire.conditions import (
    decode_groups,
    decode_keys,
    decode_optional,
    encode_binding,
    encode_groups,
    encode_keys,
)
from reconciler.wire.destinations import (
    CHANNELS,
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
from reconciler.wire.templates import (
    TEMPLATE_V2,
    decode_template,
    decode_workspace,
    encode_template,
    encode_workspace,
)

TITLE = TextSetting(TextTemplate(((Reference("alert.title"),),)))
"""The name of the template that v2 requires of a route without an incident."""

SERVER_OWNED = frozenset({"id", "version", "created_at", "updated_at"})
ROUTE = SERVER_OWNED | {
    "name",
    "enabled",
    "is_private",
    "owning_team_ids",
    "alert_sources",
    "condition_groups",
    "expressions",
    "escalation_config",
    "channel_config",
    "message_template",
    "incident_config",
    "incident_template",
}
ESCALATION = frozenset({"auto_cancel_escalations", "escalation_targets"})
INCIDENT = frozenset(
    {
        "enabled",
        "auto_decline_enabled",
        "auto_relate_grouped_alerts",
        "condition_groups",
        "defer_time_seconds",
        "grouping_keys",
        "grouping_window_seconds",
    }
)


def encode(route: Route) -> dict[str, Json]:
    """The whole POST payload; a PUT adds the version."""
    written: dict[str, Json] = {
        "name": route.name,
        "enabled": route.enabled,
        "is_private": route.private,
        "owning_team_ids": list(route.owners),
        "alert_sources": [encode_source(source) for source in route.sources],
        "condition_groups": encode_groups(route.when),
        "expressions": [encode_expression(expression) for expression in route.expressions],
        "escalation_config": {
            "auto_cancel_escalations": route.escalate.cancel_when_resolved,
            "escalation_targets": encode_targets(route.escalate.targets),
        },
        "channel_config": encode_destinations(route.notify, summaries=False),
        "incident_config": _encode_incident(route),
        "incident_template": encode_full_template(route.incident or Incident(name=TITLE)),
    }
    if route.message_template is not None and route.message_template.values:
        written["message_template"] = encode_binding(route.message_template)
    return written


def encode_full_template(incident: Incident) -> dict[str, Json]:
    """The template with v2's workspace."""
    return {**encode_template(incident), **encode_workspace(incident.workspace)}


def _encode_incident(route: Route) -> dict[str, Json]:
    incident, grouping = route.incident, route.group
    again = route.escalate.again or Again()
    on_each = again.mode == "on_each_new_alert"
    return {
        "enabled": incident is not None,
        "auto_decline_enabled": incident is None or incident.decline_when_resolved,
        "condition_groups": encode_groups(incident.when if incident else ()),
        "grouping_keys": encode_keys(grouping.by if grouping else ()),
        "grouping_window_seconds": grouping.window_seconds if grouping else 0,
        "auto_relate_grouped_alerts": not (grouping and on_each),
        "defer_time_seconds": again.grace_seconds if grouping and on_each else 0,
    }


def decode(body: JsonObject, reading: Reading) -> Route:
    """The route of a full read. Raises UnreadableRoute."""
    reading.notice(body, ROUTE, None)
    at: Place = (None, "incident_config")
    config = as_object(required(body, "incident_config"), at)
    reading.notice(config, INCIDENT, at)
    grouping, again = _decode_grouping(config, at, reading)
    if "channel_config" not in body:
        required(body, "channel_config")
    destinations: Place = (None, "channel_config")
    message: Place = (None, "message_template")
    return Route(
        name=as_text(required(body, "name"), (None, "name")),
        enabled=as_flag(body.get("enabled"), (None, "enabled"), default=True),
        private=as_flag(body.get("is_private"), (None, "is_private"), default=False),
        owners=as_texts(body.get("owning_team_ids"), (None, "owning_team_ids")),
        sources=decode_sources(body.get("alert_sources"), (None, "alert_sources"), reading),
        when=decode_groups(body.get("condition_groups"), (None, "condition_groups"), reading),
        group=grouping,
        escalate=_decode_escalation(required(body, "escalation_config"), again, reading),
        notify=decode_destinations(body.get("channel_config"), destinations, reading, CHANNELS),
        message_template=decode_optional(body.get("message_template"), message, reading),
        incident=_decode_incident(config, body, reading),
        expressions=decode_expressions(body.get("expressions"), (None, "expressions"), reading),
    )


def _decode_grouping(
    config: JsonObject, at: Place, reading: Reading
) -> tuple[Grouping | None, Again | None]:
    """Windows of v2 behave as rolling; the defer time is the grace period (part 4)."""
    keys = decode_keys(config.get("grouping_keys"), (at, "grouping_keys"), reading)
    window = as_whole(config.get("grouping_window_seconds"), (at, "grouping_window_seconds"))
    defer = as_whole(config.get("defer_time_seconds"), (at, "defer_time_seconds"))
    relate: Place = (at, "auto_relate_grouped_alerts")
    if window == 0:
        return None, None
    if as_flag(config.get("auto_relate_grouped_alerts"), relate, default=True):
        return Grouping(window, keys), Again()
    return Grouping(window, keys), Again("on_each_new_alert", defer)


def _decode_escalation(node: Json, again: Again | None, reading: Reading) -> Escalation:
    at: Place = (None, "escalation_config")
    body = as_object(node, at)
    reading.notice(body, ESCALATION, at)
    inside: Place = (at, "auto_cancel_escalations")
    return Escalation(
        decode_targets(body.get("escalation_targets"), (at, "escalation_targets"), reading),
        as_flag(body.get("auto_cancel_escalations"), inside, default=True),
        again,
    )


def decode_full_template(node: Json, at: Place, reading: Reading) -> Incident:
    """An incident with the template's part filled in, v2's workspace too."""
    incident = decode_template(node, at, reading, TEMPLATE_V2)
    incident = decode_workspace(incident, as_object(node, at).get("workspace"), at, reading)
    if incident.workspace is not None and incident.name is None:
        return replace(incident, name=TextSetting())  # a file's template has a name
    return incident


def _decode_incident(config: JsonObject, body: JsonObject, reading: Reading) -> Incident | None:
    at: Place = (None, "incident_config")
    inside: Place = (None, "incident_template")
    incident = Incident()
    template = body.get("incident_template")
    if template is not None:
        incident = decode_full_template(template, inside, reading)
    when = decode_groups(config.get("condition_groups"), (at, "condition_groups"), reading)
    if not as_flag(config.get("enabled"), (at, "enabled"), default=False):
        return None
    decline: Place = (at, "auto_decline_enabled")
    return replace(
        incident,
        when=when,
        decline_when_resolved=as_flag(config.get("auto_decline_enabled"), decline, default=True),
    )


_EXPRESSION = re.compile(r'expressions\[\\*"([^"\\]*)')


def carry_dormant(payload: JsonObject, body: JsonObject) -> dict[str, Json]:
    """The v2 payload with the dormant parts of the live body. A part that uses an expression
    which the payload no longer has stays as written: the API refuses such a reference.
    """
    config = dict(as_object(payload["incident_config"], None))
    kept = as_object(body["incident_config"], None)
    laid: dict[str, Json] = {**payload, "incident_config": config}
    names = _references(payload)
    if config["enabled"] is False:
        template = body.get("incident_template")
        if template is not None:
            _put(laid, "incident_template", _template(template), names)
        groups = decode_groups(kept.get("condition_groups"), None, Reading())
        _put(config, "condition_groups", encode_groups(groups), names)
        config["auto_decline_enabled"] = as_flag(
            kept.get("auto_decline_enabled"), None, default=True
        )
    if config["grouping_window_seconds"] == 0:
        keys = decode_keys(kept.get("grouping_keys"), None, Reading())
        _put(config, "grouping_keys", encode_keys(keys), names)
        config["auto_relate_grouped_alerts"] = as_flag(
            kept.get("auto_relate_grouped_alerts"), None, default=True
        )
        config["defer_time_seconds"] = as_whole(kept.get("defer_time_seconds"), None)
    elif config["auto_relate_grouped_alerts"] is True:
        config["defer_time_seconds"] = as_whole(kept.get("defer_time_seconds"), None)
    return laid


def _template(node: Json) -> dict[str, Json]:
    return encode_full_template(decode_full_template(node, None, Reading()))


def _put(laid: dict[str, Json], name: str, part: Json, names: Sequence[str]) -> None:
    if all(used in names for used in _EXPRESSION.findall(json.dumps(part))):
        laid[name] = part


def _references(payload: JsonObject) -> list[str]:
    expressions = payload["expressions"]
    listed = expressions if isinstance(expressions, list) else []
    return [str(as_object(expression, None).get("reference")) for expression in listed]
