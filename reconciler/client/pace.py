"""How long requests wait: the shared rate limit of a key, and what a server asks for.

The API gives each key a bucket of 1,200 requests, refilled by 20 a second (fact 1.7). The pace
keeps a model of that bucket and never believes it to be fuller than the server says. Waiting
threads hold a slot in a queue and sleep once until it comes; no thread polls.

Time and chance are a `Clock`, so that tests neither sleep nor guess.
"""

import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

CAPACITY = 1200
PER_SECOND = 20.0

_LIMIT = re.compile(r"\s*([1-9][0-9]{0,8})(?:.*?;\s*window=([1-9][0-9]{0,5}))?")
_REMAINING = re.compile(r"\s*([0-9]{1,9})\s*")
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_UNIX_SECONDS = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance, as the client sees them.

    `pause(event, seconds)` waits until the event is set or the time is over and says whether the
    event is set: an interrupt ends every wait at once.
    """

    monotonic: Callable[[], float] = time.monotonic  # seconds; for waits
    wall: Callable[[], float] = time.time  # unix seconds; only to read dates of the server
    pause: Callable[[threading.Event, float], bool] = threading.Event.wait
    random: Callable[[], float] = random.random  # [0, 1)


SYSTEM_CLOCK = Clock()


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

    def wait_for_turn(
        self, stop: threading.Event, tell: Callable[[float], None] = lambda _seconds: None
    ) -> bool:
        """Return True when a request may be sent; False, without a turn, when `stop` is set first.

        A turn that was taken must be given back with `finished`. `tell` gets the seconds of each
        wait, before it.
        """
        while True:
            with self._lock:
                wait = self._take_slot()
                generation = self._generation
                if wait <= 0:
                    return True
            tell(wait)
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


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long one call is tried."""

    attempts: int = 5  # requests for one call, the first included
    first_delay_seconds: float = 0.5  # doubled for each further retry
    longest_delay_seconds: float = 20.0
    longest_wait_seconds: float = 300.0  # all waits that servers ask for in one call, together

    def delay_seconds(self, attempt: int, dice: float) -> float:
        """Full jitter: anything up to the doubled delay. `attempt` is the one that failed (1…)."""
        return dice * min(
            self.longest_delay_seconds, self.first_delay_seconds * 2.0 ** min(attempt - 1, 32)
        )


def seconds_to_wait(headers: Mapping[str, str], body: object, now: float) -> float | None:
    """Seconds that a 429 or 503 asks for; None when it names no time. Never negative.

    Looked at in this order: `Retry-After` in seconds or as an HTTP date, the body's
    `rate_limit.retry_after` (RFC 3339), `X-RateLimit-Reset` (unix seconds; fact 1.7).
    `headers` has names in lower case; `now` is in unix seconds. A date is measured against the
    answer's own `Date`, so that a wrong clock on this machine does not matter.
    """
    sent = _unix_time(parsedate_to_datetime, headers.get("date", ""))
    present = now if sent is None else sent
    retry_after = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(retry_after):
        return float(retry_after)
    for moment in (
        _unix_time(parsedate_to_datetime, retry_after),
        _unix_time(datetime.fromisoformat, _retry_after_of(body)),
        _unix_seconds(headers.get("x-ratelimit-reset", "")),
    ):
        if moment is not None:
            return max(0.0, moment - present)
    return None


def _retry_after_of(body: object) -> str:
    limit = body.get("rate_limit") if isinstance(body, dict) else None
    moment = limit.get("retry_after") if isinstance(limit, dict) else None
    return moment if isinstance(moment, str) else ""


def _unix_time(read: Callable[[str], datetime], text: str) -> float | None:
    """Unix seconds of a date, in UTC where it names no zone; None for any other text."""
    try:
        moment = read(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _unix_seconds(text: str) -> float | None:
    stripped = text.strip()
    return float(stripped) if _UNIX_SECONDS.fullmatch(stripped) else None
