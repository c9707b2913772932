"""Time and chance, handed in, so that tests neither sleep nor guess."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """What the client knows of time.

    `pause(event, seconds)` waits until the event is set or the time is over and says whether the
    event is set: an interrupt ends every wait at once.
    """

    monotonic: Callable[[], float] = time.monotonic  # seconds; for waits
    wall: Callable[[], float] = time.time  # unix seconds; only to read dates of the server
    pause: Callable[[threading.Event, float], bool] = threading.Event.wait
    random: Callable[[], float] = random.random  # [0, 1)


SYSTEM_CLOCK = Clock()
