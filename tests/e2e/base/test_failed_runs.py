"""What a run that failed half way wrote is in the record, and no edit by hand."""

import json
import re

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import WARNINGS, git, merge_that_waits
from tests.e2e.team import Team

SINCE = ("plan", "--base", "HEAD~2")


def run_that_failed(team: Team, sandbox: RunningSandbox) -> None:
    """A commit whose apply wrote one route and failed at another."""
    assert team.run("apply", "--auto-approve").code == 0
    team.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    team.edit("routes/informational.yaml", "name:", "enabled: false\nname:")
    git(team.folder, "commit", "-q", "-a", "-m", "fails")
    failing = sandbox.state.find("Informational").id
    sandbox.fault("status", method="PUT", path=f"/alert_routes/{failing}", status=422)
    assert team.run("apply", "--auto-approve").code == 5


def moved_on(team: Team, old: str, new: str) -> None:
    team.edit(WARNINGS, old, new)
    git(team.folder, "commit", "-q", "-a", "-m", "next")


@pytest.mark.parametrize("plan", [("plan",), SINCE])
def test_what_a_failed_run_wrote_is_no_hand_edit(
    team: Team, sandbox: RunningSandbox, plan: tuple[str, ...]
) -> None:
    run_that_failed(team, sandbox)
    moved_on(team, "[warning, info]", "warning")  # a revert

    made = json.loads(team.run(*plan, "--format", "json").out)

    assert {one["name"] for one in made["changes"]} == {"Production Warnings", "Informational"}
    assert made["drift"] == []


@pytest.mark.parametrize("plan", [("plan",), SINCE])
def test_a_merge_that_goes_on_from_a_failed_run_is_no_conflict(
    team: Team, sandbox: RunningSandbox, plan: tuple[str, ...]
) -> None:
    run_that_failed(team, sandbox)
    moved_on(team, "[warning, info]", "[warning, page]")

    saved = team.run(*plan, "--out", "plan.json")
    ended = team.run("apply", "plan.json", "--auto-approve")

    assert "conflict" not in saved.out
    assert ended.code == 0, ended.out + ended.err
    assert "page" in str(sandbox.state.find("Production Warnings").body)


@pytest.mark.parametrize("plan", [("plan",), SINCE])
def test_a_hand_edit_beside_what_a_failed_run_wrote_is_all_that_is_drift(
    team: Team, sandbox: RunningSandbox, plan: tuple[str, ...]
) -> None:
    run_that_failed(team, sandbox)
    sandbox.state.edit("Production Warnings", lambda route: route.update(is_private=True))
    moved_on(team, "[warning, info]", "warning")

    made = json.loads(team.run(*plan, "--format", "json").out)

    drift = {side["name"]: [one["path"] for one in side["fields"]] for side in made["drift"]}
    assert drift == {"Production Warnings": ["private"]}
    changes = {one["name"]: [field["path"] for field in one["fields"]] for one in made["changes"]}
    assert changes["Production Warnings"] == ["when"]


@pytest.mark.parametrize("plan", [("plan",), SINCE])
def test_a_route_that_a_run_created_is_gone_on_from(
    team: Team, sandbox: RunningSandbox, plan: tuple[str, ...]
) -> None:
    assert team.run("apply", "--auto-approve").code == 0
    merge_that_waits(team)
    assert team.run("apply", "--auto-approve").code == 0
    team.edit("routes/new.yaml", "sources:", "enabled: false\nsources:")
    git(team.folder, "commit", "-q", "-a", "-m", "next")

    (change,) = json.loads(team.run(*plan, "--format", "json").out)["changes"]

    assert (change["action"], change["name"]) == ("update", "New")
    assert [(one["path"], one["kind"]) for one in change["fields"]] == [("enabled", "change")]


@pytest.mark.parametrize("plan", [("plan",), SINCE])
def test_a_route_that_a_run_deleted_is_made_again(
    team: Team, sandbox: RunningSandbox, plan: tuple[str, ...]
) -> None:
    assert team.run("apply", "--auto-approve").code == 0
    file, before = "routes/informational.yaml", team.read("routes/informational.yaml")
    team.write(file, "name: Informational\nstate: absent\n")
    team.approve("Informational", "delete")
    git(team.folder, "commit", "-q", "-a", "-m", "absent")
    assert team.run("apply", "--auto-approve").code == 0
    team.write(file, before)
    git(team.folder, "commit", "-q", "-a", "-m", "back")

    assert re.search(r"\b1 to create", team.run(*plan).out)


@pytest.mark.parametrize("base", [(), ("--base", "HEAD~2")])
def test_a_pull_takes_nothing_that_a_failed_run_wrote(
    team: Team, sandbox: RunningSandbox, base: tuple[str, ...]
) -> None:
    run_that_failed(team, sandbox)
    moved_on(team, "[warning, info]", "warning")

    ended = team.run("pull", WARNINGS, *base, "--diff")

    assert "0 files would be changed" in ended.out


def test_a_saved_plan_of_before_counts_from_the_record_alone(
    team: Team, sandbox: RunningSandbox
) -> None:
    """Plans of earlier versions name commits of failed runs."""
    run_that_failed(team, sandbox)
    moved_on(team, "[warning, info]", "warning")
    assert team.run("plan", "--out", "plan.json").code == 0
    saved = json.loads(team.read("plan.json"))
    team.write("plan.json", json.dumps({**saved, "tried": ["0" * 40]}))

    assert team.run("apply", "plan.json", "--auto-approve").code == 0
