"""The whole loop on GitHub: our workflows by bash, against a fake GitHub and the sandbox."""

import json

import pytest

from reconciler.record.repository import records_of
from tests.e2e.github.story import DATABASE, THREE, WARNINGS, Story, disable, opened


def test_the_whole_story(story: Story) -> None:
    team, github = story.team, story.github
    team.edit(DATABASE, "branch: main", "branch: [main, master]")
    story.write_table()
    first = story.commit("wider")

    validated = story.plan(7, first, "validate")
    planned = story.plan(7, first)

    assert validated.ok, validated.log
    assert "The route files are valid" in validated.summary
    assert (
        "**Who is paged: 1 kind of alert pages more targets" in validated.summary
    )  # without a key
    assert "spelling" not in validated.summary
    assert planned.ok, planned.log
    (comment,) = github.comments_of(7)
    lines = comment.splitlines()
    assert lines[0].startswith(f"<!-- reconciler:plan v1 sha={first} digest=")
    assert lines[1] == (
        "**Who is paged: 1 kind of alert pages more targets, 1 posts elsewhere.** "
        f"Proved for every alert of 1 source. 1 route changes. *(plan of `{first[:7]}`)*"
    )
    assert "```mermaid" in comment
    assert planned.outputs["changes"] == "true"
    assert json.loads(planned.outputs["counts"]) == {"creates": 0, "updates": 1, "deletes": 0}
    assert planned.outputs["digest"] in comment
    assert "1 to update" in planned.summary
    assert "this key can write" in planned.summary
    assert "this key can write" in comment

    team.edit(DATABASE, "[main, master]", "[main, trunk]")
    second = story.commit("wider")
    assert story.plan(7, second).ok
    (comment,) = github.comments_of(7)
    assert "trunk" in comment
    assert "master" not in comment

    merged = story.merge(7, "wider")
    applied = story.apply(merged)

    assert applied.ok, applied.log
    assert "trunk" in str(story.incident_io.state.find("Database Alerts").body)
    (comment,) = github.comments_of(7)
    assert "state=applied" in comment.splitlines()[0]
    assert "✅ **Applied**" in comment
    assert "✅ `Database Alerts` updated v7" in comment
    assert "1 kind of alert pages more targets" in comment
    names = [row["name"] for row in github.artifacts]
    assert any(name.startswith("run-") for name in names)

    assert story.drift().ok
    assert github.issues == []
    story.incident_io.state.edit("Database Alerts", disable)
    assert story.drift().ok
    (issue,) = github.issues
    assert issue["state"] == "open"
    assert "reconciler pull 'Database Alerts'" in issue["body"]
    assert "--revert-drift" in issue["body"]
    assert "updated 20" in issue["body"]

    assert team.run("pull", "Database Alerts").code == 0
    assert "enabled: false" in team.read(DATABASE)
    adopted = story.commit("adopt")
    assert story.plan(8, adopted).ok
    assert "**Merging this changes nothing in incident.io.**" in github.comments_of(8)[0]
    assert "Digest" not in github.comments_of(8)[0]
    assert story.apply(story.merge(8, "adopt")).ok
    assert "There was nothing to write" in github.comments_of(8)[0]
    assert story.drift().ok
    assert [row["state"] for row in github.issues] == ["closed"]

    story.incident_io.state.edit("Database Alerts", lambda body: body.update(enabled=True))
    assert story.drift().ok
    assert [row["state"] for row in github.issues] == ["open"]


def test_three_merges_land_with_the_third_when_the_second_failed(story: Story) -> None:
    github, store = story.github, story.incident_io.state
    for change in THREE:
        opened(story, *change)

    assert story.apply(story.merge(11, "one")).ok
    story.incident_io.fault("status", method="PUT", path="/alert_routes/", status=422)
    failed = story.apply(story.merge(12, "two"))
    assert not failed.ok
    assert "🛑 **Not applied**" in github.comments_of(12)[0]
    assert "info" not in str(store.find("Production Warnings").body)

    last = story.apply(story.merge(13, "three"))

    assert last.ok, last.log
    assert "info" in str(store.find("Production Warnings").body)
    assert len(store.find("Staging Notifications").body["alert_sources"]) == 1
    for number in (11, 12, 13):
        assert "state=applied" in github.comments_of(number)[0].splitlines()[0]


