"""`reconciler backup`: every live route in a folder that a team can commit."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from reconciler.backup.read import Entry
from reconciler.backup.routes import OTHER, may_show_more, not_shown, shows_more
from reconciler.backup.write import entry_of, write_backup
from reconciler.cli.connection import reading
from reconciler.cli.measured import measured
from reconciler.cli.outputs import check_outputs
from reconciler.cli.shell import Shell
from reconciler.files import read_config
from reconciler.live.bodies import Also, BodyRefused, read_bodies
from reconciler.live.identity import own_identity
from reconciler.model import ApiChoice, ApiVersion, JsonObject
from reconciler.plan import exit_codes
from reconciler.report.history import backup_text
from reconciler.text import visible

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
@measured("backup")
def backup_command(shell: Shell, folder: str, api: str | None, metrics: str | None) -> int:
    """Write every live route in full into DIR, one JSON file each.

    DIR is backups/incident.io/ by default. If a route cannot be read, or the disk
    is full, the earlier backup stays as it was. The file of an unchanged route
    stays unchanged. If the other version of the API shows more of a route, the
    backup has a second file for it.
    """
    check_outputs(shell.root, {"--metrics": metrics})
    place = folder_of(shell, folder)
    config, _ = read_config(shell.root)
    choice, also = _versions(config.api, api)
    with reading(shell) as client:
        try:
            account = own_identity(client, config).account
            bodies = read_bodies(client, choice, also)
        except BodyRefused as error:
            shell.warn(f"error: {error}. No backup was made.")
            return exit_codes.ERROR
    entries = [entry for route in bodies.routes for entry in _entries(route, bodies.api, api)]
    moved = write_backup(place, entries, account, datetime.now(UTC))
    if shell.meter:
        shell.meter.counts = {("reconciler_backed_up_routes", ""): len(bodies.routes)}
    shell.say(backup_text(folder, bodies.api, entries, moved))
    for name in not_shown(entries):
        shell.note(visible(f"note: {_NOT_SHOWN.format(name)}"))
    return exit_codes.DONE


def _versions(configured: ApiChoice, api: str | None) -> tuple[ApiChoice, Also]:
    """The version to keep, and whether to read a route through the other version, too."""
    match api:
        case "v2" | "v3":
            return api, lambda _api, _body: False
        case "both":
            return "v3", lambda _api, _body: True
        case _:
            return configured, may_show_more


def _entries(route: Sequence[JsonObject], kept: ApiVersion, api: str | None) -> tuple[Entry, ...]:
    """The files of a route: also the other version's body where it shows more, or with `both`."""
    first = entry_of(route[0], kept)
    if len(route) == 1:
        return (first,)
    other = entry_of(route[1], OTHER[kept], beside=True)
    return (first, other) if api == "both" or shows_more(other, first) else (first,)


def folder_of(shell: Shell, folder: str) -> Path:
    """The folder. Raises click.ClickException if a link in the checkout leads out of it."""
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
