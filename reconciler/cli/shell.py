"""The world around a command: folder, streams, environment, and how much to print."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from reconciler.cli.guarded import Guarded


@dataclass(frozen=True, slots=True)
class Shell:
    """Made once, in `main`; commands get it by `@click.pass_obj`."""

    root: Path
    quiet: bool
    verbose: bool
    environment: Mapping[str, str]

    def now(self) -> datetime:
        return present()

    def say(self, text: str) -> None:
        """The command's result, on standard output; nothing at all where it is empty."""
        if text:
            click.echo(text, nl=not text.endswith("\n"))

    def command(self, text: str) -> None:
        """Lines on standard output that are commands to a CI service, which obeys them."""
        if text and isinstance(sys.stdout, Guarded):
            sys.stdout.write_commands(text)
        else:
            self.say(text)

    def note(self, text: str) -> None:
        """A line beside the result, on standard error; `--quiet` drops it."""
        if not self.quiet:
            click.echo(text, err=True)

    def warn(self, text: str) -> None:
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
        return _is_terminal(sys.stderr) and not self.quiet

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
    return Shell(path, quiet, verbose, dict(os.environ))


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False
