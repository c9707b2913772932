"""How far long work is, on a terminal: what is done, how many of how many, and what it waits for.

All commands that talk to incident.io show it in the same way: the client and the rooms that count
tell it (`client/progress.py`), and `connection.py` listens. Click's own progress bar draws nothing
while a call waits, and knows neither a total that comes later nor several threads.
"""

import math
import threading
import time
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

from reconciler.cli.shell import Shell
from reconciler.client import Step, Wait
from reconciler.text import counted

FIRST_SECONDS = 1.0  # shorter work shows nothing
REDRAW_SECONDS = 0.2
PLAIN_SECONDS = 10.0  # between two lines on a terminal that cannot erase one
_LINE = 79  # columns that every terminal has


class Progress:
    """`with Progress(shell, "reading incident.io") as progress: …`. Thread-safe. Draws nothing in a
    pipe, in CI, with `--quiet` or `--verbose`, or in the first second.
    """

    def __init__(self, shell: Shell, words: str) -> None:
        self._line = shell.line
        self._shown = shell.progress and not shell.verbose
        self._erases = shell.environment.get("TERM") != "dumb"
        self._words = words
        self._lock = threading.Lock()
        self._requests = 0
        self._verb = ""
        self._steps: dict[str, dict[str, Step]] = {}  # of the verb: things -> of -> the last
        self._waits: dict[int, tuple[float, str]] = {}  # thread -> until, why
        self._ended = threading.Event()

    def request(self) -> None:
        """One more request is done."""
        with self._lock:
            self._requests += 1

    def take(self, event: Step | Wait) -> None:
        """What the client told."""
        with self._lock:
            if isinstance(event, Wait):
                until = time.monotonic() + event.seconds
                self._waits[threading.get_ident()] = (until, event.why)
                return
            if event.verb != self._verb:
                self._verb, self._steps = event.verb, {}
            self._steps.setdefault(event.things, {})[event.of] = event

    def text(self) -> str:
        """The line, as it is now."""
        with self._lock:
            steps = [joined(tuple(parts.values())) for parts in self._steps.values()]
            waits = wait_words(self._waits.values(), time.monotonic())
            requests = f": {counted(self._requests, 'request')}" if self._requests else ""
            default = f"{self._words}{requests}"
        return line_words(steps, waits) or (f"{default}; {waits}" if waits else default)

    def _draw(self) -> None:
        if not self._erases:
            while not self._ended.wait(PLAIN_SECONDS):
                self._line.print(self.text())
            return
        wait = FIRST_SECONDS
        while not self._ended.wait(wait):
            self._line.draw(self.text())
            wait = REDRAW_SECONDS

    def __enter__(self) -> Self:
        if self._shown:
            self._line.open()
            threading.Thread(target=self._draw, name="progress", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._line.close()


def joined(parts: Sequence[Step]) -> Step:
    """Several lists of the same things as one; the total only where each is known."""
    last = parts[-1]
    totals = [step.total for step in parts if step.total is not None]
    total = sum(totals) if len(totals) == len(parts) else None
    done = sum(step.done for step in parts)
    return Step(last.verb, last.things, done, total, last.detail)


def wait_words(waits: Iterable[tuple[float, str]], now: float) -> str:
    """Until the first thread goes on, "" where none waits. Of waits that follow each other closely,
    no second is named: the rate limit lets a few requests through each second.
    """
    near = sorted((until - now, why) for until, why in waits if until > now - 1)
    if not near:
        return ""
    seconds, why = near[0]
    return f"waiting {math.ceil(seconds):,} s for {why}" if seconds > 1 else f"slowed by {why}"


def line_words(steps: Sequence[Step], waits: str) -> str:
    """What is not done yet, as much of it as fits beside the wait; "" for no step."""
    open_ = [step for step in steps if step.total is None or step.done < step.total] or steps[-1:]
    if not open_:
        return ""
    verb, parts = open_[0].verb, [_part(step) for step in open_]
    detail = next((f", {step.detail}" for step in open_ if step.detail), "")
    tail = f"; {waits}" if waits else ""
    tries = (f"{', '.join(parts)}{detail}", ", ".join(parts), parts[0])
    lines = [f"{verb} {words}{tail}" for words in tries]
    return next((line for line in lines if len(line) <= _LINE), lines[-1])


def _part(step: Step) -> str:
    if step.total is None:
        return f"{step.done:,} {step.things} so far"
    return f"{step.done:,} of {step.total:,} {step.things}"
