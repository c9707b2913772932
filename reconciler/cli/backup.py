"""`reconciler backup`: every live route in a folder that a team can commit."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from reconciler.apply.backup_folder import BackupFailed, Moved, entry_of, write_backup
from reconciler.cli import exit_codes
from reconciler.cli.connection import asking
from reconciler.cli.shell import Shell
from reconciler.files import read_config
from reconciler.live.bodies import Bodies, BodyRefused, read_bodies
from reconciler.live.survey import read_identity
from reconciler.model.config import ApiChoice
from reconciler.report.plural import counted

FOLDER = "backups/incident.io"


@click.command(
    "backup", epilog="Example: reconciler backup && git add backups && git commit -m 'Back up'"
)
@click.argument("folder", required=False, default=FOLDER, metavar="[DIR]")
@click.option("--api", type=click.Choice(["v2", "v3", "both"]),
              help="Which version of the API to keep; both, as each hides something.")  # fmt: skip
@click.pass_obj
def backup_command(shell: Shell, folder: str, api: str | None) -> int:
    """Keep every live route in full, one JSON file each, in DIR.

    DIR is backups/incident.io/ unless you name another. A backup is complete or not
    made at all: when a route cannot be read, or the disk is full, the files that were
    there stay as they were. Unchanged routes leave their files unchanged.
    """
    place = folder_of(shell, folder)
    config, _ = read_config(shell.root)
    choice: ApiChoice = "v2" if api == "v2" else "v3" if api == "v3" else config.api
    with asking(shell) as client:
        try:
            account = read_identity(client).account
            bodies = read_bodies(client, choice, both=api == "both")
        except BodyRefused as error:
            shell.warn(f"error: {error}. No backup was made.")
            return exit_codes.ERROR
    entries = [
        entry_of(body, version, beside=number > 0)
        for route in bodies.routes
        for number, (body, version) in enumerate(zip(route, bodies.apis, strict=True))
    ]
    try:
        moved = write_backup(place, entries, account, datetime.now(UTC))
    except BackupFailed as error:
        shell.warn(f"error: {error}")
        return exit_codes.ERROR
    shell.say(_said(folder, bodies, moved))
    return exit_codes.DONE


def folder_of(shell: Shell, folder: str) -> Path:
    """The folder that was named. Raises click.ClickException for one that a symbolic link in the
    checkout leads out of it, because then nobody who reads the command knows where it is.
    """
    place = shell.root / folder
    root = os.path.realpath(shell.root)
    real, typed = os.path.realpath(place), os.path.normpath(Path(root) / folder)
    inside = os.path.commonpath([root, real]) == root
    if not Path(folder).is_absolute() and real != typed and not inside:
        raise click.ClickException(
            f"{folder}: a symbolic link leads out of this folder, to {real}; name that path itself"
        )
    return place


def _said(folder: str, bodies: Bodies, moved: Moved) -> str:
    counts = ", ".join(
        f"{len(files)} {word}"
        for files, word in (
            (moved.new, "new"),
            (moved.changed, "changed"),
            (moved.same, "unchanged"),
            (moved.gone, "removed"),
        )
        if files
    )
    apis = " and ".join(bodies.apis)
    lines = [f"{folder}: {counted(len(bodies.routes), 'route')} (API {apis})."]
    for sign, files in (("+", moved.new), ("~", moved.changed), ("-", moved.gone)):
        lines += [f"  {sign} {name}" for name in files]
    return "\n".join([*lines, f"{counts}." if counts else "Nothing to keep.", ""])
