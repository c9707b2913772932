"""Durations are read as they are written, and nothing else is one."""

import pytest
from hypothesis import given, strategies as st

from reconciler.model import format_duration, parse_duration


@given(st.integers(0, 10**9))
def test_what_is_written_is_read_back(seconds: int) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (59, "59s"), (60, "1m"), (90, "90s"), (1800, "30m"), (3600, "1h"), (86_400, "24h")],
)
def test_the_largest_unit_that_fits_is_written(seconds: int, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1h30m", 5400), ("2d", 172_800), ("90s", 90), ("1m1m", 120), ("0" * 39 + "s", 0)],
)
def test_units_add_up(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "90", "s", "1 h", "1w", "-1s", "1.5h", "1h ", "٣s", "0" * 40 + "s"]
)
def test_anything_else_is_no_duration(text: str) -> None:
    assert parse_duration(text) is None
