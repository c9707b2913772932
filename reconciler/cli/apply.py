"""`reconciler apply`: the plan, a question, the writes."""

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click

from reconciler import __version__
from reconciler.apply.apply import apply_changes
from reconciler.apply.backup import back_up
from reconciler.apply.backup_folder import BackupFailed
from reconciler.apply.journal import Journal, JournalRefused, unsettled
from reconciler.apply.planning import Planned, plan_routes, plan_saved
from reconciler.apply.prepare import Prepared
from reconciler.apply.runs import Run, RunRefused, open_run, runs_of
from reconciler.apply.write import Writing
from reconciler.cli import exit_codes
from reconciler.cli.connection import reading, writing
from reconciler.cli.plan import shown
from reconciler.cli.progress import Progress
from reconciler.cli.project import Project, read_project
from reconciler.cli.shell import Shell
from reconciler.client import ReadClient, WriteClient
from reconciler.directory import type_subjects
from reconciler.files import FileRefused, read_text
from reconciler.model.finding import Finding
from reconciler.plan.change import Change, Create
from reconciler.plan.outcome import Conflict, Outcome, apply_exit_code
from reconciler.plan.saved import SavedPlan, check_saved, parse_plan
from reconciler.report.findings_text import findings_text
from reconciler.report.outcomes_text import outcome_text, outcome_totals


@click.command(
    "apply", epilog="Example: reconciler apply plan.json    (writes what that plan shows, or less)"
)
@click.argument("plan_file", required=False, metavar="[PLAN.JSON]", type=click.Path())
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.pass_obj
def apply_command(shell: Shell, plan_file: str | None, auto_approve: bool) -> int:
    """Show the plan, ask, and write it.

    Every write carries the version that was planned against: a route that somebody
    edited meanwhile is not written, and the others are. With PLAN.JSON only what
    that plan shows is written, and nothing at all if the files are others now.
    """
    saved = _saved_plan(plan_file) if plan_file else None
    if isinstance(saved, Finding):
        shell.warn(_findings(shell, [saved]))
        return exit_codes.REFUSED
    project = read_project(shell)
    _mention_unsettled(shell)
    with Progress(shell, "reading incident.io") as progress, reading(shell, progress) as client:
        planned = _planned(client, project, saved)
    shell.say(shown(planned.plan, shell))
    decided = _decide(planned, saved)
    if decided.refusals:
        shell.warn(_findings(shell, decided.refusals))
    if decided.code is not None:
        _show_conflicts(shell, decided)
        return decided.code
    if not auto_approve and not _approved(shell, decided.prepared):
        shell.warn("declined; nothing was written")
        return exit_codes.ERROR
    return _write(shell, planned, decided)


