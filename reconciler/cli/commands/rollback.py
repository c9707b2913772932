"""`reconciler rollback`: one run undone.

Also here: `reconciler history`: what earlier runs did.
"""

import shlex

import click

from reconciler import __version__
from reconciler.apply.decide import decide, hold_back, with_rights
from reconciler.backup.plan import BackupPlan, Request
from reconciler.backup.rollback import (
    last_that_wrote,
    plan_rollback,
    shown as shown_folder,
    written,
)
from reconciler.cli import exit_codes
from reconciler.cli.commands.plan import shown
from reconciler.cli.commands.restore import tell_new_ids
from reconciler.cli.connection import asking
from reconciler.cli.keeping import keeping, record_option
from reconciler.cli.locked import (
    WritingCommand,
    accept_incomplete_option,
    assume_not_created_option,
    auto_approve_option,
)
from reconciler.cli.recording import by_backup, record_runs
from reconciler.cli.shell import Shell
from reconciler.cli.writes import ask_and_write, ended_early, settle_earlier, show_left
from reconciler.files import read_config
from reconciler.model import has_errors
from reconciler.plan.plan import plan_exit_code
from reconciler.report.history import history_json, history_text, run_json, run_text
from reconciler.runs.history import RunRecord, chosen, history
from reconciler.text import counted, visible

_SHOWN = 3  # runs of an ambiguous beginning; their number has no end


@click.command("history", epilog="Example: reconciler history 20260821T091200Z    (one run)")
@click.argument("run", required=False, metavar="[RUN]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
              show_default=True, help="Output format.")  # fmt: skip
@click.option("--runs", "folder", type=click.Path(), metavar="DIR",
              help="Folder of the runs; .reconciler/runs by default.")  # fmt: skip
@click.pass_obj
def history_command(shell: Shell, run: str | None, form: str, folder: str | None) -> int:
    """List the runs of apply, restore and rollback, the newest first; or one, write by write.

    It reads the journals, and nothing of incident.io. RUN may be the beginning of an id.
    """
    runs = runs_asked(shell, folder)
    if run is not None:
        record = run_of(runs, run)
        shell.say(run_json(record) if form == "json" else run_text(record))
    else:
        text = history_text(runs, width=shell.columns, unicode=shell.unicode)
        shell.say(history_json(runs) if form == "json" else text)
    return exit_codes.DONE


def runs_asked(shell: Shell, folder: str | None) -> tuple[RunRecord, ...]:
    """The runs. Raises click.ClickException for a folder that is none."""
    if folder is None:
        return history(shell.root)
    place = shell.root / folder
    if not place.is_dir():
        raise click.ClickException(f"{folder}: folder not found")
    return history(shell.root, place)


def run_of(runs: tuple[RunRecord, ...], name: str) -> RunRecord:
    """The one run that a word means. Raises click.ClickException when it means none, or several."""
    found = chosen(runs, name)
    if len(found) == 1:
        return found[0]
    if not found:
        raise click.ClickException(f"run {name} not found; `reconciler history` lists the runs")
    ids = ", ".join(one.id for one in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    raise click.ClickException(f"{name} matches several runs: {ids}{more}")


@click.command(
    "rollback",
    cls=WritingCommand,
    epilog="Example: reconciler rollback    (asks, then undoes the last run)",
)
@click.argument("run", required=False, metavar="[RUN]")
@click.option("--runs", "folder", type=click.Path(), metavar="DIR",
              help="Folder of the runs; .reconciler/runs by default.")  # fmt: skip
@click.option("--plan", "--dry-run", "look", is_flag=True, help="Show the plan and stop.")
@accept_incomplete_option
@assume_not_created_option
@record_option
@auto_approve_option
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

    What the run updated goes back to its backup, what it deleted is created again,
    what it created is deleted. Routes that moved since are conflicts and stay. To
    undo a rollback, name it.
    """
    undone = _whole(_record(shell, run, folder))
    config, findings = read_config(shell.root)
    if has_errors(findings):
        return ended_early(shell, findings, look=look)
    today = shell.now().date()
    accepted = accept_incomplete
    request = Request(config, today, __version__, undone.account, "", accepted=accepted)
    kept = keeping(shell, config, record)
    with asking(shell) as client:
        now = None if assume_not_created else shell.now()
        undoing = plan_rollback(client, undone, request, now)
        if not isinstance(undoing, BackupPlan):
            return ended_early(shell, undoing, look=look)
        planned = undoing.planned
        awaited, _ = settle_earlier(kept, client, planned, assume_not_created=assume_not_created)
    about = f"rollback of the run {undone.id} ({undone.command}, {undone.started[:16]})"
    shell.note(visible(about))
    shell.say(shown(planned.plan, shell))
    decided = hold_back(decide(planned, planned.plan.changes, undoing.left), awaited)
    if look:
        show_left(shell, decided)
        return plan_exit_code(planned.plan, detailed=False)
    decided = with_rights(decided, planned.survey.identity)
    remember = by_backup(kept, planned)
    ended = ask_and_write(
        shell, planned, decided, "rollback", remember, auto_approve=auto_approve, of=undone.id
    )
    record_runs(kept, planned)
    return max(ended.code, tell_new_ids(shell, decided.prepared, ended.outcomes, update=False))


def _record(shell: Shell, run: str | None, folder: str | None) -> RunRecord:
    """The run that is meant. Raises click.ClickException when there is none that wrote, and for a
    rollback that is not named: called twice in a hurry, the second would write it all again.
    """
    runs = runs_asked(shell, folder)
    if run is not None:
        record = run_of(runs, run)
        if not written(record) and not record.lost:
            raise click.ClickException(
                f"the run {record.id} wrote nothing, so there is nothing to undo"
            )
        return record
    last = last_that_wrote(runs)
    if last is None:
        where = folder or ".reconciler/runs"
        raise click.ClickException(f"no run in {where} wrote anything, so there is nothing to undo")
    if last.command == "rollback":
        where = f" --runs {shlex.quote(folder)}" if folder else ""
        raise click.ClickException(
            f"the last run that wrote, {last.id}, is a rollback itself: nothing was undone. To "
            f"undo the rest of {last.of}: `reconciler rollback {last.of}{where}`. To undo the "
            f"rollback: `reconciler rollback {last.id}{where}`. `reconciler history{where}` lists "
            "the other runs"
        )
    return last


def _whole(record: RunRecord) -> RunRecord:
    """Raises click.ClickException for a damaged journal: half a run undone is worse than none."""
    if record.lost:
        raise click.ClickException(
            f"the journal of the run {record.id} is damaged: {counted(record.lost, 'write')} "
            f"cannot be read, so a rollback would be incomplete. `reconciler restore "
            f"{shlex.quote(f'{shown_folder(record)}/backup')} --plan` shows what it changed or "
            "deleted"
        )
    return record
