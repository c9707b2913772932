"""No false drift, no missed drift, and nothing of what nobody knows is lost."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from reconciler import sandbox
from tests.e2e.conftest import Open

Body = dict[str, Any]
VERSIONS = pytest.mark.parametrize("api", ["v2", "v3"])


@VERSIONS
@pytest.mark.parametrize("hidden_bodies", [True, False])
@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_whatever_order_the_server_likes_is_no_drift(
    open_account: Open, api: str, hidden_bodies: bool, seed: int | None
) -> None:
    team, _ = open_account(
        sandbox.Settings(
            rate_limit=False,
            v3_available=api == "v3",
            shuffle_seed=seed,
            hidden_bodies=hidden_bodies,
            stale_list_versions=True,
        )
    )

    assert "Plan: 1 to update, 5 unchanged." in team.run("plan").out
    assert team.run("apply", "--auto-approve").code == 0
    assert team.run("plan", "--detailed-exitcode").code == 0


def switch_off(body: Body) -> None:
    body["enabled"] = False


def make_private(body: Body) -> None:
    body["is_private"] = True


def drop_a_source(body: Body) -> None:
    del body["alert_sources"][0]


def drop_a_condition(body: Body) -> None:
    for source in body["alert_sources"]:
        source["condition_groups"] = []


def drop_the_page(body: Body) -> None:
    body["escalation_config"]["escalation_targets"] = []


def drop_the_channel(body: Body) -> None:
    body["message_config"]["destinations"] = []


def keep_escalations(body: Body) -> None:
    body["escalation_config"]["auto_cancel_escalations"] = False


def filter_everything(body: Body) -> None:
    groups = [group for one in body["alert_sources"] for group in one["condition_groups"]]
    body["condition_groups"] = copy.deepcopy(groups)


EDITS: dict[Callable[[Body], None], str] = {
    switch_off: "enabled",
    make_private: "private",
    drop_a_source: "sources[",
    drop_a_condition: "when",
    drop_the_page: "escalate.to",
    drop_the_channel: "notify",
    keep_escalations: "escalate.cancel_when_resolved",
    filter_everything: "when",
}


@VERSIONS
@pytest.mark.parametrize(("edit", "title"), EDITS.items(), ids=[edit.__name__ for edit in EDITS])
def test_each_edit_by_hand_is_found_named_and_undone(
    open_account: Open, api: str, edit: Callable[[Body], None], title: str
) -> None:
    team, incident_io = open_account(sandbox.Settings(rate_limit=False, v3_available=api == "v3"))
    assert team.run("apply", "--auto-approve").code == 0
    before = copy.deepcopy(incident_io.state.find("Production Alerts").body)
    incident_io.state.edit("Production Alerts", edit)

    document = json.loads(team.run("plan", "--format", "json").out)
    kept = team.run("apply", "--auto-approve")
    edited = copy.deepcopy(incident_io.state.find("Production Alerts").body)
    team.approve("Production Alerts", "paging-lost")  # of alerts that only the edit pages for
    applied = team.run("apply", "--revert-drift", "--auto-approve")

    (drift,) = document["drift"]
    assert (drift["name"], drift["live_version"]) == ("Production Alerts", 15)
    assert any(title in field["path"] for field in drift["fields"])
    assert document["changes"] == []
    assert kept.code == 0
    assert edited != before
    assert applied.code == 0, applied.out
    assert incident_io.state.find("Production Alerts").version == 16
    assert incident_io.state.find("Production Alerts").body["enabled"] == before["enabled"]
    assert team.run("plan", "--detailed-exitcode").code == 0


@VERSIONS
def test_a_renamed_thing_is_no_drift(open_account: Open, api: str) -> None:
    # Labels change whenever the thing that they name is renamed (part 2 of the API facts).
    team, incident_io = open_account(sandbox.Settings(rate_limit=False, v3_available=api == "v3"))
    assert team.run("apply", "--auto-approve").code == 0
    incident_io.state.rename("C06E4KQ7R2N", "#alerts-of-today")

    assert team.run("plan", "--detailed-exitcode").code == 0


@VERSIONS
def test_what_nobody_knows_is_carried_through_a_put_and_named(open_account: Open, api: str) -> None:
    team, incident_io = open_account(
        sandbox.Settings(rate_limit=False, v3_available=api == "v3", extra_fields=True)
    )
    before = copy.deepcopy(incident_io.state.find("Database Alerts").body)

    planned = team.run("plan")
    applied = team.run("apply", "--auto-approve")

    assert "Unknown to this tool, kept as it is" in planned.out
    for pointer in ("/managed_resource", "/sampling", "/evaluation", "/thread_replies"):
        assert pointer in planned.out
    assert applied.code == 0, applied.out
    after = copy.deepcopy(incident_io.state.find("Database Alerts").body)
    assert after != before
    for body in (before, after):
        del body["escalation_config"]["escalation_targets"]  # what moved
        del body["incident_config"]["template"]  # v2 needs one, though it counts for nothing
    assert after == before  # all else is as it was, known or not
    assert team.run("plan", "--detailed-exitcode").code == 0
