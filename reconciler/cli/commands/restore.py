"""`reconciler restore`: a backup's routes, live again.

Also here: what `restore` and `rollback` say of routes that they created again: they have other ids
now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import click

from reconciler import __version__
from reconciler.apply.decide import decide, hold_back, with_rights
from reconciler.backup.plan import BackupPlan, Request
from reconciler.backup.read import Backup, read_backup
from reconciler.backup.restore import backup_digest, plan_restore, still_old, update_ids
from reconciler.cli import exit_codes
from reconciler.cli.commands.backup import FOLDER, folder_of
from reconciler.cli.commands.plan import FORMATS, shown
from reconciler.cli.connection import asking
from reconciler.cli.keeping import Keeping, keeping, record_option
from reconciler.cli.locked import (
    WritingCommand,
    accept_incomplete_option,
    assume_not_created_option,
    auto_approve_option,
)
from reconciler.cli.recording import by_backup, record_runs
from reconciler.cli.shell import Shell
from reconciler.cli.writes import ask_and_write, ended_early, settle_earlier
from reconciler.files import FileRefused, check_writable, read_config, read_routes
from reconciler.model import Config, Finding, has_errors
from reconciler.plan.change import Create
from reconciler.plan.outcome import Outcome, Written
from reconciler.plan.plan import plan_exit_code
from reconciler.planning.payloads import Prepared
from reconciler.runs.arrival import Awaited
from reconciler.text import visible


def tell_new_ids(
    shell: Shell, prepared: Sequence[Prepared], outcomes: Sequence[Outcome], *, update: bool
) -> int:
    """Say them, and write them into the files that have the old ones, if that was asked for. What
    still has an old one is named: its route is live, and the file's next plan would be an error.
    """
    ids = _new_ids(prepared, outcomes)
    names = {one.id: visible(one.name) for one in outcomes if isinstance(one, Written)}
    for old, new in ids.items():
        shell.say(f"{names[new]}: created again, with the new id {new} (was {old}).")
    if not ids:
        return exit_codes.DONE
    files = read_routes(shell.root)
    written: tuple[str, ...] = ()
    code = exit_codes.DONE
    try:
        written = update_ids(shell.root, files, ids) if update else ()
    except FileRefused as error:
        shell.warn(f"error: {error}")
        code = exit_codes.PARTLY_APPLIED  # the routes are live
    for file in written:
        shell.say(f"{file}: `id` updated")
    for file, old in still_old(files.texts, ids, written):
        shell.warn(f"warning: {file} still has the id {old}: replace it with {ids[old]}")
    return code


def check_files(shell: Shell, prepared: Sequence[Prepared]) -> None:
    """Before anything is written: the files that will get new ids can be written. Raises
    click.ClickException.
    """
    old = {one.change.declaration.id for one in prepared if isinstance(one.change, Create)} - {None}
    files = read_routes(shell.root).declarations if old else ()
    for file in sorted(declaration.file for declaration in files if declaration.id in old):
        try:
            check_writable(shell.root / file)
        except FileRefused as error:
            raise click.ClickException(f"--update-ids: {error}. Nothing was done.") from None


def _new_ids(prepared: Sequence[Prepared], outcomes: Sequence[Outcome]) -> Mapping[str, str]:
    """Old id to new one, of the routes that were created again. Both are in one order."""
    return {
        one.change.declaration.id: outcome.id
        for one, outcome in zip(prepared, outcomes, strict=False)
        if isinstance(one.change, Create) and isinstance(outcome, Written)
        if one.change.declaration.id
    }


@click.command(
    "restore",
    cls=WritingCommand,
    epilog="Example: reconciler restore --only 'Database Alerts' --plan    (looks only)",
)
@click.argument("folder", required=False, default=FOLDER, metavar="[DIR]")
@click.option(
    "--only", multiple=True, metavar="NAME", help="Restore only this route; can be repeated."
)
@click.option("--plan", "--dry-run", "look", is_flag=True, help="Show the plan and stop.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text",
              show_default=True, help="With --plan: format of standard output.")  # fmt: skip
@click.option("--api", type=click.Choice(["v2", "v3"]),
              help="Write through this API version.")  # fmt: skip
@click.option("--update-ids", is_flag=True,
              help="Update `id` in the files of routes created again.")  # fmt: skip
@accept_incomplete_option
@assume_not_created_option
@record_option
@auto_approve_option
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
    assume_not_created: bool,
    record: str | None,
    auto_approve: bool,
) -> int:
    """Show what differs from the backup in DIR, ask, and write it back.

    DIR (backups/incident.io/) may be a backup of this tool, which is verified, or any
    folder of routes as the API returned them. Routes that are not in it are left as
    they are. Like apply, it backs up first and never writes over an edit that it has
    not shown.
    """
    if form != "text" and not look:
        raise click.UsageError("--format needs --plan: writes are shown as text")
    config, findings = read_config(shell.root)
    if api is not None:
        config = replace(config, api="v2" if api == "v2" else "v3")
    backup = read_backup(folder_of(shell, folder), folder)
    findings = (*findings, *backup.findings)
    if has_errors(findings):
        return ended_early(shell, findings, look=look)
    request = _request(shell, backup, config, accept_incomplete)
    kept = keeping(shell, config, record)
    restoring, awaited = _planned(kept, request, backup, only, assume_not_created)
    if not isinstance(restoring, BackupPlan):
        return ended_early(shell, restoring, look=look)
    planned = restoring.planned
    if look:
        plan = planned.plan
        shell.say(FORMATS[form](plan) if form in FORMATS else shown(plan, shell))
        for one in awaited:
            shell.note(visible(one.why))
        return plan_exit_code(plan, detailed=False)
    shell.say(shown(planned.plan, shell))
    decided = hold_back(decide(planned, planned.plan.changes, restoring.left), awaited)
    decided = with_rights(decided, planned.survey.identity)
    if update_ids:
        check_files(shell, decided.prepared)
    remember = by_backup(kept, planned)
    ended = ask_and_write(shell, planned, decided, "restore", remember, auto_approve=auto_approve)
    record_runs(kept, planned)
    told = tell_new_ids(shell, decided.prepared, ended.outcomes, update=update_ids)
    return max(ended.code, told)


def _request(shell: Shell, backup: Backup, config: Config, accepted: bool) -> Request:
    manifest = backup.manifest
    return Request(
        config,
        shell.now().date(),
        __version__,
        manifest.account if manifest else "",
        backup_digest(backup),
        trusted=manifest is not None,
        complete=manifest is None or manifest.complete,
        accepted=accepted,
    )


def _planned(
    kept: Keeping, request: Request, backup: Backup, only: Sequence[str], assume_not_created: bool
) -> tuple[BackupPlan | tuple[Finding, ...], tuple[Awaited, ...]]:
    with asking(kept.shell) as client:
        restoring = plan_restore(client, backup, request, only)
        if not isinstance(restoring, BackupPlan):
            return restoring, ()
        awaited, _ = settle_earlier(
            kept, client, restoring.planned, assume_not_created=assume_not_created
        )
        return restoring, awaited
