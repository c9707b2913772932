"""The shared rate limit of a key: a bucket that all threads draw from, and a gate after a 429.

The API gives each key a bucket of 1,200 requests, refilled by 20 a second (fact 1.7). The pace
keeps a model of that bucket and never believes it to be fuller than the server says. Waiting
threads hold a slot in a queue and sleep once until it comes; no thread polls.
"""

import re
import threading
from collections.abc import Mapping

from reconciler.client.waiting import SYSTEM_CLOCK, Clock

CAPACITY = 1200
PER_SECOND = 20.0

_LIMIT = re.compile(r"\s*([1-9][0-9]{0,8})(?:.*?;\s*window=([1-9][0-9]{0,5}))?")
_REMAINING = re.compile(r"\s*([0-9]{1,9})\s*")


class Pace:
    """Thread-safe. One for each key: clients of one key share it."""

    def __init__(
        self,
        clock: Clock = SYSTEM_CLOCK,
        capacity: int = CAPACITY,
        per_second: float = PER_SECOND,
    ) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._capacity = float(capacity)
        self._per_second = per_second
        self._level = self._capacity  # below 0: that many slots are promised to waiting threads
        self._filled_at = clock.monotonic()
        self._in_flight = 0
        self._generation = 0  # a 429 makes all promised slots void

    def wait_for_turn(self, stop: threading.Event) -> bool:
        """Return True when a request may be sent; False, without a turn, when `stop` is set first.

        A turn that was taken must be given back with `finished`.
        """
        while True:
            with self._lock:
                wait = self._take_slot()
                generation = self._generation
                if wait <= 0:
                    return True
            stopped = self._clock.pause(stop, wait)
            with self._lock:
                if generation == self._generation and not stopped:
                    return True
                self._in_flight -= 1
                if generation == self._generation:
                    self._level += 1
            if stopped:
                return False

    def finished(self, headers: Mapping[str, str]) -> None:
        """Give a turn back and learn from the answer's headers (names in lower case; or {})."""
        limit = _LIMIT.match(headers.get("x-ratelimit-limit", ""))
        remaining = _REMAINING.fullmatch(headers.get("x-ratelimit-remaining", ""))
        with self._lock:
            self._in_flight -= 1
            if limit:
                # A larger limit is this key's own. A smaller one may be a single resource's, which
                # must not slow all others down: its Remaining, and at worst a 429, keep us back.
                capacity = float(limit[1])
                self._capacity = max(self._capacity, capacity)
                self._per_second = max(self._per_second, capacity / float(limit[2] or 60))
            if remaining:
                # What is in flight has not been counted by the server, or not for sure.
                self._fill()
                self._level = min(self._level, float(remaining[1]) - self._in_flight)

    def pause_all(self, seconds: float) -> None:
        """After a 429: no thread sends for so long, and then at the rate of the refill."""
        with self._lock:
            now = self._clock.monotonic()
            self._fill()
            self._generation += 1
            self._level = 0.0
            self._filled_at = max(self._filled_at, now + seconds)

    def _take_slot(self) -> float:
        """Take a slot; the seconds until it comes. Needs the lock."""
        self._fill()
        self._level -= 1
        self._in_flight += 1
        gate = max(0.0, self._filled_at - self._clock.monotonic())
        return gate + max(0.0, -self._level) / self._per_second

    def _fill(self) -> None:
        """Bring the level up to the present. While the gate is closed, its end is the present."""
        now = self._clock.monotonic()
        if now > self._filled_at:
            gained = (now - self._filled_at) * self._per_second
            self._level = min(self._capacity, self._level + gained)
            self._filled_at = now
