"""How long a server asks to wait, and how long we wait when it does not say.

Pure: the present and the dice are arguments.

Also here: time and chance, handed in, so that tests neither sleep nor guess.
"""

import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_UNIX_SECONDS = re.compile(r"[0-9]{1,12}")


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
    """What a 429 or 503 asks for; None when it says nothing readable. Never negative.

    Looked at in this order: `Retry-After` in seconds or as an HTTP date, the body's
    `rate_limit.retry_after` (RFC 3339), `X-RateLimit-Reset` (unix seconds; fact 1.7).
    `headers` has names in lower case; `now` is in unix seconds. A date is measured against the
    answer's own `Date`, so that a wrong clock on this machine does not matter.
    """
    sent = _http_date(headers.get("date", ""))
    present = now if sent is None else sent
    asked = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(asked):
        return float(asked)
    for moment in (
        _http_date(asked),
        _rfc3339(_retry_after_of(body)),
        _unix_seconds(headers.get("x-ratelimit-reset", "")),
    ):
        if moment is not None:
            return max(0.0, moment - present)
    return None


def _retry_after_of(body: object) -> str:
    limit = body.get("rate_limit") if isinstance(body, dict) else None
    moment = limit.get("retry_after") if isinstance(limit, dict) else None
    return moment if isinstance(moment, str) else ""


def _http_date(text: str) -> float | None:
    try:
        return _timestamp(parsedate_to_datetime(text))
    except (ValueError, OverflowError):
        return None


def _rfc3339(text: str) -> float | None:
    try:
        return _timestamp(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def _timestamp(moment: datetime) -> float:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.timestamp()


def _unix_seconds(text: str) -> float | None:
    stripped = text.strip()
    return float(stripped) if _UNIX_SECONDS.fullmatch(stripped) else None


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
