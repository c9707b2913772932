"""`reconciler backup`: every live route in a folder that a team can commit."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from reconciler.backup.compared import may_show_more, shows_more
from reconciler.backup.read import Entry
from reconciler.backup.routes import OTHER, not_shown
from reconciler.backup.write import BackupFailed, Moved, entry_of, write_backup
from reconciler.cli import exit_codes
from reconciler.cli.connection import asking
from reconciler.cli.shell import Shell
from reconciler.files import read_config
from reconciler.live.bodies import Also, BodyRefused, read_bodies
from reconciler.live.identity import own_identity
from reconciler.model import ApiChoice, ApiVersion, JsonObject
from reconciler.text import counted, visible

FOLDER = "backups/incident.io"
_NOT_SHOWN = (
    'incident.io hides a step of an expression of "{}", so no backup has that step. If the '
    "route is deleted, make it again in the dashboard"
)


@click.command(
    "backup", epilog="Example: reconciler backup && git add backups && git commit -m 'Back up'"
)
@click.argument("folder", required=False, default=FOLDER, metavar="[DIR]")
@click.option("--api", type=click.Choice(["v2", "v3", "both"]),
              help="Back up the fields of this API version, or of both.")  # fmt: skip
@click.pass_obj
def backup_command(shell: Shell, folder: str, api: str | None) -> int:
    """Keep every live route in full, one JSON file each, in DIR.

    DIR is backups/incident.io/ unless you name another. A backup is complete or not
    made at all: when a route cannot be read, or the disk is full, the files that were
    there stay as they were. Unchanged routes leave their files unchanged. Where the
    other version of the API shows more of a route, its answer gets a file, too.
    """
    place = folder_of(shell, folder)
    config, _ = read_config(shell.root)
    choice, also = _asked(config.api, api)
    with asking(shell) as client:
        try:
            account = own_identity(client, config).account
            bodies = read_bodies(client, choice, also)
        except BodyRefused as error:
            shell.warn(f"error: {error}. No backup was made.")
            return exit_codes.ERROR
    entries = [one for route in bodies.routes for one in _entries(route, bodies.api, api)]
    try:
        moved = write_backup(place, entries, account, datetime.now(UTC))
    except BackupFailed as error:
        shell.warn(f"error: {error}")
        return exit_codes.ERROR
    shell.say(_summary(folder, bodies.api, entries, moved))
    for name in not_shown(entries):
        shell.note(visible(f"note: {_NOT_SHOWN.format(name)}"))
    return exit_codes.DONE


def _asked(configured: ApiChoice, api: str | None) -> tuple[ApiChoice, Also]:
    """The version to keep, and of which routes the other one is read too: of all, of none, or
    of those where it can show more.
    """
    match api:
        case "v2" | "v3":
            return api, lambda _api, _body: False
        case "both":
            return "v3", lambda _api, _body: True
        case _:
            return configured, may_show_more


def _entries(route: Sequence[JsonObject], kept: ApiVersion, asked: str | None) -> tuple[Entry, ...]:
    """The files of a route: the other version's body where it says more, or is asked for."""
    first = entry_of(route[0], kept)
    if len(route) == 1:
        return (first,)
    other = entry_of(route[1], OTHER[kept], beside=True)
    return (first, other) if asked == "both" or shows_more(other, first) else (first,)


def folder_of(shell: Shell, folder: str) -> Path:
    """The folder that was named. Raises click.ClickException for one that a symbolic link in the
    checkout leads out of it, because then a reader of the command does not know where it is.
    """
    place = shell.root / folder
    root = os.path.realpath(shell.root)
    real, typed = os.path.realpath(place), os.path.normpath(Path(root) / folder)
    inside = os.path.commonpath([root, real]) == root
    if not Path(folder).is_absolute() and real != typed and not inside:
        raise click.ClickException(
            f"{folder}: this symbolic link leads out of the project, to {real}; "
            "use that path instead"
        )
    return place


def _summary(folder: str, api: ApiVersion, entries: Sequence[Entry], moved: Moved) -> str:
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
    beside = sum(entry.api != api for entry in entries)
    routes = len(entries) - beside
    apis = f"API {api} and {OTHER[api]}" if beside == routes > 0 else f"API {api}"
    if 0 < beside < routes:
        apis += f", and {OTHER[api]} where it shows more: {beside}"
    lines = [f"{folder}: {counted(routes, 'route')} ({apis})."]
    for sign, files in (("+", moved.new), ("~", moved.changed), ("-", moved.gone)):
        lines += [f"  {sign} {name}" for name in files]
    return "\n".join([*lines, f"{counts}." if counts else "No routes to back up.", ""])
