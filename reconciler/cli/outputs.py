"""Files that a command writes beside its result."""

from pathlib import Path

import click

from reconciler.files import FileRefused, write_atomically


def write_output(path: Path, text: str) -> None:
    """Write a whole file or none. Raises click.ClickException with what to do."""
    try:
        write_atomically(path, text)
    except FileRefused as error:
        raise click.ClickException(str(error)) from None
