"""The record on GitHub: who moved is known after every way to merge, to fail, to edit by hand."""

import json
from collections.abc import Callable

import pytest
import yaml

from reconciler.record.repository import applied_commits, records_of
from tests.e2e.github.story import DATABASE, THREE, Story, disable, opened
from tests.e2e.team import REPOSITORY

OPEN = "open"


def ref_of(story: Story) -> str:
    (ref,) = records_of(story.team.folder)
    return ref


def applied(story: Story) -> str:
    (commit,) = applied_commits(story.team.folder)
    return commit


def issue(story: Story) -> str:
    """What the drift issue says, "" while none is open."""
    assert story.drift().ok
    return "".join(row["body"] for row in story.github.issues if row["state"] == OPEN)


def live(story: Story, name: str) -> str:
    return json.dumps(story.incident_io.state.find(name).body)


def fail_the_second(story: Story) -> None:
    """Two merges; the run writes the first one's route and fails on the second one's."""
    opened(story, *THREE[0])
    opened(story, *THREE[1])
    story.merge(11, "one")
    merged = story.merge(12, "two")
    warnings = story.incident_io.state.find("Production Warnings").id
    story.incident_io.fault("status", method="PUT", path=f"/alert_routes/{warnings}", status=422)
    assert not story.apply(merged).ok


def narrow(body: dict[str, object]) -> None:
    """Somebody takes back by hand what the first of three merges did."""
    text = json.dumps(body["condition_groups"])
    alone = text.replace('{"literal": "main"}, {"literal": "master"}', '{"literal": "main"}')
    assert alone != text, text
    body["condition_groups"] = json.loads(alone)


def test_a_failed_half_that_was_undone_by_hand_is_not_written_again(story: Story) -> None:
    before = applied(story)
    fail_the_second(story)
    assert "master" in live(story, "Database Alerts")
    assert applied(story) == before
    story.incident_io.state.edit("Database Alerts", narrow)
    opened(story, *THREE[2])

    third = story.merge(13, "three")
    ended = story.apply(third)

    assert ended.ok, ended.log
    assert "master" not in live(story, "Database Alerts")
    assert "info" in live(story, "Production Warnings")
    assert len(story.incident_io.state.find("Staging Notifications").body["alert_sources"]) == 1
    assert applied(story) == third
    assert "`Database Alerts`" in issue(story)
    assert "Production Warnings" not in issue(story)


def squashed(story: Story, number: int, branch: str) -> list[str]:
    story.git("merge", "-q", "--squash", branch)
    story.git("commit", "-q", "-m", f"{branch} (#{number})")
    return [story.git("rev-parse", "HEAD")]


def rebased(story: Story, number: int, branch: str) -> list[str]:
    del number
    before = story.git("rev-parse", "main")
    story.git("cherry-pick", f"main..{branch}")
    return story.git("rev-list", f"{before}..HEAD").split()


def merged(story: Story, number: int, branch: str) -> list[str]:
    before = story.git("rev-parse", "main")
    story.git("merge", "-q", "--no-ff", "-m", f"Merge pull request #{number}", branch)
    return story.git("rev-list", f"{before}..HEAD").split()


@pytest.mark.parametrize("how", [squashed, rebased, merged])
def test_every_way_to_merge_is_applied_and_recorded(
    story: Story, how: Callable[[Story, int, str], list[str]]
) -> None:
    opened(story, *THREE[0])
    story.git("checkout", "-q", "one")
    story.team.edit(DATABASE, "[main, master]", "[main, master, trunk]")
    assert story.plan(11, story.commit("one")).ok
    story.git("checkout", "-q", "main")
    opened(story, *THREE[1])
    for number, branch in ((11, "one"), (12, "two")):
        head = story.git("rev-parse", branch)
        commits = how(story, number, branch)
        story.github.merge(number, head, commits)

    ended = story.apply(story.git("rev-parse", "main"))

    assert ended.ok, ended.log
    assert "trunk" in live(story, "Database Alerts")
    assert "info" in live(story, "Production Warnings")
    assert applied(story) == story.git("rev-parse", "main")
    assert issue(story) == ""


