"""The world around a command: folder, environment, and streams whose lines no CI service obeys.

`reconciler apply | head` writes what it would write anyway, and ends with the same code. Without
this, Python raises BrokenPipeError in the middle of the work, or ends with 120.
"""

import codecs
import contextlib
import errno
import io
import os
import select
import shutil
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO, cast

import click

from reconciler.cli.line import Line
from reconciler.cli.meter import Meter
from reconciler.text import AT_THE_BEGIN, line_so_far, without_commands


@dataclass(frozen=True, slots=True)
class Shell:
    """Made once, in `main`; commands get it by `@click.pass_obj`."""

    root: Path
    quiet: bool
    verbose: bool
    environment: Mapping[str, str]
    meter: Meter | None = None  # of a run that writes metrics
    key_variable: str = ""  # that the folder names for its key
    line: Line = field(default_factory=Line, compare=False)

    def now(self) -> datetime:
        return present()

    def say(self, text: str) -> None:
        """The command's result, on standard output; nothing at all where it is empty."""
        if text:
            with self.line.away():
                click.echo(text, nl=not text.endswith("\n"))

    def command(self, text: str) -> None:
        """Lines on standard output that are commands to a CI service, which obeys them."""
        if text and isinstance(sys.stdout, Guarded):
            with self.line.away():
                sys.stdout.write_commands(text)
        else:
            self.say(text)

    def note(self, text: str) -> None:
        """A line beside the result, on standard error; `--quiet` drops it."""
        if not self.quiet:
            with self.line.away():
                click.echo(text, err=True)

    def warn(self, text: str) -> None:
        with self.line.away():
            click.echo(text, nl=not text.endswith("\n"), err=True)

    @property
    def colour(self) -> bool:
        """Whether standard output shows colours: a terminal that can, and no NO_COLOR."""
        plain = self.environment.get("NO_COLOR") or self.environment.get("TERM") == "dumb"
        return _is_terminal(sys.stdout) and not plain

    @property
    def interactive(self) -> bool:
        """Whether a user can answer a question."""
        return _is_terminal(sys.stdin)

    @property
    def progress(self) -> bool:
        """Whether a progress line on standard error would be seen and is wanted."""
        return _is_terminal(sys.stderr) and not (self.quiet or self.environment.get("CI"))

    @property
    def width(self) -> int:
        """Columns of the terminal; 80 in a pipe."""
        return shutil.get_terminal_size((80, 24)).columns if _is_terminal(sys.stdout) else 80

    @property
    def columns(self) -> int | None:
        """Columns of the terminal; None in a pipe, where a row stays a line."""
        return self.width if _is_terminal(sys.stdout) else None

    @property
    def unicode(self) -> bool:
        """Whether standard output can carry arrows and dashes."""
        encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
        return encoding.replace("-", "") in {"utf8", "utf16", "utf32", "utf8sig"}


def present() -> datetime:
    return datetime.now(UTC)


def shell(root: str, *, quiet: bool, verbose: bool) -> Shell:
    """The shell of this process. Raises click.UsageError when the folder is not there."""
    path = Path(root)
    if not path.is_dir():
        raise click.UsageError(f"-C {root}: folder not found")
    from reconciler.cli.folders import TOGETHER, key_variable_of

    environment, variable = dict(os.environ), key_variable_of(path)
    if variable and TOGETHER.get():  # of several folders none gets another one's key
        from reconciler.client import KEY_VARIABLES

        for usual in KEY_VARIABLES:
            environment.pop(usual, None)
    return Shell(path, quiet, verbose, environment, key_variable=variable)


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False


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
        return self._encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return self._inner.errors

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._inner.isatty()

    def fileno(self) -> int:
        return self._inner.fileno()

    def flush(self) -> None:
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


_GONE = frozenset({errno.EPIPE, errno.EIO, errno.EBADF, errno.ECONNRESET, errno.ESHUTDOWN})
"""The reader went away: of a pipe, a terminal, a socket. A full disk is an error as ever."""


def keep_streams() -> None:
    """Call it before any file is opened: a descriptor that the shell closed (`>&-`) would be given
    to the next file, and words for the screen would go there.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
    sys.stdout = kept(sys.stdout, 1)
    sys.stderr = kept(sys.stderr, 2)


def kept(stream: TextIO | None, number: int) -> TextIO:
    """The same stream over a descriptor whose reader may go. None: the shell closed it. It has no
    buffer of bytes, which would refuse the words of a signal's handler while a line is being
    written, and so end an apply in the middle.
    """
    descriptor: Any = _Descriptor(number)
    return io.TextIOWrapper(
        descriptor,
        encoding=stream.encoding if stream else "utf-8",
        errors=stream.errors if stream else "backslashreplace",
        write_through=True,
    )


class _Descriptor(io.RawIOBase):
    """A descriptor that takes everything: once its reader is gone, it leads to /dev/null."""

    def __init__(self, number: int) -> None:
        self._number = number

    def fileno(self) -> int:
        return self._number

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return os.isatty(self._number)

    def write(self, content: Any, /) -> int:
        left = memoryview(content)
        while left:
            try:
                left = left[os.write(self._number, left) :]
            except BlockingIOError:  # a pipe that another process made so
                select.select([], [self._number], [])
            except OSError as error:
                if error.errno not in _GONE:
                    raise
                self._let_go()
        return len(content)

    def _let_go(self) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._number, inheritable=True)
        os.close(nowhere)
