"""The rules of each version of the API: shape first, then what depends on more than one value."""

import re

from reconciler.sandbox.account.account import Account
from reconciler.sandbox.errors import Problem
from reconciler.sandbox.jsontype import Body, Node
from reconciler.sandbox.routes import shape_tables
from reconciler.sandbox.routes.rules import Rules
from reconciler.sandbox.routes.shapes import look
from reconciler.sandbox.settings import Settings

SLACK_V3 = re.compile(r"(T[A-Z0-9]+/)?[CDGU][A-Z0-9]+")
SLACK_V2 = re.compile(r"[^#\s]+")  # v2 lets more pass, but no channel names either


def problems(
    api: str, payload: Node, account: Account, settings: Settings, *, update: bool
) -> list[Problem]:
    """Everything that this version of the API refuses in a payload."""
    create, changed = shape_tables.SHAPES[api]
    found = list(look(changed if update else create, payload, later=settings.extra_fields))
    if found:
        return found
    rules = Rules(account, payload)
    rules.route(payload)
    if api == "v2":
        _rules_v2(rules, payload)
    else:
        _rules_v3(rules, payload, settings)
    return rules.problems


def _rules_v2(rules: Rules, payload: Body) -> None:
    for index, destination in enumerate(payload["channel_config"]):
        rules.destination(destination, f"/channel_config/{index}", SLACK_V2)
    rules.binding(payload.get("message_template", {}), "/message_template", bool)
    incident = payload["incident_config"]
    rules.groups(incident["condition_groups"], "/incident_config/condition_groups")
    rules.grouping_keys(incident["grouping_keys"], "/incident_config/grouping_keys")
    rules.template(payload["incident_template"], "/incident_template")


def _rules_v3(rules: Rules, payload: Body, settings: Settings) -> None:
    message = payload["message_config"]
    for index, destination in enumerate(message["destinations"]):
        rules.destination(destination, f"/message_config/destinations/{index}", SLACK_V3)
    rules.binding(message.get("template", {}), "/message_config/template", bool)
    _grouping_v3(rules, payload, always_joins=settings.joins_without_grouping)
    _incident_v3(rules, payload["incident_config"])


def _grouping_v3(rules: Rules, payload: Body, *, always_joins: bool) -> None:
    grouping = payload["grouping_config"]["default"]
    rules.grouping_keys(grouping.get("grouping_keys", []), "/grouping_config/default/grouping_keys")
    for name in ("window_seconds", "window_type"):
        pointer = f"/grouping_config/default/{name}"
        if grouping["enabled"] and name not in grouping:
            rules.refuse(pointer, "missing_field", f"{name} is required when grouping is on")
        if not grouping["enabled"] and name in grouping:
            rules.refuse(pointer, "unexpected_field", f"{name} needs grouping to be on")
    pointer = "/escalation_config/when_alert_joins_group"
    joins = payload["escalation_config"].get("when_alert_joins_group")
    if joins is None:
        return
    if not grouping["enabled"] and not always_joins:
        rules.refuse(pointer, "unexpected_field", "when_alert_joins_group needs grouping to be on")
    # 0 is what reads show for a mode that has no grace period (fact 3.3), so it is let pass.
    if joins["mode"] != "on_each_new_alert" and joins.get("grace_period_seconds"):
        message = "a grace period needs the mode on_each_new_alert"
        rules.refuse(f"{pointer}/grace_period_seconds", "unexpected_field", message)


def _incident_v3(rules: Rules, incident: Body) -> None:
    if incident["enabled"]:
        if "auto_decline_enabled" not in incident:
            message = "auto_decline_enabled is required when incidents are on"
            rules.refuse("/incident_config/auto_decline_enabled", "missing_field", message)
        rules.groups(incident.get("condition_groups", []), "/incident_config/condition_groups")
        if "template" in incident:
            rules.template(incident["template"], "/incident_config/template")
        if "template" in incident and incident.get("incident_template"):
            message = "an inline template and a standalone one exclude each other"
            rules.refuse("/incident_config/incident_template", "conflict", message)
        for name in ("incident_template", "membership_teams"):
            rules.binding(incident.get(name, {}), f"/incident_config/{name}", bool)
        return
    for name in ("auto_decline_enabled", "template", "incident_template", "membership_teams"):
        if name in incident:
            message = f"{name} needs incidents to be on"
            rules.refuse(f"/incident_config/{name}", "unexpected_field", message)
    if incident.get("condition_groups"):
        message = "condition groups need incidents to be on"
        rules.refuse("/incident_config/condition_groups", "unexpected_field", message)
