"""Files that a command writes beside its result."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

import click

from reconciler.apply.folder_lock import LOCK
from reconciler.files import FileRefused, check_writable, write_atomically
from reconciler.files.work_tree import write_inside

_OUTPUT, _ERROR = 1, 2


def write_output(path: Path, text: str) -> None:
    """Write a whole file or none. Raises click.ClickException with what to do.

    `/dev/stdout` and its like are printed, so that no line is a command to a CI service.
    """
    standard = _standard_stream(path)
    if standard is not None:
        click.echo(text, nl=False, err=standard == _ERROR)
        return
    try:
        write_atomically(path, text)
    except FileRefused as error:
        raise click.ClickException(str(error)) from None


def write_file(root: Path, file: str, text: str) -> None:
    """Write a file of the project, a link's where it leads. Raises click.ClickException."""
    try:
        write_inside(root, file, text)
    except FileRefused as error:
        raise click.ClickException(str(error)) from None


def _standard_stream(path: Path) -> int | None:
    """The descriptor of standard output or standard error, where the path leads to it."""
    try:
        asked = path.stat()
        streams = {number: os.fstat(number) for number in (_OUTPUT, _ERROR)}
    except (OSError, ValueError):
        return None
    if stat.S_ISREG(asked.st_mode):
        return None
    same = (number for number, stream in streams.items() if os.path.samestat(asked, stream))
    return next(same, None)


def check_outputs(root: Path, outputs: Mapping[str, str | None]) -> None:
    """Before anything is read or written: every output of a command can be written, and none
    replaces another one. {option: its path, from `root`; None: not asked for}.

    Raises click.UsageError for an empty path, for `-`, and for two outputs in one file, and
    click.ClickException for a path that cannot be written.
    """
    asked = {option: path for option, path in outputs.items() if path is not None}
    for option, path in asked.items():
        if not path:
            raise click.UsageError(f"{option} names no file: name one, or leave the option out")
        if path == "-":
            raise click.UsageError(f"{option}: `-` is no file; write /dev/stdout to print it")
        if os.path.realpath(root / path) == os.path.realpath(root / LOCK):
            raise click.UsageError(
                f"{option}: {path} is the lock of this folder; name another file"
            )
    _check_distinct(root, asked)
    for option, path in asked.items():
        try:
            check_writable(root / path)
        except FileRefused as error:
            raise click.ClickException(f"{option}: {error}. Nothing was done.") from None


def _check_distinct(root: Path, outputs: Mapping[str, str]) -> None:
    """Pipes and devices take as many as a command likes."""
    taken: dict[Path, str] = {}
    for option, path in outputs.items():
        try:
            file = (root / path).resolve()
            if file.exists() and not file.is_file():
                continue
        except (OSError, ValueError, RuntimeError):
            continue  # no path that can be written: that is said then
        if file in taken:
            raise click.UsageError(f"{taken[file]} and {option} name one file, {path}: give it two")
        taken[file] = option
