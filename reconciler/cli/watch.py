"""`plan --watch`: plans while a person edits, from one survey of incident.io.

A plan of this kind is only shown. Its survey may be old, so nothing that a later command takes for
a plan comes from it.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import click

from reconciler.cli.connection import from_memory, recorder_of, remembering
from reconciler.cli.edits import (
    FOLDERS,
    POLL_SECONDS,
    State,
    Typed,
    edit_words,
    settled,
    state_of,
)
from reconciler.cli.folders import TOGETHER
from reconciler.cli.project import read_settings
from reconciler.cli.shell import Shell
from reconciler.client import ReadClient
from reconciler.client.memory import Memory, NotRemembered
from reconciler.files.config import CONFIG_FILE
from reconciler.plan import exit_codes
from reconciler.planning.ahead import read_ahead
from reconciler.planning.planning import Planned
from reconciler.planning.request import PlanRequest, Recorded
from reconciler.text import folded, visible

AGAIN = "r"
_OLD = "--watch only shows plans, because its view of incident.io gets old: leave out {}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan as it is shown, and what it was made of."""

    text: str
    planned: Planned
    request: PlanRequest


PlanOf = Callable[[ReadClient, Recorded], Shown]
"""Reads the files. Raises what ends a `plan`."""


def check_alone(options: Mapping[str, object]) -> None:
    """Raises click.UsageError for an option that makes no sense beside `--watch`, if it is set."""
    if len(TOGETHER.get()) > 1:
        raise click.UsageError("--watch works in one folder: name it with -C")
    for option, value in options.items():
        if value is not None and value is not False:
            raise click.UsageError(_OLD.format(option))


def watch_plans(shell: Shell, record: str | None, plan_of: PlanOf) -> int:
    """Plan, and plan again whenever a file changes, until Ctrl-C or the end of a terminal's input.
    An exit code. Raises what ends the first plan.
    """
    typed = Typed(sys.stdin)
    files = state_of(shell.root)
    watch = _read(shell, record, plan_of)
    folders = ", ".join(f"{name}/" for name in FOLDERS)
    _note(shell, f"watching {folders}, {CONFIG_FILE} and the lock files; {_keys(typed)}")
    while True:
        event = _next(shell, typed, files)
        if event == "end":
            return exit_codes.DONE
        shell.say("\n")
        if event == "again":
            with _errors_shown(shell):
                files = state_of(shell.root)
                watch = _read(shell, record, plan_of)
            continue
        words, files = edit_words(files, event), event
        shell.say(_head(shell, words, watch.memory.since))
        with _errors_shown(shell):
            watch.plan(shell, plan_of)


@dataclass(frozen=True, slots=True)
class _Watch:
    """One survey of incident.io, and the record of that time."""

    memory: Memory
    recorded: Recorded

    def plan(self, shell: Shell, plan_of: PlanOf) -> None:
        """The plan of the files as they are now. It asks incident.io nothing."""
        try:
            with from_memory(shell, self.memory) as client:
                shell.say(plan_of(client, self.recorded).text)
        except NotRemembered as missing:
            raise click.ClickException(
                f"these files need more of incident.io than the command read ({missing.things}): "
                f"type {AGAIN} and Enter to read it again"
            ) from None


def _read(shell: Shell, record: str | None, plan_of: PlanOf) -> _Watch:
    """A new survey, with the plan of it."""
    memory = Memory(shell.now())
    recorded = recorder_of(shell, read_settings(shell).config, record).recorded()
    with remembering(shell, memory) as client:
        shown = plan_of(client, recorded)
        read_ahead(client, shown.planned, shown.request)
    shell.say(_head(shell, "", memory.since))
    shell.say(shown.text)
    return _Watch(memory, recorded)


def _next(shell: Shell, typed: Typed, files: State) -> State | Literal["again", "end"]:
    """What happens next: other files, or what the person wants."""
    while True:
        line = typed.line(POLL_SECONDS)
        if line == AGAIN:
            return "again"
        if line is not None:
            _note(shell, _keys(typed))
        if typed.ended and shell.interactive:
            return "end"
        if state_of(shell.root) != files:
            now = settled(shell.root)
            if now != files:
                return now


def _note(shell: Shell, words: str) -> None:
    shell.note(folded(words, shell.columns, "  "))


def _keys(typed: Typed) -> str:
    again = "" if typed.ended else f"type {AGAIN} and Enter to read incident.io again, "
    return f"{again}Ctrl-C to end it"


def _head(shell: Shell, words: str, since: datetime) -> str:
    now = shell.now()
    age = f"incident.io as it was {age_words(now - since)} ago" if words else "incident.io read now"
    event = f"{visible(words)}; " if words else ""
    return folded(f"== {now.astimezone():%H:%M:%S} {event}{age}", shell.columns, "   ")


def age_words(age: timedelta) -> str:
    """`42 s`, `3 min`, `2 h 5 min`."""
    minutes, seconds = divmod(int(age.total_seconds()), 60)
    if not minutes:
        return f"{seconds} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


@contextmanager
def _errors_shown(shell: Shell) -> Iterator[None]:
    """The watch goes on after what would end a plan, but for a full disk behind the output."""
    try:
        yield
    except click.ClickException as error:
        shell.warn(folded(f"error: {error.format_message()}", shell.columns, "  "))
    except OSError as refusal:
        if refusal.errno:
            raise
        shell.warn(folded(visible(f"error: {refusal}"), shell.columns, "  "))
