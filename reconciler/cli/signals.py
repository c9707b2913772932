"""Ctrl-C and SIGTERM while a command writes."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType

import click

from reconciler.apply.write import Halt
from reconciler.cli import exit_codes
from reconciler.client import WriteClient


@dataclass(slots=True)
class Came:
    """Which signal came while writing, if any."""

    code: int = 0


@contextmanager
def signals(halt: Halt, client: WriteClient) -> Iterator[Came]:
    """Ctrl-C and SIGTERM finish the write in flight: they set `halt` and end waits, no more."""
    came = Came()

    def note(number: int, _frame: FrameType | None) -> None:
        came.code = came.code or (
            exit_codes.INTERRUPTED if number == signal.SIGINT else exit_codes.TERMINATED
        )
        halt.set()
        client.stop()
        with suppress(OSError, RuntimeError):  # RuntimeError: it came in the middle of a print
            click.echo("stopping after the current writes", err=True)

    if threading.current_thread() is not threading.main_thread():
        yield came
        return
    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
