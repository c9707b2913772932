"""The story of pull requests with plain git and no forge: each job is a fresh clone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from reconciler.sandbox.jsontype import Body
from tests.e2e.base.repository import WARNINGS, git
from tests.e2e.conftest import checkout
from tests.e2e.record.conftest import in_repository
from tests.e2e.team import Ended, Team

NAME = "Production Warnings"
INFORMATIONAL = "routes/informational.yaml"
STAGING = "routes/staging-notifications.yaml"
NEW = 'name: New\nsources: [Axiom]\nnotify:\n  - slack: "#alerts"\n'


@dataclass
class Story:
    """A bare repository that everybody pushes to, a person's clone, and jobs."""

    folder: Path
    me: Team
    api: RunningSandbox
    jobs: Iterator[int] = field(default_factory=lambda: iter(range(100)))

    def job(self, ref: str, *arguments: str) -> Ended:
        """One command in a fresh clone, in CI."""
        clone = self.folder / f"job-{next(self.jobs)}"
        git(self.folder, "clone", "-q", str(self.folder / "origin.git"), str(clone))
        git(clone, "checkout", "-q", "--detach", f"origin/{ref}")
        return Team(clone, self.me.environment).run(*arguments, CI="true")

    def branch(self, *edits: tuple[str, str, str]) -> None:
        """A pull request from the newest main."""
        git(self.me.folder, "checkout", "-q", "-B", "change", "main")
        for path, old, new in edits:
            self.me.edit(path, old, new) if old else self.me.write(path, new)
        git(self.me.folder, "add", "-A")
        git(self.me.folder, "commit", "-q", "-m", "change")
        git(self.me.folder, "push", "-q", "-f", "origin", "change")

    def plan(self) -> Any:
        """Of the pull request."""
        made = self.job("change", "plan", "--base", "origin/main", "--format", "json")
        return json.loads(made.out)

    def merge(self, how: str = "merge") -> Ended:
        """The pull request, and the apply of the merge."""
        here = self.me.folder
        git(here, "checkout", "-q", "main")
        if how == "squash":
            git(here, "merge", "-q", "--squash", "change")
            git(here, "commit", "-q", "-m", "squashed")
        else:
            git(here, "merge", "-q", "--no-ff" if how == "merge" else "--ff-only", "change")
        git(here, "push", "-q", "origin", "main")
        return self.apply()

    def apply(self) -> Ended:
        return self.job("main", "apply", "--auto-approve")

    def drift(self) -> dict[str, list[str]]:
        """What the scheduled job says was edited by hand."""
        made = json.loads(self.job("main", "plan", "--format", "json").out)
        assert made["changes"] == made["conflicts"] == []
        return fields(made["drift"])

    def live(self, name: str) -> Body:
        return self.api.state.find(name).body

    def edit(self, name: str = "Database Alerts") -> None:
        """By hand, in incident.io."""
        self.api.state.edit(name, lambda route: route.update(is_private=True))

    def fail_at(self, name: str) -> None:
        path = f"/alert_routes/{self.api.state.find(name).id}"
        self.api.fault("status", method="PUT", path=path, status=422)


def fields(sides: Any) -> dict[str, list[str]]:
    return {side["name"]: [one["path"] for one in side["fields"]] for side in sides}


