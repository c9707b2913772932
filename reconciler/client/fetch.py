"""Many calls at once, each with its own result or error."""

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, TypeVar

from reconciler.client.errors import ApiError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """A call that gave its value."""

    index: int  # of the call, in the order of `calls`
    value: T


@dataclass(frozen=True, slots=True)
class Failed:
    """A call that ended in an error of the API."""

    index: int
    error: ApiError


@dataclass(frozen=True, slots=True)
class NotStarted:
    """The calls were interrupted before this one began."""

    index: int


Result = Done[T] | Failed | NotStarted


def gather(
    calls: Iterable[Callable[[], T]],
    concurrency: int,
    *,
    stop: threading.Event | None = None,
    on_interrupt: Callable[[], None] | None = None,
) -> Generator[Result[T], None, None]:
    """Run the calls in `concurrency` threads; results as they are ready, in no order.

    `calls` is read while earlier calls are running, in the caller's thread: a generator can list
    pages and give the calls for their rows. An ApiError of one call is its result; any other
    exception, and any of `calls` itself, ends everything and is raised.

    Once `stop` is set, or after Ctrl-C, no further call begins and `calls` is read no further.
    Those that are running end, their results are still given, and then a Ctrl-C is raised again.
    `on_interrupt` is called at a Ctrl-C, e.g. the client's `stop`, which ends waits. It is called
    as well when the caller reads no further, e.g. at a Ctrl-C in the caller's own code: the calls
    under way have to end first, and no result of theirs is read.
    """
    run = _Run[T](iter(calls), stop or threading.Event())
    interrupt: KeyboardInterrupt | None = None
    with ThreadPoolExecutor(max_workers=concurrency) as pool:
        try:
            while run.goes_on():
                result = run.step(pool)
                if result is not None:
                    yield result
        except KeyboardInterrupt as error:
            interrupt = error
            run.halt.set()
            if on_interrupt:
                on_interrupt()
        except GeneratorExit:
            run.halt.set()
            if on_interrupt:
                on_interrupt()
            raise
        finally:
            # A caller that reads no further wants no further calls either.
            run.halt.set()
    if interrupt:
        yield from run.rest()
        raise interrupt


class _Run(Generic[T]):
    """What is left to start and what is under way."""

    def __init__(self, source: Iterator[Callable[[], T]], stop: threading.Event) -> None:
        self.halt = threading.Event()
        self._stop = stop
        self._source = source
        self._is_listing = True
        self._started = 0
        self._received = 0
        self._ended: SimpleQueue[Future[Result[T]]] = SimpleQueue()

    def goes_on(self) -> bool:
        """Whether a call may still begin, or one under way has to be waited for."""
        if self._is_halted():
            self._is_listing = False
        return self._is_listing or self._received < self._started

    def step(self, pool: ThreadPoolExecutor) -> Result[T] | None:
        """Start one more call, or wait for one to end; the result of one that has ended."""
        if self._is_listing:
            try:
                call = next(self._source)
            except StopIteration:
                self._is_listing = False
                return None
            future = pool.submit(self._one, self._started, call)
            self._started += 1
            future.add_done_callback(self._ended.put)
            return None if self._ended.empty() else self._take()
        return self._take()

    def rest(self) -> Iterator[Result[T]]:
        """The results that nobody took yet, once every thread has ended."""
        while not self._ended.empty():
            yield self._take()

    def _take(self) -> Result[T]:
        result = self._ended.get().result()
        self._received += 1
        return result

    def _one(self, index: int, call: Callable[[], T]) -> Result[T]:
        if self._is_halted():
            return NotStarted(index)
        try:
            return Done(index, call())
        except ApiError as error:
            return Failed(index, error)

    def _is_halted(self) -> bool:
        return self.halt.is_set() or self._stop.is_set()
