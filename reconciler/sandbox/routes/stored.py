"""The body that the store keeps of a payload, the same for both versions of the API.

The body has v3's layout and is always complete: lists are there even when empty, and so are the
settings that are dormant (a template while incidents are off) or that only one version shows:

- v2 alone shows `template.workspace`, a dormant template, dormant incident conditions, a dormant
  `when_alert_joins_group`. A v3 PUT keeps them as they were.
- v3 alone shows `window_type`, `group_alerts_summary` and what a later API adds to grouping. A v2
  PUT keeps them as they were; the summary of a destination goes with the channels it had.

Subjects, operations and bindings are kept as written, but for the aliases of fact 3.6; `reads`
makes the labels.

Also here: what the server takes for nothing in a payload, taken out before the payload is looked
at.

The official Terraform provider writes every binding with a list, `{"array_value": [], "value": …}`,
and `{"array_value": []}` where nothing is bound. The server takes both (fact 3.10).
"""

import copy

from reconciler.sandbox.account.account import Account
from reconciler.sandbox.jsontype import Body, Node
from reconciler.sandbox.routes.operations import stored_operation
from reconciler.sandbox.routes.references import UNKNOWN, References, Typed

JOINS_BY_DEFAULT = {"mode": "on_priority_increase", "grace_period_seconds": 0}
GROUPING_BY_DEFAULT = {"window_seconds": 0, "window_type": "rolling"}
_SERVER_OWNED = {"version", "created_at", "updated_at"}
STANDALONE = ("incident_template", "membership_teams")  # newer than v2
_ONLY_V2 = {"channel_config", "message_template", "incident_template", *_SERVER_OWNED}


def from_v3(payload: Body, previous: Body | None, account: Account) -> Body:
    """The body after a v3 write; `previous` is the body before a PUT."""
    body = {key: value for key, value in copy.deepcopy(payload).items() if key not in _SERVER_OWNED}
    before = previous or {}
    _fill(body)
    grouping = {**GROUPING_BY_DEFAULT, "grouping_keys": [], **body["grouping_config"]["default"]}
    body["grouping_config"]["default"] = grouping
    dormant = before.get("escalation_config", {}).get("when_alert_joins_group", JOINS_BY_DEFAULT)
    kept = JOINS_BY_DEFAULT if grouping["enabled"] else dormant
    joins = body["escalation_config"].setdefault("when_alert_joins_group", dict(kept))
    joins.setdefault("grace_period_seconds", 0)
    _incident_from_v3(body["incident_config"], before.get("incident_config", {}))
    body["message_config"].setdefault("template", None)
    for destination in body["message_config"]["destinations"]:
        for channels in _channels(destination):
            channels.setdefault("group_alerts_summary", False)
    return _aliased(body, account)


def _incident_from_v3(incident: Body, before: Body) -> None:
    if incident["enabled"]:
        incident.setdefault("condition_groups", [])
        incident.setdefault("template", None)
        workspace = (before.get("template") or {}).get("workspace")
        if incident["template"] is not None and workspace is not None:
            incident["template"]["workspace"] = workspace
        return
    incident["auto_decline_enabled"] = before.get("auto_decline_enabled", False)
    incident["condition_groups"] = before.get("condition_groups", [])
    incident["template"] = before.get("template")


def from_v2(payload: Body, previous: Body | None, account: Account) -> Body:
    """The body after a v2 write; `previous` is the body before a PUT."""
    payload = copy.deepcopy(payload)
    before = previous or {}
    body = {key: value for key, value in payload.items() if key not in _ONLY_V2}
    _fill(body)
    incident = body["incident_config"]
    window = incident.pop("grouping_window_seconds")
    earlier = before.get("grouping_config", {}).get("default", {})
    body["grouping_config"] = {
        "default": {
            **earlier,
            "enabled": window > 0,
            "grouping_keys": incident.pop("grouping_keys"),
            "window_seconds": window,
            "window_type": earlier.get("window_type", "rolling"),
        }
    }
    rises = incident.pop("auto_relate_grouped_alerts", True)
    body["escalation_config"]["when_alert_joins_group"] = {
        "mode": "on_priority_increase" if rises else "on_each_new_alert",
        "grace_period_seconds": incident.pop("defer_time_seconds"),
    }
    incident["template"] = payload["incident_template"]
    kept = before.get("incident_config", {})
    incident |= {name: kept[name] for name in STANDALONE if name in kept}
    body["message_config"] = {
        "destinations": payload["channel_config"],
        "template": payload.get("message_template"),
    }
    summaries = _summaries(before)
    for destination in body["message_config"]["destinations"]:
        for channels in _channels(destination):
            channels["group_alerts_summary"] = repr(channels["binding"]) in summaries
    return _aliased(body, account)


def _summaries(body: Body) -> set[str]:
    """The channels of a body whose groups are summarised."""
    destinations = body.get("message_config", {}).get("destinations", [])
    return {
        repr(channels["binding"])
        for destination in destinations
        for channels in _channels(destination)
        if channels["group_alerts_summary"]
    }


def _channels(destination: Body) -> list[Body]:
    return [destination[key] for key in ("slack_targets", "ms_teams_targets") if key in destination]


def _fill(body: Body) -> None:
    body.setdefault("owning_team_ids", [])
    for target in body["escalation_config"]["escalation_targets"]:
        target.pop("condition_groups", None)  # fact 3.2
        for name in ("escalation_paths", "users"):
            if target.get(name) == {}:
                del target[name]  # reads pad with it (fact 3.10)
        if "escalation_paths" in target:
            target.pop("users", None)  # reads echo it (fact 3.1)


def _aliased(body: Body, account: Account) -> Body:
    """Give every operation the name that the server stores (fact 3.6)."""
    references = References(account, body["expressions"])
    for expression in body["expressions"]:
        current = references.find(expression["root_reference"]) or UNKNOWN
        for operation in expression["operations"]:
            element = Typed(current.type, False, current.label)
            if "filter" in operation:
                _alias(operation["filter"], references, element)
            for branch in operation.get("branches", {}).get("branches", []):
                _alias(branch, references, None)
            current = references.after(current, operation)
    rest = {key: value for key, value in body.items() if key != "expressions"}
    _alias(rest, references, None)
    return body


def _alias(node: Node, references: References, element: Typed | None) -> None:
    if isinstance(node, list):
        for child in node:
            _alias(child, references, element)
    elif isinstance(node, dict):
        if "param_bindings" in node:
            subject = references.find(node["subject"], element) or UNKNOWN
            node["operation"] = stored_operation(node["operation"], subject.type)
        for child in node.values():
            _alias(child, references, element)


_BINDING = {"array_value", "value"}
_CHANNELS = ("slack_targets", "ms_teams_targets")


def tidied(node: Node) -> Node:
    """A copy of a payload in which no binding has an empty list, and no destination a target
    that is bound to nothing, as reads have it.
    """
    if isinstance(node, list):
        return [tidied(child) for child in node]
    if not isinstance(node, dict):
        return node
    inner = {name: tidied(child) for name, child in node.items()}
    if inner.get("array_value") == [] and _BINDING.issuperset(inner):
        del inner["array_value"]
    for name in _CHANNELS:
        target = inner.get(name)
        if isinstance(target, dict) and target.get("binding") == {}:
            del inner[name]
    return inner