@pytest.fixture
def story(tmp_path: Path, incident_io: RunningSandbox) -> Story:
    me = checkout(tmp_path / "me", incident_io)
    in_repository(me.folder)
    git(tmp_path, "clone", "-q", "--bare", "me", "origin.git")
    git(me.folder, "remote", "add", "origin", str(tmp_path / "origin.git"))
    made = Story(tmp_path, me, incident_io)
    assert made.apply().code == 0
    return made


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
@pytest.mark.parametrize("edited", ["before", "between", "after"])
def test_three_merges_of_which_the_second_fails_half_way(
    story: Story, how: str, edited: str
) -> None:
    if edited == "before":
        story.edit()
    story.branch((WARNINGS, "severity: warning", "severity: [warning, info]"))
    assert fields(story.plan()["changes"]) == {NAME: ["when"]}
    assert story.merge(how).code == 0

    story.branch((STAGING, "name:", "private: true\nname:"), (INFORMATIONAL, "  - Axiom\n", ""))
    second = story.plan()["changes"]
    story.fail_at("Informational")
    assert story.merge(how).code == 5
    if edited == "between":
        story.edit()

    story.branch(("routes/new.yaml", "", NEW))
    made = story.plan()
    assert list(fields(made["changes"])) == ["New"]
    assert fields(made["merged"]) == {"Informational": ['sources["Axiom"]']}
    assert story.merge(how).code == 0
    if edited == "after":
        story.edit()

    assert sorted(fields(second)) == ["Informational", "Staging Notifications"]
    assert story.live("Staging Notifications")["is_private"] is True
    assert story.drift() == {"Database Alerts": ["private"]}
    assert story.live("Database Alerts")["is_private"] is True


def test_a_revert_takes_back_what_the_failed_run_wrote(story: Story) -> None:
    story.branch(
        (WARNINGS, "severity: warning", "severity: [warning, info]"),
        (INFORMATIONAL, "name:", "private: true\nname:"),
    )
    story.fail_at("Informational")
    assert story.merge("squash").code == 5
    assert "info" in str(story.live(NAME)["condition_groups"])

    git(story.me.folder, "checkout", "-q", "-B", "change", "main")
    git(story.me.folder, "revert", "--no-edit", "HEAD")
    git(story.me.folder, "push", "-q", "-f", "origin", "change")
    assert story.merge().code == 0

    assert "info" not in str(story.live(NAME)["condition_groups"])
    assert story.drift() == {}


def test_half_of_a_failed_run_that_a_person_undid_is_not_written_again(story: Story) -> None:
    before = story.live(NAME)["condition_groups"]
    story.branch(
        (WARNINGS, "severity: warning", "severity: [warning, info]"),
        (INFORMATIONAL, "name:", "private: true\nname:"),
    )
    story.fail_at("Informational")
    assert story.merge().code == 5
    story.api.state.edit(NAME, lambda route: route.update(condition_groups=before))

    story.branch(("routes/new.yaml", "", NEW))
    assert story.merge().code == 0

    assert story.live(NAME)["condition_groups"] == before
    assert story.drift() == {NAME: ["when"]}


def test_after_a_force_push_main_is_what_counts(story: Story) -> None:
    story.branch((WARNINGS, "severity: warning", "severity: [warning, info]"))
    assert story.merge().code == 0
    story.edit(NAME)
    here = story.me.folder
    git(here, "reset", "-q", "--hard", "HEAD~1")
    git(here, "push", "-q", "-f", "origin", "main")

    story.branch((INFORMATIONAL, "name:", "private: true\nname:"))
    assert fields(story.plan()["changes"]) == {"Informational": ["private"]}
    assert story.merge().code == 0

    assert "info" not in str(story.live(NAME)["condition_groups"])
    assert story.drift() == {NAME: ["private"]}


def test_an_older_branch_takes_nothing_back(story: Story) -> None:
    story.branch((INFORMATIONAL, "name:", "private: true\nname:"))
    git(story.me.folder, "push", "-q", "origin", "change:older")
    story.branch((WARNINGS, "name: Production Warnings", "name: Quiet Warnings"))
    assert story.merge("squash").code == 0

    base = "HEAD~1"
    made = json.loads(story.job("older", "plan", "--base", base, "--format", "json").out)

    assert fields(made["changes"]) == {"Informational": ["private"]}
    assert (made["drift"], made["conflicts"]) == ([], [])
    assert fields(made["merged"]) == {"Quiet Warnings": ["name"]}
