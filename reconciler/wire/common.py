"""The settings that both versions of the API spell alike: name, owners, sources, targets, …"""

from typing import Any

from reconciler.model import Again, Escalation, Json, Route, RouteSource, Target
from reconciler.wire.conditions import decode_binding, decode_groups, encode_binding, encode_groups
from reconciler.wire.expressions import decode_expression, encode_expression
from reconciler.wire.reading import Body, Place, Reading, as_text, as_texts, required

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
    "incident_config",
}
ESCALATION = frozenset({"auto_cancel_escalations", "escalation_targets"})
SOURCE = frozenset({"alert_source_id", "condition_groups"})
TARGET = frozenset({"escalation_paths", "users"})


def encode_common(route: Route) -> dict[str, Json]:
    """The fields of a payload that are the same in both versions."""
    return {
        "name": route.name,
        "enabled": route.enabled,
        "is_private": route.private,
        "owning_team_ids": list(route.owners),
        "alert_sources": [encode_source(source) for source in route.sources],
        "condition_groups": encode_groups(route.when),
        "expressions": [encode_expression(expression) for expression in route.expressions],
    }


def decode_common(body: Body) -> dict[str, Any]:
    """These fields of a full read, by the model's. Raises UnreadableRoute."""
    return {
        "name": as_text(required(body.fields, "name"), (None, "name")),
        "enabled": body.flag("enabled", default=True),
        "private": body.flag("is_private", default=False),
        "owners": as_texts(body.fields.get("owning_team_ids"), (None, "owning_team_ids")),
        "sources": body.each("alert_sources", decode_source),
        "when": body.decoded("condition_groups", decode_groups),
        "expressions": body.each("expressions", decode_expression),
    }


def encode_escalation(escalation: Escalation) -> dict[str, Json]:
    """Without the targets that page nobody: they are nothing (fact 3.10)."""
    filled = [target for target in escalation.targets if target.binding.values]
    return {
        "auto_cancel_escalations": escalation.cancel_when_resolved,
        "escalation_targets": [encode_target(target) for target in filled],
    }


def decode_escalation(body: Body, again: Again | None) -> Escalation:
    """`escalation_config`; v2 says elsewhere when to page again."""
    return Escalation(
        body.each("escalation_targets", decode_filled_target),
        body.flag("auto_cancel_escalations", default=True),
        again,
    )


def encode_source(source: RouteSource) -> dict[str, Json]:
    return {
        "alert_source_id": source.source,
        "condition_groups": encode_groups(source.when),
    }


def decode_source(node: Json, at: Place, reading: Reading) -> RouteSource:
    body = reading.body(node, at, SOURCE)
    return RouteSource(
        body.text("alert_source_id"), body.decoded("condition_groups", decode_groups)
    )


def encode_target(target: Target) -> dict[str, Json]:
    """Paths or users, never both (fact 3.1)."""
    name = "escalation_paths" if target.kind == "path" else "users"
    return {name: encode_binding(target.binding)}


def decode_filled_target(node: Json, at: Place, reading: Reading) -> Target | None:
    """None where nothing is bound (fact 3.10); unknown fields are then kept whole."""
    inside = Reading()
    target = decode_target(node, at, inside)
    if target.binding.values:
        reading.add(inside)
        return target
    reading.skipped.append(at)
    reading.element(node, TARGET, at, {})
    return None


def decode_target(node: Json, at: Place, reading: Reading) -> Target:
    """Users that echo the paths fall away (fact 3.1); other users beside paths are unknown."""
    body = reading.body(node, at, TARGET)
    paths = body.decoded("escalation_paths", decode_binding)
    echo = Reading() if paths.values else reading
    users = decode_binding(body.fields.get("users"), (at, "users"), echo)
    if not paths.values and (users.values or body.fields.get("escalation_paths") is None):
        return Target("user", users)
    if users.values and set(users.values) != set(paths.values):
        written: Json = encode_binding(users)
        reading.unknown.append(((at, "users"), written))
    return Target("path", paths)
