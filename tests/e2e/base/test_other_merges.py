"""What was applied last tells a merge that waits from an edit by hand."""

import json

from reconciler.sandbox.running import RunningSandbox
from tests.e2e.base.repository import WARNINGS, git, merge_that_waits
from tests.e2e.team import Team


def test_a_merge_that_is_not_applied_yet_is_no_drift(team: Team, sandbox: RunningSandbox) -> None:
    merge_that_waits(team)
    sandbox.state.edit("Production Warnings", lambda route: route.update(is_private=True))
    team.edit("routes/informational.yaml", "name:", "enabled: false\nname:")

    ended = team.run("plan", "--base", "HEAD", "--applied", "HEAD~1", "--format", "json")
    text = team.run("plan", "--base", "HEAD", "--applied", "HEAD~1").out

    plan = json.loads(ended.out)
    assert [change["name"] for change in plan["changes"]] == ["Informational"]
    drift = {side["name"]: {one["path"] for one in side["fields"]} for side in plan["drift"]}
    assert drift["Production Warnings"] == {"private"}
    (side,) = plan["merged"]
    assert {one["kind"] for one in side["fields"]} == {"merged"}
    assert "not-applied-yet" in text
    assert "deleted-by-hand" not in text
    assert "1 of other merges" in " ".join(text.split())
    assert "Other merges (live is as it was applied last" in " ".join(text.split())


def test_a_field_of_two_merges_waits_for_the_other_one(team: Team) -> None:
    merge_that_waits(team)
    team.edit(WARNINGS, "[warning, info]", "[warning, page]")

    apart = team.run("plan", "--base", "HEAD", "--applied", "HEAD~1")
    without = team.run("plan", "--base", "HEAD")

    assert " to update" not in apart.out
    assert "plan again when the other one is applied" in " ".join(apart.out.split())
    assert "1 conflict" in " ".join(without.out.split())


def test_an_older_branch_takes_no_newer_apply_for_a_hand_edit(team: Team) -> None:
    team.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    git(team.folder, "commit", "-q", "-a", "-m", "newer")
    assert team.run("apply", "--base", "HEAD~1", "--auto-approve").code == 0
    git(team.folder, "checkout", "-q", "HEAD~1")

    text = team.run("plan", "--base", "HEAD", "--applied", "@{-1}").out

    assert "1 of other merges" in " ".join(text.split())


def test_a_broken_link_in_what_was_applied_last_is_said(team: Team) -> None:
    link = team.folder / "routes/team.yaml"
    link.symlink_to("nowhere")
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", "broken")
    link.unlink()
    merge_that_waits(team)

    text = " ".join(team.run("plan", "--base", "HEAD", "--applied", "HEAD~1").out.split())

    assert "[applied-unreadable]" in text
    assert "routes/team.yaml in" in text
    assert "counts as edited by hand" in text


def test_what_was_applied_last_is_asked_for_with_a_base(team: Team) -> None:
    assert team.run("plan", "--applied", "HEAD").code == 64
    assert team.run("plan", "--base", "HEAD", "--applied", "").code == 0  # a variable that is unset
