"""What goes wrong around the record is one line: it changes no exit code, and hides no edit."""

import json
import subprocess
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.record.record import Applied
from reconciler.record.store import store_of
from reconciler.sandbox import Settings
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git, head
from tests.e2e.conftest import Later, Open, checkout
from tests.e2e.record.conftest import in_repository
from tests.e2e.record.test_places import asked, ref
from tests.e2e.team import Ended, Team

FILE = "routes/informational.yaml"
NAME = "Informational"


def warnings(ended: Ended) -> list[str]:
    return [line for line in ended.err.splitlines() if line.startswith("warning: ")]


def test_the_first_apply_is_one_commit_too(tmp_path: Path, incident_io: RunningSandbox) -> None:
    team = checkout(tmp_path / "team", incident_io)
    in_repository(team.folder)

    assert team.run("apply", "--auto-approve").code == 0

    log = asked(team.folder, "log", "--format=%B", ref(team.folder))
    assert log.startswith("apply: Database Alerts\n")
    assert "  Database Alerts: update v6\n" in log
    assert "  Informational: v9\n" in log
    assert len(asked(team.folder, "rev-list", ref(team.folder)).split()) == 1


def test_a_run_that_was_killed_has_a_commit_of_its_own(repository: Team) -> None:
    lock = repository.folder / ".git" / f"{ref(repository.folder)}.lock"
    lock.touch()
    repository.edit(FILE, "  - Axiom\n", "")
    ended = repository.run("apply", "--auto-approve")
    lock.unlink()
    repository.edit("routes/database-alerts.yaml", "branch: main", "branch: [main, dev]")

    assert repository.run("apply", "--auto-approve").code == 0

    assert ended.code == 0
    (warned,) = warnings(ended)
    assert "File exists" in warned
    subjects = asked(repository.folder, "log", "-2", "--format=%s", ref(repository.folder))
    assert subjects.splitlines() == ["apply: Database Alerts", "apply: Informational"]


