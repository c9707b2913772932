"""Destinations: channels of Slack and of Microsoft Teams, with conditions."""

from collections.abc import Iterable

from reconciler.model.json import Json
from reconciler.model.route import Channels, Destination
from reconciler.wire.bindings import decode_binding, encode_binding
from reconciler.wire.conditions import decode_groups, encode_groups
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
