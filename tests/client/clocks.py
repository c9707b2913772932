"""A clock that moves only when somebody waits on it."""

import threading
from collections.abc import Callable

from reconciler.client import Clock

START = 1_800_000_000.0  # the wall clock at the start, in unix seconds


class FakeTime:
    """Time by hand. `pauses` has every wait that was asked for, in seconds."""

    def __init__(self, dice: float = 1.0) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self.on_pause: Callable[[], None] = lambda: None  # what happens while somebody waits
        self.clock = Clock(
            monotonic=lambda: self.now,
            wall=lambda: START + self.now,
            pause=self.pause,
            random=lambda: dice,
        )

    def pause(self, stop: threading.Event, seconds: float) -> bool:
        self.pauses.append(seconds)
        self.on_pause()
        if stop.is_set():
            return True
        self.now += seconds
        return False
