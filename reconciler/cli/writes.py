"""The second half of `apply`, `restore` and `rollback`: decide, ask, back up, write, report."""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any

import click

from reconciler import __version__
from reconciler.apply.apply import apply_changes
from reconciler.apply.settle import settle
from reconciler.apply.wait_out import wait_out
from reconciler.apply.write import Halt, Writing
from reconciler.backup.read import Entry
from reconciler.backup.write import BackupFailed, back_up, may_need_both, read_what_goes
from reconciler.cli import exit_codes
from reconciler.cli.connection import reading, writing
from reconciler.cli.outputs import allowed, show_findings
from reconciler.cli.recording import Keeping, Remember, record_runs
from reconciler.cli.shell import Shell
from reconciler.client import MANAGE, ReadClient, WriteClient
from reconciler.directory import type_subjects
from reconciler.files import FileRefused
from reconciler.live.bodies import BodyRefused
from reconciler.model import Finding
from reconciler.plan.change import Change, Create, Delete
from reconciler.plan.outcome import NotSent, Outcome, Unresolved, apply_exit_code
from reconciler.planning.payloads import Prepared
from reconciler.planning.planning import Planned
from reconciler.report.outcomes_text import outcome_text, outcome_totals
from reconciler.runs.arrival import Awaited, awaited_as
from reconciler.runs.folder import Run, RunRefused, open_run, runs_of
from reconciler.runs.journal import Journal, JournalRefused
from reconciler.text.visible import visible

# The last line of a run that an error or a guard ended before its first write.
NOTHING_WRITTEN = "nothing was written to incident.io"


@dataclass(frozen=True, slots=True)
class Decision:
    """What may be written; `code` when nothing is, and the command ends with it."""

    prepared: tuple[Prepared, ...] = ()
    left: tuple[Outcome, ...] = ()  # what is not written, and why
    refusals: tuple[Finding, ...] = ()
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it wrote."""

    code: int
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class _Command:
    """Which command writes, for the journal; `of` is the run that a rollback undoes."""

    name: str
    of: str = ""

    @property
    def look(self) -> str:
        """Who shows what is left of the run: files know nothing of what a backup says."""
        match self.name:
            case "restore":
                return "the same restore with `--plan`"
            case "rollback":
                return f"`reconciler rollback {self.of} --plan`"
            case _:
                return "`reconciler plan`"


def decide(
    planned: Planned, writable: Sequence[Change], left: tuple[Outcome, ...] = ()
) -> Decision:
    """Nothing with an error or a guard in the plan; else the writable ones of its changes."""
    if planned.plan.blocking:
        return Decision(code=exit_codes.ERROR)
    if planned.plan.guards:
        return Decision(left=left, code=exit_codes.REFUSED)
    meant = {id(change) for change in writable}  # the plan's own: thousands are found at once
    chosen = tuple(one for one in planned.prepared if id(one.change) in meant)
    if not chosen:
        return Decision(left=left, code=apply_exit_code(left))
    return Decision(chosen, left)


def decide_merged(
    planned: Planned,
    writable: Sequence[Change],
    left: tuple[Outcome, ...],
    refusals: tuple[Finding, ...],
) -> Decision:
    """The reviewed changes of merged pull requests: a guard's refusal holds back its own alone."""
    meant = {id(change) for change in writable}
    chosen = tuple(one for one in planned.prepared if id(one.change) in meant)
    if chosen:
        return Decision(chosen, left, refusals)
    refused = bool(planned.plan.guards or refusals)
    code = exit_codes.REFUSED if refused else apply_exit_code(left)
    return Decision(left=left, refusals=refusals, code=code)


