"""The documented rate limit: a bucket per key, refilled steadily."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from reconciler.sandbox.errors import Problem, RefusedError


@dataclass(slots=True)
class Bucket:
    """Tokens left at a moment. One request costs one."""

    size: int
    per_second: float
    clock: Callable[[], float]  # unix seconds
    tokens: float
    at: float

    @classmethod
    def full(cls, size: int, per_second: float, clock: Callable[[], float]) -> "Bucket":
        return cls(size, per_second, clock, float(size), clock())

    def take(self) -> Mapping[str, str]:
        """Pay for a request; the headers to answer with. Raises RefusedError (429)."""
        now = self.clock()
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        if self.tokens < 1:
            raise self._refusal()
        self.tokens -= 1
        return self.headers()

    def headers(self) -> dict[str, str]:
        left = int(self.tokens)
        full_at = self.at + (self.size - self.tokens) / self.per_second
        return {
            "X-RateLimit-Limit": f"{self.size}, {self.size};window=60",
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Used": str(self.size - left),
            "X-RateLimit-Reset": str(math.ceil(full_at)),
        }

    def _refusal(self) -> RefusedError:
        wait = math.ceil((1 - self.tokens) / self.per_second)
        return too_many(self.at, wait, self.size, self.headers())


def too_many(now: float, wait: int, limit: int, headers: Mapping[str, str]) -> RefusedError:
    """A 429: `Retry-After` in seconds, and the same moment as a date in the body."""
    until = datetime.fromtimestamp(now + wait, UTC).isoformat().replace("+00:00", "Z")
    message = f"You have made too many requests, retry after {until}"
    more = {"name": "api_key", "limit": limit, "remaining": 0, "retry_after": until}
    return RefusedError(
        429,
        (Problem("", "too_many_requests", message),),
        {**headers, "Retry-After": str(wait)},
        {"rate_limit": more},
    )
