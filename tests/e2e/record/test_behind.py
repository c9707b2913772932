"""A checkout that lacks the commit that was applied last: its plan goes back to older files."""

import shutil
from pathlib import Path

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git, head
from tests.e2e.record.test_places import FILE, NAME, machines
from tests.e2e.team import Team

__all__ = ["machines"]
SOURCE = "  - Axiom\n"


def committed(team: Team, words: str = "c") -> str:
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", words)
    return head(team.folder)


@pytest.fixture
def applied(machines: tuple[Team, Team]) -> tuple[Team, Team]:
    """The first machine has applied and pushed a commit; the second does not have it."""
    one, two = machines
    one.edit(FILE, SOURCE, "")
    committed(one)
    assert one.run("apply", "--auto-approve").code == 0
    git(one.folder, "push", "-q", "origin", "main")
    return one, two


def test_an_older_checkout_is_told(applied: tuple[Team, Team]) -> None:
    one, two = applied

    planned = two.run("plan")

    assert "[checkout-behind]" in planned.out
    assert head(one.folder)[:12] in planned.out
    assert "git pull" in planned.out


def test_nothing_goes_back_unattended(
    applied: tuple[Team, Team], incident_io: RunningSandbox
) -> None:
    _, two = applied
    before = incident_io.state.find(NAME).version

    ended = two.run("apply", "--auto-approve")

    assert ended.code == 3
    assert "[guard-checkout-behind]" in ended.err
    assert incident_io.state.find(NAME).version == before
    git(two.folder, "pull", "-q", "origin", "main")
    assert two.run("plan", "--detailed-exitcode").code == 0


def test_a_plan_that_was_read_goes_back(
    applied: tuple[Team, Team], incident_io: RunningSandbox
) -> None:
    _, two = applied
    before = incident_io.state.find(NAME).version
    assert two.run("plan", "--out", "plan.json").code == 0

    ended = two.run("apply", "plan.json", "--auto-approve")

    assert ended.code == 0
    assert incident_io.state.find(NAME).version == before + 1


@pytest.mark.parametrize("fetched", [False, True])
def test_a_commit_that_was_squashed_is_contained(applied: tuple[Team, Team], fetched: bool) -> None:
    """Its text is what the file was in a commit of this checkout."""
    one, two = applied
    two.write(FILE, one.read(FILE))
    committed(two, "squashed")
    two.edit(FILE, "name: Informational", "name: Informational\nprivate: true")
    committed(two, "more")
    if fetched:
        git(two.folder, "fetch", "-q", "origin")

    ended = two.run("apply", "--auto-approve")

    assert ended.code == 0, ended.err
    assert "checkout-behind" not in ended.out + ended.err


def test_a_fetched_commit_that_is_not_merged_is_no_history(applied: tuple[Team, Team]) -> None:
    """The file went back to what it once was: only the order of commits tells."""
    one, two = applied
    git(two.folder, "pull", "-q", "origin", "main")
    one.edit(FILE, "sources:\n", f"sources:\n{SOURCE}")
    committed(one, "back")
    assert one.run("apply", "--auto-approve").code == 0
    git(one.folder, "push", "-q", "origin", "main")
    git(two.folder, "fetch", "-q", "origin")

    assert two.run("apply", "--auto-approve").code == 3


def test_a_route_that_was_deleted_is_not_made_again(
    machines: tuple[Team, Team], incident_io: RunningSandbox
) -> None:
    one, two = machines
    before = one.read(FILE)
    one.write(FILE, f"name: {NAME}\nstate: absent\n")
    one.approve(NAME, "delete")
    committed(one)
    assert one.run("apply", "--auto-approve").code == 0
    git(one.folder, "push", "-q", "origin", "main")

    ended = two.run("apply", "--auto-approve")

    assert ended.code == 3
    assert NAME not in incident_io.state.names()
    git(two.folder, "pull", "-q", "origin", "main")
    two.write(FILE, before)
    committed(two, "again")
    assert two.run("apply", "--auto-approve").code == 0


def test_main_counts_after_a_force_push(
    applied: tuple[Team, Team], incident_io: RunningSandbox
) -> None:
    """There is nothing newer to pull: that commit is gone for good."""
    _, two = applied
    git(two.folder, "push", "-q", "-f", "origin", "main")
    before = incident_io.state.find(NAME).version

    assert "[checkout-behind]" in two.run("plan").out
    assert two.run("apply", "--auto-approve", "--record", "local").code == 3
    assert two.run("apply", "--auto-approve").code == 0

    assert incident_io.state.find(NAME).version == before + 1


def test_without_commits_there_is_no_order(machines: tuple[Team, Team], tmp_path: Path) -> None:
    one, _ = machines
    alone = Team(tmp_path / "alone", dict(one.environment))
    shutil.copytree(one.folder, alone.folder, ignore=shutil.ignore_patterns(".git"))
    alone.edit(FILE, SOURCE, "")

    ended = alone.run("apply", "--auto-approve")

    assert ended.code == 0
    assert "checkout-behind" not in ended.out
