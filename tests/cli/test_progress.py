"""A line for what takes over a second, on a terminal, and gone before anything else is said."""

import io
import threading
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from reconciler.cli import line as lines, progress as progresses, shell as shells
from reconciler.cli.progress import Progress, joined, line_words, wait_words
from reconciler.cli.shell import Shell
from reconciler.client import Step, Wait

LIMIT = "incident.io's rate limit"
PATIENCE_SECONDS = 60


class Screen(io.StringIO):
    """Remembers that something was written, for a test that waits for it."""

    def __init__(self, *, terminal: bool = True) -> None:
        super().__init__()
        self.terminal = terminal
        self.written = threading.Event()

    def isatty(self) -> bool:
        return self.terminal

    def fileno(self) -> int:
        raise OSError

    def write(self, text: str) -> int:
        count = super().write(text)
        self.written.set()
        return count


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    return on(monkeypatch, Screen())


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_SECONDS", "REDRAW_SECONDS", "PLAIN_SECONDS"):
        monkeypatch.setattr(progresses, name, 0.001)


def on(monkeypatch: pytest.MonkeyPatch, stream: Screen) -> Screen:
    """Standard error, for these modules alone: pytest has plans of its own for it."""
    streams = SimpleNamespace(stdout=stream, stderr=stream)
    for module in (lines, shells):
        monkeypatch.setattr(module, "sys", streams)
    monkeypatch.setattr(click, "echo", lambda text, **_: stream.write(f"{text}\n"))
    return stream


def shell(*, quiet: bool = False, verbose: bool = False, **environment: str) -> Shell:
    return Shell(Path(), quiet, verbose, environment)


def test_it_is_drawn_and_goes_away_at_the_end(screen: Screen) -> None:
    shown = Progress(shell(), "reading incident.io")
    shown.request()
    shown.take(Step("reading", "live routes", 412, 1000))
    with shown:
        assert screen.written.wait(PATIENCE_SECONDS)

    assert screen.getvalue() == "\r\x1b[Kreading 412 of 1,000 live routes\r\x1b[K"


def test_what_ends_before_the_first_second_shows_nothing(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progresses, "FIRST_SECONDS", 1000.0)
    with Progress(shell(), "reading") as shown:
        shown.request()

    assert screen.getvalue() == ""


def test_it_is_taken_away_before_something_is_printed(screen: Screen) -> None:
    world = shell()
    with Progress(world, "reading") as shown:
        shown.take(Step("reading", "live routes", 1, 2))
        for say in (world.say, world.note, world.warn, world.command):
            screen.written.clear()
            assert screen.written.wait(PATIENCE_SECONDS)
            say("words")

    at_words = [part.rpartition("\r\x1b[K")[2] for part in screen.getvalue().split("words\n")]
    assert at_words == [""] * 5


@pytest.mark.parametrize(
    "world", [shell(quiet=True), shell(verbose=True), shell(CI="true")], ids=["q", "v", "ci"]
)
def test_who_wants_less_or_more_gets_no_line(
    screen: Screen, world: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "Thread", None)  # that would draw
    with Progress(world, "reading") as shown:
        shown.take(Step("reading", "live routes", 1, 2))

    assert screen.getvalue() == ""


def test_a_pipe_gets_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = on(monkeypatch, Screen(terminal=False))
    monkeypatch.setattr(threading, "Thread", None)
    with Progress(shell(), "reading") as shown:
        shown.take(Step("reading", "live routes", 1, 2))

    assert stream.getvalue() == ""


def test_a_terminal_that_cannot_erase_gets_whole_lines(screen: Screen) -> None:
    shown = Progress(shell(TERM="dumb"), "reading")
    shown.take(Step("reading", "live routes", 1, 2))
    with shown:
        assert screen.written.wait(PATIENCE_SECONDS)

    assert set(screen.getvalue().splitlines()) == {"reading 1 of 2 live routes"}
    assert "\x1b" not in screen.getvalue()


def test_nothing_is_drawn_after_the_end(screen: Screen) -> None:
    world = shell()
    with Progress(world, "reading"):
        pass
    world.line.draw("too late")
    world.line.print("too late")

    assert "late" not in screen.getvalue()


def test_without_a_step_it_counts_requests(screen: Screen) -> None:
    shown = Progress(shell(), "reading incident.io")
    shown.request()
    assert shown.text() == "reading incident.io: 1 request"
    shown.take(Wait(11.9, LIMIT))
    assert shown.text() == f"reading incident.io: 1 request; waiting 12 s for {LIMIT}"


def test_a_new_work_takes_the_place_of_the_one_before() -> None:
    shown = Progress(shell(), "reading incident.io")
    shown.take(Step("reading", "live routes", 6, 6))
    shown.take(Step("proving who is paged by", "sources", 0, 3))
    assert shown.text() == "proving who is paged by 0 of 3 sources"


def test_what_is_done_is_shown_only_where_nothing_else_is() -> None:
    shown = Progress(shell(), "reading incident.io")
    shown.take(Step("reading", "listed routes", 100, 100))
    assert shown.text() == "reading 100 of 100 listed routes"
    shown.take(Step("reading", "live routes", 40, 100))
    shown.take(Step("reading", "users", 250))
    assert shown.text() == "reading 40 of 100 live routes, 250 users so far"


def test_several_lists_of_the_same_things_are_counted_together() -> None:
    first = Step("reading", "catalog entries", 250, of="01A")
    second = Step("reading", "catalog entries", 500, 500, of="01B")
    assert joined([first, second]) == Step("reading", "catalog entries", 750)
    whole = joined([second, Step("reading", "catalog entries", 300, 300, of="01A")])
    assert (whole.done, whole.total) == (800, 800)


def test_a_wait_stays_where_not_everything_fits() -> None:
    wait = f"waiting 300 s for {LIMIT}"
    steps = [
        Step("reading", "past alerts", 100_000, detail="back to 2026-11-20 10:00 of 2026-11-15"),
        Step("reading", "catalog entries", 12_000),
    ]
    shown = line_words(steps, wait)
    assert shown == f"reading 100,000 past alerts so far; {wait}"
    assert len(shown) < 80
    assert line_words(steps[:1], "").endswith(", back to 2026-11-20 10:00 of 2026-11-15")
    assert line_words([], wait) == ""


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ([112.0, 130.0], f"waiting 12 s for {LIMIT}"),
        ([100.4, 130.0], f"slowed by {LIMIT}"),
        ([99.5], f"slowed by {LIMIT}"),
        ([98.0, 130.0], f"waiting 30 s for {LIMIT}"),
        ([98.0], ""),
        ([], ""),
    ],
)
def test_a_wait_is_that_of_the_first_thread_that_goes_on(until: list[float], words: str) -> None:
    assert wait_words([(one, LIMIT) for one in until], 100.0) == words


def test_no_line_is_wider_than_the_terminal(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = shell()
    world.line.open()
    world.line.draw("x" * 300)

    assert screen.getvalue() == f"\r\x1b[K{'x' * 79}"