def with_rights(shell: Shell, planned: Planned, decided: Decision) -> Decision:
    """Refused where the key's roles say that it cannot write: before anybody is asked, and before
    anything is sent. Where nobody knows, that is said.
    """
    identity = planned.survey.identity
    roles = ", ".join(dict.fromkeys((*identity.roles, *identity.team_roles)))
    if decided.code is not None or identity.may_write or not roles:
        return decided
    if identity.may_write is None:
        shell.warn(
            f"note: the roles of this key ({visible(roles)}) do not say whether it may write; "
            "the first write that is refused ends the run"
        )
        return decided
    finding = Finding(
        "error",
        "key-cannot-write",
        f"this key can only read (roles: {roles})",
        f'use a key with the permission "{MANAGE}": `reconciler help api-key`',
    )
    return replace(
        decided, prepared=(), refusals=(*decided.refusals, finding), code=exit_codes.ERROR
    )


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
    """Everything after the plan was shown: ask, and write what was decided. `command` and `of`
    are for the journal: `of` is the run that a rollback undoes. `remember` keeps what the record
    is to say of the writes.
    """
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
    return _write(shell, planned, decided, _Command(command, of), remember)


def ended_early(
    shell: Shell, findings: Sequence[Finding], code: int = exit_codes.ERROR, *, look: bool = False
) -> int:
    """The end before a plan, with its reasons. `look`: nobody expects a write."""
    show_findings(shell, findings)
    if not look:
        shell.warn(NOTHING_WRITTEN)
    return code


def settle_earlier(
    kept: Keeping, client: ReadClient, planned: Planned, *, assume_not_created: bool
) -> tuple[tuple[Awaited, ...], bool]:
    """What earlier runs left with an unknown outcome: look, say it once, and remember it. Returns
    the creates that must not be sent again, which `hold_back` says where the plan has them, and
    whether the record moved, so that the plan may be another one now.
    """
    shell = kept.shell
    seen = settle(
        client,
        planned.survey,
        runs_of(shell.root),
        shell.now(),
        assume_not_created=assume_not_created,
    )
    creates = [one.change for one in planned.prepared if isinstance(one.change, Create)]
    names = {create.name for create in creates}
    for settled in seen:
        waiting = settled.awaited
        if waiting and any(waiting.is_the_same_as(create, names) for create in creates):
            continue
        write = settled.write
        what = f'the {write.action} of "{write.name}"'
        said = f"run {settled.run} left {what} with an unknown outcome: {settled.words}"
        shell.note(visible(said))
    record_moved = bool(seen) and record_runs(kept, planned)
    return tuple(one.awaited for one in seen if one.awaited), record_moved


def hold_back(decided: Decision, awaited: Sequence[Awaited]) -> Decision:
    """Without the creates that may still arrive from an earlier run, and then without deletes:
    nothing that pages is taken away while something that should page is not there.
    """
    names = {one.change.name for one in decided.prepared if isinstance(one.change, Create)}
    kept: list[Prepared] = []
    held: list[Outcome] = []
    deletes: list[Outcome] = []
    for one in decided.prepared:
        change = one.change
        found = awaited_as(change, awaited, names) if isinstance(change, Create) else None
        if found:
            held.append(NotSent("create", change.name, "", "sent before", found.why))
        elif isinstance(change, Delete):
            deletes.append(NotSent("delete", change.name, change.live.id, "held back"))
        else:
            kept.append(one)
    if not held:
        return decided
    left = (*decided.left, *held, *deletes)
    return replace(
        decided, prepared=tuple(kept), left=left, code=None if kept else apply_exit_code(left)
    )


def _write(
    shell: Shell, planned: Planned, decided: Decision, command: _Command, remember: Remember
) -> Ended:
    try:
        run, journal = _begun(shell, planned, decided, command, remember)
    except (RunRefused, BackupFailed, BodyRefused, JournalRefused, FileRefused) as error:
        shell.warn(f"error: {error}")
        return Ended(exit_codes.ERROR)
    halt = Halt()
    with writing(shell) as client, _signals(halt, client) as signals:
        shell.note(f"run {run.id}: backup and journal in {run.folder}")
        outcomes = _carried_out(
            shell,
            decided,
            Writing(
                client,
                planned.plan.circumstances.api,
                journal,
                lambda route: type_subjects(route, planned.survey.directory),
                planned.names,
                planned.known,
                halt,
                lambda words: shell.warn(f"warning: {visible(words)}"),
            ),
        )
        everything = (*outcomes, *decided.left)
        with suppress(OSError):
            show_left(shell, decided)
            shell.say(outcome_totals(everything, command.look))
        code = apply_exit_code(everything, interrupted=signals.code)
        if decided.refusals and code == exit_codes.DONE:
            code = exit_codes.CONFLICT  # a part of what was merged does not count
        _end(shell, journal, code, len(decided.prepared) - journal.intents)
        return Ended(code, outcomes)


