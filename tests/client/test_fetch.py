"""Many calls at once: each has its result, and an interrupt loses none that ran."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler.client import ApiError, Done, Failed, NotFound, NotStarted, gather


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Opens when the threads are told to end: a call that waits for it holds its thread."""
    opened = threading.Event()

    class Pool(ThreadPoolExecutor):
        def __exit__(self, *exception: object) -> None:
            opened.set()
            self.shutdown()

    monkeypatch.setattr("reconciler.client.fetch.ThreadPoolExecutor", Pool)
    return opened


def test_every_call_has_its_result() -> None:
    results = list(gather([_giving(n) for n in range(50)], 4))

    assert sorted(results, key=lambda r: r.index) == [Done(n, n) for n in range(50)]


def test_no_calls_are_no_results() -> None:
    assert list(gather([], 4)) == []


def test_an_error_of_the_api_is_the_result_of_its_call_alone() -> None:
    error = NotFound("GET", "/v3/x", "no")

    results = list(gather([_giving(1), _raising(error), _giving(2)], 2))

    assert sorted(results, key=lambda r: r.index) == [Done(0, 1), Failed(1, error), Done(2, 2)]


def test_a_bug_in_a_call_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(gather([_giving(1), _raising(ZeroDivisionError())], 2))


def test_calls_run_while_further_ones_are_still_being_found() -> None:
    ran = threading.Event()

    def calls() -> Iterator[Callable[[], object]]:
        yield ran.set
        # The first call ends although this generator is not at its end yet.
        assert ran.wait(10)
        yield ran.is_set

    assert {result.index for result in gather(calls(), 1)} == {0, 1}


def test_calls_run_at_the_same_time() -> None:
    together = threading.Barrier(3, timeout=10)

    results = list(gather([together.wait] * 3, 3))

    assert sum(isinstance(result, Done) for result in results) == 3


def test_an_error_while_finding_calls_is_raised_and_no_further_call_begins(
    gate: threading.Event,
) -> None:
    ran: list[int] = []

    def calls() -> Iterator[Callable[[], object]]:
        yield lambda: gate.wait(10)
        yield lambda: ran.append(1)
        raise NotFound("GET", "/v3/x", "no")

    with pytest.raises(ApiError):
        list(gather(calls(), 1))
    assert ran == []


def test_a_stop_lets_what_runs_end_and_begins_nothing_more() -> None:
    stop = threading.Event()
    found: list[int] = []

    def calls() -> Iterator[Callable[[], None]]:
        for number in range(10_000):
            found.append(number)
            yield stop.set
        assert stop.wait(10)

    results = list(gather(calls(), 1, stop=stop))

    assert results[0] == Done(0, None)
    assert all(isinstance(result, NotStarted) for result in results[1:])
    assert [result.index for result in results] == found


def test_an_interrupt_ends_waits_gives_what_ran_and_comes_back() -> None:
    stopped = threading.Event()
    began = threading.Event()

    def waits_until_stopped() -> str:
        began.set()
        assert stopped.wait(10)
        return "finished"

    def calls() -> Iterator[Callable[[], str]]:
        yield waits_until_stopped
        yield lambda: "never"
        assert began.wait(10)
        raise KeyboardInterrupt

    results: list[object] = []
    with pytest.raises(KeyboardInterrupt):
        results.extend(gather(calls(), 1, on_interrupt=stopped.set))
    assert results == [Done(0, "finished"), NotStarted(1)]


def test_an_interrupt_in_the_code_of_the_caller_ends_waits_too() -> None:
    began, stopped = threading.Event(), threading.Event()
    ended: list[bool] = []

    def waits_until_stopped() -> bool:
        began.set()
        ended.append(stopped.wait(10))
        return True

    calls: list[Callable[[], bool]] = [lambda: began.wait(10), waits_until_stopped]

    def read() -> None:
        for _ in gather(calls, 2, on_interrupt=stopped.set):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read()
    assert ended == [True]


def test_an_interrupt_without_a_listener_comes_back_too() -> None:
    def calls() -> Iterator[Callable[[], str]]:
        yield lambda: "ran"
        raise KeyboardInterrupt

    results: list[object] = []
    with pytest.raises(KeyboardInterrupt):
        results.extend(gather(calls(), 1))
    assert len(results) == 1


def test_a_caller_that_reads_no_further_begins_no_further_call(gate: threading.Event) -> None:
    all_are_found = threading.Event()
    ran: list[int] = []

    def calls() -> Iterator[Callable[[], object]]:
        yield lambda: all_are_found.wait(10)
        yield lambda: gate.wait(10)
        yield lambda: ran.append(1)
        all_are_found.set()

    results = gather(calls(), 1)
    assert next(results) == Done(0, True)
    results.close()
    assert ran == []


def _giving(value: int) -> Callable[[], int]:
    return lambda: value


def _raising(error: Exception) -> Callable[[], int]:
    def call() -> int:
        raise error

    return call
