"""The record in git: a ref of its own, one commit a run; runs that end at once all land."""

import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.record.record import Applied, Gone, Record
from reconciler.record.repository import (
    Found,
    RecordRefused,
    folder_in_repository,
    has_other_records,
    head_commit,
    read_ref,
    ref_of,
    write_ref,
)
from reconciler.record.store import read_folder, write_folder
from tests.record.conftest import git_in

ACCOUNT = "https://app.incident.io/acme"
AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
REF = f"refs/reconciler/{ref_of(ACCOUNT, '')}"
REMOTE_REF = REF.replace("refs/reconciler", "refs/reconciler-remote")


def route(identity: str = "01A", version: int = 5, text: str = "", run: str = "r1") -> Applied:
    return Applied(identity, "Database Alerts", version, "routes/a.yaml", run, AT, text=text)


def write(folder: Path, *entries: Applied | Gone, message: str = "apply: run r1\n") -> Record:
    return write_ref(folder, ACCOUNT, REF, entries, message, AT)


def test_a_run_is_one_commit_that_git_shows(repository: Path) -> None:
    write(repository, route(text="name: Database Alerts\n"))
    write(repository, route("01B", 1), message="apply: run r2\n")
    git = git_in(repository)

    assert git("log", "--format=%s", REF).splitlines() == ["apply: run r2", "apply: run r1"]
    assert git("show", f"{REF}:files/database-alerts-01A.yaml") == "name: Database Alerts\n"
    assert git("log", "-1", "--format=%aI", REF).strip() == "2026-11-28T12:00:00+00:00"
    assert read_ref(repository, ACCOUNT, REF).record.entries == {
        "01A": route(text="name: Database Alerts\n"), "01B": route("01B", 1),
    }  # fmt: skip
    assert (git("branch", "--list"), git("status", "--porcelain")) == ("", "")


def test_what_is_recorded_already_makes_no_commit(repository: Path) -> None:
    write(repository, route())
    write(repository, route())

    assert git_in(repository)("rev-list", "--count", REF).strip() == "1"


def test_nothing_is_recorded_yet(repository: Path) -> None:
    assert read_ref(repository, ACCOUNT, REF) == Found(Record(ACCOUNT))
    assert head_commit(repository) == ""


def test_a_subfolder_has_a_record_of_its_own(repository: Path) -> None:
    team = repository / "team-a"
    team.mkdir()
    ref = f"refs/reconciler/{ref_of(ACCOUNT, 'team-a')}"
    write_ref(team, ACCOUNT, ref, [route()], "m", AT)

    assert folder_in_repository(repository) == ""
    assert folder_in_repository(team) == "team-a"
    assert folder_in_repository(repository.parent) is None
    assert folder_in_repository(repository / ".git") is None
    assert read_ref(team, ACCOUNT, ref).record.entries == {"01A": route()}
    assert read_ref(repository, ACCOUNT, REF).record.entries == {}


def test_names_of_refs_are_readable_and_never_shared() -> None:
    names = {
        ref_of(account, folder)
        for account in (ACCOUNT, "https://app.incident.io/ac me", "https://eu.example/acme", "")
        for folder in ("", "a/b", "a-b", "..", "root", "x.lock")
    }

    assert len(names) == 24
    for name in names:
        subprocess.run(("git", "check-ref-format", f"refs/reconciler/{name}"), check=True)
    assert ref_of(ACCOUNT, "").startswith("acme/root-")


def test_runs_that_end_at_once_all_land(repository: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: write(repository, route(f"01{n}", 1, run=f"r{n}")), range(8)))

    assert len(read_ref(repository, ACCOUNT, REF).record.entries) == 8
    assert git_in(repository)("rev-list", "--count", REF).strip() == "8"


def test_a_damaged_record_is_said_and_replaced_with_its_log_kept(repository: Path) -> None:
    git = git_in(repository)
    write(repository, route())
    tree = git("write-tree").strip()
    empty = git("commit-tree", tree, "-p", REF, "-m", "by hand").strip()
    git("update-ref", REF, empty)

    found = read_ref(repository, ACCOUNT, REF)
    assert (found.record, found.commit) == (Record(ACCOUNT), empty)
    assert found.damaged == "record.json is missing"

    write(repository, route(version=6))
    assert read_ref(repository, ACCOUNT, REF).record.entries == {"01A": route(version=6)}
    assert git("rev-list", "--count", REF).strip() == "3"


def test_a_lost_object_is_said(repository: Path) -> None:
    write(repository, route())
    name = git_in(repository)("rev-parse", f"{REF}:record.json").strip()
    lost = repository / ".git" / "objects" / name[:2] / name[2:]
    lost.unlink()

    assert "lost" in read_ref(repository, ACCOUNT, REF).damaged


EMPTY_REF = b""  # as a power failure leaves it
NO_REF = b"hello\n"
LOST = b"1" * 40 + b"\n"


