"""The parts of a route that both versions of the API spell alike, or nearly: name, owners, sources,
targets, channels.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from reconciler.model import (
    Again,
    Channels,
    Destination,
    Escalation,
    Json,
    Route,
    RouteSource,
    Target,
)
from reconciler.wire.conditions import decode_binding, decode_groups, encode_binding, encode_groups
from reconciler.wire.expressions import decode_expression, encode_expression
from reconciler.wire.reading import (
    Body,
    Place,
    Reading,
    as_object,
    as_text,
    as_texts,
    each,
    required,
)

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


DESTINATION = frozenset({"condition_groups", "slack_targets", "ms_teams_targets"})
TARGETS = ("slack_targets", "ms_teams_targets")
CHANNELS = frozenset({"binding", "channel_visibility"})
CHANNELS_V3 = CHANNELS | {"group_alerts_summary"}


def encode_destinations(
    destinations: Iterable[Destination], *, summaries: bool
) -> list[dict[str, Json]]:
    """Without destinations that have no channel: they are nothing (fact 3.10)."""
    written = (encode_destination(place, summaries=summaries) for place in destinations)
    return [place for place in written if any(name in place for name in TARGETS)]


def encode_destination(destination: Destination, *, summaries: bool) -> dict[str, Json]:
    """`summaries`: v3 says whether groups are summarised. Targets without a channel are none."""
    written: dict[str, Json] = {"condition_groups": encode_groups(destination.when)}
    for name, channels in zip(TARGETS, (destination.slack, destination.ms_teams), strict=True):
        if channels is not None and channels.channel.values:
            written[name] = {
                "binding": encode_binding(channels.channel),
                "channel_visibility": channels.visibility,
                **({"group_alerts_summary": channels.summarise_groups} if summaries else {}),
            }
    return written


def decode_destinations(
    node: Json, at: Place, reading: Reading, known: frozenset[str]
) -> tuple[Destination, ...]:
    """The destinations in the order of the read; `known` are the fields of a channel target. A
    destination without a channel is nothing (fact 3.10); its unknown fields are kept whole.
    """
    return each(node, at, reading, partial(_decode_element, known=known))


def _decode_element(
    node: Json, at: Place, reading: Reading, known: frozenset[str]
) -> Destination | None:
    inside = Reading()
    destination = decode_destination(node, at, inside, known)
    if destination.slack is not None or destination.ms_teams is not None:
        reading.add(inside)
        return destination
    reading.skipped.append(at)
    reading.element(node, DESTINATION, at, {"condition_groups": encode_groups(destination.when)})
    return None


def decode_destination(
    node: Json, at: Place, reading: Reading, known: frozenset[str]
) -> Destination:
    """`known` are the fields of a channel target."""
    body = reading.body(node, at, DESTINATION)
    slack, ms_teams = (body.decoded(name, partial(_channels, known=known)) for name in TARGETS)
    return Destination(slack, ms_teams, body.decoded("condition_groups", decode_groups))


def _channels(node: Json, at: Place, reading: Reading, known: frozenset[str]) -> Channels | None:
    """An absent summary is false (fact 3.5). A target without a channel is none (fact 3.10)."""
    if node is None:
        return None
    channel = decode_binding(as_object(node, at).get("binding"), (at, "binding"), reading)
    body = reading.body(node, at, known, padding=not channel.values)
    if not channel.values:
        return None
    return Channels(
        channel,
        body.text("channel_visibility") or "public",
        body.flag("group_alerts_summary", default=False),
    )
