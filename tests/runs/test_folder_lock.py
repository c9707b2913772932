"""One run at a time in a folder; a run that was killed is never in the way of the next."""

import errno
import fcntl
import math
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.runs.folder import LOCK, FolderRefused, alone

NOW = datetime(2026, 8, 21, 9, 12, tzinfo=UTC)
HOLDER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from reconciler.runs.folder import alone
with alone(Path(sys.argv[1]), "restore", datetime(2026, 8, 21, 9, 12, tzinfo=UTC), 0, print):
    print("held", flush=True)
    time.sleep(600)
"""


def take(root: Path, wait_seconds: float = 0, told: list[str] | None = None) -> None:
    with alone(root, "apply", NOW, wait_seconds, (told if told is not None else []).append):
        pass


def hold(root: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(root)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_run_ends_with_who_holds_the_folder(tmp_path: Path) -> None:
    told: list[str] = []
    with hold(tmp_path) as other:
        with pytest.raises(FolderRefused) as refused:
            take(tmp_path, 0.3, told)
        for never in (-1.0, math.nan):
            with pytest.raises(FolderRefused):
                take(tmp_path, never)
        other.kill()

    who = f"`restore` (process {other.pid}, since 2026-08-21 09:12:00 UTC)"
    assert told == [f"waiting for {who}, which is using this folder"]
    assert str(refused.value).startswith(f"{who} is using this folder. Nothing was written.")


def test_a_second_run_goes_on_when_the_first_has_ended(tmp_path: Path) -> None:
    with hold(tmp_path) as other:

        def tell(_words: str) -> None:
            other.kill()

        with alone(tmp_path, "apply", NOW, 60, tell):
            assert other.wait() == -signal.SIGKILL


def test_a_killed_run_leaves_no_lock(tmp_path: Path) -> None:
    with hold(tmp_path) as other:
        other.kill()
    assert (tmp_path / LOCK).exists()

    take(tmp_path)


def test_a_stopped_run_still_holds_the_folder(tmp_path: Path) -> None:
    with hold(tmp_path) as other:
        other.send_signal(signal.SIGSTOP)
        with pytest.raises(FolderRefused):
            take(tmp_path)
        other.kill()


def test_another_folder_is_another_lock(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with alone(tmp_path / "a", "apply", NOW, 0, print):
        take(tmp_path / "b")


def test_a_lock_on_a_file_that_was_deleted_keeps_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deleted between the opening and the locking, by `git clean` say."""
    flock = fcntl.flock
    deleted: list[Path] = []

    def after_a_deletion(handle: int, operation: int) -> None:
        if not deleted:
            (tmp_path / LOCK).unlink()
            deleted.append(tmp_path / LOCK)
        flock(handle, operation)

    monkeypatch.setattr(fcntl, "flock", after_a_deletion)

    with alone(tmp_path, "apply", NOW, 5, lambda _words: None), pytest.raises(FolderRefused):
        take(tmp_path)


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL])
def test_a_disk_that_knows_no_locks_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", no_locks)

    with pytest.raises(FolderRefused, match="has no file locks, so two runs could create a route"):
        take(tmp_path)


def test_a_folder_that_is_read_only_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", read_only)

    with pytest.raises(FolderRefused, match=r"Read-only file system\. Nothing was written"):
        take(tmp_path)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / ".reconciler").mkdir()
    (tmp_path / LOCK).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FolderRefused):
        take(tmp_path)

    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"command": 1}', "\x00\xff"])
def test_a_lock_file_that_says_nothing_is_still_a_lock(tmp_path: Path, text: str) -> None:
    with alone(tmp_path, "apply", NOW, 0, print):
        (tmp_path / LOCK).write_text(text, encoding="latin-1")
        with pytest.raises(FolderRefused, match="another run is using"):
            take(tmp_path)