def test_no_room_for_the_record_is_no_failure_of_the_apply(
    repository: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.edit(FILE, "  - Axiom\n", "")
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")

    ended = repository.run("apply", "--auto-approve")

    assert ended.code == 0
    (warned,) = warnings(ended)
    assert "/nowhere/at/all" in warned
    monkeypatch.undo()
    assert repository.run("plan", "--detailed-exitcode").code == 0


def test_a_name_forges_no_line_of_the_log(repository: Team) -> None:
    repository.edit(FILE, f"name: {NAME}", r'name: "A\n  Production Alerts: delete v14\0\e[2J"')

    ended = repository.run("apply", "--auto-approve")

    assert ended.code == 0, ended.out
    log = asked(repository.folder, "log", "-1", "--format=%B", ref(repository.folder))
    assert not warnings(ended)
    assert r"A\n  Production Alerts: delete v14\x00\x1b[2J: update v10" in log


def test_a_repository_that_git_does_not_open_is_said(
    repository: Team, incident_io: RunningSandbox
) -> None:
    (repository.folder / ".git" / "config").write_text("[core\n", encoding="ascii")
    incident_io.state.edit(NAME, lambda body: body.update(is_private=True))

    planned = repository.run("plan")

    assert planned.code == 0
    assert "Reverts live edits" in planned.out
    (warned,) = warnings(planned)
    assert "on this machine only, because git failed: " in warned
    assert "config" in warned


def test_a_git_that_is_not_there_is_said(repository: Team) -> None:
    planned = repository.run("plan", PATH="/nowhere")

    (warned,) = warnings(planned)
    assert "git is not installed" in warned


def test_a_text_that_cannot_be_read_is_said(repository: Team, incident_io: RunningSandbox) -> None:
    name = ref(repository.folder)
    identity = incident_io.state.find(NAME).id
    path = f"ids/informational-{identity}.yaml"
    empty = asked(repository.folder, "hash-object", "-w", "/dev/null").strip()
    tree = asked(repository.folder, "ls-tree", f"{name}:ids").replace(
        asked(repository.folder, "rev-parse", f"{name}:{path}").strip(), empty
    )
    ids = _tree(repository.folder, tree)
    top = asked(repository.folder, "ls-tree", name).replace(
        asked(repository.folder, "rev-parse", f"{name}:ids").strip(), ids
    )
    commit = asked(
        repository.folder, "-c", "user.name=n", "-c", "user.email=e@example.com",
        "commit-tree", _tree(repository.folder, top), "-m", "m",
    )  # fmt: skip
    asked(repository.folder, "update-ref", name, commit.strip())
    incident_io.state.edit(NAME, lambda body: body.update(is_private=True))

    planned = repository.run("plan")

    assert "Reverts live edits" in planned.out
    (warned,) = warnings(planned)
    assert "what was applied last to Informational cannot be read" in warned


def _tree(folder: Path, rows: str) -> str:
    command = ["git", "-C", str(folder), "mktree"]
    return subprocess.run(
        command, input=rows, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_a_clock_that_is_behind_loses_no_pull(repository: Team, later: Later) -> None:
    """Two machines, of which one is five hours ahead."""
    assert repository.run("backup").code == 0
    repository.edit(FILE, "  - Axiom\n", "")
    assert repository.run("apply", "--auto-approve").code == 0
    later(hours=5)
    assert repository.run("restore", "--auto-approve").code == 0
    later()
    assert repository.run("pull", NAME).code == 0
    repository.edit(FILE, "  - Axiom\n", "")

    planned = repository.run("plan")

    assert "Plan: 1 to update, 5 unchanged." in planned.out


def test_a_clock_that_is_behind_loses_no_commit(repository: Team, later: Later) -> None:
    for hours in (5, 0):
        later(hours=hours)
        git(repository.folder, "commit", "-q", "--allow-empty", "-m", "m")
        assert repository.run("apply", "--auto-approve").code == 0

    index = asked(repository.folder, "show", f"{ref(repository.folder)}:record.json")
    assert json.loads(index)["applied"]["commit"] == head(repository.folder)


def test_the_record_of_another_life_of_the_account_hides_no_edit(
    repository: Team, open_account: Open
) -> None:
    repository.edit(FILE, "  - Axiom\n", "")
    assert repository.run("apply", "--auto-approve").code == 0  # v10 in the record
    _, anew = open_account(Settings(rate_limit=False))
    anew.state.edit(NAME, lambda body: body.update(is_private=True))  # by hand, v10

    planned = repository.run("plan", INCIDENT_ENDPOINT=anew.url)

    assert "private  [drift]" in planned.out
    assert "[record-ahead]" in planned.out
    assert "to an earlier sandbox" in " ".join(planned.out.split())
    assert "Plan: 4 unchanged, 2 drifted." in planned.out


def test_a_record_that_was_changed_widens_nothing_that_a_saved_plan_shows(
    repository: Team, incident_io: RunningSandbox
) -> None:
    """It says that the live edit is what was applied."""
    incident_io.state.edit(NAME, lambda body: body.update(is_private=True))
    repository.edit("routes/database-alerts.yaml", "branch: main", "branch: [main, dev]")
    assert repository.run("plan", "--out", "plan.json").code == 0
    store = store_of(repository.folder, incident_io.state.account.dashboard_url)
    entry = store.read().record.entries[incident_io.state.find(NAME).id]
    assert isinstance(entry, Applied)
    said = f"{entry.ids}private: true\n"
    store.write([replace(entry, version=10, ids=said)], "by hand\n", datetime.now(UTC))

    assert "private" in repository.run("plan").out.partition("Drift")[0]
    ended = repository.run("apply", "plan.json", "--auto-approve")

    assert ended.code == 0
    assert incident_io.state.find(NAME).body["is_private"] is True
    assert incident_io.count("PUT", incident_io.state.find(NAME).id) == 0
    assert incident_io.state.find("Database Alerts").version == 7
