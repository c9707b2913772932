"""What was reviewed is what is applied; forks, pushes and other commits wait."""

import json
import re

from tests.e2e.github.story import DATABASE, THREE, WARNINGS, Story, opened
from tests.github.fake import READER


def test_a_push_without_a_pull_request_waits_for_a_start_by_hand(story: Story) -> None:
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    pushed = story.commit("main")

    stopped = story.apply(pushed)

    assert not stopped.ok
    assert story.incident_io.count("PUT") == 1  # the one before the story
    assert "guard-not-reviewed" in stopped.log
    (digest,) = set(re.findall(r"--digest\s+([0-9a-f]{64})", stopped.log))
    assert "1 to update" in stopped.summary
    assert digest in stopped.summary
    assert "Nothing was written." in stopped.summary
    assert not story.apply(pushed, digest="0" * 64).ok
    by_hand = story.apply(pushed, digest=digest)
    assert by_hand.ok, by_hand.log
    assert "master" in str(story.incident_io.state.find("Database Alerts").body)


def test_what_was_not_reviewed_is_not_applied_and_the_comment_says_so(story: Story) -> None:
    opened(story, *THREE[0])
    opened(story, *THREE[1])
    # Two pull requests change one route: together they make a change that nobody reviewed.
    story.git("checkout", "-q", "one")
    story.team.edit(WARNINGS, "severity: warning", "severity: [warning, page]")
    assert story.plan(11, story.commit("one")).ok
    story.git("checkout", "-q", "main")
    story.merge(11, "one")
    story.git("checkout", "-q", "-B", "both", "main")
    story.team.edit(WARNINGS, "[warning, page]", "[warning, page, info]")
    merged = story.commit("both")
    story.git("checkout", "-q", "main")
    story.git("merge", "-q", "--ff-only", "both")

    ended = story.apply(merged)

    assert not ended.ok
    assert "master" in str(story.incident_io.state.find("Database Alerts").body)
    assert "page" not in str(story.incident_io.state.find("Production Warnings").body)
    (comment,) = story.github.comments_of(11)
    assert "⚠️ **Partly applied**" in comment
    assert "`Production Warnings` was not written: the route or its file changed" in comment
    assert (
        "  - now `when`: `severity is one of warning` → `severity is one of info, page" in comment
    )
    assert "Database Alerts: updated v7" in ended.summary
    assert "Production Warnings: not sent (not reviewed)" in ended.summary
    (digest,) = set(re.findall(r"--digest ([0-9a-f]{64})", ended.log))
    assert f"Actions → apply → Run workflow, `digest` = `{digest}`" in comment
    assert f"with the digest of what is left: `{digest}`" in ended.summary
    by_hand = story.apply(merged, digest=digest)
    assert by_hand.ok, by_hand.log
    assert "page" in str(story.incident_io.state.find("Production Warnings").body)


def test_a_fork_gets_no_plan_and_its_merge_waits(story: Story) -> None:
    fork = "stranger/routes"
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    head = story.commit("theirs")

    assert not story.plan(21, head, repo=fork).ran
    assert "6 routes valid" in story.plan(21, head, "validate", repo=fork).log
    # A run of the fork may name its artifact as it likes.
    forged = json.dumps({"format_version": "1.0"}).encode()
    story.github.upload(f"plan-{head}", {"plan.json": forged}, head, fork=True)
    stopped = story.apply(story.merge(21, "theirs", fork))

    assert not stopped.ok
    (comment,) = story.github.comments_of(21)
    assert "it came from a fork" in comment
    assert "Actions → apply → Run workflow, `digest` = `" in comment


def test_a_fork_cannot_switch_off_its_own_review(story: Story) -> None:
    fork = "stranger/routes"
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    config = story.team.read("reconciler.yaml")
    story.team.write("reconciler.yaml", f"require_reviewed_plan: false\n{config}")
    validated = story.plan(21, story.commit("theirs"), "validate", repo=fork)
    merged = story.merge(21, "theirs", fork)

    stopped = story.apply(merged)

    assert any("title=settings-loosened" in line for line in validated.commands)

    assert not stopped.ok
    assert "master" not in str(story.incident_io.state.find("Database Alerts").body)
    (comment,) = story.github.comments_of(21)
    assert "`require_reviewed_plan`" in comment
    (digest,) = set(re.findall(r"--digest ([0-9a-f]{64})", " ".join(stopped.log.split())))
    assert story.apply(merged, digest=digest).ok


def test_a_deployment_of_another_workflow_makes_nothing_reviewed(story: Story) -> None:
    """A shop deploys to an environment of the same name, from the commit that nobody reviewed."""
    config = story.team.read("reconciler.yaml")
    story.team.write("reconciler.yaml", f"require_reviewed_plan: false\n{config}")
    story.commit("first")
    merged = story.merge(21, "first", "stranger/routes")
    assert not story.apply(merged).ok
    story.github.deploy(merged, "success", workflow="shop.yml")
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    story.commit("second")

    ended = story.apply(story.merge(22, "second", "stranger/routes"))

    assert not ended.ok
    assert "master" not in str(story.incident_io.state.find("Database Alerts").body)


