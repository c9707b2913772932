"""Never faster than the bucket, never a second 429 in a row, and no wait that cannot be ended."""

import threading

from hypothesis import given, strategies as st

from reconciler.client.pace import Pace
from tests.client.clocks import FakeTime

RUNNING = threading.Event()  # never set


def test_a_full_bucket_is_spent_without_a_wait_and_then_at_its_rate() -> None:
    time = FakeTime()
    pace = Pace(time.clock, capacity=10, per_second=2)

    sent = [_send(pace, time) for _ in range(14)]

    assert sent == [0.0] * 10 + [0.5, 1.0, 1.5, 2.0]


@given(
    st.integers(1, 20),
    st.floats(0.5, 50),
    st.lists(st.floats(0, 5), min_size=1, max_size=80),
    st.floats(0, 3),
)
def test_in_no_span_of_time_is_more_sent_than_the_bucket_gives(
    capacity: int, per_second: float, idle: list[float], gate: float
) -> None:
    time = FakeTime()
    pace = Pace(time.clock, capacity=capacity, per_second=per_second)
    sent = []
    for number, seconds in enumerate(idle):
        time.now += seconds
        sent.append(_send(pace, time))
        if number == len(idle) // 2:
            pace.pause_all(gate)

    for first, start in enumerate(sent):
        for last in range(first, len(sent)):
            allowed = capacity + (sent[last] - start) * per_second
            assert last - first + 1 <= allowed + 1e-6


@given(st.integers(0, 1200), st.sampled_from([1, 7, 32]), st.booleans())
def test_3000_requests_never_meet_two_429_in_a_row(
    left: int, in_flight: int, has_headers: bool
) -> None:
    # The bucket may be partly used up by an earlier run, which only the server knows.
    time = FakeTime()
    pace = Pace(time.clock)
    server = _Bucket(float(left))
    answers = []
    open_calls = 3000
    refused: list[bool] = []
    while open_calls > 0:
        for _ in range(min(in_flight, open_calls)):
            assert pace.wait_for_turn(RUNNING)
            answers.append(server.take(time.now))
        refused = [not taken for taken, _ in answers]
        for taken, remaining in answers:
            headers = {"x-ratelimit-remaining": str(remaining)} if has_headers else {}
            pace.finished({"x-ratelimit-limit": "1200, 1200;window=60", **headers})
            if taken:
                open_calls -= 1
            else:
                pace.pause_all(1.0)
        answers = []
        if any(refused):
            # Every call that was refused in this round is let through in the next.
            for _ in refused:
                assert pace.wait_for_turn(RUNNING)
                taken, _ = server.take(time.now)
                pace.finished({})
                assert taken
                open_calls -= 1


def test_the_servers_count_lowers_ours_but_never_raises_it() -> None:
    time = FakeTime()
    pace = Pace(time.clock, capacity=100, per_second=1)
    _send(pace, time, {"x-ratelimit-remaining": "2"})
    _send(pace, time, {"x-ratelimit-remaining": "90"})

    assert [_send(pace, time) for _ in range(3)] == [0.0, 1.0, 2.0]


def test_a_slot_that_another_thread_waits_for_is_not_given_twice() -> None:
    time = FakeTime()
    pace = Pace(time.clock, capacity=100, per_second=1)
    assert pace.wait_for_turn(RUNNING)
    assert pace.wait_for_turn(RUNNING)
    # Of the 3 that remain at the server, one may be the call that is still in flight.
    pace.finished({"x-ratelimit-remaining": "3"})

    assert [_send(pace, time) for _ in range(3)] == [0.0, 0.0, 1.0]


def test_a_larger_limit_is_adopted() -> None:
    time = FakeTime()
    pace = Pace(time.clock, capacity=2, per_second=1)
    _send(pace, time, {"x-ratelimit-limit": "40, 40;window=10", "x-ratelimit-remaining": "0"})

    assert _send(pace, time) == 0.25
    time.now += 60
    assert {_send(pace, time) for _ in range(40)} == {60.25}
    assert _send(pace, time) == 60.5


def test_a_smaller_limit_of_one_resource_does_not_slow_the_others_down() -> None:
    time = FakeTime()
    pace = Pace(time.clock, capacity=10, per_second=4)
    _send(pace, time, {"x-ratelimit-limit": "5", "x-ratelimit-remaining": "2"})

    assert [_send(pace, time) for _ in range(4)] == [0.0, 0.0, 0.25, 0.5]


def test_headers_that_cannot_be_read_change_nothing() -> None:
    time = FakeTime()
    pace = Pace(time.clock, capacity=2, per_second=1)
    _send(pace, time, {"x-ratelimit-limit": "0", "x-ratelimit-remaining": "-1"})

    assert [_send(pace, time), _send(pace, time)] == [0.0, 1.0]


def test_after_a_429_nobody_sends_until_the_gate_opens_and_then_one_by_one() -> None:
    time = FakeTime()
    pace = Pace(time.clock, capacity=100, per_second=10)
    pace.pause_all(5)
    pace.pause_all(2)  # a shorter wait does not open the gate earlier

    assert [round(_send(pace, time), 6) for _ in range(3)] == [5.1, 5.2, 5.3]


def test_a_429_makes_slots_void_that_were_promised_before() -> None:
    time = FakeTime()
    pace = Pace(time.clock, capacity=1, per_second=1)
    _send(pace, time)

    def refused_meanwhile() -> None:
        time.on_pause = lambda: None
        pace.pause_all(60)

    time.on_pause = refused_meanwhile

    assert _send(pace, time) == 61.0
    assert time.pauses == [1.0, 60.0]


def test_a_stop_ends_the_wait_and_gives_the_slot_back() -> None:
    time = FakeTime()
    pace = Pace(time.clock, capacity=1, per_second=1)
    _send(pace, time)
    stop = threading.Event()
    stop.set()

    assert pace.wait_for_turn(stop) is False
    assert _send(pace, time) == 1.0


def test_a_stop_does_not_hinder_what_need_not_wait() -> None:
    stop = threading.Event()
    stop.set()

    assert Pace(FakeTime().clock, capacity=1).wait_for_turn(stop) is True


def _send(pace: Pace, time: FakeTime, headers: dict[str, str] | None = None) -> float:
    """One request that takes no time; when it was sent."""
    assert pace.wait_for_turn(RUNNING)
    sent = time.now
    pace.finished(headers or {})
    return sent


class _Bucket:
    """The documented bucket of the server, in its own words."""

    def __init__(self, level: float) -> None:
        self.level = level
        self.seen = 0.0

    def take(self, now: float) -> tuple[bool, int]:
        self.level = min(1200.0, self.level + 20 * (now - self.seen))
        self.seen = now
        # A hair of tolerance: the two sides add up the same seconds in another order.
        if self.level < 1 - 1e-6:
            return False, 0
        self.level -= 1
        return True, int(self.level)
