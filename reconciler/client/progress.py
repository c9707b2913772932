"""What a long conversation tells about itself while it goes on."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

RATE_LIMIT = "incident.io's rate limit"


@dataclass(frozen=True, slots=True)
class Step:
    """How far a work is, e.g. `Step("reading", "live routes", 412, 1000)`. `total` None: nothing
    tells yet how many there are. `of`: which of several lists of the same things.
    """

    verb: str
    things: str
    done: int
    total: int | None = None
    detail: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """A call in this thread waits for so long, for incident.io's rate limit or its answer."""

    seconds: float
    why: str  # behind "waiting 12 s for"


Listener = Callable[[Step | Wait], None]  # called in the thread of the call; must not raise


Teller = Callable[[Step], None]


def unheard(_event: Step | Wait) -> None:
    """Nobody listens."""


def counting(
    tell: Teller, verb: str, things: str, calls: Iterable[Callable[[], T]]
) -> Iterator[Callable[[], T]]:
    """The same calls, each of which tells how many are done, also those that failed. The total is
    known when `calls` has ended.
    """
    lock = threading.Lock()
    asked = done = 0
    ended = False

    def count(call: Callable[[], T]) -> Callable[[], T]:
        def counted() -> T:
            nonlocal done
            try:
                return call()
            finally:
                with lock:
                    done += 1
                    tell(Step(verb, things, done, asked if ended else None))

        return counted

    for call in calls:
        asked += 1
        yield count(call)
    ended = True
    if asked:
        with lock:
            tell(Step(verb, things, done, asked))


def counting_pages(
    tell: Teller, things: str, pages: Iterable[Sequence[T]], of: str = ""
) -> Iterator[Sequence[T]]:
    """The same pages. Each tells how many rows were read; the total is known after the last."""
    rows = 0
    for page in pages:
        rows += len(page)
        tell(Step("reading", things, rows, of=of))
        yield page
    tell(Step("reading", things, rows, rows, of=of))
