"""API v3's places for grouping, messages and the incident's template."""

from typing import Any

import pytest

from reconciler.model import (
    Again,
    Channels,
    Destination,
    Escalation,
    Grouping,
    Incident,
    Route,
    Severity,
    many,
    one,
)
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute
from tests.wire.corpus import body_of

V3 = codec("v3")


def test_what_is_off_is_written_as_off_and_nothing_more() -> None:
    assert V3.encode(Route("a", escalate=Escalation(again=Again("on_priority_increase", 60)))) == {
        "name": "a",
        "enabled": True,
        "is_private": False,
        "owning_team_ids": [],
        "alert_sources": [],
        "condition_groups": [],
        "expressions": [],
        "grouping_config": {"default": {"enabled": False}},
        "escalation_config": {"auto_cancel_escalations": True, "escalation_targets": []},
        "message_config": {"destinations": []},
        "incident_config": {"enabled": False},
    }


def test_a_grace_period_without_a_mode_is_of_the_default_mode() -> None:
    body = body_of("v3", "grouped")
    body["escalation_config"]["when_alert_joins_group"] = {"grace_period_seconds": 60}

    route = V3.decode(body).route

    assert route.escalate.again == Again("on_priority_increase", 60)


@pytest.mark.parametrize(
    ("again", "written"),
    [
        (None, {"mode": "on_priority_increase"}),
        (Again("on_priority_increase", 60), {"mode": "on_priority_increase"}),
        (Again("on_each_new_alert", 0), {"mode": "on_each_new_alert", "grace_period_seconds": 0}),
        (Again("on_a_whim"), {"mode": "on_a_whim"}),
    ],
)
def test_with_grouping_the_mode_is_always_written(again: Again | None, written: Any) -> None:
    payload: Any = V3.encode(Route("a", group=Grouping(60), escalate=Escalation(again=again)))

    assert payload["escalation_config"]["when_alert_joins_group"] == written
    assert payload["grouping_config"]["default"] == {
        "enabled": True,
        "grouping_keys": [],
        "window_seconds": 60,
        "window_type": "rolling",
    }


def test_an_incident_without_settings_has_no_template() -> None:
    payload: Any = V3.encode(Route("a", incident=Incident(decline_when_resolved=False)))

    assert payload["incident_config"] == {
        "enabled": True,
        "auto_decline_enabled": False,
        "condition_groups": [],
    }


def test_an_incident_with_any_setting_has_a_template() -> None:
    payload: Any = V3.encode(Route("a", incident=Incident(severity=Severity(merge="max"))))

    assert payload["incident_config"]["template"]["severity"] == {"merge_strategy": "max"}


def test_fact_4_13_another_mode_is_written_without_grouping_too() -> None:
    payload: Any = V3.encode(Route("a", escalate=Escalation(again=Again("on_each_new_alert", 120))))

    joins = {"mode": "on_each_new_alert", "grace_period_seconds": 120}
    assert payload["escalation_config"]["when_alert_joins_group"] == joins


def test_destinations_and_template_stand_together() -> None:
    route = Route("a", notify=(Destination(Channels(many("C1"))),), message_template=one("01T"))

    payload: Any = V3.encode(route)

    assert payload["message_config"]["template"] == {"value": {"literal": "01T"}}
    assert len(payload["message_config"]["destinations"]) == 1


@pytest.mark.parametrize(
    "name", ["name", "grouping_config", "escalation_config", "message_config", "incident_config"]
)
def test_half_a_route_is_none(name: str) -> None:
    body = body_of("v3", "grouped")
    del body[name]

    with pytest.raises(UnreadableRoute) as caught:
        V3.decode(body)

    assert caught.value.pointer == f"/{name}"


def test_grouping_without_its_settings_is_no_route() -> None:
    body = body_of("v3", "grouped")
    body["grouping_config"] = {}

    with pytest.raises(UnreadableRoute, match="/grouping_config/default: this is missing"):
        V3.decode(body)


def test_a_v2_body_is_not_taken_for_a_route_without_anything() -> None:
    with pytest.raises(UnreadableRoute):
        V3.decode(body_of("v2", "grouped"))
