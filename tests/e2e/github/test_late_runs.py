"""Runs that come late, two at once, or are killed: the record stays true, and the newest wins."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.github.story import DATABASE, THREE, Story, disable, opened
from tests.e2e.github.test_record import applied, issue, live, narrow
from tests.e2e.team import Team
from tests.forge.served import Answer
from tests.standby.running import standby


def critical(body: dict[str, object]) -> None:
    text = json.dumps(body["condition_groups"])
    assert '"warning"' in text
    body["condition_groups"] = json.loads(text.replace('"warning"', '"critical"'))


def test_an_older_commit_is_not_applied_over_what_a_later_one_wrote_and_did_not_finish(
    story: Story,
) -> None:
    """A conflict that lasts keeps every run from ending well, so no commit is applied whole."""
    story.incident_io.state.edit("Production Warnings", critical)
    start = applied(story)
    story.team.approve("Database Alerts", "paging-lost")  # of the branch that one takes back
    opened(story, *THREE[1])
    assert not story.apply(story.merge(12, "two")).ok
    merges = []
    for number, before, after in (
        (11, "branch: main", "branch: [main, master]"),
        (14, "branch: [main, master]", "branch: main"),
        (15, "branch: main", "branch: [main, master]"),
    ):
        opened(story, number, f"change-{number}", DATABASE, before, after)
        merges.append(story.merge(number, f"change-{number}"))
        assert "Database Alerts: updated" in story.apply(merges[-1]).log
    assert applied(story) == start

    again = story.apply(merges[1])

    assert not again.ok
    assert "is older than" in again.log
    assert "master" in live(story, "Database Alerts")
    assert "is older than" not in story.apply(merges[2]).log


def test_what_a_person_recorded_on_a_branch_of_their_own_refuses_no_merge(story: Story) -> None:
    story.incident_io.state.edit("Informational", disable)
    story.commit("side")
    assert story.team.run("pull", "Informational").code == 0
    story.git("checkout", "-q", "-f", "main")
    opened(story, *THREE[0])
    first = story.merge(11, "one")
    opened(story, *THREE[1])
    story.merge(12, "two")

    ended = story.apply(first)

    assert "is older than" not in ended.log
    assert "master" in live(story, "Database Alerts")


def test_an_older_run_that_ends_last_takes_the_commit_of_the_record_not_back(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two jobs at once, as in a workflow without a `concurrency` group."""
    opened(story, *THREE[0])
    older = story.merge(11, "one")
    opened(story, *THREE[1])
    newer = story.merge(12, "two")
    answer = story.github.answer
    ended: list[bool] = []

    def meanwhile(method: str, path: str, token: str, body: dict[str, Any]) -> Answer:
        if "/compare/" in path and not ended:
            ended.append(False)  # the other job's own question is no reason for a third
            rights = story.github.permissions
            ended[0] = story.apply(newer).ok
            story.github.permissions = rights
        return answer(method, path, token, body)

    monkeypatch.setattr(story.github, "answer", meanwhile)

    story.apply(older)

    assert ended == [True]
    assert "info" in live(story, "Production Warnings")
    assert applied(story) == newer
    assert issue(story) == ""


def test_what_a_killed_run_wrote_is_in_the_record_that_its_job_pushes(
    story: Story, tmp_path: Path
) -> None:
    opened(story, *THREE[0])
    opened(story, *THREE[1])
    story.merge(11, "one")
    merged = story.merge(12, "two")
    job = Team(tmp_path / "job", story.team.environment | story.runner.as_github())
    story.git("clone", "-q", str(story.team.folder), str(job.folder))
    assert job.run("github", "record", "fetch").code == 0
    arguments = ("send", "2", "-C", str(job.folder), "apply", "--auto-approve", "--record=local")
    assert standby().run("tests.e2e.killing", arguments, job.surroundings({})).returncode == 9

    assert job.run("github", "record", "push").code == 0

    story.incident_io.state.edit("Database Alerts", narrow)
    ended = story.apply(merged)
    assert ended.ok, ended.log
    assert "master" not in live(story, "Database Alerts")
    assert "info" in live(story, "Production Warnings")
    assert "### `Database Alerts`" in issue(story)
