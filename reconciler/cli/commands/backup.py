"""`reconciler backup`: every live route in a folder that a team can commit."""

from datetime import UTC, datetime

import click

from reconciler.backup.routes import not_shown
from reconciler.backup.write import entries_of, versions, write_backup
from reconciler.cli.connection import reading
from reconciler.cli.measured import measured
from reconciler.cli.options import backup_argument
from reconciler.cli.outputs import check_outputs
from reconciler.cli.project import folder_of
from reconciler.cli.shell import Shell
from reconciler.files import read_config
from reconciler.live.bodies import BodyRefused, read_bodies
from reconciler.live.identity import own_identity
from reconciler.plan import exit_codes
from reconciler.report.history import backup_text
from reconciler.text import visible

_NOT_SHOWN = (
    'incident.io hides a step of an expression of "{}", so no backup has that step. If the '
    "route is deleted, make it again in the dashboard"
)


@click.command(
    "backup", epilog="Example: reconciler backup && git add backups && git commit -m 'Back up'"
)
@backup_argument
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
    choice, also = versions(config.api, api)
    with reading(shell) as client:
        try:
            account = own_identity(client, config).account
            bodies = read_bodies(client, choice, also)
        except BodyRefused as error:
            shell.warn(f"error: {error}. No backup was made.")
            return exit_codes.ERROR
    entries = [
        entry
        for route in bodies.routes
        for entry in entries_of(route, bodies.api, both=api == "both")
    ]
    moved = write_backup(place, entries, account, datetime.now(UTC))
    if shell.meter:
        shell.meter.counts = {("reconciler_backed_up_routes", ""): len(bodies.routes)}
    shell.say(backup_text(folder, bodies.api, entries, moved))
    for name in not_shown(entries):
        shell.note(visible(f"note: {_NOT_SHOWN.format(name)}"))
    return exit_codes.DONE
