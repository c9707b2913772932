"""The merge request that takes hand edits into the files."""

from tests.e2e.gitlab.story import DATABASE, Story, disable
from tests.gitlab.fake import JOB, PUSH
from tests.gitlab.runner import Variable


def test_hand_edits_become_a_merge_request_whose_merge_ends_the_drift(story: Story) -> None:
    store, gitlab = story.incident_io.state, story.gitlab
    assert not story.adopt(adopt=False).ran
    nothing = story.adopt()
    assert nothing.ok, nothing.log
    assert gitlab.requests_to_merge == []
    store.edit("Database Alerts", disable)
    assert story.drift().ok
    assert [row["state"] for row in gitlab.issues] == ["opened"]

    adopted = story.adopt()

    assert adopted.ok, adopted.log
    (row,) = gitlab.requests_to_merge
    assert row["title"] == "Adopt live edits of Database Alerts"
    assert (row["target_branch"], row["source_branch"]) == ("main", "reconciler/live-edits")
    assert "### Effect on paging" in row["description"]
    assert story.git("diff", "main", "reconciler/live-edits", "--stat").startswith(DATABASE)
    assert "\n+enabled: false\n" in story.git("diff", "main", "reconciler/live-edits")
    assert story.git("log", "-1", "--format=%an <%ae>", "reconciler/live-edits") == (
        "Routes <bot@example.com>"
    )
    again = story.adopt()
    assert again.ok, again.log
    assert len(gitlab.requests_to_merge) == 1

    planned = story.plan(row["iid"], story.git("rev-parse", "reconciler/live-edits"))
    assert planned.ok, planned.log
    assert story.apply(story.merge(row["iid"], "reconciler/live-edits")).ok
    assert story.drift().ok
    assert [row["state"] for row in gitlab.issues] == ["closed"]


def test_what_was_pushed_onto_the_branch_stays_and_another_edit_moves_it_forward(
    story: Story,
) -> None:
    story.incident_io.state.edit("Database Alerts", disable)
    assert story.adopt().ok
    first = story.git("rev-parse", "reconciler/live-edits")
    story.team.write("README.md", "new\n")
    story.commit("main")
    story.incident_io.state.edit("Production Warnings", disable)

    moved = story.adopt()

    assert moved.ok, moved.log
    second = story.git("rev-parse", "reconciler/live-edits")
    assert story.git("rev-parse", f"{second}^1", f"{second}^2").split() == [
        first,
        story.git("rev-parse", "main"),
    ]
    story.git("checkout", "-q", "reconciler/live-edits")
    story.team.write("mine", "kept\n")
    mine = story.commit("reconciler/live-edits")
    story.git("checkout", "-q", "main")
    story.incident_io.state.edit("Staging Notifications", disable)
    left = story.adopt()
    assert left.ok, left.log
    assert "merge request of reconciler/live-edits left: its branch has other commits" in left.log
    assert story.git("rev-parse", "reconciler/live-edits") == mine


def test_edits_that_end_close_it_and_a_declined_one_stays_closed(story: Story) -> None:
    store, gitlab = story.incident_io.state, story.gitlab
    store.edit("Database Alerts", disable)
    assert story.adopt().ok
    (row,) = gitlab.requests_to_merge
    row["state"] = "closed"
    declined = story.adopt()
    assert "declined: it was closed with the same edits" in declined.log
    row["state"] = "opened"
    store.edit("Database Alerts", lambda body: body.update(enabled=True))

    assert story.adopt().ok

    assert row["state"] == "closed"
    assert "match again" in row["description"]


def test_without_a_token_that_can_push_it_says_which_one(story: Story) -> None:
    story.incident_io.state.edit("Database Alerts", disable)
    story.gitlab.tokens[PUSH].role = "Reporter"

    refused = story.adopt()

    assert not refused.ok
    assert "scope `write_repository` and the role Developer" in " ".join(refused.log.split())
    assert PUSH not in refused.log
    story.runner.variables = [one for one in story.runner.variables if one.value != PUSH]
    missing = story.adopt()
    assert not missing.ok
    assert "GITLAB_TOKEN is not set" in missing.log
    assert JOB not in missing.log
    story.runner.variables.append(Variable("RECONCILER_PUSH_TOKEN", "glpat-gone", protected=True))
    expired = story.adopt()
    assert "expired or revoked: make a new one" in " ".join(expired.log.split())
