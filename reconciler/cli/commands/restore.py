"""`reconciler restore`, `rollback` and `history`: a backup's routes, live again; one run undone.

Routes that are created again have new ids: the commands print them, and can update the files.
"""

from collections.abc import Sequence
from dataclasses import replace

import click

from reconciler import __version__
from reconciler.apply.decide import decide, hold_back, with_rights
from reconciler.backup.plan import BackupPlan, Request
from reconciler.backup.read import read_backup
from reconciler.backup.restore import (
    files_to_update,
    new_ids,
    plan_restore,
    restore_request,
    still_old,
    update_ids,
)
from reconciler.backup.rollback import plan_rollback, run_to_undo
from reconciler.cli.connection import reading, recorder_of
from reconciler.cli.options import (
    WritingCommand,
    accept_incomplete_option,
    api_option,
    backup_argument,
    format_option,
    look_option,
    runs_option,
    write_options,
)
from reconciler.cli.outputs import shown
from reconciler.cli.project import folder_of, read_lock, read_project
from reconciler.cli.shell import Shell
from reconciler.cli.writes import ask_and_write, ended_early, settle_earlier, show_left
from reconciler.files import FileRefused, check_writable, read_config, read_routes
from reconciler.model import has_errors
from reconciler.plan import exit_codes
from reconciler.plan.outcome import Outcome, Written
from reconciler.plan.plan import plan_exit_code
from reconciler.planning.payloads import Prepared
from reconciler.planning.recording import Recorder
from reconciler.report.history import history_json, history_text, run_json, run_text
from reconciler.runs.arrival import Awaited
from reconciler.runs.history import RunRecord, history, run_named
from reconciler.text import visible


@click.command(
    "restore",
    cls=WritingCommand,
    epilog="Example: reconciler restore --only 'Database Alerts' --plan    (looks only)",
)
@backup_argument
@click.option(
    "--only", multiple=True, metavar="NAME", help="Restore only this route; can be repeated."
)
@look_option
@format_option("text", "json", "markdown", words="With --plan: format of standard output.")
@api_option("Write through this API version.")
@click.option("--update-ids", is_flag=True,
              help="Update `id` in the files of routes created again.")  # fmt: skip
@accept_incomplete_option
@write_options
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

    DIR is a backup of this tool (backups/incident.io/ by default), which is
    verified, or any folder of routes as the API returned them. Routes that are not
    in it stay as they are. Like apply, restore makes a backup first, and never
    overwrites a live edit that the plan did not show.
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
    today, lock = shell.now().date(), read_lock(shell)[0]
    request = restore_request(backup, config, today, lock, accepted=accept_incomplete)
    recorder = recorder_of(shell, config, record)
    with reading(shell) as client:
        restoring = plan_restore(client, backup, request, only)
        if not isinstance(restoring, BackupPlan):
            return ended_early(shell, restoring, look=look)
        planned = restoring.planned
        awaited, _ = settle_earlier(
            shell, recorder, client, planned, assume_not_created=assume_not_created
        )
    shell.say(shown(planned.plan, shell, form))
    if look:
        for arrival in awaited:
            shell.note(visible(arrival.why))
        return plan_exit_code(planned.plan, detailed=False)
    return _write_back(
        shell, recorder, restoring, awaited, "restore", update=update_ids, auto_approve=auto_approve
    )


def _write_back(
    shell: Shell,
    recorder: Recorder,
    undoing: BackupPlan,
    awaited: Sequence[Awaited],
    command: str,
    *,
    auto_approve: bool,
    update: bool = False,
    of: str = "",
) -> int:
    """Everything after the plan was shown, and the new ids; the exit code."""
    planned = undoing.planned
    decided = hold_back(decide(planned, planned.plan.changes, undoing.left), awaited)
    decided = with_rights(decided, planned.survey.identity)
    if update:
        _check_files(shell, decided.prepared)
    project = read_project(shell)
    remember = recorder.by_backup(project.files, project.config, planned)
    ended = ask_and_write(
        shell, planned, decided, command, remember, auto_approve=auto_approve, of=of
    )
    recorder.record_runs(planned)
    return max(ended.code, _show_new_ids(shell, decided.prepared, ended.outcomes, update=update))


