"""Many calls at once, each with its own result or error."""

import threading
from collections.abc import Callable, Generator, Iterable
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
    halt = threading.Event()
    ended: SimpleQueue[Future[Result[T]]] = SimpleQueue()
    source, running = iter(calls), 0
    interrupt: KeyboardInterrupt | None = None

    def is_halted() -> bool:
        return halt.is_set() or (stop is not None and stop.is_set())

    def run(index: int, call: Callable[[], T]) -> Result[T]:
        return NotStarted(index) if is_halted() else _tried(index, call)

    with ThreadPoolExecutor(max_workers=concurrency) as pool:
        try:
            allowed = iter(lambda: None if is_halted() else next(source, None), None)
            for index, call in enumerate(allowed):
                pool.submit(run, index, call).add_done_callback(ended.put)
                running += 1
                while not ended.empty():
                    running -= 1
                    yield ended.get().result()
            while running:
                running -= 1
                yield ended.get().result()
        except (KeyboardInterrupt, GeneratorExit) as error:
            halt.set()
            if on_interrupt:
                on_interrupt()
            if isinstance(error, GeneratorExit):
                raise
            interrupt = error
        finally:
            # A caller that reads no further wants no further calls either.
            halt.set()
    if interrupt:
        while not ended.empty():
            yield ended.get().result()
        raise interrupt


def _tried(index: int, call: Callable[[], T]) -> Result[T]:
    try:
        return Done(index, call())
    except ApiError as error:
        return Failed(index, error)
