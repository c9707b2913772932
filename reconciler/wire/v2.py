"""API v2: grouping lives in the incident's settings, and a template is always required (part 4).

Grouping is off when its window is 0. v2 stores the template, the conditions and the choice to
decline of an incident that is switched off, the keys of a grouping that is off, and a defer time
that no mode uses. None of it is meaning (it is in no file and no drift), and none of it is ours to
clear: a PUT carries it.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import replace

from reconciler.model import (
    Again,
    Grouping,
    Incident,
    Json,
    JsonObject,
    Reference,
    Route,
    TextSetting,
    TextTemplate,
)
from reconciler.wire import common
from reconciler.wire.common import CHANNELS, decode_destinations, encode_destinations
from reconciler.wire.conditions import (
    decode_groups,
    decode_keys,
    decode_optional,
    encode_binding,
    encode_groups,
    encode_keys,
)
from reconciler.wire.reading import Body, Place, Reading, as_object, required
from reconciler.wire.templates import (
    TEMPLATE_V2,
    decode_slot,
    decode_template,
    encode_template,
    encode_workspace,
)

TITLE = TextSetting(TextTemplate(((Reference("alert.title"),),)))
"""The name of the template that v2 requires of a route without an incident."""

ROUTE = common.ROUTE | {"channel_config", "message_template", "incident_template"}
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
        **common.encode_common(route),
        "escalation_config": common.encode_escalation(route.escalate),
        "channel_config": encode_destinations(route.notify, summaries=False),
        "incident_config": _encode_incident(route),
        "incident_template": _encode_template(route.incident or Incident(name=TITLE)),
    }
    if route.message_template is not None and route.message_template.values:
        written["message_template"] = encode_binding(route.message_template)
    return written


def _encode_template(incident: Incident) -> dict[str, Json]:
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


def decode(fields: JsonObject, reading: Reading) -> Route:
    """The route of a full read. Raises UnreadableRoute."""
    body = reading.body(fields, None, ROUTE)
    config = body.section("incident_config", INCIDENT)
    grouping, again = _decode_grouping(config)
    if "channel_config" not in fields:
        required(fields, "channel_config")
    places: Place = (None, "channel_config")
    return Route(
        **common.decode_common(body),
        group=grouping,
        escalate=common.decode_escalation(
            body.section("escalation_config", common.ESCALATION), again
        ),
        notify=decode_destinations(fields.get("channel_config"), places, reading, CHANNELS),
        message_template=body.decoded("message_template", decode_optional),
        incident=_decode_incident(config, fields.get("incident_template")),
    )


def _decode_grouping(config: Body) -> tuple[Grouping | None, Again | None]:
    """Windows of v2 behave as rolling; the defer time is the grace period (part 4)."""
    keys = config.decoded("grouping_keys", decode_keys)
    window, defer = config.whole("grouping_window_seconds"), config.whole("defer_time_seconds")
    if window == 0:
        return None, None
    if config.flag("auto_relate_grouped_alerts", default=True):
        return Grouping(window, keys), Again()
    return Grouping(window, keys), Again("on_each_new_alert", defer)


def _decode_template(node: Json, at: Place, reading: Reading) -> Incident:
    """An incident with the template's part filled in, v2's workspace too."""
    incident = decode_template(node, at, reading, TEMPLATE_V2)
    workspace = decode_slot(as_object(node, at).get("workspace"), (at, "workspace"), reading)
    incident = replace(incident, workspace=workspace)
    if workspace is not None and incident.name is None:
        return replace(incident, name=TextSetting())  # a file's template has a name
    return incident


def _decode_incident(config: Body, template: Json) -> Incident | None:
    incident = Incident()
    if template is not None:
        incident = _decode_template(template, (None, "incident_template"), config.reading)
    when = config.decoded("condition_groups", decode_groups)
    if not config.flag("enabled", default=False):
        return None
    decline = config.flag("auto_decline_enabled", default=True)
    return replace(incident, when=when, decline_when_resolved=decline)


_EXPRESSION = re.compile(r'expressions\[\\*"([^"\\]*)')


def carry_dormant(payload: JsonObject, live: JsonObject) -> dict[str, Json]:
    """The v2 payload with the dormant parts of the live body. A part that uses an expression
    which the payload no longer has stays as written: the API refuses such a reference.
    """
    config = dict(as_object(payload["incident_config"], None))
    kept = Reading().body(live["incident_config"], None, INCIDENT)
    laid: dict[str, Json] = {**payload, "incident_config": config}
    names = _references(payload)
    if config["enabled"] is False:
        template = live.get("incident_template")
        if template is not None:
            whole = _encode_template(_decode_template(template, None, Reading()))
            _put(laid, "incident_template", whole, names)
        groups = kept.decoded("condition_groups", decode_groups)
        _put(config, "condition_groups", encode_groups(groups), names)
        config["auto_decline_enabled"] = kept.flag("auto_decline_enabled", default=True)
    if config["grouping_window_seconds"] == 0:
        keys = kept.decoded("grouping_keys", decode_keys)
        _put(config, "grouping_keys", encode_keys(keys), names)
        config["auto_relate_grouped_alerts"] = kept.flag("auto_relate_grouped_alerts", default=True)
        config["defer_time_seconds"] = kept.whole("defer_time_seconds")
    elif config["auto_relate_grouped_alerts"] is True:
        config["defer_time_seconds"] = kept.whole("defer_time_seconds")
    return laid


def _put(laid: dict[str, Json], name: str, part: Json, names: Sequence[str]) -> None:
    if all(used in names for used in _EXPRESSION.findall(json.dumps(part))):
        laid[name] = part


def _references(payload: JsonObject) -> list[str]:
    expressions = payload["expressions"]
    listed = expressions if isinstance(expressions, list) else []
    return [str(as_object(expression, None).get("reference")) for expression in listed]
