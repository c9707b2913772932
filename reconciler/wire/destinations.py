"""Destinations: channels of Slack and of Microsoft Teams, with conditions."""

from reconciler.model.json import Json
from reconciler.model.route import Channels, Destination
from reconciler.wire.bindings import decode_binding, encode_binding
from reconciler.wire.conditions import decode_groups, encode_groups
from reconciler.wire.reading import Place, Reading, as_flag, as_list, as_object, as_text

DESTINATION = frozenset({"condition_groups", "slack_targets", "ms_teams_targets"})
CHANNELS = frozenset({"binding", "channel_visibility"})
CHANNELS_V3 = CHANNELS | {"group_alerts_summary"}


def encode_destination(destination: Destination, *, summaries: bool) -> dict[str, Json]:
    """With `summaries` (v3), each channel target says whether groups are summarised."""
    written: dict[str, Json] = {"condition_groups": encode_groups(destination.when)}
    if destination.slack is not None:
        written["slack_targets"] = _encode_channels(destination.slack, summaries=summaries)
    if destination.ms_teams is not None:
        written["ms_teams_targets"] = _encode_channels(destination.ms_teams, summaries=summaries)
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
    """The destinations in the order of the read; `known` are the fields of a channel target."""
    return tuple(
        decode_destination(place, (at, index), reading, known)
        for index, place in enumerate(as_list(node, at))
    )


def decode_destination(
    node: Json, at: Place, reading: Reading, known: frozenset[str]
) -> Destination:
    """One destination."""
    body = as_object(node, at)
    reading.notice(body, DESTINATION, at)
    return Destination(
        _decode_channels(body.get("slack_targets"), (at, "slack_targets"), reading, known),
        _decode_channels(body.get("ms_teams_targets"), (at, "ms_teams_targets"), reading, known),
        decode_groups(body.get("condition_groups"), (at, "condition_groups"), reading),
    )


def _decode_channels(
    node: Json, at: Place, reading: Reading, known: frozenset[str]
) -> Channels | None:
    """An absent summary is false (fact 3.5)."""
    if node is None:
        return None
    body = as_object(node, at)
    reading.notice(body, known, at)
    return Channels(
        decode_binding(body.get("binding"), (at, "binding"), reading),
        as_text(body.get("channel_visibility"), (at, "channel_visibility")) or "public",
        as_flag(body.get("group_alerts_summary"), (at, "group_alerts_summary"), default=False),
    )
