"""The folder of a run, `.reconciler/runs/RUN/`, and the lock that lets one run work at a time.

Two runs that both read first would both create what is not live. The lock is the kernel's (`flock`)
on `.reconciler/lock`. It ends with its process, so a killed run never stands in the way. The file's
text only says who holds it.
"""

import errno
import fcntl
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reconciler.files.disk import OWN, own_folder, real_folder

RUNS = Path(OWN) / "runs"
_RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


class RunRefused(OSError):
    """The run's folder cannot be made, so nothing may be written; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Run:
    """`id` sorts by time: `20260821T091200Z-3f9a1c`."""

    id: str
    folder: Path

    @property
    def backup(self) -> Path:
        """Where the routes that the run touches are kept as they were."""
        return self.folder / "backup"

    @property
    def journal(self) -> Path:
        """The append-only record of the run's writes."""
        return self.folder / "journal.jsonl"


def open_run(root: Path, now: datetime) -> Run:
    """Make the folder of a new run (0700). Raises RunRefused when the disk or its rights say no."""
    identity = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    folder = root / RUNS / identity
    try:
        own_folder(root)
        real_folder(root / RUNS)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise RunRefused(
            f"cannot make {folder}: {error.strerror or error}. Nothing was written. "
            "A run keeps its backup there: free some space, or make the folder writable."
        ) from None
    return Run(identity, folder)


def runs_of(root: Path) -> tuple[Run, ...]:
    """The runs that left a folder, oldest first; none through a link."""
    linked = (root / RUNS).is_symlink() or (root / RUNS.parent).is_symlink()
    return () if linked else runs_in(root / RUNS)


def runs_in(folder: Path) -> tuple[Run, ...]:
    """The runs of a folder of runs, oldest first."""
    try:
        folders = [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    except OSError:
        return ()
    names = sorted(path.name for path in folders if _RUN_ID.fullmatch(path.name))
    return tuple(Run(name, folder / name) for name in names)


LOCK = RUNS.parent / "lock"
EVERY_SECONDS = 0.1  # how often a run that waits looks again


class FolderRefused(OSError):
    """The folder's lock cannot be had, so nothing may be read or written; says why."""


@contextmanager
def alone(
    root: Path, command: str, now: datetime, wait_seconds: float, tell: Callable[[str], None]
) -> Iterator[None]:
    """Hold the folder while the block runs. Waits for another run, `wait_seconds` at most, and
    tells it once. Raises FolderRefused.
    """
    handle = _held(root, wait_seconds, tell)
    try:
        _sign(handle, command, now)
        yield
    finally:
        os.close(handle)


def _held(root: Path, wait_seconds: float, tell: Callable[[str], None]) -> int:
    until = time.monotonic() + max(0.0, wait_seconds)  # in this order, so that NaN is none
    waiting = False
    while True:
        handle = _open(root)
        if _take(handle, root):
            return handle
        holder = _holder(handle)
        os.close(handle)
        if time.monotonic() >= until:
            raise FolderRefused(
                f"{holder} is using this folder. Nothing was written. "
                "Wait until it ends and run this again, or wait longer with --lock-timeout."
            )
        if not waiting:
            tell(f"waiting for {holder}, which is using this folder")
            waiting = True
        time.sleep(EVERY_SECONDS)


def _open(root: Path) -> int:
    """The lock file, which is never followed elsewhere."""
    path = root / LOCK
    try:
        own_folder(root)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    except OSError as error:
        raise FolderRefused(
            f"cannot write {path}: {error.strerror or error}. Nothing was written. A run keeps its "
            "lock and its backup there: free some space, or make the folder writable."
        ) from None


def _take(handle: int, root: Path) -> bool:
    """Whether the lock is ours now. A lock on a deleted file has no effect."""
    path = root / LOCK
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EINTR):
            return False
        os.close(handle)
        raise FolderRefused(
            f"cannot lock {path}: {error.strerror or error}. Nothing was written. This disk has no "
            "file locks, so two runs could create a route twice. Work in a copy of the folder on "
            "another disk."
        ) from None
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except OSError:
        return False


def _sign(handle: int, command: str, now: datetime) -> None:
    since = f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    text = json.dumps({"command": command, "process": os.getpid(), "since": since})
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, text.encode(), 0)
    except OSError:  # a full disk: the lock counts, its text is for people
        return


def _holder(handle: int) -> str:
    """The run that holds it, in words."""
    try:
        about = json.loads(os.pread(handle, 4096, 0))
        return f"`{about['command']}` (process {int(about['process'])}, since {about['since']})"
    except (OSError, ValueError, LookupError, TypeError):
        return "another run"
