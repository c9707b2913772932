"""Who is told, in both versions' spelling."""

from typing import Any

from reconciler.model import Channels, Condition, Destination, many
from reconciler.wire.common import (
    CHANNELS,
    CHANNELS_V3,
    decode_destination,
    decode_destinations,
    encode_destination,
)
from reconciler.wire.reading import Reading

BOTH = Destination(
    Channels(many("C1"), "private", summarise_groups=True),
    Channels(many("19:a"), "group_chat"),
    ((Condition("alert.title", "is_set"),),),
)


def test_v3_says_for_each_channel_whether_groups_are_summarised() -> None:
    written = encode_destination(BOTH, summaries=True)

    assert written["slack_targets"] == {
        "binding": {"array_value": [{"literal": "C1"}]},
        "channel_visibility": "private",
        "group_alerts_summary": True,
    }
    assert decode_destination(written, None, Reading(), CHANNELS_V3) == BOTH


def test_v2_has_no_summaries() -> None:
    written: Any = encode_destination(BOTH, summaries=False)

    assert "group_alerts_summary" not in written["slack_targets"]
    assert "group_alerts_summary" not in written["ms_teams_targets"]


def test_a_summary_is_new_to_v2() -> None:
    reading = Reading()
    node: Any = {
        "slack_targets": {"binding": {"value": {"literal": "C1"}}, "group_alerts_summary": False}
    }

    decode_destination(node, None, reading, CHANNELS)

    assert [value for _, value in reading.unknown] == [False]


def test_what_is_left_out_is_public_and_not_summarised() -> None:
    node: Any = [{"slack_targets": {"binding": {"array_value": [{"literal": "C1"}]}}}]

    places = decode_destinations(node, None, Reading(), CHANNELS_V3)

    assert places == (Destination(Channels(many("C1"))),)