def test_a_hand_edit_before_between_and_after_is_kept_and_named(story: Story) -> None:
    store = story.incident_io.state
    store.edit("Informational", lambda body: body.update(enabled=False))
    opened(story, *THREE[0])
    assert "Informational" not in story.github.comments_of(11)[0]
    store.edit("Unrouted Alerts", lambda body: body.update(is_private=True))
    ended = story.apply(story.merge(11, "one"))
    assert ended.ok, ended.log
    store.edit("Database Alerts", disable)

    said = issue(story)

    for name in ("Informational", "Unrouted Alerts", "Database Alerts"):
        assert f"### `{name}`" in said
    assert "master" in live(story, "Database Alerts")
    opened(story, *THREE[1])
    assert story.apply(story.merge(12, "two")).ok
    assert store.find("Database Alerts").body["enabled"] is False
    assert store.find("Informational").body["enabled"] is False
    assert store.find("Unrouted Alerts").body["is_private"] is True


def test_the_tip_is_applied_after_a_force_push_and_an_older_commit_is_not(story: Story) -> None:
    start = story.git("rev-parse", "main")
    opened(story, *THREE[0])
    assert story.apply(story.merge(11, "one")).ok
    story.git("checkout", "-q", "-B", "main", start)
    opened(story, *THREE[1])
    older = story.merge(12, "two")
    opened(story, *THREE[2])
    tip = story.merge(13, "three")

    refused = story.apply(older)
    ended = story.apply(tip)

    assert not refused.ok
    assert "is older than" in refused.log
    assert "is older than" not in ended.log
    assert "info" in live(story, "Production Warnings")
    # What the dropped merge wrote stays until a person has read what takes it back.
    assert not ended.ok
    assert "master" in live(story, "Database Alerts")
    assert issue(story) == ""


def test_a_route_that_was_renamed_by_hand_is_no_second_one_after_a_merge(story: Story) -> None:
    store = story.incident_io.state
    store.edit("Database Alerts", lambda body: body.update(name="Databases"))
    opened(story, *THREE[0])

    story.apply(story.merge(11, "one"))

    names = store.names()
    assert len([name for name in names if "Database" in name]) == 1
    assert "Database" in issue(story)


def test_a_route_that_was_deleted_by_hand_is_not_created_by_an_edit_of_its_file(
    story: Story,
) -> None:
    story.incident_io.state.delete("Database Alerts")
    opened(story, *THREE[0])

    ended = story.apply(story.merge(11, "one"))

    assert not ended.ok
    assert "Database Alerts" not in story.incident_io.state.names()
    (comment,) = story.github.comments_of(11)
    assert "🛑 **Not applied**" in comment


def test_a_deployment_of_a_website_changes_nothing(story: Story) -> None:
    opened(story, *THREE[0])
    first = story.merge(11, "one")
    story.github.deploy(first, "success", workflow="shop.yml")
    assert issue(story) == ""
    opened(story, *THREE[1])

    ended = story.apply(story.merge(12, "two"))

    assert ended.ok, ended.log
    assert "master" in live(story, "Database Alerts")
    assert "info" in live(story, "Production Warnings")
    assert "GET /repos/example/routes/deployments" not in story.github.requests


def test_a_record_that_github_does_not_take_makes_the_job_red_and_the_next_mends_it(
    story: Story,
) -> None:
    opened(story, *THREE[0])
    first = story.merge(11, "one")
    hook = story.team.folder / ".git/hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)

    failed = story.apply(first)

    assert not failed.ok
    assert "GitHub does not have the record of what was applied" in failed.log
    assert "✅ **Applied**" in story.github.comments_of(11)[0]
    assert "master" in live(story, "Database Alerts")
    hook.unlink()
    before = story.incident_io.count("PUT")
    assert story.apply(first).ok
    assert story.incident_io.count("PUT") == before
    assert applied(story) == first
    assert issue(story) == ""


def without_record(story: Story) -> str:
    """As before there was a record: a deployment says what was applied. Returns its commit."""
    story.git("update-ref", "-d", ref_of(story))
    start = story.git("rev-parse", "main")
    story.github.deploy(start, "success")
    return start