def test_a_fork_that_only_loosens_moves_no_base_and_lets_nothing_pass(story: Story) -> None:
    fork = "stranger/routes"
    config = story.team.read("reconciler.yaml")
    story.team.write("reconciler.yaml", f"require_reviewed_plan: false\n{config}")
    story.team.approve("Database Alerts", "pages-nobody")
    story.commit("first")
    loosened = story.apply(story.merge(21, "first", fork))
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    story.commit("second")

    ended = story.apply(story.merge(22, "second", fork))

    assert (loosened.ok, ended.ok) == (False, False)
    (comment,) = story.github.comments_of(21)
    assert "🛑 **Not applied**" in comment
    assert '`approvals`: "Database Alerts" may page nobody' in comment
    assert "master" not in str(story.incident_io.state.find("Database Alerts").body)
    opened(story, *THREE[1])  # the team's own is written all the same
    assert not story.apply(story.merge(12, "two")).ok
    assert "info" in str(story.incident_io.state.find("Production Warnings").body)
    assert "✅ **Applied**" in story.github.comments_of(12)[0]


def test_an_approval_of_a_pull_request_of_its_own_releases_the_merge_that_waits(
    story: Story,
) -> None:
    opened(story, 31, "off", DATABASE, "name:", "enabled: false\nname:")
    opened(story, *THREE[1])
    story.merge(31, "off")
    refused = story.apply(story.merge(12, "two"))
    assert not refused.ok
    assert "info" in str(story.incident_io.state.find("Production Warnings").body)
    assert "✅ **Applied**" in story.github.comments_of(12)[0]
    (waits,) = story.github.comments_of(31)
    assert "🛑 **Not applied**" in waits
    assert "a guard refuses it" in waits
    assert "in a separate pull request" in waits
    story.git("checkout", "-q", "main")
    story.team.approve("Database Alerts", "pages-nobody")

    assert story.plan(32, story.commit("approve")).ok
    released = story.apply(story.merge(32, "approve"))

    (comment,) = story.github.comments_of(32)
    assert '"Database Alerts" may page nobody until 2999-12-31' in comment
    assert "**Who is paged: 1 kind of alert stops paging" in comment
    assert "Nothing to do" not in comment
    assert released.ok, released.log
    assert story.incident_io.state.find("Database Alerts").body["enabled"] is False
    assert "✅ **Applied**" in story.github.comments_of(31)[0]


def test_a_token_that_may_only_read_fails_the_comment_and_not_the_plan(story: Story) -> None:
    story.runner.token = READER
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")

    planned = story.plan(7, story.commit("wider"))

    assert not planned.ok
    assert "a fork's token can only read" in planned.log
    assert "1 to update" in planned.summary
    assert READER not in planned.log
    assert planned.outputs["changes"] == "true"


def test_an_older_commit_s_plan_is_never_taken_for_this_one_s(story: Story) -> None:
    opened(story, *THREE[0])
    older = story.git("rev-parse", "one")
    story.git("checkout", "-q", "one")
    story.team.edit(DATABASE, "[main, master]", "[main, trunk]")
    newer = story.commit("one")
    story.incident_io.fault("status", status=404, path="/alert_routes", times=100)

    failed = story.plan(11, newer)

    assert not failed.ok
    (comment,) = story.github.comments_of(11)
    assert f"❓ **No plan of `{newer[:12]}`**" in comment.splitlines()[2]
    assert "): GET /v3/alert" in comment.splitlines()[2]
    assert f"The plan below is from `{older[:12]}`." in comment
    story.incident_io.clear_faults()
    assert story.plan(11, newer).ok
    (comment,) = story.github.comments_of(11)
    assert "No plan of" not in comment
    assert "trunk" in comment
    again = story.plan(11, older)
    assert again.ok, again.log
    assert "comment of #11 left" in again.log
    assert story.github.comments_of(11) == [comment]
    assert story.apply(story.merge(11, "one")).ok
    (applied,) = story.github.comments_of(11)
    for sha in (newer, older):  # a run that somebody starts again after the merge
        assert story.plan(11, sha).ok
    assert story.github.comments_of(11) == [applied]


def test_a_pull_request_that_mends_broken_yaml_gets_a_green_plan(story: Story) -> None:
    good = story.team.read(DATABASE)
    story.team.write(DATABASE, "name: [\n")
    assert not story.apply(story.commit("main")).ok
    story.team.write(DATABASE, good.replace("branch: main", "branch: [main, master]"))

    mended = story.plan(41, story.commit("mend"))

    assert mended.ok, mended.log
    assert "master" in story.github.comments_of(41)[0]
    assert story.apply(story.merge(41, "mend")).ok
    assert "master" in str(story.incident_io.state.find("Database Alerts").body)


def test_an_apply_that_cannot_reach_incident_io_says_so_in_the_comment(story: Story) -> None:
    opened(story, *THREE[0])
    story.incident_io.fault("status", status=503, path="/alert_routes", times=100)

    ended = story.apply(story.merge(11, "one"))

    assert not ended.ok
    (comment,) = story.github.comments_of(11)
    assert "could not be reached (503). Re-run the job." in comment
    assert "Nothing was written" in ended.summary


def test_after_a_wrong_digest_the_right_way_stays_in_the_comment(story: Story) -> None:
    fork = "stranger/routes"
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    story.commit("theirs")
    merged = story.merge(21, "theirs", fork)
    assert not story.apply(merged).ok

    assert not story.apply(merged, digest="0" * 64).ok

    (comment,) = story.github.comments_of(21)
    (digest,) = set(re.findall(r"Run workflow, `digest` = `([0-9a-f]{64})`", comment))
    assert story.apply(merged, digest=digest).ok
