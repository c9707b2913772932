"""One call from its turn to its answer: pace, send, judge, wait, send again."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from reconciler.client.errors import ApiError, RateLimited, Stopped
from reconciler.client.key import Key
from reconciler.client.pace import Clock, Pace, Patience
from reconciler.client.progress import RATE_LIMIT, Listener, Wait, unheard
from reconciler.client.transport import Answer, Call, Exchange, Reply, Transport
from reconciler.client.verdict import Failure, judge, request_id_of

Observer = Callable[[Exchange], None]  # called in the thread of the call; must not raise


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything that calls with one key share. Thread-safe."""

    transport: Transport
    key: Key
    pace: Pace
    patience: Patience
    clock: Clock
    stop: threading.Event  # once set, no call waits any longer
    observer: Observer | None = None
    tell: Listener = unheard

    def ask(self, call: Call) -> Answer:
        """The answer to a call, after the repetitions that are safe for it. Raises ApiError."""
        waited = 0.0
        attempt = 1
        while True:
            outcome = self._once(call, attempt)
            if isinstance(outcome, Answer):
                return outcome
            if not outcome.may_repeat or attempt >= self.patience.attempts:
                raise _with(outcome.error, attempt)
            wait = self._wait_seconds(outcome, attempt)
            waited += wait
            if waited > self.patience.longest_wait_seconds:
                words = f"{outcome.error.message}; it asks to wait {wait:,.0f} s, which is too long"
                raise _with(outcome.error, attempt, words)
            self._wait(call, outcome, wait)
            attempt += 1

    def _once(self, call: Call, attempt: int) -> Answer | Failure:
        if not self.pace.wait_for_turn(self.stop, self._waits_for_turn):
            raise _stopped(call, self.key)
        started = self.clock.monotonic()
        headers: Mapping[str, str] = {}
        try:
            result = self.transport.exchange(call)
            headers = result.headers if isinstance(result, Reply) else {}
        finally:
            self.pace.finished(headers)
        milliseconds = (self.clock.monotonic() - started) * 1000
        outcome = judge(call, result, self.key, self.clock.wall())
        if self.observer:
            status, request_id = 0, ""
            if isinstance(result, Reply):
                status, request_id = result.status, request_id_of(result, self.key)
            note = ""
            if isinstance(outcome, Failure):
                note = outcome.error.message
                request_id = outcome.error.request_id or request_id
            self.observer(
                Exchange(call.method, call.path, status, request_id, milliseconds, attempt, note)
            )
        return outcome

    def _waits_for_turn(self, seconds: float) -> None:
        self.tell(Wait(seconds, RATE_LIMIT))

    def _wait_seconds(self, failure: Failure, attempt: int) -> float:
        delay = self.patience.delay_seconds(attempt, self.clock.random())
        if failure.wait_seconds is None:
            # A 429 that says nothing: the bucket holds nothing, so at least a second's refill.
            return max(1.0, delay) if isinstance(failure.error, RateLimited) else delay
        return failure.wait_seconds

    def _wait(self, call: Call, failure: Failure, wait: float) -> None:
        if isinstance(failure.error, RateLimited):
            self.pace.pause_all(wait)  # the next turn comes after it, for every thread
            return
        self.tell(Wait(wait, _who_answered(failure.error.status)))
        if self.clock.pause(self.stop, wait):
            raise _stopped(call, self.key)


def _who_answered(status: int) -> str:
    return f"incident.io, which answered {status}" if status else "incident.io, which is silent"


def _stopped(call: Call, key: Key) -> Stopped:
    words = "interrupted before it was sent"
    return Stopped(call.method, call.path, words, key_source=key.source)


def _with(error: ApiError, attempts: int, words: str = "") -> ApiError:
    return replace(error, attempts=attempts, message=words or error.message)
