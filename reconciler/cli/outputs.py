"""Files that a command writes beside its result."""

from collections.abc import Mapping
from pathlib import Path

import click

from reconciler.files import FileRefused, write_atomically


def write_output(path: Path, text: str) -> None:
    """Write a whole file or none. Raises click.ClickException with what to do."""
    try:
        write_atomically(path, text)
    except FileRefused as error:
        raise click.ClickException(str(error)) from None


def check_distinct(root: Path, outputs: Mapping[str, str | None]) -> None:
    """Let no output of a command replace another one: {option: its path, from `root`}.

    Pipes and devices take as many as one likes. Raises click.UsageError.
    """
    taken: dict[Path, str] = {}
    for option, path in outputs.items():
        if not path:
            continue
        file = (root / path).resolve()
        if file.exists() and not file.is_file():
            continue
        if file in taken:
            raise click.UsageError(f"{taken[file]} and {option} name one file, {path}: give it two")
        taken[file] = option
