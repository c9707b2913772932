"""Hand edits: the one issue, and the pull request that takes them into the files."""

import re
import shlex

from tests.e2e.github.story import DATABASE, THREE, Story, disable, opened, other_branch


def test_when_nobody_can_tell_the_drift_issue_stays_as_it_is(story: Story) -> None:
    story.incident_io.state.edit("Database Alerts", disable)
    assert story.drift().ok
    (before,) = [dict(row) for row in story.github.issues]
    story.incident_io.fault("status", status=404, path="/alert_routes", times=100)

    ended = story.drift()

    assert not ended.ok
    assert story.github.issues == [before]


def test_a_route_that_was_deleted_by_hand_is_drift_and_stays_deleted(story: Story) -> None:
    story.incident_io.state.delete("Informational")

    assert story.drift().ok

    (issue,) = story.github.issues
    assert "`Informational`" in issue["body"]
    assert "remove `routes/informational.yaml`" in issue["body"]
    assert "no longer" not in issue["body"]  # it paged nobody
    opened(story, *THREE[0])
    assert story.apply(story.merge(11, "one")).ok
    assert "Informational" not in story.incident_io.state.names()


def test_hand_edits_become_a_pull_request_whose_merge_ends_the_drift(story: Story) -> None:
    store = story.incident_io.state
    assert not story.runner.run("drift", {}, story.git("rev-parse", "main"), job="adopt").ran
    nothing = story.adopt()
    assert nothing.ok, nothing.log
    assert story.github.opened == []
    assert nothing.summary == "incident.io has no live edits to pull into the files.\n"
    store.edit("Database Alerts", disable)

    adopted = story.adopt()

    assert adopted.ok, adopted.log
    (pull,) = story.github.opened
    assert pull["title"] == "Adopt live edits of Database Alerts"
    assert (pull["base"], pull["head"]["ref"]) == ("main", "reconciler/live-edits")
    assert "### Effect on paging" in pull["body"]
    assert "- **Database Alerts** pages nobody any more" in pull["body"]
    assert story.git("diff", "main", "reconciler/live-edits", "--stat").startswith(DATABASE)
    assert "\n+enabled: false\n" in story.git("diff", "main", "reconciler/live-edits")
    assert "**Database Alerts**" in adopted.summary
    assert story.adopt().ok
    assert len(story.github.opened) == 1

    merged = story.merge(pull["number"], "reconciler/live-edits")
    pull.update(state="closed", merged_at="2026-08-21T09:12:00Z")
    before = story.incident_io.count("PUT")
    assert story.apply(merged).ok
    assert story.incident_io.count("PUT") == before
    assert story.drift().ok
    assert story.github.issues == []
    assert story.adopt().ok
    assert len(story.github.opened) == 1


def test_what_both_sides_changed_is_said_in_the_pull_request_and_left(story: Story) -> None:
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    story.commit("main")
    story.incident_io.state.edit("Database Alerts", other_branch)
    story.incident_io.state.edit("Informational", disable)

    adopted = story.adopt()

    assert adopted.ok, adopted.log
    (pull,) = story.github.opened
    assert "### Your decision" in pull["body"]
    assert "changed here and in incident.io since" in pull["body"]
    changed = story.git("diff", "--name-only", "main", "reconciler/live-edits")
    assert changed == "routes/informational.yaml"


def test_when_nobody_can_tell_the_pull_request_stays_as_it_is(story: Story) -> None:
    story.incident_io.state.edit("Database Alerts", disable)
    assert story.adopt().ok
    (before,) = [dict(row) for row in story.github.opened]
    story.incident_io.fault("status", status=404, path="/alert_routes", times=100)

    assert not story.adopt().ok
    assert story.github.opened == [before]


def commands_of(body: str, route: str) -> list[list[str]]:
    """The commands of the issue that a person copies for one route."""
    section = body.split(f"### `{route}`")[1].split("\n### ")[0]
    return [shlex.split(one)[1:] for one in re.findall(r"```sh\n(.*)\n```", section)]


def test_the_commands_of_a_route_leave_every_other_hand_edit_alone(story: Story) -> None:
    store = story.incident_io.state
    store.delete("Database Alerts")
    store.edit("Informational", disable)
    assert story.drift().ok
    (issue,) = story.github.issues
    assert "and no longer pages Engineering On-Call" in issue["body"].split("\n### ")[0]

    plan, apply = commands_of(issue["body"], "Database Alerts")
    assert story.team.run(*plan).code == 0
    assert story.team.run(*apply, "--auto-approve").code == 0

    assert "Database Alerts" in store.names()
    assert store.find("Informational").body["enabled"] is False


def test_a_revert_that_a_guard_will_refuse_says_so(story: Story) -> None:
    before = story.team.read("reconciler.yaml")
    story.team.edit(DATABASE, "name:", "enabled: false\nname:")
    story.team.approve("Database Alerts", "pages-nobody")
    story.commit("main")
    assert story.team.run("apply", "--auto-approve").code == 0
    story.team.write("reconciler.yaml", before)
    story.commit("main")
    story.incident_io.state.edit("Database Alerts", lambda body: body.update(enabled=True))
    assert story.drift().ok

    (issue,) = story.github.issues

    assert "🛑 A guard refuses to write the file's value" in issue["body"]
    _, plan, apply = commands_of(issue["body"], "Database Alerts")
    assert story.team.run(*plan).code == 0
    assert story.team.run(*apply, "--auto-approve").code == 3
