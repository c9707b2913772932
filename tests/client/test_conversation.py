"""A call is repeated where that is safe, as often and as long as it may, and then explained."""

import threading
from collections.abc import Callable, Iterator

import pytest
import responses

from reconciler.client import (
    Answer,
    Exchange,
    Key,
    OutcomeUnknown,
    RateLimited,
    ServerFailure,
    Settings,
    Stopped,
    Unreachable,
    WriteClient,
    parse_endpoint,
)
from reconciler.client.errors import UnreadableAnswer
from reconciler.client.pace import Patience
from tests.client.clocks import FakeTime
from tests.client.loopback import HANG_UP, closed_port, reply, serving

URL = "https://api.incident.io"
PATH = "/v3/alert_routes/01K"
BUSY = {"Retry-After": "7"}


@pytest.fixture
def api() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def test_a_read_outlasts_a_passing_failure(api: responses.RequestsMock) -> None:
    for answer in (
        {"body": "<html>", "status": 502},
        {"body": '{"cut": ', "status": 200},
        {"body": "", "status": 503, "headers": BUSY},
        {"json": {"a": 1}},
    ):
        api.get(URL + PATH, **answer)
    time = FakeTime()

    with _client(time) as client:
        assert client.get(PATH).body == {"a": 1}
    assert time.pauses == [0.5, 1.0, 7.0]


def test_a_read_gives_up_after_its_attempts_and_says_how_many(
    api: responses.RequestsMock,
) -> None:
    api.get(URL + PATH, status=500, json={"request_id": "R9"})
    time = FakeTime(dice=0.5)

    with _client(time) as client, pytest.raises(ServerFailure) as caught:
        client.get(PATH)
    assert str(caught.value).endswith("500 the server gives no reason, 5 attempts (request R9)")
    assert time.pauses == [0.25, 0.5, 1.0, 2.0]


def test_an_answer_that_stays_unreadable_is_raised(api: responses.RequestsMock) -> None:
    api.get(URL + PATH, body="<html>Sign in</html>", content_type="text/html")

    with _client(FakeTime()) as client, pytest.raises(UnreadableAnswer, match="Sign in"):
        client.get(PATH)


def test_a_lost_connection_is_read_again() -> None:
    answers = (HANG_UP, reply({"a": 1}, cut=3), reply({"a": 1}))
    with serving(*answers) as server, _client(FakeTime(), server.url) as client:
        assert client.get(PATH).body == {"a": 1}

    assert len(server.requests) == 3


def test_a_429_is_waited_out_by_reads_and_writes(api: responses.RequestsMock) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        api.add(method, URL + PATH, status=429, json={}, headers={"Retry-After": "3"})
        api.add(method, URL + PATH, json={})
    time = FakeTime()

    with _client(time) as client:
        for call in _calls(client):
            before = time.now
            assert call().status == 200
            assert 3 <= time.now - before < 3.2


def test_a_429_that_gives_no_time_still_waits(api: responses.RequestsMock) -> None:
    api.get(URL + PATH, status=429, json={})
    api.get(URL + PATH, json={})
    time = FakeTime(dice=0.0)

    with _client(time) as client:
        client.get(PATH)
    assert time.now >= 1.0


def test_a_429_that_stays_is_raised(api: responses.RequestsMock) -> None:
    api.get(URL + PATH, status=429, json={}, headers={"Retry-After": "1"})

    with _client(FakeTime()) as client, pytest.raises(RateLimited, match="5 attempts"):
        client.get(PATH)


def test_a_wait_that_is_too_long_is_refused_at_once(api: responses.RequestsMock) -> None:
    api.get(URL + PATH, status=429, json={}, headers={"Retry-After": "3600"})
    time = FakeTime()

    with _client(time) as client, pytest.raises(RateLimited, match="asks to wait 3,600 s"):
        client.get(PATH)
    assert time.pauses == []


