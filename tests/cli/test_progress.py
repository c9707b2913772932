"""A line for what takes over a second, on a terminal, and gone before anything else is said."""

import io
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar

import pytest

from reconciler.cli import connection as progress, shell as shells
from reconciler.cli.connection import Progress
from reconciler.cli.shell import Shell

Stream = TypeVar("Stream", bound=io.StringIO)


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


class Time:
    """Seconds by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    return on(monkeypatch, Screen())


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time()
    monkeypatch.setattr(progress, "time", clock)
    return clock


def on(monkeypatch: pytest.MonkeyPatch, stream: Stream) -> Stream:
    """Standard error, for these two modules alone: pytest has plans of its own for it."""
    streams = SimpleNamespace(stderr=stream)
    monkeypatch.setattr(progress, "sys", streams)
    monkeypatch.setattr(shells, "sys", streams)
    return stream


def shell(*, quiet: bool = False, verbose: bool = False) -> Shell:
    return Shell(Path(), quiet, verbose, {})


def test_the_first_second_is_silent(screen: Screen, time: Time) -> None:
    with Progress(shell(), "reading") as shown:
        time.now += 0.9
        shown.step()

    assert screen.getvalue() == ""


def test_then_it_counts_and_goes_away_at_the_end(screen: Screen, time: Time) -> None:
    with Progress(shell(), "reading") as shown:
        shown.step()
        time.now += 1.5
        shown.step()
        shown.clear()
        shown.clear()

    assert screen.getvalue() == "\r\x1b[Kreading: 2 requests\r\x1b[K"


def test_it_is_not_drawn_for_every_request(screen: Screen, time: Time) -> None:
    with Progress(shell(), "reading") as shown:
        time.now += 2
        for _ in range(1000):
            shown.step()

    assert screen.getvalue().count("reading") == 1


@pytest.mark.parametrize("options", [{"quiet": True}, {"verbose": True}])
def test_who_wants_less_or_more_gets_no_line(
    screen: Screen, time: Time, options: dict[str, bool]
) -> None:
    with Progress(shell(**options), "reading") as shown:
        time.now += 2
        shown.step()

    assert screen.getvalue() == ""


def test_a_pipe_gets_no_line(time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = on(monkeypatch, io.StringIO())

    with Progress(shell(), "reading") as shown:
        time.now += 2
        shown.step()

    assert stream.getvalue() == ""


def test_the_line_says_what_it_is_told_to(screen: Screen, time: Time) -> None:
    with Progress(shell(), "reading") as shown:
        time.now += 2
        shown.says("past alerts: 50 read")
        shown.step()

    assert "past alerts: 50 read" in screen.getvalue()
    assert "request" not in screen.getvalue()
