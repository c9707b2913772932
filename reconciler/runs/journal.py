"""The journal of a run: a line before and a line after each write, on the disk before it counts.

One JSON object a line. `{"event": "intent", …}` is written before a request is sent and
`{"event": "result", …}` after its outcome is known, with the same `write` number. A write with an
intent and no result, or with the outcome `unknown`, is *sent, outcome unknown*, until a later run
looks and adds `{"event": "settled", …}`. `{"event": "known", "ids": […]}` stands before the first
create: what is live without it.
"""

import contextlib
import errno
import fcntl
import json
import os
import stat
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reconciler.files.disk import read_bytes

_MOST_BYTES = 1 << 30  # of a journal that is read; a write takes some hundred


class JournalRefused(OSError):
    """The journal cannot be written, so the write that it would record must not be sent."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A write before it is sent; `version` is the base version, None for a create."""

    action: str
    name: str
    id: str | None
    version: int | None
    digest: str


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a write: written, conflict, failed, unknown, not sent; of a write that a later
    run looked after: written, not written, unclear, renamed. `version` is the one that is live
    then.
    """

    outcome: str
    id: str | None = None
    version: int | None = None
    request_id: str = ""
    message: str = ""


class Journal:
    """An open journal; safe to use from several threads."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._next = 1
        try:
            self._file = _opened(path)
        except OSError as error:
            raise JournalRefused(f"cannot write {path}: {error.strerror or error}") from None

    def begin(self, command: str, account: str, api: str, tool: str, of: str = "") -> None:
        """The first line; `of` is the run that a rollback undoes. From here on the journal is held,
        until it is closed or the process ends.
        """
        with contextlib.suppress(OSError):  # a disk that knows no locks
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        about = {"command": command, "account": account, "api": api, "tool": tool}
        self._append({"event": "run", **about, **({"of": of} if of else {})})

    def know(self, ids: Iterable[str]) -> None:
        """Record which routes are live right before the first create: none of them is its work."""
        self._append({"event": "known", "ids": sorted(ids)})

    @property
    def intents(self) -> int:
        """How many writes it has an intent of."""
        return self._next - 1

    def intend(self, intent: Intent) -> int:
        """Record an intent; returns the number that its result must carry."""
        with self._lock:
            number = self._next
            self._next += 1
        self._append({"event": "intent", "write": number, **_filled(intent)})
        return number

    def record(self, number: int, result: Result) -> None:
        """Record what came of an intent."""
        self._append({"event": "result", "write": number, **_filled(result)})

    def settle(self, number: int, result: Result) -> None:
        """Record what a later run saw. A line that was torn by a kill stays a line of its own."""
        self._append({"event": "settled", "write": number, **_filled(result)}, fresh=True)

    def end(self, exit_code: int, not_sent: int = 0) -> None:
        """The last line of a run that was not killed; `not_sent` changes have no intent."""
        left = {"not_sent": not_sent} if not_sent else {}
        self._append({"event": "end", "exit_code": exit_code, **left})

    def close(self) -> None:
        os.close(self._file)

    def _append(self, record: dict[str, object], *, fresh: bool = False) -> None:
        at = self._clock().astimezone(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"at": at, **record}, ensure_ascii=False) + "\n"
        content = line.encode("utf-8", "backslashreplace")  # half a surrogate pair in a name
        try:
            with self._lock:
                _write_whole(self._file, b"\n" * fresh + content)
                os.fsync(self._file)
        except OSError as error:
            raise JournalRefused(f"cannot write the journal: {error.strerror or error}") from None


def is_held(path: Path) -> bool:
    """Whether a process is still writing this journal. False where that is unknown."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return isinstance(error, BlockingIOError)
    finally:
        os.close(handle)
    return False


def _opened(path: Path) -> int:
    """A link is not followed, and a pipe is not waited for."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    handle = os.open(path, flags, 0o600)
    if stat.S_ISFIFO(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is a pipe")
    return handle


def _write_whole(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]


def _filled(record: Intent | Result) -> dict[str, object]:
    values = {name: getattr(record, name) for name in record.__slots__}
    return {name: value for name, value in values.items() if value not in (None, "")}


def records(path: Path) -> list[dict[str, object]]:
    """The complete lines of a journal, in order. A torn last line counts as not written."""
    try:
        lines = (read_bytes(path, _MOST_BYTES, follow=False) or b"").split(b"\n")
    except OSError:
        return []
    whole: list[dict[str, object]] = []
    for line in lines:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            whole.append(record)
    return whole
