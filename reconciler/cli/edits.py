"""The files that a person edits, looked at every half a second.

Polling works on every disk, also on a network's and in a container, and costs little: 3,000 files
are looked at in a few hundredths of a second.
"""

import os
import select
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from reconciler.directory import LOCK
from reconciler.files.cases import TESTS
from reconciler.files.config import CONFIG_FILE
from reconciler.files.disk import files_of
from reconciler.files.tree import FOLDER
from reconciler.model import SEMANTICS_FILE
from reconciler.text import counted

POLL_SECONDS = 0.5
SETTLED_SECONDS = 0.2
MOST_LOOKS = 20  # then files count that are written without a pause
FOLDERS = (FOLDER, TESTS)
FILES = (CONFIG_FILE, LOCK, SEMANTICS_FILE)

State = Mapping[str, tuple[int, int, int]]
"""By file: its time, size and number, which a new file under the old name does not have."""


def state_of(root: Path) -> State:
    """The files that a plan and routing tests are made of. Raises nothing."""
    found: dict[str, Path] = {}
    refused: dict[str, tuple[int, int, int]] = {}
    for folder in FOLDERS:
        files, findings = files_of(root, folder, "file")
        found |= {file.file: root / file.real for file in files or ()}
        for finding in findings:  # such as a link that leads nowhere: a plan says so, too
            if finding.position:
                refused[finding.position.file] = 0, len(finding.message), 0
    found |= {name: root / name for name in FILES}
    return refused | {name: state for name, path in found.items() if (state := _state(path))}


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size, seen.st_ino


def changed(before: State, after: State) -> list[str]:
    """The files that are new, gone or written."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def edit_words(before: State, after: State) -> str:
    """What happened: `routes/a.yaml removed`, `2 files added`."""
    files = changed(before, after)
    kinds = {_kind(name, before, after) for name in files}
    what = files[0] if len(files) == 1 else counted(len(files), "file")
    return f"{what} {kinds.pop() if len(kinds) == 1 else 'changed'}"


def _kind(name: str, before: State, after: State) -> str:
    if name not in before:
        return "added"
    return "changed" if name in after else "removed"


class Typed:
    """Lines that a person types, without a thread and without waiting longer than asked."""

    def __init__(self, stream: TextIO | None) -> None:
        self._number = _number(stream)
        self._rest = b""

    @property
    def ended(self) -> bool:
        """Whether nothing can come any more."""
        return self._number is None

    def line(self, seconds: float) -> str | None:
        """The next line, without its end; None if none came in so many seconds."""
        if b"\n" not in self._rest and not self._read(seconds):
            return None
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode("utf-8", "replace").strip()

    def _read(self, seconds: float) -> bool:
        """Whether there is a whole line now."""
        if self._number is None:
            time.sleep(seconds)
            return False
        if not select.select([self._number], [], [], seconds)[0]:
            return False
        content = _content(self._number)
        if not content:
            self._number = None
        self._rest += content
        return b"\n" in self._rest


def _number(stream: TextIO | None) -> int | None:
    try:
        return stream.fileno() if stream else None
    except (OSError, ValueError):
        return None


def _content(number: int) -> bytes:
    try:
        return os.read(number, 4096)
    except OSError:  # the terminal went away
        return b""


def settled(root: Path) -> State:
    """The files once none has changed between two looks: editors write in steps."""
    now = state_of(root)
    for _ in range(MOST_LOOKS):
        time.sleep(SETTLED_SECONDS)
        before, now = now, state_of(root)
        if before == now:
            break
    return now
