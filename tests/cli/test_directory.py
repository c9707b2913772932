"""The committed copy of names and ids: what is named, nothing secret, and the same twice."""

import json
from pathlib import Path

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import REPOSITORY, Team

LOCK = "directory.lock.json"


@pytest.fixture
def bare(team: Team) -> Team:
    """No lock yet."""
    (team.folder / LOCK).unlink(missing_ok=True)
    return team


def test_the_first_refresh_writes_it_and_the_second_leaves_it(bare: Team) -> None:
    first = bare.run("directory", "refresh")
    text = bare.read(LOCK)
    second = bare.run("directory", "refresh")

    assert (first.code, first.out) == (0, f"wrote {LOCK}\n")
    assert (second.code, second.out, second.err) == (0, "", f"{LOCK} is up to date\n")
    assert bare.read(LOCK) == text


def test_the_committed_lock_is_up_to_date(team: Team) -> None:
    assert (REPOSITORY / LOCK).exists()

    assert team.run("directory", "refresh", "--check").code == 0
    assert team.read(LOCK) == (REPOSITORY / LOCK).read_text(encoding="utf-8")


def test_check_writes_nothing_and_fails_when_something_is_new(
    bare: Team, incident_io: RunningSandbox
) -> None:
    missing = bare.run("directory", "refresh", "--check")
    assert missing.code == 1
    assert f"error: {LOCK} does not exist: run `reconciler directory refresh`" in missing.err
    assert not (bare.folder / LOCK).exists()
    assert bare.run("directory", "refresh").code == 0
    text = bare.read(LOCK)
    path = incident_io.state.account.escalation_paths[0]["id"]
    incident_io.state.rename(path, "Renamed On-Call")

    ended = bare.run("directory", "refresh", "--check")

    assert ended.code == 1
    assert f"error: {LOCK} is out of date: run `reconciler directory refresh`" in ended.err
    assert bare.read(LOCK) == text


def test_it_holds_no_secret_and_only_the_users_that_files_name(
    bare: Team, incident_io: RunningSandbox
) -> None:
    bare.edit(
        "routes/production-alerts.yaml",
        "escalate:\n",
        "escalate:\n  - user: lead@example.com\n",
    )

    assert bare.run("directory", "refresh").code == 0

    text = bare.read(LOCK)
    assert "lead@example.com" in text
    assert "engineer@example.com" not in text
    for secret in incident_io.state.account.secrets.values():
        assert secret not in text
    assert incident_io.key not in text
    assert json.loads(text)["account"] == "https://sandbox.invalid/acme"


def test_it_asks_for_each_list_once(bare: Team, incident_io: RunningSandbox) -> None:
    assert bare.run("directory", "refresh").code == 0

    paths = [request.path for request in incident_io.requests]
    assert len(paths) == len(set(paths))
    assert incident_io.count("GET", "/alert_routes") == 0


def test_an_unknown_name_is_a_finding_and_the_lock_is_written(bare: Team) -> None:
    bare.edit("routes/informational.yaml", "  - Axiom\n", "  - Axium\n")

    ended = bare.run("directory", "refresh")
    again = bare.run("directory", "refresh")

    assert (ended.code, again.code) == (1, 1)
    assert "routes/informational.yaml:4:5: error:" in ended.err
    assert (bare.folder / LOCK).exists()
    checked = bare.run("validate", INCIDENT_API_KEY="")
    assert checked.code == 0
    assert "not-in-lock" in checked.out


def test_a_lock_that_cannot_be_read_is_written_anew(bare: Team) -> None:
    bare.write(LOCK, "{]")

    ended = bare.run("directory", "refresh")

    assert ended.code == 0, ended.err
    assert json.loads(bare.read(LOCK))["account"]


def test_a_file_with_an_error_is_put_right_first(bare: Team, incident_io: RunningSandbox) -> None:
    bare.edit("routes/informational.yaml", "sources:", "sorces:")

    ended = bare.run("directory", "refresh")

    assert ended.code == 1
    assert "routes/informational.yaml:3:1: error:" in ended.err
    assert not (bare.folder / LOCK).exists()
    assert incident_io.requests == []


def test_a_lock_that_cannot_be_written_is_one_clear_error(
    bare: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reconciler.files import FileRefused, disk as work_tree

    def full(path: Path, _text: str) -> None:
        raise FileRefused(f"{path.name}: not written: the disk is full")

    monkeypatch.setattr(work_tree, "write_atomically", full)

    ended = bare.run("directory", "refresh")

    assert ended.code == 1
    assert f"{LOCK}: not written: the disk is full" in ended.err
