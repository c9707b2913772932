"""One body for both versions: what one of them cannot say survives a write in it."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.sandbox.http.api import Api
from tests.sandbox.payloads import (
    PATH,
    SERVICE,
    api,
    condition,
    content,
    groups,
    literal,
    rich_v2,
    rich_v3,
    send,
)

Change = Callable[[dict[str, Any]], object]


class Account:
    """One route, written and read through either version."""

    def __init__(self, to: Api) -> None:
        self.to = to
        self.id = ""

    def write(self, version: str, payload: dict[str, Any]) -> dict[str, Any]:
        if not self.id:
            answer = send(self.to, "POST", f"/{version}/alert_routes", payload)
            assert answer.status == 201, answer.body
            self.id = content(answer)["alert_route"]["id"]
        else:
            payload["version"] = self.to.store.show(self.id).version + 1
            answer = send(self.to, "PUT", f"/{version}/alert_routes/{self.id}", payload)
            assert answer.status == 200, answer.body
        return self.read(version)

    def read(self, version: str) -> dict[str, Any]:
        answer = send(self.to, "GET", f"/{version}/alert_routes/{self.id}")
        route: dict[str, Any] = content(answer)["alert_route"]
        return route


@pytest.fixture
def account() -> Account:
    return Account(api(shuffle_seed=None))


def switched_off() -> dict[str, Any]:
    """Everything that can be off, off: in v3."""
    payload = rich_v3()
    payload["grouping_config"] = {"default": {"enabled": False}}
    payload["incident_config"] = {"enabled": False}
    del payload["escalation_config"]["when_alert_joins_group"]
    return payload


def test_v2_settings_mean_the_same_in_v3(account: Account) -> None:
    account.write("v2", rich_v2())
    shown = account.read("v3")

    assert shown["grouping_config"]["default"] == {
        "enabled": True,
        "window_seconds": 1800,
        "window_type": "rolling",
        "grouping_keys": [{"reference": "alert.title"}, {"reference": SERVICE}],
    }
    joins = shown["escalation_config"]["when_alert_joins_group"]
    assert joins == {"mode": "on_each_new_alert", "grace_period_seconds": 60}
    assert "workspace" not in shown["incident_config"]["template"]


def test_v3_settings_mean_the_same_in_v2(account: Account) -> None:
    account.write("v3", rich_v3())
    incident = account.read("v2")["incident_config"]

    assert incident["grouping_window_seconds"] == 1800
    assert incident["auto_relate_grouped_alerts"] is False
    assert incident["defer_time_seconds"] == 60


def test_a_v3_put_keeps_the_workspace(account: Account) -> None:
    account.write("v2", rich_v2())
    account.write("v3", rich_v3())

    workspace = account.read("v2")["incident_template"]["workspace"]
    assert workspace["binding"]["value"]["literal"] == "main"


def test_a_v3_put_keeps_what_is_dormant_in_v2(account: Account) -> None:
    payload = rich_v2()
    payload["incident_config"]["grouping_window_seconds"] = 0
    payload["incident_config"]["enabled"] = False
    before = account.write("v2", payload)
    account.write("v3", switched_off())
    after = account.read("v2")

    assert after["incident_template"] == before["incident_template"]
    for name in ("auto_relate_grouped_alerts", "defer_time_seconds", "auto_decline_enabled"):
        assert after["incident_config"][name] == before["incident_config"][name], name


def test_a_v2_put_keeps_what_only_v3_shows(account: Account) -> None:
    account.write("v3", rich_v3())
    account.write("v2", rich_v2())
    shown = account.read("v3")

    assert shown["grouping_config"]["default"]["window_type"] == "fixed"
    slack = shown["message_config"]["destinations"][0]["slack_targets"]
    teams = shown["message_config"]["destinations"][1]["ms_teams_targets"]
    assert (slack["group_alerts_summary"], teams["group_alerts_summary"]) == (True, False)


def test_a_v2_put_of_another_channel_has_no_summary(account: Account) -> None:
    account.write("v3", rich_v3())
    moved = rich_v2()
    moved["channel_config"][0]["slack_targets"]["binding"] = literal("C0000000001")
    account.write("v2", moved)

    slack = account.read("v3")["message_config"]["destinations"][0]["slack_targets"]
    assert slack["group_alerts_summary"] is False


def test_what_is_not_sent_gets_its_default(account: Account) -> None:
    """Facts 3.3 and 3.5."""
    payload = rich_v3()
    del payload["escalation_config"]["when_alert_joins_group"]
    del payload["message_config"]["destinations"][0]["slack_targets"]["group_alerts_summary"]
    shown = account.write("v3", payload)

    joins = shown["escalation_config"]["when_alert_joins_group"]
    assert joins == {"mode": "on_priority_increase", "grace_period_seconds": 0}
    slack = shown["message_config"]["destinations"][0]["slack_targets"]
    assert slack["group_alerts_summary"] is False


def test_grouping_switched_on_again_has_the_default_not_the_dormant_mode(account: Account) -> None:
    account.write("v3", rich_v3())
    account.write("v3", switched_off())
    payload = rich_v3()
    del payload["escalation_config"]["when_alert_joins_group"]

    shown = account.write("v3", payload)

    assert shown["escalation_config"]["when_alert_joins_group"]["mode"] == "on_priority_increase"


def test_operations_are_stored_under_the_servers_names_at_every_depth(account: Account) -> None:
    """Fact 3.6."""
    payload = rich_v3()
    named = {**condition(SERVICE, "contains"), "param_bindings": [literal("a")]}
    payload["message_config"]["destinations"][0]["condition_groups"] = groups(named)
    by_name = {**condition("input", "contains"), "param_bindings": [literal("On-Call")]}
    payload["expressions"][0]["operations"][1]["filter"]["condition_groups"] = groups(by_name)
    shown = account.write("v3", payload)

    def stored(groups_: list[dict[str, Any]]) -> str:
        return str(groups_[0]["conditions"][0]["operation"]["value"])

    pipeline, branches = shown["expressions"]
    assert stored(shown["alert_sources"][0]["condition_groups"]) == "contains_one_of"
    assert stored(shown["message_config"]["destinations"][0]["condition_groups"]) == "name_contains"
    assert stored(pipeline["operations"][1]["filter"]["condition_groups"]) == "name_contains"
    cases = branches["operations"][0]["branches"]["branches"]
    assert stored(cases[0]["condition_groups"]) == "contains_one_of"


def test_an_echoed_user_is_not_stored(account: Account) -> None:
    """Fact 3.1: what a read echoes may be sent back, and changes nothing."""
    payload = rich_v3()
    payload["escalation_config"]["escalation_targets"] = [
        {"escalation_paths": literal(PATH), "users": literal(PATH)}
    ]
    account.write("v3", payload)

    body = account.to.store.show(account.id).body
    assert body["escalation_config"]["escalation_targets"] == [{"escalation_paths": literal(PATH)}]


def test_what_is_stored_is_not_the_callers_object() -> None:
    to = api()
    payload = rich_v3()
    route = to.store.create(payload)
    payload["name"] = "changed later"
    payload["alert_sources"].clear()

    assert route.body["name"] == "Everything"
    assert len(route.body["alert_sources"]) == 1