def test_the_first_apply_goes_on_from_the_last_deployment_and_says_so(story: Story) -> None:
    start = without_record(story)
    story.github.deploy(story.git("rev-parse", "main"), "failure")
    story.incident_io.state.edit("Informational", disable)
    opened(story, *THREE[0])
    story.github.deploy(story.git("rev-parse", "one"), "success", workflow="shop.yml")
    first = story.merge(11, "one")

    ended = story.apply(first)

    assert ended.ok, ended.log
    assert f"counts from {start[:12]}, the last deployment of production" in " ".join(
        ended.log.split()
    )
    assert f"counts from the last good deployment, `{start}`" in ended.summary
    assert applied(story) == first
    assert story.incident_io.state.find("Informational").body["enabled"] is False
    assert "### `Informational`" in issue(story)
    story.github.requests.clear()
    opened(story, *THREE[1])
    second = story.apply(story.merge(12, "two"))
    assert second.ok, second.log
    assert "deployment" not in second.log + second.summary
    assert "GET /repos/example/routes/deployments" not in story.github.requests
    assert story.incident_io.state.find("Informational").body["enabled"] is False


def test_moving_over_goes_on_from_the_deployment_until_a_run_ends_well(story: Story) -> None:
    without_record(story)
    fail_the_second(story)
    opened(story, *THREE[2])

    ended = story.apply(story.merge(13, "three"))

    assert ended.ok, ended.log
    assert "info" in live(story, "Production Warnings")
    for number in (11, 12, 13):
        assert "state=applied" in story.github.comments_of(number)[0].splitlines()[0]
    assert applied(story) == story.git("rev-parse", "main")


def test_without_the_right_to_read_deployments_a_person_names_the_first_base(story: Story) -> None:
    start = without_record(story)
    story.github.hidden.add("deployments")
    opened(story, *THREE[0])
    first = story.merge(11, "one")

    refused = story.apply(first)

    assert not refused.ok
    assert "start the workflow with `base`" in " ".join(refused.log.split())
    assert story.apply(first, base=start).ok


def test_after_an_import_before_the_first_commit_the_first_merge_is_applied(story: Story) -> None:
    story.git("update-ref", "-d", ref_of(story))
    story.git("checkout", "-q", "--orphan", "begin")
    story.git("branch", "-q", "-D", "main")
    story.git("checkout", "-q", "--orphan", "main")
    assert story.team.run("import", "--all", "--force").code == 0
    assert applied_commits(story.team.folder) == ()
    story.git("add", "-A")
    story.git("commit", "-q", "-m", "import")
    opened(story, *THREE[0])

    ended = story.apply(first := story.merge(11, "one"))

    assert ended.ok, ended.log
    assert "looks for reviews in the whole history" in " ".join(ended.log.split())
    assert "master" in live(story, "Database Alerts")
    assert applied(story) == first


def test_a_damaged_record_stops_no_plan_and_is_written_again(story: Story) -> None:
    story.git("update-ref", ref_of(story), "main")
    story.github.deploy(story.git("rev-parse", "main"), "success")

    opened(story, *THREE[0])
    ended = story.apply(story.merge(11, "one"))

    assert ended.ok, ended.log
    assert "cannot be read" in " ".join(ended.log.split())
    assert applied(story) == story.git("rev-parse", "main")


def test_only_the_job_that_applies_pushes_the_record(story: Story) -> None:
    """The runner gives a job's token the rights that its workflow names, and no other."""
    opened(story, *THREE[0])
    assert story.drift().ok
    assert not any("git-receive-pack" in one for one in story.github.requests)

    assert story.apply(story.merge(11, "one")).ok

    assert any("git-receive-pack" in one for one in story.github.requests)


def test_no_step_has_a_key_beside_a_token() -> None:
    action = yaml.safe_load((REPOSITORY / "action.yml").read_text("utf-8"))
    given = [set(step.get("env", {})) for step in action["runs"]["steps"]]

    assert [one for one in given if {"INCIDENT_API_KEY", "GITHUB_TOKEN"} <= one] == []
    assert sum("INCIDENT_API_KEY" in one for one in given) == 4


def test_contents_are_written_by_apply_and_adopt_alone() -> None:
    writers = {
        (file.stem, name)
        for file in (REPOSITORY / ".github/workflows").glob("*.yml")
        for name, job in yaml.safe_load(file.read_text("utf-8"))["jobs"].items()
        if job["permissions"].get("contents", "read") != "read"
    }

    ours, called = {("apply", "apply"), ("drift", "adopt")}, {"apply", "adopt"}
    assert writers == ours | {(f"{name}-routes", name) for name in called}
