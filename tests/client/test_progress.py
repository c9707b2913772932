"""What the client tells while it goes on: how many of how many, and what it waits for."""

import threading

import pytest
import responses

from reconciler.client import (
    ReadClient,
    Settings,
    Step,
    Unreachable,
    Wait,
    counting,
    counting_pages,
    gather,
    parse_endpoint,
)
from reconciler.client.key import Key
from reconciler.client.pace import Pace, Patience
from tests.client.clocks import FakeTime
from tests.client.loopback import closed_port

URL = "https://api.incident.io"
LIMIT = "incident.io's rate limit"


def client_of(url: str, events: list[Step | Wait]) -> ReadClient:
    settings = Settings(patience=Patience(attempts=2))
    endpoint, clock = parse_endpoint(url), FakeTime().clock
    return ReadClient(
        endpoint, Key("inc_5ecr3t"), settings=settings, tell=events.append, clock=clock
    )


def heard(*statuses: int, after: str = "12") -> list[Step | Wait]:
    """What a call told whose answers have these statuses, before one with 200."""
    events: list[Step | Wait] = []
    with responses.RequestsMock() as api, client_of(URL, events) as client:
        for status in statuses:
            api.get(f"{URL}/v3/a", status=status, json={}, headers={"Retry-After": after})
        api.get(f"{URL}/v3/a", json={})
        client.get("/v3/a")
    return events


def test_a_rate_limit_is_named_with_its_seconds() -> None:
    (wait,) = heard(429)
    assert isinstance(wait, Wait)
    assert (round(wait.seconds), wait.why) == (12, LIMIT)


def test_a_server_that_asks_for_patience_is_named_with_its_answer() -> None:
    assert heard(503, after="30") == [Wait(30.0, "incident.io, which answered 503")]


def test_a_server_that_is_silent_is_named() -> None:
    events: list[Step | Wait] = []
    with (
        client_of(f"http://127.0.0.1:{closed_port()}", events) as client,
        pytest.raises(Unreachable),
    ):
        client.get("/v3/a")

    assert events == [Wait(0.5, "incident.io, which is silent")]


def test_what_need_not_wait_tells_nothing() -> None:
    assert heard() == []


def test_the_own_pace_is_told_as_the_rate_limit_that_it_keeps() -> None:
    waits: list[float] = []
    pace = Pace(FakeTime().clock, capacity=1, per_second=2)
    for _ in range(3):
        pace.wait_for_turn(threading.Event(), waits.append)

    assert waits == [0.5, 0.5]


def test_the_total_is_known_once_all_calls_are() -> None:
    steps: list[Step] = []
    calls = counting(steps.append, "reading", "live routes", [lambda: 1, lambda: 2])
    first = next(calls)
    first()
    assert steps == [Step("reading", "live routes", 1)]
    second = next(calls)
    assert list(calls) == []
    second()
    assert steps[1:] == [
        Step("reading", "live routes", 1, 2),
        Step("reading", "live routes", 2, 2),
    ]


def test_calls_that_fail_are_done_too() -> None:
    def fail() -> int:
        raise ValueError

    steps: list[Step] = []
    (call,) = counting(steps.append, "reading", "live routes", [fail])
    with pytest.raises(ValueError):
        call()

    assert steps[-1] == Step("reading", "live routes", 1, 1)


def test_no_call_tells_nothing() -> None:
    steps: list[Step] = []
    assert list(counting(steps.append, "reading", "live routes", [])) == []
    assert steps == []


def test_threads_count_every_call_once() -> None:
    steps: list[Step] = []
    calls = counting(steps.append, "reading", "live routes", [lambda: None] * 500)
    assert len(list(gather(calls, 8))) == 500
    assert max(step.done for step in steps) == 500
    assert steps[-1].total == 500


def test_pages_tell_their_rows_and_the_last_the_total() -> None:
    steps: list[Step] = []
    assert list(counting_pages(steps.append, "users", [[1, 2], [3]], of="x")) == [[1, 2], [3]]
    assert steps == [
        Step("reading", "users", 2, of="x"),
        Step("reading", "users", 3, of="x"),
        Step("reading", "users", 3, 3, of="x"),
    ]
