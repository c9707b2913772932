"""The way to incident.io and to the record: a client of this shell's key, a recorder of its folder.

A progress line on standard error shows what takes over a second on a terminal.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TypeVar

import click

from reconciler.cli.progress import Progress
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
from reconciler.client.memory import Memory, RecallingClient, RememberingClient
from reconciler.live.identity import OtherAccount
from reconciler.model import Config
from reconciler.plan import exit_codes
from reconciler.planning.recording import Recorder

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
    """The key is not of the account that reconciler.yaml or an option names."""

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
def reading(shell: Shell) -> Iterator[ReadClient]:
    """A client that cannot write. Raises CannotConnect, also for what the API answers."""
    with _conversation(ReadClient, shell, "reading incident.io") as client:
        yield client


@contextmanager
def remembering(shell: Shell, memory: Memory) -> Iterator[ReadClient]:
    """The same, and what it reads is kept in the memory."""
    kind = partial(RememberingClient, memory=memory)
    with _conversation(kind, shell, "reading incident.io") as client:
        yield client


@contextmanager
def from_memory(shell: Shell, memory: Memory) -> Iterator[ReadClient]:
    """A client that asks incident.io nothing. Raises CannotConnect for what the API answered, and
    NotRemembered.
    """
    with _errors_in_words():
        yield RecallingClient(endpoint_from_environment(shell.environment), memory)


@contextmanager
def writing(shell: Shell) -> Iterator[WriteClient]:
    """A client that can write: for `apply`, `restore` and `rollback` alone."""
    with _conversation(WriteClient, shell, "writing to incident.io") as client:
        yield client


@contextmanager
def _conversation(kind: Callable[..., C], shell: Shell, words: str) -> Iterator[C]:
    key = key_of(shell)
    if key is None:
        raise CannotConnect(no_key(shell))

    progress = Progress(shell, words)

    def observe(exchange: Exchange) -> None:
        if shell.meter:
            shell.meter.step()
        progress.request()
        if shell.verbose:
            with suppress(OSError):  # the reader of this line may go away; the answer still counts
                shell.warn(trace_line(exchange))

    with _errors_in_words():
        endpoint = endpoint_from_environment(shell.environment)
        with progress, kind(endpoint, key, observer=observe, tell=progress.take) as client:
            yield client


@contextmanager
def _errors_in_words() -> Iterator[None]:
    try:
        yield
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
