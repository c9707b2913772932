"""The commit of which nothing is left to do, and the settings of it that guard a write."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.record.record import Whole
from reconciler.record.repository import REFS, applied_commits, ref_of, write_ref
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git, head
from tests.e2e.team import Team

WARNINGS = "routes/production-warnings.yaml"
DATABASE = "routes/database-alerts.yaml"


def commit(team: Team) -> str:
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", "m")
    return head(team.folder)


def test_an_apply_that_ends_well_moves_it_and_others_do_not(repository: Team) -> None:
    folder = repository.folder
    first = head(folder)
    assert applied_commits(folder) == (first,)

    repository.edit(DATABASE, "name:", "enabled: false\nname:")  # a guard refuses it
    commit(repository)
    assert repository.run("apply", "--auto-approve").code == 3
    assert applied_commits(folder) == (first,)

    repository.edit(DATABASE, "enabled: false\n", "")
    repository.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    third = commit(repository)
    assert repository.run("apply", "--auto-approve").code == 0
    assert applied_commits(folder) == (third,)


def test_what_is_in_no_commit_says_nothing_of_head(repository: Team) -> None:
    first = head(repository.folder)
    git(repository.folder, "commit", "-q", "--allow-empty", "-m", "m")
    repository.edit(WARNINGS, "severity: warning", "severity: [warning, info]")

    assert repository.run("apply", "--auto-approve").code == 0
    assert applied_commits(repository.folder) == (first,)


def test_an_import_begins_it_and_a_second_one_leaves_it(
    empty: Team, incident_io: RunningSandbox
) -> None:
    git(empty.folder, "init", "-q")
    git(empty.folder, "commit", "-q", "--allow-empty", "-m", "m")
    first = head(empty.folder)
    assert empty.run("import", "Informational").code == 0
    assert applied_commits(empty.folder) == (first,)

    commit(empty)
    assert empty.run("import", "Database Alerts").code == 0
    assert applied_commits(empty.folder) == (first,)


def test_a_folder_knows_its_own_alone(repository: Team, tmp_path: Path) -> None:
    other = repository.folder / "other"
    other.mkdir()

    assert applied_commits(other) == ()
    assert applied_commits(tmp_path) == ()


def test_another_account_is_one_more(repository: Team) -> None:
    whole = Whole("a" * 40, datetime(2099, 1, 1, tzinfo=UTC))
    ref = f"{REFS}/{ref_of('https://x/staging', '')}"
    write_ref(repository.folder, "https://x/staging", ref, [], "m", whole.at, whole)

    assert applied_commits(repository.folder) == ("a" * 40, head(repository.folder))


def test_a_change_does_not_switch_off_its_own_review(
    repository: Team, incident_io: RunningSandbox
) -> None:
    before = incident_io.count("PUT")
    (repository.folder / "plans").mkdir()
    config = repository.read("reconciler.yaml")
    repository.write("reconciler.yaml", f"require_reviewed_plan: false\n{config}")
    repository.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    commit(repository)

    ended = repository.run("apply", "--reviewed", "plans", "--auto-approve")

    assert ended.code == 3
    assert "Allows more: require_reviewed_plan" in ended.out
    assert incident_io.count("PUT") == before


def test_a_setting_that_a_reviewed_plan_shows_counts_from_the_next_change_on(
    repository: Team, incident_io: RunningSandbox
) -> None:
    before = incident_io.count("PUT")
    (repository.folder / "plans").mkdir()
    config = repository.read("reconciler.yaml")
    repository.write("reconciler.yaml", f"require_reviewed_plan: false\n{config}")
    commit(repository)
    plan = ("plan", "--base", "HEAD~1", "--out", "plans/1.json")
    assert repository.run(*plan).code == 0
    assert repository.run("apply", "--reviewed", "plans", "--auto-approve").code == 0

    repository.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    commit(repository)
    ended = repository.run("apply", "--reviewed", "plans", "--auto-approve")

    assert ended.code == 0, ended.out + ended.err
    assert incident_io.count("PUT") == before + 1


@pytest.mark.parametrize("lost", ["the record", "the commit"])
def test_where_nobody_knows_the_settings_before_all_that_they_allow_needs_a_review(
    repository: Team, lost: str
) -> None:
    (repository.folder / "plans").mkdir()
    config = repository.read("reconciler.yaml")
    repository.write("reconciler.yaml", f"require_reviewed_plan: false\n{config}")
    repository.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    commit(repository)
    assert repository.run("apply", "--auto-approve").code == 0
    if lost == "the record":
        git(repository.folder, "pack-refs", "--all")
        packed = repository.folder / ".git" / "packed-refs"
        kept = [one for one in packed.read_text("utf-8").splitlines() if "reconciler" not in one]
        packed.write_text("\n".join(kept) + "\n", "utf-8")
    else:
        git(repository.folder, "checkout", "-q", "--orphan", "rewritten")
        git(repository.folder, "commit", "-q", "-a", "-m", "m")
        git(repository.folder, "branch", "-D", "-q", "main")
        git(repository.folder, "reflog", "expire", "--expire=now", "--all")
        git(repository.folder, "gc", "-q", "--prune=now")
    repository.edit(WARNINGS, "severity: [warning, info]", "severity: warning")
    commit(repository)

    ended = repository.run("apply", "--reviewed", "plans", "--auto-approve")

    assert ended.code == 3, ended.out + ended.err
    assert "the settings before this change are unknown" in ended.err
    assert "Allows more: require_reviewed_plan" in ended.out


def test_what_waits_from_before_the_base_is_left_to_do(repository: Team) -> None:
    first = head(repository.folder)
    repository.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    commit(repository)

    assert repository.run("apply", "--base", "HEAD", "--auto-approve").code == 0
    assert applied_commits(repository.folder) == (first,)
