"""A saved plan writes what it shows, or less: never something else."""

import json
from typing import Any

import pytest

from reconciler import sandbox
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import Open
from tests.e2e.team import Ended, Team
from tests.e2e.test_interrupted import until

VERSIONS = pytest.mark.parametrize("api", ["v2", "v3"])
GATEWAY = "name: Gateway\nsources: [Grafana Cloud]\nescalate:\n  - path: Platform On-Call\n"


def plan(team: Team) -> dict[str, Any]:
    """Plan into plan.json; the document."""
    assert team.run("plan", "--out", "plan.json").code == 0
    document: dict[str, Any] = json.loads(team.read("plan.json"))
    return document


def apply(team: Team) -> Ended:
    return team.run("apply", "--auto-approve", "plan.json")


def disable(team: Team, *slugs: str) -> None:
    for slug in slugs:
        team.edit(f"routes/{slug}.yaml", "sources:\n", "enabled: false\nsources:\n")


def nothing_written(incident_io: RunningSandbox) -> bool:
    return incident_io.count("GET") == len(incident_io.requests)


@VERSIONS
def test_k_routes_cost_k_reads_and_k_writes(open_account: Open, api: str) -> None:
    team, incident_io = open_account(
        sandbox.Settings(rate_limit=False, v3_available=api == "v3", routes=200)
    )
    disable(team, "informational", "staging-notifications")
    assert len(plan(team)["changes"]) == 3
    incident_io.requests.clear()

    applied = apply(team)

    assert applied.code == 0, applied.out
    assert incident_io.count("GET", f"/{api}/alert_routes/") == 3
    pages = 5  # of the list, since all 206 routes count; too many to be read
    assert incident_io.count("GET", r"/alert_routes(\?|$)") == pages
    assert incident_io.count("PUT", f"/{api}/alert_routes/") == 3
    assert incident_io.count("POST") + incident_io.count("DELETE") == 0


def test_a_plan_without_changes_says_so_once(team: Team) -> None:
    team.run("apply", "--auto-approve")
    assert plan(team)["changes"] == []

    applied = apply(team)

    assert (applied.code, applied.err) == (0, "")
    assert applied.out == "Nothing to do: plan.json has no changes.\n"


def test_other_files_are_refused(team: Team, incident_io: RunningSandbox) -> None:
    plan(team)
    team.edit("routes/informational.yaml", "name: Informational\n", "name: Informational # !\n")

    applied = apply(team)

    assert applied.code == 3
    assert "files changed since this plan was created" in applied.err
    assert nothing_written(incident_io)


def test_another_account_is_refused(team: Team, incident_io: RunningSandbox) -> None:
    team.name_no_account()
    plan(team)
    incident_io.state.account.dashboard_url = "https://app.incident.io/another"

    applied = apply(team)

    assert applied.code == 3
    assert "another account: https://sandbox.invalid/acme, now https://app.incident.io/another" in (
        applied.err
    )
    assert nothing_written(incident_io)


def test_another_version_of_the_api_is_refused(team: Team, incident_io: RunningSandbox) -> None:
    team.write("reconciler.yaml", team.read("reconciler.yaml") + "api: v2\n")
    document = plan(team)
    team.edit("reconciler.yaml", "api: v2\n", "api: v3\n")

    applied = apply(team)

    assert document["api"] == "v2"
    assert applied.code == 3
    assert "another API version: v2, now v3" in applied.err
    assert nothing_written(incident_io)


@VERSIONS
def test_a_route_that_moved_is_a_conflict_and_the_others_are_written(
    open_account: Open, api: str
) -> None:
    team, incident_io = open_account(sandbox.Settings(rate_limit=False, v3_available=api == "v3"))
    disable(team, "informational")
    plan(team)
    incident_io.state.edit("Informational", lambda body: body.update(is_private=True))

    applied = apply(team)

    assert applied.code == 4
    assert "Informational: conflict, not written. Planned from v9, but live is v10" in applied.out
    assert "1 written, 1 conflict. `reconciler plan` shows what is left." in applied.out
    moved = incident_io.state.find("Informational")
    assert (moved.version, moved.body["is_private"], moved.body["enabled"]) == (10, True, True)
    assert incident_io.state.find("Database Alerts").version == 6


def test_an_edit_while_apply_is_writing_is_a_conflict(
    team: Team, incident_io: RunningSandbox
) -> None:
    # The plan was made anew and the question answered: the version alone holds the edit back.
    with team.start("apply") as process:
        until(process.stderr, "to continue: ")
        incident_io.state.edit("Database Alerts", lambda body: body.update(is_private=True))
        out, _ = process.communicate("yes\n", timeout=60)

    assert process.returncode == 4
    assert "private: false → true  (live edit; not changed)" in out
    assert incident_io.state.find("Database Alerts").body["is_private"] is True


def test_a_route_that_was_deleted_since_is_a_conflict(
    team: Team, incident_io: RunningSandbox
) -> None:
    disable(team, "informational")
    plan(team)
    incident_io.state.delete("Informational")

    applied = apply(team)

    assert applied.code == 4, applied
    assert "Informational: conflict, not written." in applied.out
    assert "Informational" not in incident_io.state.names()
    assert incident_io.state.find("Database Alerts").version == 6


