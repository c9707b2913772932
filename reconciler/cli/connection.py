"""The way to incident.io and to the record: a client of this shell's key, a recorder of its folder.

A progress line on standard error shows what takes over a second on a terminal.
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self, TypeVar

import click

from reconciler.cli.shell import Shell
from reconciler.client import (
    KEY_VARIABLES,
    ApiError,
    ConfigurationRefused,
    Exchange,
    Key,
    RateLimited,
    ReadClient,
    ServerFailure,
    Unreachable,
    WriteClient,
    endpoint_from_environment,
    key_from_environment,
)
from reconciler.live.identity import OtherAccount
from reconciler.model import Config
from reconciler.plan import exit_codes
from reconciler.planning.recording import Recorder
from reconciler.text import counted

_QUIET_SECONDS = 1.0
_REDRAW_SECONDS = 0.1


class Progress:
    """`with Progress(shell, "reading") as progress: … progress.step()`. Thread-safe. Draws nothing
    in a pipe, with `--quiet`, or in the first second.
    """

    def __init__(self, shell: Shell, words: str) -> None:
        self._shown = shell.progress and not shell.verbose
        self._words = words
        self._instead = ""
        self._lock = threading.Lock()
        self._count = 0
        self._started = time.monotonic()
        self._drawn = 0.0

    def says(self, words: str) -> None:
        """From now on the line says this, not how many requests were made."""
        self._instead = words

    def step(self) -> None:
        """One more request is done."""
        with self._lock:
            self._count += 1
            now = time.monotonic()
            old_enough = now - self._started >= _QUIET_SECONDS
            if self._shown and old_enough and now - self._drawn >= _REDRAW_SECONDS:
                self._drawn = now
                words = self._instead or f"{self._words}: {counted(self._count, 'request')}"
                sys.stderr.write(f"\r\x1b[K{words}")
                sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away, before something else is printed."""
        with self._lock:
            if self._drawn:
                sys.stderr.write("\r\x1b[K")
                sys.stderr.flush()
                self._drawn = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.clear()


C = TypeVar("C", bound=ReadClient)


def no_key(shell: Shell) -> str:
    """What to set, where no variable has a key."""
    return (
        f"no API key: set {shell.key_variable or KEY_VARIABLES[0]} (`reconciler help api-key` "
        "explains how), or try it without an account: reconciler sandbox"
    )


class CannotConnect(click.ClickException):
    """No conversation is possible: no key, a refused endpoint, an answer that is an error."""

    exit_code = exit_codes.ERROR

    def __init__(self, message: str, why: str = "") -> None:
        super().__init__(message)
        self.why = why or message  # for a reader who sees neither the terminal nor the machine


class AccountRefused(CannotConnect):
    """The key is not of the account that reconciler.yaml names."""

    exit_code = exit_codes.REFUSED


def key_of(shell: Shell) -> Key | None:
    """The key of the environment, if any. Raises CannotConnect for text that is no key."""
    try:
        return key_from_environment(shell.environment, shell.key_variable)
    except ConfigurationRefused as error:
        raise CannotConnect(str(error)) from None


def recorder_of(shell: Shell, config: Config, choice: str | None) -> Recorder:
    """For the records of this folder, exchanged as the option says, else reconciler.yaml."""
    exchanged = (choice or config.record) == "remote"
    return Recorder(shell.root, exchanged, shell.now, shell.warn, shell.note)


@contextmanager
def reading(shell: Shell, progress: Progress | None = None) -> Iterator[ReadClient]:
    """A client that cannot write. Raises CannotConnect, also for what the API answers."""
    with _conversation(ReadClient, shell, progress) as client:
        yield client


@contextmanager
def asking(shell: Shell) -> Iterator[ReadClient]:
    """The same, with a line on the terminal that says how far it is."""
    with Progress(shell, "reading incident.io") as progress, reading(shell, progress) as client:
        yield client


@contextmanager
def writing(shell: Shell) -> Iterator[WriteClient]:
    """A client that can write: for `apply`, `restore` and `rollback` alone."""
    with _conversation(WriteClient, shell, None) as client:
        yield client


@contextmanager
def _conversation(kind: type[C], shell: Shell, progress: Progress | None) -> Iterator[C]:
    key = key_of(shell)
    if key is None:
        raise CannotConnect(no_key(shell))

    def observe(exchange: Exchange) -> None:
        if shell.meter:
            shell.meter.step()
        with suppress(OSError):  # the reader of this line may go away; the answer still counts
            if progress:
                progress.step()
            if shell.verbose:
                shell.warn(trace_line(exchange))

    try:
        endpoint = endpoint_from_environment(shell.environment)
        with kind(endpoint, key, observer=observe) as client:
            yield client
    except ConfigurationRefused as error:
        raise CannotConnect(str(error)) from None
    except OtherAccount as error:
        raise AccountRefused(f"{error}\n{error.advice}", str(error)) from None
    except ApiError as error:
        raise CannotConnect(f"{error}\n{error.advice}", _why(error)) from None


def _why(error: ApiError) -> str:
    if isinstance(error, (ServerFailure, Unreachable)):
        return f"incident.io could not be reached ({error.status or 'no answer'}). Re-run the job."
    if isinstance(error, RateLimited):
        return f"incident.io refused more requests ({error.status}). Re-run the job in a minute."
    return f"{error}. {error.advice}"


def trace_line(exchange: Exchange) -> str:
    """One request as `--verbose` shows it; never a header, a query or a key."""
    status = str(exchange.status) if exchange.status else "no answer"
    request = f"  request {exchange.request_id}" if exchange.request_id else ""
    again = f"  attempt {exchange.attempt}" if exchange.attempt > 1 else ""
    note = f"  {exchange.note}" if exchange.note else ""
    duration = f"{exchange.milliseconds:.0f} ms"
    return f"{exchange.method} {exchange.path}  {status}  {duration}{request}{again}{note}"
