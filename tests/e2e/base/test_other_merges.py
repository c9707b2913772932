"""What was applied last tells a merge that waits from an edit by hand."""

import json
import subprocess

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import WARNINGS, git, merge_that_waits
from tests.e2e.team import Team


def _record(team: Team) -> tuple[str, str]:
    """The record's ref, and its commit."""
    command = ["git", "-C", str(team.folder), "for-each-ref", "refs/reconciler"]
    told = subprocess.run(
        [*command, "--format=%(refname) %(objectname)"], check=True, capture_output=True, text=True
    )
    ref, commit = told.stdout.split()
    return ref, commit


@pytest.fixture
def applied(team: Team) -> Team:
    """A checkout whose first commit is applied."""
    assert team.run("apply", "--auto-approve").code == 0
    return team


def test_a_merge_that_is_not_applied_yet_is_no_drift(
    applied: Team, sandbox: RunningSandbox
) -> None:
    team = applied
    merge_that_waits(team)
    sandbox.state.edit("Production Warnings", lambda route: route.update(is_private=True))
    team.edit("routes/informational.yaml", "name:", "enabled: false\nname:")

    ended = team.run("plan", "--base", "HEAD", "--format", "json")
    text = team.run("plan", "--base", "HEAD").out

    plan = json.loads(ended.out)
    assert [change["name"] for change in plan["changes"]] == ["Informational"]
    drift = {side["name"]: {one["path"] for one in side["fields"]} for side in plan["drift"]}
    assert drift == {"Production Warnings": {"private"}}
    (side,) = plan["merged"]
    assert {one["kind"] for one in side["fields"]} == {"merged"}
    assert "not-applied-yet" in text
    assert "deleted-by-hand" not in text
    assert "1 of other merges" in " ".join(text.split())
    assert "Other merges (live as last applied" in " ".join(text.split())


def test_a_field_of_two_merges_waits_for_the_other_one(applied: Team) -> None:
    merge_that_waits(applied)
    applied.edit(WARNINGS, "[warning, info]", "[warning, page]")

    planned = applied.run("plan", "--base", "HEAD")

    assert " to update" not in planned.out
    assert "apply the other merge, merge it here, then plan again" in " ".join(planned.out.split())


def test_a_hand_edit_that_says_what_a_waiting_merge_will_is_an_edit(
    applied: Team, sandbox: RunningSandbox
) -> None:
    """Nobody has applied that merge, so going on from it is a conflict, as on the merge."""
    team = applied
    merge_that_waits(team)
    before = _record(team)
    assert team.run("apply", "--auto-approve").code == 0
    git(team.folder, "update-ref", *before)  # as if an edit by hand had done that
    team.edit(WARNINGS, "[warning, info]", "[warning, page]")

    made = json.loads(team.run("plan", "--base", "HEAD", "--format", "json").out)

    assert [side["name"] for side in made["conflicts"]] == ["Production Warnings"]
    assert team.run("apply", "--auto-approve").code == 4


def test_an_older_branch_takes_no_newer_apply_for_a_hand_edit(applied: Team) -> None:
    team = applied
    team.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    git(team.folder, "commit", "-q", "-a", "-m", "newer")
    assert team.run("apply", "--auto-approve").code == 0
    git(team.folder, "checkout", "-q", "HEAD~1")

    made = json.loads(team.run("plan", "--base", "HEAD", "--format", "json").out)

    assert (made["changes"], made["drift"], made["conflicts"]) == ([], [], [])
    assert [side["name"] for side in made["merged"]] == ["Production Warnings"]


def test_what_main_took_back_before_it_was_applied_waits_for_nobody(applied: Team) -> None:
    merge_that_waits(applied)
    git(applied.folder, "revert", "--no-edit", "HEAD")

    made = json.loads(applied.run("plan", "--base", "HEAD~1", "--format", "json").out)

    assert (made["changes"], made["merged"], made["drift"]) == ([], [], [])
    assert made["conflicts"] == []
