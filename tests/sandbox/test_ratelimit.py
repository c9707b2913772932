"""The documented bucket, on a clock that the test moves."""

from datetime import UTC, datetime

import pytest

from reconciler.sandbox.http.api import Answer, Api
from tests.sandbox.payloads import api, content, send


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def small(clock: Clock) -> Api:
    return api(clock=clock, bucket=3, refill_per_second=0.5)


def ask(to: Api, key: str = "full") -> Answer:
    return send(to, "GET", "/v1/identity", key=key)


def test_the_headers_count_down(clock: Clock) -> None:
    to = small(clock)
    remaining = [ask(to).headers["X-RateLimit-Remaining"] for _ in range(3)]
    last = ask(to).headers

    assert remaining == ["2", "1", "0"]
    assert last["X-RateLimit-Limit"] == "3, 3;window=60"
    assert last["X-RateLimit-Used"] == "3"
    assert last["X-RateLimit-Reset"] == str(1_800_000_000 + 6)


def test_an_empty_bucket_answers_429_and_says_when_to_come_back(clock: Clock) -> None:
    to = small(clock)
    for _ in range(3):
        ask(to)
    refused = ask(to)
    body = content(refused)

    assert (refused.status, body["type"]) == (429, "too_many_requests")
    assert refused.headers["Retry-After"] == "2"
    assert body["rate_limit"] == {
        "name": "api_key",
        "limit": 3,
        "remaining": 0,
        "retry_after": datetime.fromtimestamp(clock.now + 2, UTC).isoformat()[:19] + "Z",
    }


def test_waiting_as_long_as_told_is_enough(clock: Clock) -> None:
    to = small(clock)
    for _ in range(3):
        ask(to)
    clock.now += int(ask(to).headers["Retry-After"])

    assert ask(to).status == 200
    assert ask(to).status == 429


def test_a_bucket_never_holds_more_than_its_size(clock: Clock) -> None:
    to = small(clock)
    ask(to)
    clock.now += 3600

    assert ask(to).headers["X-RateLimit-Remaining"] == "2"


def test_each_key_has_its_own_bucket(clock: Clock) -> None:
    to = small(clock)
    for _ in range(4):
        ask(to)

    assert ask(to).status == 429
    assert ask(to, "read-only").status == 200


def test_the_default_is_the_documented_limit_and_can_be_switched_off() -> None:
    assert ask(api()).headers["X-RateLimit-Limit"] == "1200, 1200;window=60"
    assert not any(name.startswith("X-RateLimit") for name in ask(api(rate_limit=False)).headers)
