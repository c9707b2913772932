"""However a call fails, nothing that can be reached from its error shows the key."""

import logging
import traceback
from collections.abc import Callable, Iterator

import pytest

from reconciler.client import ApiError, Exchange, Key, Settings, WriteClient, parse_endpoint
from reconciler.client.errors import ReadOnly
from reconciler.client.pace import Patience
from reconciler.client.transport import Call, Timeouts, Transport
from tests.client.clocks import FakeTime
from tests.client.loopback import HANG_UP, RESET, SILENCE, closed_port, reply, serving

SECRET = "inc_5ecr3t"
ECHO = f"Authorization: Bearer {SECRET}".encode()
CALLS: list[Callable[[WriteClient], object]] = [
    lambda client: client.get("/v3/x"),
    lambda client: client.post("/v3/x", {}),
    lambda client: client.put("/v3/x", {}),
    lambda client: client.delete("/v3/x"),
    lambda client: list(client.pages("/v3/x", "x", 50)),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "answer",
    [
        HANG_UP,
        RESET,
        SILENCE,
        reply({"a": "long enough"}, cut=5),
        reply(ECHO),
        reply(ECHO, "401 Unauthorized", [f"X-Request-Id: {SECRET}"]),
        reply({"errors": [{"message": SECRET, "code": SECRET}]}, "422 Unprocessable"),
        reply(ECHO, "302 Found", [f"Location: http://127.0.0.1/?{SECRET}"]),
        reply(ECHO, "429 Too Many Requests"),
        reply(ECHO, "500 Internal Server Error", [f"Content-Type: {SECRET}"]),
    ],
)
def test_no_failure_shows_the_key(
    call: Callable[[WriteClient], object], answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[Exchange] = []
    with (
        serving(answer) as server,
        _client(server.url, seen) as client,
        pytest.raises(ApiError) as caught,
    ):
        call(client)

    _assert_hidden(caught.value)
    assert SECRET not in repr(seen)
    assert SECRET not in caplog.text
    assert seen[0].method


@pytest.mark.parametrize("call", CALLS)
def test_no_connection_does_not_show_the_key_either(
    call: Callable[[WriteClient], object],
) -> None:
    url = f"http://127.0.0.1:{closed_port()}"
    with _client(url, []) as client, pytest.raises(ApiError) as caught:
        call(client)

    _assert_hidden(caught.value)


def test_a_write_through_a_reading_transport_does_not_show_the_key() -> None:
    endpoint = parse_endpoint(f"http://127.0.0.1:{closed_port()}")
    transport = Transport(endpoint, Key(SECRET), frozenset({"GET"}), Timeouts(), 1)
    with pytest.raises(ReadOnly) as caught:
        transport.exchange(Call("PUT", "/v3/x", body={}))
    transport.close()

    _assert_hidden(caught.value)


def test_the_search_would_find_a_key() -> None:
    # Without this, an _assert_hidden that looks nowhere would pass.
    def failing(header: str) -> None:
        raise ValueError(len(header))

    with pytest.raises(ValueError, match="10") as in_a_frame:
        failing(SECRET)
    with pytest.raises(AssertionError):
        _assert_hidden(in_a_frame.value)

    cause = ValueError({"Authorization": SECRET})
    error = ValueError("x")
    error.__context__ = cause
    with pytest.raises(AssertionError):
        _assert_hidden(error)


def _client(url: str, seen: list[Exchange]) -> WriteClient:
    settings = Settings(timeouts=Timeouts(5, 0.05), patience=Patience(attempts=1))
    return WriteClient(
        parse_endpoint(url),
        Key(SECRET),
        settings=settings,
        observer=seen.append,
        clock=FakeTime().clock,
    )


def _assert_hidden(error: BaseException) -> None:
    for part in (*traceback.format_exception(error), *_reachable(error)):
        assert SECRET not in part


def _reachable(error: BaseException) -> Iterator[str]:
    """Every text that hangs on the error: arguments, attributes, causes, variables of frames."""
    yield from map(str, (error, repr(error), error.args, vars(error)))
    step = error.__traceback__
    while step:
        # A test's own frame holds the scripted answer, which contains the key on purpose.
        if not step.tb_frame.f_code.co_name.startswith("test_"):
            yield repr(step.tb_frame.f_locals)
        step = step.tb_next
    for cause in (error.__cause__, error.__context__):
        if cause:
            yield from _reachable(cause)
