"""What a run that failed half way wrote is no edit by hand."""

import json
import re

import pytest

from reconciler.sandbox.running import RunningSandbox
from tests.e2e.base.repository import WARNINGS, git, merge_that_waits
from tests.e2e.team import Team


def run_that_failed(team: Team, sandbox: RunningSandbox) -> tuple[str, str]:
    """A commit whose apply wrote one route and failed at another; the base, and that commit."""
    team.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    team.edit("routes/informational.yaml", "name:", "enabled: false\nname:")
    git(team.folder, "commit", "-q", "-a", "-m", "tried")
    failing = sandbox.state.find("Informational").id
    sandbox.fault("status", method="PUT", path=f"/alert_routes/{failing}", status=422)
    assert team.run("apply", "--base", "HEAD~1", "--auto-approve").code == 5
    return "HEAD~1", "HEAD"


def moved_on(team: Team, old: str, new: str) -> None:
    team.edit(WARNINGS, old, new)
    git(team.folder, "commit", "-q", "-a", "-m", "next")


TRIED = ("plan", "--base", "HEAD~2", "--tried", "HEAD~1")


@pytest.mark.parametrize("scope", ["all", "changed"])
def test_what_a_failed_run_wrote_is_no_hand_edit(
    team: Team, sandbox: RunningSandbox, scope: str
) -> None:
    run_that_failed(team, sandbox)
    moved_on(team, "[warning, info]", "warning")  # a revert

    without = json.loads(team.run(*TRIED[:3], "--format", "json").out)
    plan = json.loads(team.run(*TRIED, "--scope", scope, "--format", "json").out)

    assert "Production Warnings" in [side["name"] for side in without["drift"]]
    assert {one["name"] for one in plan["changes"]} == {"Production Warnings", "Informational"}
    assert "Production Warnings" not in [side["name"] for side in plan["drift"]]


def test_a_merge_that_goes_on_from_a_failed_run_is_no_conflict(
    team: Team, sandbox: RunningSandbox
) -> None:
    run_that_failed(team, sandbox)
    moved_on(team, "[warning, info]", "[warning, page]")

    assert team.run(*TRIED[:3]).out.count("[conflict]") == 1
    saved = team.run(*TRIED, "--out", "plan.json")
    ended = team.run("apply", "plan.json", "--auto-approve")

    assert "conflict" not in saved.out
    assert ended.code == 0, ended.out + ended.err
    assert "page" in str(sandbox.state.find("Production Warnings").body)


def test_beside_a_hand_edit_nobody_counts_from_a_failed_run(
    team: Team, sandbox: RunningSandbox
) -> None:
    run_that_failed(team, sandbox)
    sandbox.state.edit("Production Warnings", lambda route: route.update(is_private=True))
    moved_on(team, "[warning, info]", "warning")

    plan = json.loads(team.run(*TRIED, "--format", "json").out)

    drift = {side["name"]: {one["path"] for one in side["fields"]} for side in plan["drift"]}
    assert drift["Production Warnings"] == {"when", "private"}


def test_a_route_that_a_failed_run_created_is_gone_on_from(
    team: Team, sandbox: RunningSandbox
) -> None:
    merge_that_waits(team)
    assert team.run("apply", "--base", "HEAD~1", "--auto-approve").code == 0
    team.edit("routes/new.yaml", "sources:", "enabled: false\nsources:")
    git(team.folder, "commit", "-q", "-a", "-m", "next")

    (change,) = json.loads(team.run(*TRIED, "--format", "json").out)["changes"]

    assert (change["action"], change["name"]) == ("update", "New")
    assert [(one["path"], one["kind"]) for one in change["fields"]] == [("enabled", "change")]


def test_a_route_that_a_failed_run_deleted_is_made_again(
    team: Team, sandbox: RunningSandbox
) -> None:
    file, before = "routes/informational.yaml", team.read("routes/informational.yaml")
    team.write(file, "name: Informational\nstate: absent\n")
    git(team.folder, "commit", "-q", "-a", "-m", "absent")
    sandbox.state.delete("Informational")
    team.write(file, before)
    git(team.folder, "commit", "-q", "-a", "-m", "back")

    assert not re.search(r"\d to create", team.run(*TRIED[:3]).out)
    assert "1 to create" in team.run(*TRIED).out


def test_a_pull_takes_nothing_that_a_failed_run_wrote(team: Team, sandbox: RunningSandbox) -> None:
    run_that_failed(team, sandbox)
    moved_on(team, "[warning, info]", "warning")

    without = team.run("pull", WARNINGS, "--base", "HEAD~2", "--diff")
    ended = team.run("pull", WARNINGS, "--base", "HEAD~2", "--tried", "HEAD~1", "--diff")

    assert "1 file would be changed" in without.out
    assert "0 files would be changed" in ended.out


def test_only_commits_that_the_files_went_on_from_were_tried(team: Team) -> None:
    moved_on(team, "severity: warning", "severity: [warning, info]")
    git(team.folder, "checkout", "-q", "HEAD~1")

    ended = team.run("plan", "--base", "HEAD", "--tried", "@{-1}")

    assert ended.code == 1
    assert "does not lie between" in ended.err
    assert team.run("plan", "--tried", "HEAD").code == 64
    assert team.run("pull", "--tried", "HEAD").code == 64
    assert team.run("plan", "--base", "HEAD", "--tried", "").code == 0  # a variable that is unset
