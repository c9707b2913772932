"""Faults on the wire, latency, a taken port, and a clean end."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from reconciler import sandbox
from reconciler.sandbox.http.running import RunningSandbox
from tests.sandbox.payloads import rich_v3

ROUTES = "/v3/alert_routes"


@pytest.fixture
def running() -> Iterator[RunningSandbox]:
    with sandbox.start(sandbox.Settings(seeded=False)) as one:
        yield one


def ask(running: RunningSandbox, method: str, path: str, payload: Any = None) -> requests.Response:
    headers = {"Authorization": f"Bearer {running.key}", "Connection": "close"}
    return requests.request(method, running.url + path, json=payload, headers=headers, timeout=10)


def test_a_dropped_request_is_not_processed(running: RunningSandbox) -> None:
    running.fault("drop", method="POST", path="/alert_routes$")

    with pytest.raises(requests.ConnectionError):
        ask(running, "POST", ROUTES, rich_v3())

    assert running.state.names() == []
    assert [(one.method, one.status) for one in running.requests] == [("POST", 0)]
    assert ask(running, "POST", ROUTES, rich_v3()).status_code == 201


def test_a_lost_answer_is_to_a_request_that_was_processed(running: RunningSandbox) -> None:
    running.fault("lose", method="POST")

    with pytest.raises(requests.ConnectionError):
        ask(running, "POST", ROUTES, rich_v3())

    assert running.state.names() == ["Everything"]


def test_a_late_request_is_processed_when_it_is_let_arrive(running: RunningSandbox) -> None:
    running.fault("late", method="POST", times=2)
    for _ in range(2):
        with pytest.raises(requests.ConnectionError):
            ask(running, "POST", ROUTES, rich_v3())

    assert running.state.names() == []
    assert running.let_arrive() == [201, 201]
    assert running.state.names() == ["Everything", "Everything"]
    assert running.let_arrive() == []


def test_a_late_request_may_arrive_by_itself(running: RunningSandbox) -> None:
    running.fault("late", method="POST", seconds=0.05)
    with pytest.raises(requests.ConnectionError):
        ask(running, "POST", ROUTES, rich_v3())

    while not running.state.names():
        ask(running, "GET", ROUTES)

    assert running.state.names() == ["Everything"]
    assert running.let_arrive() == []


def test_a_truncated_answer_is_no_json(running: RunningSandbox) -> None:
    running.fault("truncate")
    answer = ask(running, "GET", ROUTES)

    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_an_answer_cut_short_is_a_broken_connection(running: RunningSandbox) -> None:
    running.fault("cut")

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        ask(running, "GET", ROUTES)


@pytest.mark.parametrize(("after", "stored"), [(False, 0), (True, 1)])
@pytest.mark.parametrize(
    ("kind", "content_type"), [("html", "text/html"), ("status", "application/json")]
)
def test_a_bad_gateway_before_or_after_processing(
    running: RunningSandbox, kind: Any, content_type: str, after: bool, stored: int
) -> None:
    running.fault(kind, method="POST", status=504, after=after)
    answer = ask(running, "POST", ROUTES, rich_v3())

    assert (answer.status_code, answer.headers["Content-Type"]) == (504, content_type)
    assert answer.headers["X-Request-ID"]
    assert len(running.state.names()) == stored


def test_a_scheduled_error_may_say_when_to_come_back(running: RunningSandbox) -> None:
    running.fault("status", status=503, retry_after=3)
    running.fault("status", status=429)
    unavailable, limited = ask(running, "GET", ROUTES), ask(running, "GET", ROUTES)

    assert (unavailable.headers["Retry-After"], limited.headers["Retry-After"]) == ("3", "1")
    assert unavailable.json()["type"] == "api_error"
    assert limited.json()["rate_limit"]["remaining"] == 0


def test_a_fault_waits_for_its_request_and_ends(running: RunningSandbox) -> None:
    running.fault("status", path="/identity$", skip=1, times=2, status=500)
    statuses = [ask(running, "GET", "/v1/identity").status_code for _ in range(4)]

    assert statuses == [200, 500, 500, 200]


def test_faults_are_called_off(running: RunningSandbox) -> None:
    running.fault("status", times=100)
    running.clear_faults()

    assert ask(running, "GET", ROUTES).status_code == 200


def test_latency_and_a_delay_add_up(
    running: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    with sandbox.start(sandbox.Settings(latency_ms=50)) as slow:
        slow.fault("delay", seconds=2)
        statuses = [ask(slow, "GET", "/v1/identity").status_code for _ in range(2)]

    assert statuses == [200, 200]
    assert slept[:2] == [2.05, 0.05]


def test_one_connection_serves_many_requests(running: RunningSandbox) -> None:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {running.key}"
        answers = [session.get(f"{running.url}/v1/identity", timeout=10) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all("close" not in answer.headers.get("Connection", "") for answer in answers)


def test_a_taken_port_is_an_error_and_leaves_nothing_behind() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="address already in use"):
            sandbox.start(sandbox.Settings(port=taken.getsockname()[1]))


def test_an_ipv6_address_is_written_with_brackets() -> None:
    try:
        running = sandbox.start(sandbox.Settings(host="::1"))
    except OSError:
        return  # this machine has no ::1
    with running:
        assert running.url.startswith("http://[::1]:")


PROGRAM = """
from reconciler import sandbox
sandbox.serve(sandbox.Settings(), "127.0.0.1", 0, lambda url: print(url, flush=True))
print("ended")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_in_the_foreground_it_serves_until_a_signal(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True
    ) as one:
        assert one.stdout is not None
        url = one.stdout.readline().strip()
        answer = requests.get(f"{url}/v1/identity", timeout=10)
        os.kill(one.pid, number)
        rest = one.stdout.read()

    assert answer.status_code == 401
    assert (rest, one.returncode) == ("ended\n", 0)


def test_a_taken_port_is_an_error_in_the_foreground_too() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="address already in use"):
            sandbox.serve(sandbox.Settings(), "127.0.0.1", port, print)