@dataclass(frozen=True, slots=True)
class _Decision:
    """What may be written; `code` when nothing is, and the command ends with it."""

    prepared: tuple[Prepared, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    refusals: tuple[Finding, ...] = ()
    code: int | None = None


def _saved_plan(path: str) -> SavedPlan | Finding:
    try:
        return parse_plan(read_text(Path(path)), path)
    except FileRefused as error:
        return Finding("error", "plan-unreadable", str(error))


def _planned(client: ReadClient, project: Project, saved: SavedPlan | None) -> Planned:
    asked = project.asked(complete=True)
    return plan_routes(client, asked) if saved is None else plan_saved(client, asked, saved)


def _decide(planned: Planned, saved: SavedPlan | None) -> _Decision:
    plan = planned.plan
    if plan.errors:
        return _Decision(code=exit_codes.ERROR)
    writable: Sequence[Change] = plan.changes
    conflicts: tuple[Conflict, ...] = ()
    if saved is not None:
        checked = check_saved(saved, plan)
        if checked.refusals:
            return _Decision(refusals=checked.refusals, code=exit_codes.REFUSED)
        writable, conflicts = checked.writable, checked.conflicts
    if plan.guards:
        return _Decision(conflicts=conflicts, code=exit_codes.REFUSED)
    chosen = tuple(one for one in planned.prepared if one.change in writable)
    if not chosen:
        code = apply_exit_code(conflicts) if conflicts else exit_codes.DONE
        return _Decision(conflicts=conflicts, code=code)
    return _Decision(chosen, conflicts)


def _approved(shell: Shell, prepared: Sequence[Prepared]) -> bool:
    count = f"{len(prepared)} changes" if len(prepared) > 1 else "this change"
    click.echo(f"Write {count} to incident.io? Only `yes` is taken for a yes: ", nl=False, err=True)
    answer = sys.stdin.readline()
    if not shell.interactive:
        click.echo("", err=True)
    return answer.strip().lower() == "yes"


def _write(shell: Shell, planned: Planned, decided: _Decision) -> int:
    now = datetime.now(UTC)
    try:
        run = open_run(shell.root, now)
        touched = [
            one.change.live for one in decided.prepared if not isinstance(one.change, Create)
        ]
        back_up(run, touched, planned.plan.circumstances.account, now)
        journal = Journal(run.journal, lambda: datetime.now(UTC))
    except (RunRefused, BackupFailed, JournalRefused) as error:
        shell.warn(f"error: {error}")
        return exit_codes.ERROR
    stop = threading.Event()
    with writing(shell) as client, _signals(stop, client) as signals:
        outcomes = _run(shell, planned, decided, _Run(client, journal, run, stop))
    return _ended(shell, decided, outcomes, signals, journal)


@dataclass(frozen=True, slots=True)
class _Run:
    client: WriteClient
    journal: Journal
    run: Run
    stop: threading.Event


def _run(shell: Shell, planned: Planned, decided: _Decision, running: _Run) -> tuple[Outcome, ...]:
    about = planned.plan.circumstances
    running.journal.begin("apply", about.account, about.api, __version__)
    shell.note(f"run {running.run.id}: backup and journal in {running.run.folder}")

    def tell(outcome: Outcome) -> None:
        shell.say(
            outcome_text(outcome, width=shell.width, colour=shell.colour, unicode=shell.unicode)
        )

    return apply_changes(
        decided.prepared,
        Writing(
            running.client,
            about.api,
            running.journal,
            lambda route: type_subjects(route, planned.survey.directory),
            planned.names,
            planned.known,
            running.stop,
        ),
        tell,
    )


@dataclass(slots=True)
class _Signals:
    """Which signal came while writing, if any."""

    code: int = 0


@contextmanager
def _signals(stop: threading.Event, client: WriteClient) -> Iterator[_Signals]:
    """Ctrl-C and SIGTERM finish the write in flight: they set `stop` and end waits, no more."""
    came = _Signals()

    def note(number: int, _frame: FrameType | None) -> None:
        came.code = came.code or (
            exit_codes.INTERRUPTED if number == signal.SIGINT else exit_codes.TERMINATED
        )
        stop.set()
        client.stop()
        click.echo("stopping: the writes in flight are finished first", err=True)

    if threading.current_thread() is not threading.main_thread():
        yield came
        return
    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ended(
    shell: Shell,
    decided: _Decision,
    outcomes: tuple[Outcome, ...],
    signals: _Signals,
    journal: Journal,
) -> int:
    everything = (*outcomes, *decided.conflicts)
    _show_conflicts(shell, decided)
    shell.say(outcome_totals(everything))
    code = apply_exit_code(everything, interrupted=signals.code)
    try:
        journal.end(code)
    except JournalRefused as error:
        shell.warn(f"warning: {error}")
    journal.close()
    return code


def _show_conflicts(shell: Shell, decided: _Decision) -> None:
    for conflict in decided.conflicts:
        shell.say(
            outcome_text(conflict, width=shell.width, colour=shell.colour, unicode=shell.unicode)
        )


def _findings(shell: Shell, findings: Sequence[Finding]) -> str:
    return findings_text(findings, width=shell.width, unicode=shell.unicode)


def _mention_unsettled(shell: Shell) -> None:
    """Writes of an earlier run that nobody knows the outcome of: this run reads them first."""
    for run in runs_of(shell.root)[-1:]:
        for write in unsettled(run):
            what = f'the {write.action} of "{write.name}"'
            shell.note(f"run {run.id} left {what} with an unknown outcome; reading what is live")