@pytest.mark.parametrize("content", [EMPTY_REF, NO_REF, LOST, None])
def test_a_broken_ref_is_no_empty_record_and_is_written_again(
    repository: Path, content: bytes | None
) -> None:
    write(repository, route())
    if content is None:
        git_in(repository)("update-ref", REF, f"{REF}^{{tree}}")
    else:
        (repository / ".git" / REF).write_bytes(content)

    found = read_ref(repository, ACCOUNT, REF)
    assert (found.record, found.commit) == (Record(ACCOUNT), "")
    assert found.damaged

    write(repository, route(version=6))
    assert read_ref(repository, ACCOUNT, REF).record.entries == {"01A": route(version=6)}
    assert not read_ref(repository, ACCOUNT, REF).damaged


def test_why_the_ref_cannot_move_is_said_as_git_says_it(repository: Path) -> None:
    write(repository, route())
    (repository / ".git" / f"{REF}.lock").touch()  # a git that was killed left it

    with pytest.raises(RecordRefused, match=r"\.lock': File exists"):
        write(repository, route(version=6))


def test_no_room_for_files_is_the_record_s_trouble_alone(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")

    with pytest.raises(RecordRefused, match="/nowhere/at/all"):
        write(repository, route())


def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    there, team = tmp_path / "there", tmp_path / "team"
    write_folder(there, ACCOUNT, "x", [route()])
    team.mkdir()
    (team / ".reconciler").symlink_to(there / ".reconciler")

    assert "is a link" in read_folder(team, ACCOUNT, "x").damaged
    with pytest.raises(RecordRefused, match="is a link"):
        write_folder(team, ACCOUNT, "x", [route(version=6)])


@pytest.mark.parametrize("name", ["a b", "x\u2028y", "x\u2028z", "nl\nz", "-x", "\udcff\udcfe"])
def test_every_name_of_a_folder_has_a_ref(repository: Path, name: str) -> None:
    folder = repository / name
    folder.mkdir()

    assert folder_in_repository(folder) == name
    subprocess.run(("git", "check-ref-format", f"{REF}/{ref_of(ACCOUNT, name)}"), check=True)


def test_a_hook_s_repository_is_not_the_folder_s(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = repository / "team"
    team.mkdir()
    for place in (".git", str(tmp_path / "another.git"), str(repository / ".git")):
        monkeypatch.setenv("GIT_DIR", place)
        assert folder_in_repository(team) == "team"


def test_a_repository_that_git_does_not_open_is_not_taken_for_none(repository: Path) -> None:
    (repository / ".git" / "config").write_text("[core\n", encoding="ascii")

    with pytest.raises(RecordRefused, match="config"):
        folder_in_repository(repository)


def test_a_clock_that_starts_at_nothing_is_a_time_for_git(repository: Path) -> None:
    write_ref(repository, ACCOUNT, REF, [route()], "m", datetime(1970, 1, 2, tzinfo=UTC))

    git = git_in(repository)
    assert git("log", "-1", "--format=%aI", REF).strip() == "1970-01-02T00:00:00+00:00"


def test_a_folder_without_git_keeps_it_below_reconciler(tmp_path: Path) -> None:
    ref = ref_of(ACCOUNT, "")
    assert read_folder(tmp_path, ACCOUNT, ref) == Found(Record(ACCOUNT))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(
            lambda n: write_folder(tmp_path, ACCOUNT, ref, [route(f"01{n}", 1)]), range(8)
        ))  # fmt: skip
    write_folder(tmp_path, ACCOUNT, ref, [route("010", 2)])

    found = read_folder(tmp_path, ACCOUNT, ref)
    assert found.record.entries["010"] == route("010", 2)
    assert len(found.record.entries) == 8
    assert (tmp_path / ".reconciler/.gitignore").read_text() == "*\n"  # whatever repository comes
    (file,) = (tmp_path / ".reconciler/record").glob("*.json")
    file.write_text("{")
    assert read_folder(tmp_path, ACCOUNT, ref).damaged
    file.unlink()
    file.mkdir()
    assert read_folder(tmp_path, ACCOUNT, ref).damaged
    with pytest.raises(RecordRefused):
        write_folder(tmp_path, ACCOUNT, ref, [replace(route(), version=3)])


@pytest.mark.parametrize(
    ("recorded", "damaged", "expected"),
    [
        ("", False, False),
        ("", True, False),
        ("sandbox", False, True),
        ("sandbox", True, True),
        ("root", False, True),  # the readable part is that of the top
    ],
)
def test_a_record_of_another_folder_is_known_by_its_name(
    repository: Path, recorded: str, damaged: bool, expected: bool
) -> None:
    assert not has_other_records(repository)
    ref = f"refs/reconciler/{ref_of(ACCOUNT, recorded)}"
    write_ref(repository, ACCOUNT, ref, [route()], "apply: run r1\n", AT)
    if damaged:
        git = git_in(repository)
        tree = git("hash-object", "-t", "tree", "-w", "/dev/null").strip()
        git("update-ref", ref, git("commit-tree", "-m", "x", tree).strip())

    assert has_other_records(repository) == expected
    write(repository, route())
    assert has_other_records(repository) == expected
