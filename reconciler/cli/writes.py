"""The second half of `apply`, `restore` and `rollback`: ask, back up, write, report.

Ctrl-C and SIGTERM end a run that writes after the write in flight.
"""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType

from reconciler import __version__
from reconciler.apply.apply import apply_changes
from reconciler.apply.decide import Decision, exit_code_of, lost_a_create
from reconciler.apply.settle import beside_the_plan, settle, wait_out
from reconciler.apply.write import Halt, Writing
from reconciler.backup.read import Entry
from reconciler.backup.routes import may_show_more
from reconciler.backup.write import BackupFailed, back_up, read_what_goes
from reconciler.cli.connection import reading, writing
from reconciler.cli.outputs import allowed, show_findings
from reconciler.cli.shell import Shell
from reconciler.client import ReadClient, Step, WriteClient
from reconciler.directory import type_subjects
from reconciler.files import FileRefused
from reconciler.live.bodies import BodyRefused
from reconciler.model import Finding, Live
from reconciler.plan import exit_codes
from reconciler.plan.change import Create, Delete
from reconciler.plan.outcome import Outcome
from reconciler.planning.planning import Planned
from reconciler.planning.recording import Recorder, Remember
from reconciler.report.outcomes_text import next_look, outcome_text, outcome_totals, settled_text
from reconciler.runs.arrival import Awaited
from reconciler.runs.folder import Run, RunRefused, open_run, runs_of
from reconciler.runs.journal import Journal, JournalRefused
from reconciler.text import visible

