"""A progress line on standard error, for what takes over a second on a terminal."""

import sys
import threading
import time
from types import TracebackType
from typing import Self

from reconciler.cli.shell import Shell
from reconciler.report.plural import counted

_QUIET_SECONDS = 1.0
_REDRAW_SECONDS = 0.1


class Progress:
    """`with Progress(shell, "reading incident.io") as progress: … progress.step()`.

    Thread-safe. Draws nothing in a pipe, with `--quiet`, or in the first second.
    """

    def __init__(self, shell: Shell, words: str) -> None:
        self._shown = shell.progress and not shell.verbose
        self._words = words
        self._lock = threading.Lock()
        self._count = 0
        self._started = time.monotonic()
        self._drawn = 0.0

    def step(self) -> None:
        """One more request is done."""
        with self._lock:
            self._count += 1
            now = time.monotonic()
            old_enough = now - self._started >= _QUIET_SECONDS
            if self._shown and old_enough and now - self._drawn >= _REDRAW_SECONDS:
                self._drawn = now
                sys.stderr.write(f"\r\x1b[K{self._words}: {counted(self._count, 'request')}")
                sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away, before something else is printed."""
        with self._lock:
            if self._drawn:
                sys.stderr.write("\r\x1b[K")
                sys.stderr.flush()
                self._drawn = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.clear()
