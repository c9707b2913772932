"""The line at the bottom of a terminal that says how far a command is.

It is on standard error. Whoever prints takes it away first (`Shell.say`, `note`, `warn`).
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

WIDTH = 80  # where the terminal does not tell


class Line:
    """Thread-safe, and for a signal's handler too."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._drawn = ""
        self._closed = True

    def open(self) -> None:
        """From now on words may be drawn."""
        self._closed = False

    def draw(self, words: str) -> None:
        """In place of what stands there; nothing after `close`."""
        with self._lock:
            if not self._closed and words != self._drawn:
                self._drawn = words
                _write(f"\r\x1b[K{words[: _columns() - 1]}")

    def print(self, words: str) -> None:
        """As a line of its own, on a terminal that cannot erase one."""
        with self._lock:
            if not self._closed:
                _write(f"{words}\n")

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nothing stands there while something else is printed."""
        with self._lock:
            if self._drawn:
                self._drawn = ""
                _write("\r\x1b[K")
            yield

    def close(self) -> None:
        """Take the words away for good."""
        with self.away():
            self._closed = True


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or WIDTH
    except (OSError, ValueError):
        return WIDTH
