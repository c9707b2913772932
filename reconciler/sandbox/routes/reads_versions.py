"""The layout of a read in each version of the API."""

from reconciler.sandbox.jsontype import Body
from reconciler.sandbox.routes.reads import Reader, route
from reconciler.sandbox.routes.shape_tables import CREATE_V3
from reconciler.sandbox.routes.stored import STANDALONE

_KNOWN = frozenset((*CREATE_V3.required, *CREATE_V3.optional))


def read_v2(reader: Reader) -> Body:
    """`workspace` and dormant settings are shown; `window_type`, summaries are not."""
    body = reader.body
    escalation, incident = body["escalation_config"], body["incident_config"]
    joins, grouping = escalation["when_alert_joins_group"], body["grouping_config"]["default"]
    config: Body = {
        key: value for key, value in incident.items() if key not in ("template", *STANDALONE)
    }
    config |= {
        "auto_relate_grouped_alerts": joins["mode"] == "on_priority_increase",
        "condition_groups": reader.groups(incident["condition_groups"]),
        "defer_time_seconds": joins["grace_period_seconds"],
        "grouping_keys": reader.shuffled([dict(key) for key in grouping["grouping_keys"]]),
        "grouping_window_seconds": grouping["window_seconds"] if grouping["enabled"] else 0,
    }
    message = body["message_config"]["template"]
    parts: Body = {
        "channel_config": reader.destinations(summaries=False),
        "escalation_config": {
            "auto_cancel_escalations": escalation["auto_cancel_escalations"],
            "escalation_targets": reader.targets(),
        },
        "incident_config": config,
        "incident_template": reader.template(incident["template"] or {}),
    }
    if message:
        parts["message_template"] = reader.binding(message)
    else:
        parts |= reader.padding("message_template", {})
    return route(reader, parts, _KNOWN)


def read_v3(reader: Reader) -> Body:
    """Dormant settings and `workspace` are not shown."""
    body = reader.body
    grouping = dict(body["grouping_config"]["default"])
    keys = reader.shuffled([dict(key) for key in grouping.pop("grouping_keys")])
    grouping |= reader.maybe("grouping_keys", keys)
    escalation: Body = {
        "auto_cancel_escalations": body["escalation_config"]["auto_cancel_escalations"],
        "escalation_targets": reader.targets(),
    }
    if grouping["enabled"] or reader.settings.joins_without_grouping:
        joins = dict(body["escalation_config"]["when_alert_joins_group"])
        if joins["mode"] != "on_each_new_alert":
            joins["grace_period_seconds"] = 0  # fact 3.3
        escalation["when_alert_joins_group"] = joins
    if not grouping["enabled"]:
        del grouping["window_seconds"], grouping["window_type"]
    message: Body = {"destinations": reader.destinations(summaries=True)}
    if body["message_config"]["template"]:
        message["template"] = reader.binding(body["message_config"]["template"])
    else:
        message |= reader.padding("template", {})
    parts = {
        "escalation_config": escalation,
        "grouping_config": {"default": grouping},
        "incident_config": _incident_v3(reader),
        "message_config": message,
    }
    return route(reader, parts, _KNOWN)


def _incident_v3(reader: Reader) -> Body:
    incident = dict(reader.body["incident_config"])
    template, groups = incident.pop("template"), incident.pop("condition_groups")
    if not incident["enabled"]:
        del incident["auto_decline_enabled"]
        return incident | reader.maybe("condition_groups", [])
    incident |= reader.maybe("condition_groups", reader.groups(groups))
    for name in STANDALONE:
        if name in incident:
            incident[name] = reader.binding(incident[name])
    # A template is shown in any case, also where none was set (fact 3.10).
    shown = {name: slot for name, slot in (template or {}).items() if name != "workspace"}
    incident["template"] = reader.template(shown)
    return incident