def test_a_route_that_somebody_created_since_is_a_conflict(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.write("routes/gateway.yaml", GATEWAY)
    plan(team)
    incident_io.state.create(WRITTEN)

    applied = apply(team)

    assert applied.code == 4, applied
    assert "Gateway: conflict, not written." in applied.out
    assert incident_io.state.names().count("Gateway") == 1
    assert incident_io.state.find("Database Alerts").version == 6


WRITTEN = {
    "name": "Gateway",
    "enabled": True,
    "is_private": False,
    "alert_sources": [],
    "condition_groups": [],
    "expressions": [],
    "escalation_config": {"auto_cancel_escalations": True, "escalation_targets": []},
    "grouping_config": {"default": {"enabled": False}},
    "incident_config": {"enabled": False},
    "message_config": {"destinations": []},
}


@VERSIONS
def test_a_plan_of_creates_alone_reads_the_list_once(open_account: Open, api: str) -> None:
    team, incident_io = open_account(sandbox.Settings(rate_limit=False, v3_available=api == "v3"))
    assert team.run("apply", "--auto-approve").code == 0
    team.write("routes/gateway.yaml", GATEWAY)
    assert [change["action"] for change in plan(team)["changes"]] == ["create"]
    incident_io.requests.clear()

    applied = apply(team)
    again = apply(team)

    assert applied.code == 0, applied.out
    assert incident_io.count("POST", f"/{api}/alert_routes$") == 1
    assert incident_io.state.names().count("Gateway") == 1
    assert again.code == 0
    assert incident_io.count("PUT") == 0


def test_a_plan_that_was_applied_already_writes_nothing_again(
    team: Team, incident_io: RunningSandbox
) -> None:
    plan(team)
    assert apply(team).code == 0
    incident_io.requests.clear()

    again = apply(team)

    assert again.code == 0, again
    assert nothing_written(incident_io)


def test_a_plan_without_changes_does_nothing(team: Team, incident_io: RunningSandbox) -> None:
    assert team.run("apply", "--auto-approve").code == 0
    assert plan(team)["changes"] == []
    incident_io.requests.clear()

    applied = apply(team)

    assert applied.code == 0
    assert nothing_written(incident_io)


def test_a_guard_refuses_a_saved_plan_too(team: Team, incident_io: RunningSandbox) -> None:
    team.edit("routes/production-alerts.yaml", "escalate:\n  - path: Engineering On-Call\n", "")
    plan(team)

    applied = apply(team)

    assert applied.code == 3
    assert nothing_written(incident_io)


def test_a_saved_delete_deletes_that_version_alone(team: Team, incident_io: RunningSandbox) -> None:
    team.write("routes/informational.yaml", "name: Informational\nstate: absent\n")
    team.approve("Informational", "delete")
    plan(team)
    incident_io.requests.clear()

    applied = apply(team)

    assert applied.code == 0, applied.out
    assert "Informational" not in incident_io.state.names()
    # One read to plan anew, and one more right before the DELETE, which carries no version.
    live = "RAXE06"
    assert incident_io.count("GET", live) == 2
    assert incident_io.count("DELETE", live) == 1


def test_a_saved_delete_of_an_edited_route_is_a_conflict(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.write("routes/informational.yaml", "name: Informational\nstate: absent\n")
    team.approve("Informational", "delete")
    plan(team)
    incident_io.state.edit("Informational", lambda body: body.update(is_private=True))

    applied = apply(team)

    assert applied.code == 4
    assert "Informational" in incident_io.state.names()


def test_routes_of_one_name_are_told_apart_by_id(team: Team, incident_io: RunningSandbox) -> None:
    twin = incident_io.state.create(WRITTEN | {"name": "Informational"}).id
    for slug, identity in (("informational", SEEDED), ("second", twin)):
        team.write(
            f"routes/{slug}.yaml",
            f"name: Informational\nid: {identity}\nenabled: false\nsources: [Axiom]\n",
        )
    assert len(plan(team)["changes"]) == 3

    applied = apply(team)

    assert applied.code == 0, applied.out
    assert [incident_io.state.find(one).body["enabled"] for one in (SEEDED, twin)] == [False, False]


SEEDED = "01J2WYM7C5QKF9T3B8D6RAXE06"  # Informational


def test_a_rename_is_applied_from_a_saved_plan(team: Team, incident_io: RunningSandbox) -> None:
    team.edit(
        "routes/informational.yaml",
        "name: Informational\n",
        "name: For information\npreviously: Informational\n",
    )
    plan(team)

    applied = apply(team)

    assert applied.code == 0, applied.out
    assert incident_io.state.find(SEEDED).body["name"] == "For information"
    assert len(incident_io.state.names()) == 6


def test_a_plan_of_one_route_is_applied_as_it_is(team: Team, incident_io: RunningSandbox) -> None:
    disable(team, "informational")
    assert team.run("plan", "Informational", "--out", "plan.json").code == 0

    applied = apply(team)

    assert applied.code == 0, applied.out + applied.err
    assert incident_io.state.find("Informational").body["enabled"] is False
    assert incident_io.state.find("Database Alerts").version == 5


def test_a_rename_of_what_a_plan_shows_does_not_make_it_another_plan(
    team: Team, incident_io: RunningSandbox
) -> None:
    plan(team)
    path = next(
        one["id"]
        for one in incident_io.state.account.escalation_paths
        if one["name"] == "Database On-Call"
    )
    incident_io.state.rename(path, "Databases")  # the path that the route pages until now

    applied = apply(team)

    assert applied.code == 0, applied.out + applied.err
    assert incident_io.state.find("Database Alerts").version == 6


def test_a_plan_that_grew_meanwhile_writes_what_it_showed_alone(
    team: Team, incident_io: RunningSandbox
) -> None:
    plan(team)
    incident_io.state.edit("Informational", lambda body: body.update(is_private=True))

    applied = apply(team)

    assert applied.code == 0, applied.out + applied.err
    assert incident_io.state.find("Informational").body["is_private"] is True
    assert incident_io.count("PUT") == 1
