"""Destinations: channels of Slack and of Microsoft Teams, with conditions."""

from collections.abc import Iterable
from functools import partial

from reconciler.model import Channels, Destination, Json
from reconciler.wire.conditions import decode_binding, decode_groups, encode_binding, encode_groups
from reconciler.wire.reading import Place, Reading, as_object, each

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
    """With `summaries` (v3), each channel target says whether groups are summarised. A target
    without a channel is not written.
    """
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
