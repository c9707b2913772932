"""Which live route a file means, and what a name means today."""

import pytest

from reconciler import sandbox
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import Open
from tests.e2e.team import Team

INFORMATIONAL = "01J2WYM7C5QKF9T3B8D6RAXE06"


def ident(incident_io: RunningSandbox, table: str, name: str) -> str:
    rows = getattr(incident_io.state.account, table)
    return str(next(row["id"] for row in rows if row["name"] == name))


def test_an_id_pins_the_route_so_that_its_name_can_change(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.edit(
        "routes/informational.yaml",
        "name: Informational\n",
        f"name: For information\nid: {INFORMATIONAL}\n",
    )

    planned = team.run("plan")
    applied = team.run("apply", "--auto-approve")

    assert "Plan: 2 to update, 4 unchanged." in planned.out
    assert applied.code == 0
    assert incident_io.state.find(INFORMATIONAL).body["name"] == "For information"
    assert len(incident_io.state.names()) == 6


def test_a_new_name_without_id_is_a_create_that_may_page_twice(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.edit("routes/production-alerts.yaml", "name: Production Alerts\n", "name: Production\n")

    ended = team.run("plan")

    assert "Plan: 1 to create, 1 to update, 4 unchanged, 1 undeclared." in ended.out
    assert "2 page twice" in ended.out.splitlines()[0]


def test_an_id_that_is_not_live_is_an_error_and_never_a_post(
    team: Team, incident_io: RunningSandbox
) -> None:
    gone = "01J2WYM7C5QKF9T3B8D6RAXE99"
    team.edit("routes/informational.yaml", "name: I", f"id: {gone}\nname: I")

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 1
    assert f"no live route has the id {gone} [id-not-live]" in ended.out
    assert incident_io.count("GET") == len(incident_io.requests)


def test_two_live_routes_of_one_name_are_named_by_id(
    team: Team, incident_io: RunningSandbox
) -> None:
    body = {"name": "Informational", "enabled": True, "is_private": False, "alert_sources": []}
    twin = incident_io.state.create(
        body
        | {
            "condition_groups": [],
            "expressions": [],
            "escalation_config": {"auto_cancel_escalations": True, "escalation_targets": []},
            "grouping_config": {"default": {"enabled": False}},
            "incident_config": {"enabled": False},
            "message_config": {"destinations": []},
        }
    ).id

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 1
    for identity in (INFORMATIONAL, twin):
        assert identity in ended.out
    assert "[ambiguous-route]" in ended.out
    assert incident_io.count("GET") == len(incident_io.requests)


def test_what_is_ignored_is_left_to_the_dashboard(team: Team, incident_io: RunningSandbox) -> None:
    team.edit("routes/informational.yaml", "sources:\n", "ignore_changes: [enabled]\nsources:\n")
    incident_io.state.edit("Informational", lambda body: body.update(enabled=False))
    assert team.run("apply", "--auto-approve").code == 0

    assert team.run("plan", "--detailed-exitcode").code == 0
    assert incident_io.state.find("Informational").body["enabled"] is False
    # An update of something else leaves it alone, too.
    team.edit("routes/informational.yaml", "  - Axiom\n", "  - Axiom\n  - PlanetScale\n")
    assert team.run("apply", "--auto-approve").code == 0
    assert incident_io.state.find("Informational").body["enabled"] is False


def moved(team: Team, incident_io: RunningSandbox) -> None:
    """The path that files name "Engineering On-Call" is another one today than in the lock."""
    assert team.run("directory", "refresh").code == 0
    paths = incident_io.state.account.escalation_paths
    was, other = (
        ident(incident_io, "escalation_paths", name)
        for name in ("Engineering On-Call", "Platform On-Call")
    )
    assert len(paths) == 3
    incident_io.state.rename(was, "Engineering (old)")
    incident_io.state.rename(other, "Engineering On-Call")


def test_a_name_that_moved_is_an_error_and_nothing_is_planned_for_its_routes(
    team: Team, incident_io: RunningSandbox
) -> None:
    moved(team, incident_io)

    planned = team.run("plan")
    applied = team.run("apply", "--auto-approve")

    assert planned.code == 1
    assert "[name-moved]" in planned.out
    assert "routes/production-alerts.yaml:11:11: error:" in planned.out
    assert "~ Production Alerts" not in planned.out
    assert applied.code == 1
    assert incident_io.count("GET") == len(incident_io.requests)


def test_a_refresh_of_the_lock_accepts_where_a_name_moved(
    team: Team, incident_io: RunningSandbox
) -> None:
    moved(team, incident_io)
    refreshed = team.run("directory", "refresh")
    assert refreshed.code == 0
    assert 'warning: "Engineering On-Call" is now another escalation path: ' in refreshed.err
    assert "routes/production-alerts.yaml:11:11: " in refreshed.err
    assert "is another escalation path now" not in team.run("directory", "refresh").err

    ended = team.run("plan")

    assert ended.code == 0
    assert "~ Production Alerts" in ended.out


def test_a_lock_of_another_account_is_not_used(team: Team, incident_io: RunningSandbox) -> None:
    team.name_no_account()
    moved(team, incident_io)
    incident_io.state.account.dashboard_url = "https://app.incident.io/another"

    ended = team.run("plan")

    assert "[name-moved]" not in ended.out
    assert ended.code == 0
    assert "note: directory.lock.json is for https://sandbox.invalid/acme, not for" in ended.out
    assert "[lock-of-another-account]" in ended.out


@pytest.mark.parametrize("api", ["v2", "v3"])
def test_an_unknown_name_leaves_the_rest_of_the_plan(open_account: Open, api: str) -> None:
    team, _ = open_account(sandbox.Settings(rate_limit=False, v3_available=api == "v3"))
    team.edit("routes/production-alerts.yaml", "Engineering On-Call", "Engineering Oncall")

    planned = team.run("plan", "--detailed-exitcode")

    assert planned.code == 1
    assert 'no escalation path is named "Engineering Oncall"' in planned.out
    assert 'did you mean "Engineering On-Call"?' in planned.out
    assert "~ Database Alerts" in planned.out
    assert "undeclared" not in planned.out  # a file with an error still declares its route