def _show_new_ids(
    shell: Shell, prepared: Sequence[Prepared], outcomes: Sequence[Outcome], *, update: bool
) -> int:
    """Print the new ids, and with `update` write them into the files. An old id that is left is a
    warning: the file's next plan would be an error.
    """
    ids = new_ids(prepared, outcomes)
    names = {
        outcome.id: visible(outcome.name) for outcome in outcomes if isinstance(outcome, Written)
    }
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


def _check_files(shell: Shell, prepared: Sequence[Prepared]) -> None:
    """Before any write: the files that will get new ids can be written. Raises FileRefused."""
    declarations = read_routes(shell.root).declarations
    for file in files_to_update(declarations, prepared):
        try:
            check_writable(shell.root / file)
        except FileRefused as error:
            raise FileRefused(f"--update-ids: {error}. Nothing was done.") from None


@click.command("history", epilog="Example: reconciler history 20260821T091200Z    (one run)")
@click.argument("run", required=False, metavar="[RUN]")
@format_option("text", "json")
@runs_option
@click.pass_obj
def history_command(shell: Shell, run: str | None, form: str, folder: str | None) -> int:
    """List the runs of apply, restore and rollback, or show one, write by write.

    It reads the journals of the runs, not incident.io. The newest run comes first.
    RUN may be the beginning of an id.
    """
    runs = _runs(shell, folder)
    if run is not None:
        record = _run_of(runs, run)
        shell.say(run_json(record) if form == "json" else run_text(record))
    elif form == "json":
        shell.say(history_json(runs))
    else:
        shell.say(history_text(runs, width=shell.columns, unicode=shell.unicode))
    return exit_codes.DONE


def _runs(shell: Shell, folder: str | None) -> tuple[RunRecord, ...]:
    """Raises click.ClickException for a folder that does not exist."""
    if folder is None:
        return history(shell.root)
    place = shell.root / folder
    if not place.is_dir():
        raise click.ClickException(f"{folder}: folder not found")
    return history(shell.root, place)


def _run_of(runs: tuple[RunRecord, ...], name: str) -> RunRecord:
    """Raises click.ClickException when the word means no run, or several."""
    found = run_named(runs, name)
    if isinstance(found, str):
        raise click.ClickException(found)
    return found


@click.command(
    "rollback",
    cls=WritingCommand,
    epilog="Example: reconciler rollback    (asks, then undoes the last run)",
)
@click.argument("run", required=False, metavar="[RUN]")
@runs_option
@look_option
@accept_incomplete_option
@write_options
@click.pass_obj
def rollback_command(
    shell: Shell,
    run: str | None,
    folder: str | None,
    look: bool,
    accept_incomplete: bool,
    assume_not_created: bool,
    record: str | None,
    auto_approve: bool,
) -> int:
    """Undo one run from its own backup: the last one that wrote, or RUN.

    Rollback writes back what the run updated, creates a route that the run deleted,
    and deletes a route that it created. A route that was edited since is a
    conflict, and stays. To undo a rollback, name it.
    """
    undone = _undone(shell, run, folder)
    config, findings = read_config(shell.root)
    if has_errors(findings):
        return ended_early(shell, findings, look=look)
    today, accepted = shell.now().date(), accept_incomplete
    lock = read_lock(shell)[0]
    request = Request(config, today, __version__, undone.account, "", accepted=accepted, lock=lock)
    recorder = recorder_of(shell, config, record)
    with reading(shell) as client:
        now = None if assume_not_created else shell.now()
        undoing = plan_rollback(client, undone, request, now)
        if not isinstance(undoing, BackupPlan):
            return ended_early(shell, undoing, look=look)
        planned = undoing.planned
        awaited, _ = settle_earlier(
            shell, recorder, client, planned, assume_not_created=assume_not_created
        )
    about = f"rollback of the run {undone.id} ({undone.command}, {undone.started[:16]})"
    shell.note(visible(about))
    shell.say(shown(planned.plan, shell))
    if look:
        show_left(shell, hold_back(decide(planned, planned.plan.changes, undoing.left), awaited))
        return plan_exit_code(planned.plan, detailed=False)
    return _write_back(
        shell, recorder, undoing, awaited, "rollback", auto_approve=auto_approve, of=undone.id
    )


def _undone(shell: Shell, run: str | None, folder: str | None) -> RunRecord:
    """Raises click.ClickException when no run can be undone."""
    runs = _runs(shell, folder)
    undone = run_to_undo(runs, _run_of(runs, run) if run is not None else None, folder)
    if isinstance(undone, str):
        raise click.ClickException(undone)
    return undone