def test_waits_that_add_up_to_too_long_are_refused(api: responses.RequestsMock) -> None:
    api.get(URL + PATH, status=503, headers={"Retry-After": "140"})
    time = FakeTime()

    with _client(time) as client, pytest.raises(ServerFailure, match="too long, 3 attempts"):
        client.get(PATH)
    assert time.now == 280


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 303])
def test_a_write_that_may_have_been_carried_out_is_not_sent_again(
    api: responses.RequestsMock, status: int
) -> None:
    for method in ("POST", "PUT", "DELETE"):
        api.add(method, URL + PATH, status=status, headers=BUSY)
    time = FakeTime()

    with _client(time) as client:
        for call in _calls(client)[1:]:
            with pytest.raises(OutcomeUnknown):
                call()
    assert len(api.calls) == 3
    assert time.pauses == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_write_whose_answer_is_lost_is_sent_once(number: int) -> None:
    with serving(HANG_UP, reply({})) as server, _client(FakeTime(), server.url) as client:
        with pytest.raises(OutcomeUnknown) as caught:
            _calls(client)[number]()
        assert len(server.requests) == 1

    assert caught.value.reason == "lost"


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_a_call_that_was_never_sent_is_tried_again(number: int) -> None:
    time = FakeTime()
    client = _client(time, f"http://127.0.0.1:{closed_port()}")
    with client, pytest.raises(Unreachable, match="refused, 5 attempts"):
        _calls(client)[number]()

    assert time.pauses == [0.5, 1.0, 2.0, 4.0]


def test_every_request_is_observed(api: responses.RequestsMock) -> None:
    api.get(URL + PATH, status=503, json={"request_id": "R1"})
    api.get(URL + PATH, json={}, headers={"X-Request-Id": "R2"})
    seen: list[Exchange] = []

    with _client(FakeTime(), observer=seen.append) as client:
        client.get(PATH, {"secret": "in the query"})
    assert seen == [
        Exchange("GET", PATH, 503, "R1", 0.0, 1, "the server gives no reason"),
        Exchange("GET", PATH, 200, "R2", 0.0, 2),
    ]


def test_a_request_without_an_answer_is_observed_too() -> None:
    seen: list[Exchange] = []
    url = f"http://127.0.0.1:{closed_port()}"
    client = _client(FakeTime(), url, observer=seen.append, attempts=1)
    with client, pytest.raises(Unreachable):
        client.get(PATH)

    assert seen == [Exchange("GET", PATH, 0, "", 0.0, 1, "the connection was refused")]


@pytest.mark.parametrize("status", [429, 503])
def test_a_stopped_client_does_not_wait(api: responses.RequestsMock, status: int) -> None:
    api.get(URL + PATH, status=status, json={}, headers=BUSY)
    time = FakeTime()

    with _client(time) as client:
        client.stop()
        with pytest.raises(Stopped):
            client.get(PATH)
    assert time.now == 0
    assert len(api.calls) == 1


def test_a_stopped_client_still_sends_what_need_not_wait(api: responses.RequestsMock) -> None:
    api.get(URL + PATH, json={})

    with _client(FakeTime()) as client:
        client.stop()
        assert client.get(PATH).status == 200


def test_a_429_of_one_thread_holds_all_threads_back(api: responses.RequestsMock) -> None:
    api.get(f"{URL}/v3/a", status=429, json={}, headers={"Retry-After": "30"})
    api.get(f"{URL}/v3/a", json={})
    api.get(f"{URL}/v3/b", json={})
    time = FakeTime()
    sent: list[tuple[str, float]] = []

    with _client(time, observer=lambda e: sent.append((e.path, time.now))) as client:
        inner = time.on_pause

        def meanwhile() -> None:
            time.on_pause = inner
            other = threading.Thread(target=client.get, args=("/v3/b",))
            other.start()
            other.join()

        time.on_pause = meanwhile
        client.get("/v3/a")
    assert [path for path, _ in sent] == ["/v3/a", "/v3/b", "/v3/a"]
    assert sent[1][1] >= 30


def _client(
    time: FakeTime,
    url: str = URL,
    *,
    observer: Callable[[Exchange], None] | None = None,
    attempts: int = 5,
) -> WriteClient:
    settings = Settings(patience=Patience(attempts=attempts))
    return WriteClient(
        parse_endpoint(url),
        Key("inc_5ecr3t"),
        settings=settings,
        observer=observer,
        clock=time.clock,
    )


def _calls(client: WriteClient) -> list[Callable[[], Answer]]:
    return [
        lambda: client.get(PATH),
        lambda: client.post(PATH, {}),
        lambda: client.put(PATH, {}),
        lambda: client.delete(PATH),
    ]
