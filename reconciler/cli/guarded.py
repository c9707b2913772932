"""The one way out: whatever a command prints, in a workflow's log no line of it is a command."""

import codecs
import contextlib
import io
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import TextIO, cast

from reconciler.report.workflow_commands import AT_THE_BEGIN, line_so_far, without_commands

_SERVICES = ("CI", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION")
_NO = ("", "0", "false")


class Guarded(io.TextIOBase):
    """A stream whose lines a CI service shows and never obeys, however they were cut into writes.

    It has no `buffer`, so that nothing gets past it.
    """

    def __init__(self, inner: TextIO, encoding: str) -> None:
        self._inner = inner
        self._encoding = encoding  # that of the terminal or pipe, by which reports are chosen
        self._line = AT_THE_BEGIN
        self._lock = threading.RLock()  # a signal's handler writes, too

    def write(self, text: str) -> int:
        """The text, with what would be a command written out."""
        with self._lock:
            line, self._line = self._line, line_so_far(text, self._line)
            self._inner.write(without_commands(text, line))
        return len(text)

    def write_commands(self, text: str) -> None:
        """Lines that are meant to be obeyed. Begins a new line."""
        with self._lock:
            if self._line != AT_THE_BEGIN:
                self.write("\n")
            self._inner.write(text)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """What the reader of the stream can show."""
        return self._encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """Of the stream behind."""
        return self._inner.errors

    def writable(self) -> bool:
        """It is for nothing else."""
        return True

    def isatty(self) -> bool:
        """Whether the stream behind is a terminal."""
        return self._inner.isatty()

    def fileno(self) -> int:
        """Of the stream behind."""
        return self._inner.fileno()

    def flush(self) -> None:
        """What the stream behind has kept back."""
        self._inner.flush()


@contextlib.contextmanager
def guarded(environment: Mapping[str, str]) -> Iterator[None]:
    """`guard` for a while."""
    out, err = sys.stdout, sys.stderr
    try:
        guard(environment)
        yield
    finally:
        sys.stdout, sys.stderr = out, err


def guard(environment: Mapping[str, str]) -> None:
    """Guard standard output and standard error where a CI service reads them."""
    if any(environment.get(name, "").lower() not in _NO for name in _SERVICES):
        sys.stdout, sys.stderr = _guarded(sys.stdout), _guarded(sys.stderr)


def _guarded(stream: TextIO) -> TextIO:
    """The stream itself where it is closed (None) or guarded already."""
    if stream is None or isinstance(stream, Guarded):
        return stream
    shown = str(getattr(stream, "encoding", None) or "ascii")
    if isinstance(stream, io.TextIOWrapper) and codecs.lookup(shown).name == "ascii":
        stream.reconfigure(encoding="utf-8", errors="replace")  # as click does in a wrong locale
    return cast("TextIO", Guarded(stream, shown))