def test_a_merge_that_is_not_applied_yet_is_no_drift_of_the_next_pull_request(
    story: Story,
) -> None:
    opened(story, *THREE[1])
    story.incident_io.fault("status", method="PUT", path="/alert_routes/", status=422)
    assert not story.apply(story.merge(12, "two")).ok
    story.git("checkout", "-q", "main")
    story.team.edit(
        WARNINGS, "name: Production Warnings", "name: Production Warnings\nprivate: true"
    )

    planned = story.plan(13, story.commit("three"))

    assert planned.ok, planned.log
    (comment,) = story.github.comments_of(13)
    assert "### Other merges" in comment
    assert "edited in incident.io; left alone" not in comment
    assert "** Production Warnings changes (private). 1 of" in comment.splitlines()[1]


def test_the_first_run_needs_a_base_that_somebody_names(story: Story) -> None:
    (ref,) = records_of(story.team.folder)
    story.git("update-ref", "-d", ref)
    opened(story, *THREE[0])
    base = story.git("rev-parse", "main")
    merged = story.merge(11, "one")

    refused = story.apply(merged)
    named = story.apply(merged, base=base)

    assert not refused.ok
    assert "start the workflow with `base`" in refused.log
    assert named.ok, named.log


def test_an_older_commit_is_not_applied_over_a_newer_one(story: Story) -> None:
    older = story.git("rev-parse", "main")
    opened(story, *THREE[0])
    assert story.apply(story.merge(11, "one")).ok

    again = story.apply(older)

    assert not again.ok
    assert "is older than" in again.log
    assert "master" in str(story.incident_io.state.find("Database Alerts").body)


def test_a_merge_queue_runs_the_required_checks_and_its_commits_are_applied(story: Story) -> None:
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    story.write_table()
    assert story.plan(11, story.commit("one")).ok
    (planned,) = story.github.comments_of(11)
    kept = [dict(row) for row in story.github.artifacts]
    story.git("checkout", "-q", "main")

    valid, plan, merged = story.queue(11, "one")
    ended = story.apply(merged)

    assert (valid.ran, valid.ok) == (plan.ran, plan.ok) == (True, True), valid.log + plan.log
    assert "1 to update" in plan.summary
    assert story.github.artifacts[: len(kept)] == kept
    assert [row["name"] for row in story.github.artifacts[len(kept) :]] == ["run-4-1"]
    assert ended.ok, ended.log
    assert "master" in str(story.incident_io.state.find("Database Alerts").body)
    (comment,) = story.github.comments_of(11)
    assert "✅ **Applied**" in comment
    assert planned.split("\n", 1)[1] in comment


def test_what_two_merges_break_together_leaves_the_queue(story: Story) -> None:
    text = story.team.read(DATABASE).replace("Database Alerts", "New One")
    for number, branch in ((11, "one"), (12, "two")):
        story.team.write(f"routes/{branch}.yaml", text)
        story.write_table()
        assert story.plan(number, story.commit(branch)).ok
        story.git("checkout", "-q", "main")
    story.queue(11, "one")
    before = story.git("rev-parse", "main")

    valid, plan, after = story.queue(12, "two")

    assert not valid.ok
    assert not plan.ok
    assert after == before


@pytest.mark.parametrize("group", [{}, {"base_sha": None}, {"base_sha": "--all"}, {"base_sha": 7}])
def test_a_queue_that_names_no_base_plans_nothing(story: Story, group: dict[str, object]) -> None:
    before = len(story.incident_io.requests)

    plan = story.runner.run("plan", {"merge_group": group}, story.git("rev-parse", "HEAD"))

    assert plan.ran
    assert not plan.ok
    assert "error: this event names no base commit; run the plan on pull_request" in plan.log
    assert len(story.incident_io.requests) == before
