"""API v2's places for grouping, and its always required template."""

from typing import Any

import pytest

from reconciler.model import Again, Escalation, Grouping, Incident, Route, one
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute
from reconciler.wire.v2 import TITLE
from tests.wire.corpus import body_of

V2 = codec("v2")


def test_a_route_without_anything_has_a_template_all_the_same() -> None:
    payload: Any = V2.encode(Route("a"))

    assert payload["incident_config"] == {
        "enabled": False,
        "auto_decline_enabled": True,
        "condition_groups": [],
        "grouping_keys": [],
        "grouping_window_seconds": 0,
        "auto_relate_grouped_alerts": True,
        "defer_time_seconds": 0,
    }
    assert (
        '"name":"alert.title"'
        in payload["incident_template"]["name"]["binding"]["value"]["literal"]
    )
    assert payload["channel_config"] == []
    assert "message_template" not in payload


@pytest.mark.parametrize(
    ("again", "relate", "defer"),
    [
        (None, True, 0),
        (Again("on_priority_increase", 60), True, 0),
        (Again("on_each_new_alert", 60), False, 60),
    ],
)
def test_paging_again_is_relating_and_deferring(
    again: Again | None, relate: bool, defer: int
) -> None:
    route = Route("a", group=Grouping(300, ("alert.title",)), escalate=Escalation(again=again))

    config: Any = V2.encode(route)["incident_config"]

    assert (config["auto_relate_grouped_alerts"], config["defer_time_seconds"]) == (relate, defer)
    assert config["grouping_keys"] == [{"reference": "alert.title"}]
    assert config["grouping_window_seconds"] == 300


def test_the_workspace_is_v2s_own() -> None:
    route = Route("a", incident=Incident(name=TITLE, workspace=one("T1")))

    payload: Any = V2.encode(route)

    assert payload["incident_template"]["workspace"] == {"binding": {"value": {"literal": "T1"}}}
    assert V2.decode({**payload, "id": "01R", "version": 1}).route == route


def test_an_incident_whose_template_is_null_has_no_name() -> None:
    body = body_of("v2", "incident-declines")
    body["incident_template"] = None

    incident = V2.decode(body).route.incident

    assert incident is not None
    assert incident.name is None


@pytest.mark.parametrize("name", ["name", "escalation_config", "incident_config"])
def test_half_a_route_is_none(name: str) -> None:
    body = body_of("v2", "grouped")
    del body[name]

    with pytest.raises(UnreadableRoute) as caught:
        V2.decode(body)

    assert caught.value.pointer == f"/{name}"


def test_a_v3_body_is_not_taken_for_a_route_that_tells_nobody() -> None:
    with pytest.raises(UnreadableRoute, match="/channel_config: this is missing"):
        V2.decode(body_of("v3", "channels"))