# The last line of a run that an error or a guard ended before its first write.
NOTHING_WRITTEN = "nothing was written to incident.io"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it wrote."""

    code: int
    outcomes: tuple[Outcome, ...] = ()


def ask_and_write(
    shell: Shell,
    planned: Planned,
    decided: Decision,
    command: str,
    remember: Remember,
    *,
    auto_approve: bool,
    of: str = "",
) -> Ended:
    """Everything after the plan was shown: ask, and write what was decided. `command` and `of`, the
    run that a rollback undoes, are for the journal. `remember` keeps the entries for the record.
    """
    for note in decided.notes:
        shell.warn(note)
    show_findings(shell, decided.refusals)
    if decided.code is not None:
        show_left(shell, decided)
        if decided.code in (exit_codes.ERROR, exit_codes.REFUSED):
            shell.warn(NOTHING_WRITTEN)
        return Ended(decided.code)
    many = len(decided.prepared)
    what = f"{many} changes" if many > 1 else "this change"
    if not auto_approve and not allowed(shell, f"Write {what} to incident.io?"):
        shell.warn("declined; nothing was written")
        return Ended(exit_codes.ERROR)
    return _write(shell, planned, decided, command, of, remember)


def ended_early(
    shell: Shell, findings: Sequence[Finding], code: int = exit_codes.ERROR, *, look: bool = False
) -> int:
    """The end before a plan, with its reasons. `look`: a command that writes nothing."""
    show_findings(shell, findings)
    if not look:
        shell.warn(NOTHING_WRITTEN)
    return code


def settle_earlier(
    shell: Shell,
    recorder: Recorder,
    client: ReadClient,
    planned: Planned,
    *,
    assume_not_created: bool,
) -> tuple[tuple[Awaited, ...], bool]:
    """Look for the unknown outcomes of earlier runs, print and record them. Returns the creates
    that must not be sent again, for `hold_back`, and whether the record, and so the plan, moved.
    """
    seen = settle(
        client,
        planned.survey,
        runs_of(shell.root),
        shell.now(),
        assume_not_created=assume_not_created,
    )
    creates = [
        prepared.change for prepared in planned.prepared if isinstance(prepared.change, Create)
    ]
    for settled in beside_the_plan(seen, creates):
        shell.note(settled_text(settled.run, settled.write, settled.words))
    record_moved = bool(seen) and recorder.record_runs(planned)
    return tuple(state.awaited for state in seen if state.awaited), record_moved


@contextmanager
def signals(shell: Shell, halt: Halt, client: WriteClient) -> Iterator[None]:
    """Ctrl-C and SIGTERM finish the write in flight: they set `halt` and end waits, no more. After
    the writes they end nothing until the command does (`WritingCommand`): what it tells of the
    writes is for later runs.
    """

    def note(number: int, _frame: FrameType | None) -> None:
        interrupted = number == signal.SIGINT
        halt.code = halt.code or (exit_codes.INTERRUPTED if interrupted else exit_codes.TERMINATED)
        halt.set()
        client.stop()
        with suppress(OSError, RuntimeError):  # RuntimeError: it came in the middle of a print
            shell.warn("stopping after the current writes")

    def note_late(_number: int, _frame: FrameType | None) -> None:
        with suppress(OSError, RuntimeError):
            shell.warn("the writes are over; the run ends when it has recorded them")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, note)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, note_late)


def _write(
    shell: Shell, planned: Planned, decided: Decision, command: str, of: str, remember: Remember
) -> Ended:
    try:
        run, journal = _begun(shell, planned, decided, command, of, remember)
    except (RunRefused, BackupFailed, BodyRefused, JournalRefused, FileRefused) as error:
        shell.warn(f"error: {error}")
        return Ended(exit_codes.ERROR)
    halt = Halt()
    with writing(shell) as client, signals(shell, halt, client):
        shell.note(f"run {run.id}: backup and journal in {run.folder}")
        under_way = Writing(
            client,
            planned.plan.context.api,
            journal,
            lambda route: type_subjects(route, planned.survey.directory),
            planned.names,
            planned.known,
            halt,
            lambda words: shell.warn(f"warning: {visible(words)}"),
        )
        outcomes = _carried_out(shell, decided, under_way)
        with suppress(OSError):
            show_left(shell, decided)
            shell.say(outcome_totals((*outcomes, *decided.left), next_look(command, of)))
        code = exit_code_of(decided, outcomes, halt.code)
        try:
            journal.end(code, len(decided.prepared) - journal.intents)
        except JournalRefused as error:
            shell.warn(f"warning: {error}")
        journal.close()
        return Ended(code, outcomes)


def _begun(
    shell: Shell, planned: Planned, decided: Decision, command: str, of: str, remember: Remember
) -> tuple[Run, Journal]:
    """A run with its backup and its open journal. Raises what each of them refuses."""
    now = shell.now()
    about = planned.plan.context
    changes = [prepared.change for prepared in decided.prepared]
    beside = _beside(shell, [change.live for change in changes if isinstance(change, Delete)])
    run = open_run(shell.root, now)
    touched = [change.live for change in changes if not isinstance(change, Create)]
    back_up(run, touched, about.account, now, beside)
    remember(run, changes)
    journal = Journal(run.journal, shell.now)
    journal.begin(command, about.account, about.api, __version__, of)
    return run, journal


def _beside(shell: Shell, deleted: Sequence[Live]) -> tuple[Entry, ...]:
    """The other API version's bodies of routes that are deleted; mostly no request at all. A PUT
    leaves in place what its version does not show; a DELETE takes it, too.
    """
    wanted = [live for live in deleted if may_show_more(live.api, live.body)]
    if not wanted:
        return ()
    with reading(shell) as client:
        return tuple(read_what_goes(client, wanted))


def _carried_out(shell: Shell, decided: Decision, under_way: Writing) -> tuple[Outcome, ...]:
    done, total = 0, len(decided.prepared)

    def tell(outcome: Outcome) -> None:
        with suppress(OSError):  # a reader that went away ends no write; the journal has it all
            _say_outcome(shell, outcome)
        nonlocal done
        done = min(done + 1, total)  # a create that turns out to be doubled is told twice
        under_way.client.tell(Step("writing", "changes", done, total))

    outcomes = apply_changes(decided.prepared, under_way, tell)
    if not lost_a_create(outcomes) or not shell.environment.get("CI") or under_way.halt.is_set():
        return outcomes
    shell.note("waiting up to 5 minutes for the lost create: the next job cannot read this "
               "journal")  # fmt: skip
    return wait_out(decided.prepared, outcomes, under_way, shell.now, tell)


def show_left(shell: Shell, decided: Decision) -> None:
    """The outcomes of changes that are not written."""
    for outcome in decided.left:
        _say_outcome(shell, outcome)


def _say_outcome(shell: Shell, outcome: Outcome) -> None:
    shell.say(outcome_text(outcome, width=shell.width, colour=shell.colour, unicode=shell.unicode))
