"""Destinations: channels of Slack and of Microsoft Teams, with conditions.

Also here: sources and escalation targets, equal in both versions.
"""

from collections.abc import Iterable

from reconciler.model import Channels, Destination, Json, RouteSource, Target
from reconciler.wire.conditions import decode_binding, decode_groups, encode_binding, encode_groups
from reconciler.wire.reading import Place, Reading, as_flag, as_list, as_object, as_text

DESTINATION = frozenset({"condition_groups", "slack_targets", "ms_teams_targets"})
TARGETS = ("slack_targets", "ms_teams_targets")
CHANNELS = frozenset({"binding", "channel_visibility"})
CHANNELS_V3 = CHANNELS | {"group_alerts_summary"}


def encode_destinations(
    destinations: Iterable[Destination], *, summaries: bool
) -> list[dict[str, Json]]:
    """Without those that tell nobody, which are nothing (fact 3.10)."""
    written = (encode_destination(place, summaries=summaries) for place in destinations)
    return [place for place in written if any(name in place for name in TARGETS)]


def encode_destination(destination: Destination, *, summaries: bool) -> dict[str, Json]:
    """With `summaries` (v3), each channel target says whether groups are summarised. A target
    without a channel is not written.
    """
    written: dict[str, Json] = {"condition_groups": encode_groups(destination.when)}
    for name, channels in zip(TARGETS, (destination.slack, destination.ms_teams), strict=True):
        if channels is not None and channels.channel.values:
            written[name] = _encode_channels(channels, summaries=summaries)
    return written


def _encode_channels(channels: Channels, *, summaries: bool) -> dict[str, Json]:
    written: dict[str, Json] = {
        "binding": encode_binding(channels.channel),
        "channel_visibility": channels.visibility,
    }
    if summaries:
        written["group_alerts_summary"] = channels.summarise_groups
    return written


def decode_destinations(
    node: Json, at: Place, reading: Reading, known: frozenset[str]
) -> tuple[Destination, ...]:
    """The destinations in the order of the read; `known` are the fields of a channel target. One
    without a channel tells nobody, and is none (fact 3.10); what else it has is kept whole.
    """
    found = [
        _decode_element(place, (at, index), reading, known)
        for index, place in enumerate(as_list(node, at))
    ]
    return tuple(place for place in found if place is not None)


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
    """One destination."""
    body = as_object(node, at)
    reading.notice(body, DESTINATION, at)
    slack, ms_teams = (
        _decode_channels(body.get(name), (at, name), reading, known) for name in TARGETS
    )
    groups: Place = (at, "condition_groups")
    return Destination(
        slack, ms_teams, decode_groups(body.get("condition_groups"), groups, reading)
    )


def _decode_channels(
    node: Json, at: Place, reading: Reading, known: frozenset[str]
) -> Channels | None:
    """An absent summary is false (fact 3.5). A target without a channel is none (fact 3.10)."""
    if node is None:
        return None
    body = as_object(node, at)
    channel = decode_binding(body.get("binding"), (at, "binding"), reading)
    reading.notice(body, known, at, padding=not channel.values)
    if not channel.values:
        return None
    return Channels(
        channel,
        as_text(body.get("channel_visibility"), (at, "channel_visibility")) or "public",
        as_flag(body.get("group_alerts_summary"), (at, "group_alerts_summary"), default=False),
    )


SOURCE = frozenset({"alert_source_id", "condition_groups"})
TARGET = frozenset({"escalation_paths", "users"})


def encode_source(source: RouteSource) -> dict[str, Json]:
    """A source with the route's conditions on it."""
    return {
        "alert_source_id": source.source,
        "condition_groups": encode_groups(source.when),
    }


def decode_sources(node: Json, at: Place, reading: Reading) -> tuple[RouteSource, ...]:
    """The sources in the order of the read."""
    return tuple(
        decode_source(source, (at, index), reading)
        for index, source in enumerate(as_list(node, at))
    )


def decode_source(node: Json, at: Place, reading: Reading) -> RouteSource:
    """One source."""
    body = as_object(node, at)
    reading.notice(body, SOURCE, at)
    return RouteSource(
        as_text(body.get("alert_source_id"), (at, "alert_source_id")),
        decode_groups(body.get("condition_groups"), (at, "condition_groups"), reading),
    )


def encode_targets(targets: Iterable[Target]) -> list[dict[str, Json]]:
    """Without those that page nobody, which are nothing (fact 3.10)."""
    return [encode_target(target) for target in targets if target.binding.values]


def encode_target(target: Target) -> dict[str, Json]:
    """Paths or users, never both (fact 3.1)."""
    name = "escalation_paths" if target.kind == "path" else "users"
    return {name: encode_binding(target.binding)}


def decode_targets(node: Json, at: Place, reading: Reading) -> tuple[Target, ...]:
    """The targets in the order of the read. One to which nothing is bound is none (fact 3.10);
    what else it has is kept whole.
    """
    found = [
        _decode_target(target, (at, index), reading)
        for index, target in enumerate(as_list(node, at))
    ]
    return tuple(target for target in found if target is not None)


def _decode_target(node: Json, at: Place, reading: Reading) -> Target | None:
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
    body = as_object(node, at)
    reading.notice(body, TARGET, at)
    paths = decode_binding(body.get("escalation_paths"), (at, "escalation_paths"), reading)
    users = decode_binding(body.get("users"), (at, "users"), Reading() if paths.values else reading)
    if not paths.values and (users.values or body.get("escalation_paths") is None):
        return Target("user", users)
    if users.values and set(users.values) != set(paths.values):
        written: Json = encode_binding(users)
        reading.unknown.append(((at, "users"), written))
    return Target("path", paths)
