"""A wait of the real clock ends when the client is stopped."""

import threading

from reconciler.client import SYSTEM_CLOCK


def test_a_set_event_ends_a_wait_at_once() -> None:
    stop = threading.Event()
    stop.set()

    assert SYSTEM_CLOCK.pause(stop, 3600) is True


def test_an_event_that_is_not_set_lets_the_time_pass() -> None:
    assert SYSTEM_CLOCK.pause(threading.Event(), 0) is False


def test_time_does_not_run_backwards_and_dice_stay_in_range() -> None:
    assert SYSTEM_CLOCK.monotonic() <= SYSTEM_CLOCK.monotonic()
    assert SYSTEM_CLOCK.wall() > 1_700_000_000
    assert 0 <= SYSTEM_CLOCK.random() < 1
