"""A server's wait is read in every spelling; our own is random and bounded."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given, strategies as st

from reconciler.client.pace import Patience, seconds_to_wait

NOW = 1_800_000_000.0
moments = st.integers(0, 4_000_000_000)


@given(st.integers(0, 999_999_999))
def test_seconds_are_seconds(seconds: int) -> None:
    assert seconds_to_wait({"retry-after": f" {seconds} "}, None, NOW) == seconds


@given(moments, moments)
def test_a_date_is_measured_against_the_servers_own_clock(sent: int, due: int) -> None:
    headers = {"retry-after": _http(due), "date": _http(sent)}

    assert seconds_to_wait(headers, None, NOW) == max(0, due - sent)


@given(moments)
def test_without_the_servers_clock_ours_is_used(due: int) -> None:
    assert seconds_to_wait({"retry-after": _http(due)}, None, NOW) == max(0.0, due - NOW)


@given(st.integers(0, 100_000), st.booleans())
def test_the_bodys_moment_is_read(ahead: int, has_zone: bool) -> None:
    moment = datetime.fromtimestamp(NOW + ahead, UTC)
    text = moment.isoformat() if has_zone else moment.replace(tzinfo=None).isoformat()

    assert seconds_to_wait({}, {"rate_limit": {"retry_after": text}}, NOW) == ahead


def test_the_header_goes_before_the_body_and_the_body_before_the_reset() -> None:
    body = {"rate_limit": {"retry_after": datetime.fromtimestamp(NOW + 7, UTC).isoformat()}}
    reset = {"x-ratelimit-reset": str(int(NOW) + 9)}

    assert seconds_to_wait({"retry-after": "5", **reset}, body, NOW) == 5
    assert seconds_to_wait(reset, body, NOW) == 7
    assert seconds_to_wait(reset, None, NOW) == 9


@given(st.text(), st.text(), st.text(), st.recursive(st.none() | st.text(), st.lists))
def test_nonsense_is_no_wait_and_no_crash(after: str, date: str, reset: str, body: object) -> None:
    headers = {"retry-after": after, "date": date, "x-ratelimit-reset": reset}

    wait = seconds_to_wait(headers, {"rate_limit": {"retry_after": body}}, NOW)

    assert wait is None or wait >= 0


@pytest.mark.parametrize("text", ["-1", "1e9", "nan", "inf", "٣", "soon", "", "9" * 400])
def test_what_is_neither_seconds_nor_a_date_says_nothing(text: str) -> None:
    assert seconds_to_wait({"retry-after": text}, None, NOW) is None


@pytest.mark.parametrize("body", [None, [], {}, {"rate_limit": 1}, {"rate_limit": {"name": "x"}}])
def test_a_body_without_a_moment_says_nothing(body: object) -> None:
    assert seconds_to_wait({}, body, NOW) is None


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_our_own_delay_is_never_longer_than_the_longest(attempt: int, dice: float) -> None:
    patience = Patience(first_delay_seconds=0.5, longest_delay_seconds=20)

    assert 0 <= patience.delay_seconds(attempt, dice) <= 20


def test_our_own_delay_may_double_with_each_attempt() -> None:
    patience = Patience(first_delay_seconds=0.5, longest_delay_seconds=3)

    assert [patience.delay_seconds(n, 1.0) for n in (1, 2, 3, 4)] == [0.5, 1.0, 2.0, 3.0]


def _http(moment: int) -> str:
    return format_datetime(datetime.fromtimestamp(moment, UTC), usegmt=True)
