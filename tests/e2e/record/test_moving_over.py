"""A repository that has no record yet goes on with no step by hand."""

import json
import subprocess
from pathlib import Path

import pytest

from reconciler.record.repository import applied_commits
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import WARNINGS, git, head
from tests.e2e.conftest import checkout
from tests.e2e.record.conftest import in_repository
from tests.e2e.team import Team

INFORMATIONAL = "routes/informational.yaml"


@pytest.fixture
def fresh(tmp_path: Path, incident_io: RunningSandbox) -> Team:
    return checkout(tmp_path / "team", incident_io)


def moved(team: Team, sandbox: RunningSandbox) -> str:
    """Two edits by hand since a base, one change of a file since, and the first apply with the
    base; the base's commit.
    """
    in_repository(team.folder)
    base = head(team.folder)
    sandbox.state.edit("Informational", lambda route: route.update(is_private=True))
    sandbox.state.edit("Production Warnings", lambda route: route.update(is_private=True))
    team.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    git(team.folder, "commit", "-q", "-a", "-m", "m")
    ended = team.run("apply", "--base", base, "--auto-approve")
    assert ended.code == 0, ended.out + ended.err
    assert f"the record begins with {base[:12]}" in ended.err
    return base


def git_log(team: Team) -> str:
    command = ["git", "-C", str(team.folder), "log", "--glob=refs/reconciler/*", "--format=%s"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_what_the_base_said_counts_as_applied_and_an_edit_stays_one(
    fresh: Team, incident_io: RunningSandbox
) -> None:
    base = moved(fresh, incident_io)

    made = json.loads(fresh.run("plan", "--format", "json").out)

    assert made["changes"] == []
    drift = {side["name"]: [one["path"] for one in side["fields"]] for side in made["drift"]}
    assert (drift.pop("Informational"), drift.pop("Production Warnings")) == (["private"],) * 2
    assert applied_commits(fresh.folder) == (head(fresh.folder),)
    log = git_log(fresh)
    assert f"apply: begun with {base}" in log
    assert fresh.run("apply", "--base", base, "--auto-approve").err.count("begins") == 0


def test_after_it_files_and_live_routes_are_told_apart(
    fresh: Team, incident_io: RunningSandbox
) -> None:
    moved(fresh, incident_io)
    fresh.edit(INFORMATIONAL, "name:", "enabled: false\nname:")

    made = json.loads(fresh.run("plan", "--format", "json").out)

    (change,) = made["changes"]
    assert [one["path"] for one in change["fields"]] == ["enabled"]
    assert "Informational" in [side["name"] for side in made["drift"]]


def test_an_issue_without_a_record_lists_every_difference(
    fresh: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.edit("Informational", lambda route: route.update(is_private=True))
    incident_io.state.delete("Production Warnings")

    ended = fresh.run("plan", "--drift-issue", "issue.md")

    assert "Informational" in fresh.read("issue.md")
    assert "Production Warnings" in fresh.read("issue.md")
    assert "[nothing-recorded]" in ended.out


def test_an_issue_with_a_record_lists_no_change_that_waits(
    repository: Team, incident_io: RunningSandbox
) -> None:
    repository.edit(INFORMATIONAL, "name:", "private: true\nname:")

    ended = repository.run("plan", "--drift-issue", "issue.md")

    assert repository.read("issue.md") == ""
    assert "[nothing-recorded]" not in ended.out


def test_a_pull_from_a_base_leaves_what_a_waiting_merge_changes(
    repository: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.edit("Informational", lambda route: route.update(is_private=True))
    repository.edit(INFORMATIONAL, "name:", "enabled: false\nname:")
    git(repository.folder, "commit", "-q", "-a", "-m", "waits")

    assert repository.run("pull", INFORMATIONAL, "--base", "HEAD").code == 0

    assert "enabled: false" in repository.read(INFORMATIONAL)
    assert "private: true" in repository.read(INFORMATIONAL)


def test_a_folder_of_its_own_begins_with_its_own_base(
    fresh: Team, incident_io: RunningSandbox
) -> None:
    below = checkout(fresh.folder / "below", incident_io)
    in_repository(fresh.folder)
    base = head(fresh.folder)

    assert (
        f"the record begins with {base[:12]}"
        in below.run("apply", "--base", base, "--auto-approve").err
    )


@pytest.mark.parametrize("changed", [True, False])
def test_a_route_that_went_before_the_record_began_stays_away(
    fresh: Team, incident_io: RunningSandbox, changed: bool
) -> None:
    in_repository(fresh.folder)
    base = head(fresh.folder)
    incident_io.state.delete("Informational")
    if changed:
        fresh.edit(INFORMATIONAL, "  - Axiom\n", "")
        git(fresh.folder, "commit", "-q", "-a", "-m", "m")
    code = 4 if changed else 0
    said = "[deleted-and-changed]" if changed else "[deleted-by-hand]"

    for options in (("--base", base), (), ()):
        ended = fresh.run("apply", *options, "--auto-approve")
        assert (ended.code, said in ended.out) == (code, True), ended.out
        assert "Informational" not in incident_io.state.names()

    assert fresh.run("apply", "--revert-drift", "--auto-approve").code == 0
    fresh.edit(INFORMATIONAL, "  - Status Page Views", "  - PlanetScale")
    assert "Plan: 1 to update, 5 unchanged." in fresh.run("plan").out