def _begun(
    shell: Shell, planned: Planned, decided: Decision, command: _Command, remember: Remember
) -> tuple[Run, Journal]:
    """A run with its backup and its open journal. Raises what each of them refuses."""
    now = shell.now()
    about = planned.plan.circumstances
    beside = _going(shell, decided)
    run = open_run(shell.root, now)
    touched = [one.change.live for one in decided.prepared if not isinstance(one.change, Create)]
    back_up(run, touched, about.account, now, beside)
    remember(run, [one.change for one in decided.prepared])
    journal = Journal(run.journal, shell.now)
    journal.begin(command.name, about.account, about.api, __version__, command.of)
    return run, journal


def _going(shell: Shell, decided: Decision) -> tuple[Entry, ...]:
    """What the other API version shows of routes that are deleted; mostly no request at all."""
    deleted = [one.change.live for one in decided.prepared if isinstance(one.change, Delete)]
    wanted = may_need_both(deleted)
    if not wanted:
        return ()
    with reading(shell) as client:
        return tuple(read_what_goes(client, wanted))


def _carried_out(shell: Shell, decided: Decision, under_way: Writing) -> tuple[Outcome, ...]:
    def tell(outcome: Outcome) -> None:
        with suppress(OSError):  # a reader that went away ends no write; the journal has it all
            _say_outcome(shell, outcome)

    outcomes = apply_changes(decided.prepared, under_way, tell)
    lost = any(isinstance(one, Unresolved) and one.action == "create" for one in outcomes)
    if not lost or not shell.environment.get("CI") or under_way.halt.is_set():
        return outcomes
    shell.note("waiting for the lost create, 5 minutes at most: the next job has no journal of "
               "this run")  # fmt: skip
    return wait_out(decided.prepared, outcomes, under_way, shell.now, tell)


def _end(shell: Shell, journal: Journal, code: int, not_sent: int) -> None:
    try:
        journal.end(code, not_sent)
    except JournalRefused as error:
        shell.warn(f"warning: {error}")
    journal.close()


@dataclass(slots=True)
class _Signals:
    """Which signal came while writing, if any."""

    code: int = 0


@contextmanager
def _signals(halt: Halt, client: WriteClient) -> Iterator[_Signals]:
    """Ctrl-C and SIGTERM finish the write in flight: they set `halt` and end waits, no more."""
    came = _Signals()

    def note(number: int, _frame: FrameType | None) -> None:
        came.code = came.code or (
            exit_codes.INTERRUPTED if number == signal.SIGINT else exit_codes.TERMINATED
        )
        halt.set()
        client.stop()
        with suppress(OSError, RuntimeError):  # RuntimeError: it came in the middle of a print
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


def show_left(shell: Shell, decided: Decision) -> None:
    """What is not written, because it moved or cannot be."""
    for outcome in decided.left:
        _say_outcome(shell, outcome)


def _say_outcome(shell: Shell, outcome: Outcome) -> None:
    shell.say(outcome_text(outcome, width=shell.width, colour=shell.colour, unicode=shell.unicode))


WAIT_SECONDS = 60.0


class WritingCommand(click.Command):
    """Holds the lock of the folder while it runs. With `--plan` it only looks, and takes none."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.params.append(
            click.Option(
                ["--lock-timeout"],
                type=float,
                default=WAIT_SECONDS,
                metavar="SECONDS",
                help=f"How long to wait for another run here; {WAIT_SECONDS:.0f} unless you say.",
            )
        )

    def invoke(self, ctx: click.Context) -> Any:
        """Take the lock, run, give it back."""
        from reconciler.runs.folder import FolderRefused, alone

        seconds = ctx.params.pop("lock_timeout")
        shell: Shell = ctx.obj
        if ctx.params.get("look"):
            return super().invoke(ctx)

        def tell(words: str) -> None:
            shell.warn(visible(words))

        try:
            with alone(shell.root, self.name or "", shell.now(), seconds, tell):
                return super().invoke(ctx)
        except FolderRefused as error:
            shell.warn(f"error: {visible(str(error))}")
            return exit_codes.ERROR
