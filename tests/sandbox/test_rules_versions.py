"""What only one version of the API refuses."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.sandbox.http.api import Answer
from tests.sandbox.payloads import api, content, literal, pointers, rich_v2, rich_v3, send

Change = Callable[[dict[str, Any]], object]


def create_v3(change: Change) -> Answer:
    payload = rich_v3()
    change(payload)
    return send(api(), "POST", "/v3/alert_routes", payload)


def create_v2(change: Change) -> Answer:
    payload = rich_v2()
    change(payload)
    return send(api(), "POST", "/v2/alert_routes", payload)


def grouping(**changes: Any) -> Change:
    return lambda payload: payload["grouping_config"]["default"].update(changes)


def ungrouped(payload: dict[str, Any]) -> None:
    payload["grouping_config"] = {"default": {"enabled": False}}
    del payload["escalation_config"]["when_alert_joins_group"]


def ungrouped_by_title(payload: dict[str, Any]) -> None:
    ungrouped(payload)
    payload["grouping_config"]["default"]["grouping_keys"] = [{"reference": "alert.title"}]


def joins(**changes: Any) -> Change:
    return lambda payload: payload["escalation_config"]["when_alert_joins_group"].update(changes)


def without(place: str, *names: str) -> Change:
    def change(payload: dict[str, Any]) -> None:
        node: Any = payload
        for step in place.split("/"):
            node = node[step] if step else node
        for name in names:
            del node[name]

    return change


def incident(**values: Any) -> Change:
    return lambda payload: payload.update(incident_config=values)


def slack(payload: dict[str, Any], literal_: str) -> None:
    config = payload.get("channel_config") or payload["message_config"]["destinations"]
    config[0]["slack_targets"]["binding"] = literal(literal_)


DEFAULT = "/grouping_config/default"
JOINS = "/escalation_config/when_alert_joins_group"
SLACK = "slack_targets/binding/value/literal"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (without("grouping_config/default", "window_seconds"), [f"{DEFAULT}/window_seconds"]),
        (without("grouping_config/default", "window_type"), [f"{DEFAULT}/window_type"]),
        (
            grouping(enabled=False),
            [f"{DEFAULT}/window_seconds", f"{DEFAULT}/window_type"],
        ),
        (
            lambda p: p["incident_config"].update(incident_template=literal("01KHJTJR4FZ")),
            ["/incident_config/incident_template"],
        ),
        (
            incident(enabled=False, incident_template=literal("01KHJTJR4FZ")),
            ["/incident_config/incident_template"],
        ),
        (
            lambda p: p["expressions"][0]["operations"][2]["concatenate"].update(
                reference_label="Alert → team"
            ),
            ["/expressions/0/operations/2/concatenate/reference_label"],
        ),
        (grouping(window_seconds=59), [f"{DEFAULT}/window_seconds"]),
        (grouping(window_seconds=172801), [f"{DEFAULT}/window_seconds"]),
        (grouping(window_type="sliding"), [f"{DEFAULT}/window_type"]),
        (
            grouping(grouping_keys=[{"reference": "alert.x"}]),
            [f"{DEFAULT}/grouping_keys/0/reference"],
        ),
        (joins(mode="on_priority_increase"), [f"{JOINS}/grace_period_seconds"]),
        (joins(grace_period_seconds=3601), [f"{JOINS}/grace_period_seconds"]),
        (joins(mode="never"), [f"{JOINS}/mode"]),
        (
            without("incident_config", "auto_decline_enabled"),
            ["/incident_config/auto_decline_enabled"],
        ),
        (
            lambda p: p["incident_config"].update(enabled=False),
            [
                "/incident_config/auto_decline_enabled",
                "/incident_config/template",
                "/incident_config/condition_groups",
            ],
        ),
        (without("", "message_config"), ["/message_config"]),
        (
            lambda p: p["incident_config"]["template"].update(workspace={}),
            ["/incident_config/template/workspace"],
        ),
        (
            lambda p: p["message_config"].update(template=literal("")),
            ["/message_config/template/value/literal"],
        ),
        (lambda p: slack(p, "#alerts"), [f"/message_config/destinations/0/{SLACK}"]),
        (lambda p: slack(p, "c06e4kq7r2n"), [f"/message_config/destinations/0/{SLACK}"]),
        (lambda p: p.update(version=1), ["/version"]),
    ],
)
def test_what_v3_refuses(change: Change, expected: list[str]) -> None:
    assert pointers(create_v3(change)) == expected


@pytest.mark.parametrize(
    "change",
    [
        ungrouped,
        ungrouped_by_title,
        joins(mode="on_priority_increase", grace_period_seconds=0),
        without("escalation_config/when_alert_joins_group", "grace_period_seconds"),
        without("escalation_config", "when_alert_joins_group"),
        without("incident_config", "template", "condition_groups"),
        incident(enabled=False),
        incident(enabled=False, condition_groups=[]),
        lambda p: slack(p, "T0001/C0001"),
        without("message_config", "template"),
    ],
)
def test_what_v3_accepts(change: Change) -> None:
    assert create_v3(change).status == 201


def test_an_older_v3_takes_no_joining_where_nothing_is_grouped() -> None:
    payload = rich_v3()
    payload["grouping_config"] = {"default": {"enabled": False}}

    answer = send(api(joins_without_grouping=False), "POST", "/v3/alert_routes", payload)

    assert pointers(answer) == [JOINS]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (without("", "incident_template"), ["/incident_template"]),
        (without("incident_config", "defer_time_seconds"), ["/incident_config/defer_time_seconds"]),
        (
            lambda p: p["incident_config"].update(grouping_keys=[{"reference": "alert.x"}]),
            ["/incident_config/grouping_keys/0/reference"],
        ),
        (lambda p: slack(p, "#alerts"), [f"/channel_config/0/{SLACK}"]),
        (
            lambda p: p["channel_config"][0]["slack_targets"].update(group_alerts_summary=True),
            ["/channel_config/0/slack_targets/group_alerts_summary"],
        ),
        (lambda p: p.update(message_template=literal("")), ["/message_template/value/literal"]),
        (lambda p: p.update(message_config={}), ["/message_config"]),
    ],
)
def test_what_v2_refuses(change: Change, expected: list[str]) -> None:
    assert pointers(create_v2(change)) == expected


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p["incident_config"].update(enabled=False),
        lambda p: p["incident_config"].update(grouping_window_seconds=0),
        without("incident_config", "auto_relate_grouped_alerts"),
        lambda p: slack(p, "T0001/C0001"),
        lambda p: slack(p, "general-id"),
        lambda p: p["channel_config"][0]["slack_targets"].update(channel_visibility="whatever"),
        lambda p: p.update(created_at="2026-01-01T00:00:00Z", updated_at="2026-01-01T00:00:00Z"),
        without("", "message_template"),
    ],
)
def test_what_v2_accepts(change: Change) -> None:
    assert create_v2(change).status == 201


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_put_needs_a_version(version: str) -> None:
    to = api()
    rich = rich_v2 if version == "v2" else rich_v3
    made = content(send(to, "POST", f"/{version}/alert_routes", rich()))["alert_route"]["id"]

    assert pointers(send(to, "PUT", f"/{version}/alert_routes/{made}", rich())) == ["/version"]
