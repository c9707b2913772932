"""`reconciler restore`: a backup's routes, live again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import click

from reconciler import __version__
from reconciler.apply.backups import Backup, read_backup
from reconciler.apply.going_back import Request, WayBack
from reconciler.apply.restore import backup_digest, plan_restore
from reconciler.cli import exit_codes
from reconciler.cli.alone import WritingCommand
from reconciler.cli.backup import FOLDER, folder_of
from reconciler.cli.connection import asking
from reconciler.cli.created_again import tell_new_ids
from reconciler.cli.findings import show_findings
from reconciler.cli.plan import FORMATS, shown
from reconciler.cli.shell import Shell
from reconciler.cli.writes import decide, go_on, settle_earlier
from reconciler.files import read_config
from reconciler.model.config import Config
from reconciler.model.finding import Finding, has_errors
from reconciler.plan.plan import plan_exit_code


@click.command(
    "restore",
    cls=WritingCommand,
    epilog="Example: reconciler restore --only 'Database Alerts' --plan    (looks only)",
)
@click.argument("folder", required=False, default=FOLDER, metavar="[DIR]")
@click.option("--only", multiple=True, metavar="NAME", help="Only this route; may be repeated.")
@click.option("--plan", "--dry-run", "look", is_flag=True, help="Show the plan and stop.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text",
              show_default=True, help="With --plan: what standard output gets.")  # fmt: skip
@click.option("--api", type=click.Choice(["v2", "v3"]),
              help="Write through this version of the API.")  # fmt: skip
@click.option("--update-ids", is_flag=True,
              help="Write the ids of routes that were created again into their files.")  # fmt: skip
@click.option("--accept-incomplete", is_flag=True,
              help="Write from a backup that lacks fields an older version left out.")  # fmt: skip
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.pass_obj
def restore_command(
    shell: Shell,
    folder: str,
    only: tuple[str, ...],
    look: bool,
    form: str,
    api: str | None,
    update_ids: bool,
    accept_incomplete: bool,
    auto_approve: bool,
) -> int:
    """Show what differs from the backup in DIR, ask, and write it back.

    DIR (backups/incident.io/) may be a backup of this tool, which is verified, or any
    folder of routes as the API returned them. Routes that are not in it are left as
    they are. Like apply, it backs up first and never writes over an edit that it has
    not shown.
    """
    if form != "text" and not look:
        raise click.UsageError("--format is for --plan; what is written is shown as text")
    config, findings = read_config(shell.root)
    if api is not None:
        config = replace(config, api="v2" if api == "v2" else "v3")
    backup = read_backup(folder_of(shell, folder), folder)
    findings = (*findings, *backup.findings)
    if has_errors(findings):
        show_findings(shell, findings)
        return exit_codes.ERROR
    restoring = _planned(shell, _request(backup, config, accept_incomplete), backup, only)
    if not isinstance(restoring, WayBack):
        show_findings(shell, restoring)
        return exit_codes.ERROR
    planned = restoring.planned
    if look:
        plan = planned.plan
        shell.say(FORMATS[form](plan) if form in FORMATS else shown(plan, shell))
        return plan_exit_code(plan, detailed=False)
    shell.say(shown(planned.plan, shell))
    decided = decide(planned, planned.plan.changes, restoring.left)
    ended = go_on(shell, planned, decided, "restore", auto_approve=auto_approve)
    told = tell_new_ids(shell, decided.prepared, ended.outcomes, update=update_ids)
    return max(ended.code, told)


def _request(backup: Backup, config: Config, accepted: bool) -> Request:
    manifest = backup.manifest
    return Request(
        config,
        datetime.now(UTC).date(),
        __version__,
        manifest.account if manifest else "",
        backup_digest(backup),
        trusted=manifest is not None,
        complete=manifest is None or manifest.complete,
        accepted=accepted,
    )


def _planned(
    shell: Shell, request: Request, backup: Backup, only: Sequence[str]
) -> WayBack | tuple[Finding, ...]:
    with asking(shell) as client:
        restoring = plan_restore(client, backup, request, only)
        if isinstance(restoring, WayBack):
            settle_earlier(shell, client, restoring.planned)
        return restoring
