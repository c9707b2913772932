"""`reconciler github folder`: where the action works, told before anything is read there."""

from pathlib import Path

import click

from reconciler.cli import exit_codes
from reconciler.cli.shell import Shell
from reconciler.report.visible import visible


@click.command(
    "folder",
    short_help="Print the whole path of a folder in the checkout",
    epilog="Example: reconciler github folder alerts",
)
@click.argument("path")
@click.pass_obj
def folder_command(shell: Shell, path: str) -> int:
    """Print the whole path of a folder in the checkout, which is the folder of -C.

    A link on the way there is refused: a pull request could make one that leads
    to another folder.
    """
    shell.say(str(folder_in(shell.root.resolve(), path)))
    return exit_codes.DONE


def folder_in(checkout: Path, path: str) -> Path:
    """The folder. `checkout` is absolute. Raises click.ClickException."""
    if not path.isprintable():
        raise click.ClickException(f"`path`: {visible(path)} is not the name of a folder")
    parts = [part for part in Path(path).parts if part != "."]
    if Path(path).is_absolute() or ".." in parts:
        raise click.ClickException(
            f"`path`: {path} leads out of the checkout; name a folder in it, from its root"
        )
    folder = checkout
    for part in parts:
        folder /= part
        if folder.is_symlink():
            link = folder.relative_to(checkout)
            raise click.ClickException(
                f"`path`: {link} is a link; name the folder that it leads to, or remove the link"
            )
    if not folder.is_dir():
        raise click.ClickException(f"`path`: {path} is not a folder of the checkout")
    return folder
