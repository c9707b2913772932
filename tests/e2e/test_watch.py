"""`plan --watch`: plans while a person edits, from one survey of incident.io."""

import contextlib
import errno
import os
import re
import select
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from reconciler import sandbox
from reconciler.cli import edits, watch as watch_module
from reconciler.cli.shell import Shell
from reconciler.plan import exit_codes
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.conftest import Later, Open
from tests.e2e.team import Ended, Team
from tests.e2e.terminal import CTRL_C, CTRL_D, on_terminal
from tests.e2e.test_interrupted import SILENT_SECONDS, end

DATABASE = "routes/database-alerts.yaml"
PLANNED = re.compile(r"\nPlan: [^\n]*\n")
Watched = Callable[..., Ended]
SAME = "Plan: 6 unchanged."
READY = "Ctrl-C to end it\n"


@dataclass
class Watch:
    """The process; its output is both streams."""

    process: "subprocess.Popen[str]"

    def until(self, pattern: str) -> str:
        """What it prints up to there; fails when it ends or is silent without it."""
        text = b""
        streams = [stream for stream in (self.process.stdout, self.process.stderr) if stream]
        while not re.search(pattern.encode(), text):
            ready, _, _ = select.select(streams, [], [], SILENT_SECONDS)
            assert ready, f"silent for {SILENT_SECONDS} s after {text!r}"
            byte = os.read(ready[0].fileno(), 1)
            assert byte, text
            text += byte
        return text.decode()

    def type(self, text: str) -> None:
        """A line."""
        assert self.process.stdin
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()

    def end(self, number: int = signal.SIGINT) -> Ended:
        """A signal ends it."""
        self.process.send_signal(number)
        return end(self.process)


@contextlib.contextmanager
def watching(team: Team, *arguments: str, **environment: str) -> Iterator[Watch]:
    """From the moment on that it waits for edits."""
    with team.start("plan", "--watch", *arguments, **environment) as process:
        watch = Watch(process)
        watch.until(READY)
        yield watch


def test_an_edit_is_planned_from_the_survey_at_hand(
    team: Team, incident_io: RunningSandbox
) -> None:
    with watching(team) as watch:
        asked = len(incident_io.requests)
        team.edit(DATABASE, "branch: main", "branch: trunk")
        text = watch.until(r"Plan: 1 to update[^\n]*\n$")
        assert re.search(
            rf"^== \d\d:\d\d:\d\d {DATABASE} changed; incident.io as it was \d+ s ago$",
            text,
            re.MULTILINE,
        )
        assert "Who is paged" in text  # proved, which needs all routes
        team.edit(DATABASE, "branch: trunk", "branch: main")
        watch.until("Plan: ")
        assert len(incident_io.requests) == asked
        ended = watch.end()

    assert ended.code == exit_codes.INTERRUPTED
    assert "nothing was written to incident.io" in ended.err
    assert incident_io.count("GET") == len(incident_io.requests) == asked


def test_what_happens_in_incident_io_is_seen_when_asked_for(
    team: Team, incident_io: RunningSandbox
) -> None:
    assert team.run("apply", "--auto-approve").code == exit_codes.DONE
    with watching(team) as watch:
        incident_io.state.edit("Informational", lambda body: body.update(enabled=False))
        team.write("routes/informational.yaml", team.read("routes/informational.yaml") + "\n")
        assert SAME in watch.until(PLANNED.pattern)
        watch.type("r")
        text = watch.until("Plan: .*\n")

        assert "incident.io read now" in text
        assert "Informational" in text + watch.end().out


def test_errors_in_files_are_shown_and_the_watch_goes_on(team: Team) -> None:
    assert team.run("apply", "--auto-approve").code == exit_codes.DONE
    good = team.read(DATABASE)
    with watching(team) as watch:
        team.write(DATABASE, "name: [")
        watch.until(rf"{DATABASE}:\d+:\d+: error: [^\n]*yaml-syntax")
        team.write(DATABASE, good.replace("Engineering On-Call", "Nobody's path"))
        watch.until(rf"{DATABASE}:\d+:\d+: error: [^\n]*Nobody's path")
        (team.folder / DATABASE).unlink()
        watch.until(rf"{DATABASE} removed;(.|\n)*\nPlan: [^\n]*\n")  # so the file was read
        team.write(DATABASE, good)
        watch.until(rf"{DATABASE} added;(.|\n)*{SAME}")
        team.edit("reconciler.yaml", "sandbox.invalid/acme", "sandbox.invalid/other")
        text = watch.until("error: these files belong to .*\n")
        assert "reconciler.yaml changed" in text
        team.edit("reconciler.yaml", "sandbox.invalid/other", "sandbox.invalid/acme")
        watch.until(SAME)
        assert watch.end().code == exit_codes.INTERRUPTED


def test_what_the_survey_lacks_is_named_and_read_when_asked_for(
    team: Team, incident_io: RunningSandbox
) -> None:
    assert team.run("apply", "--auto-approve").code == exit_codes.DONE
    with watching(team) as watch:
        asked = len(incident_io.requests)
        text = team.read(DATABASE)
        user = next(row["email"] for row in incident_io.state.account.users)
        team.write(DATABASE, text.replace("escalate:\n", f"escalate:\n  - user: {user}\n"))
        words = watch.until("to read it again\n")
        assert "error: these files need more of incident.io than the command read (users)" in words
        assert len(incident_io.requests) == asked
        watch.type("r")
        watch.until("Plan: 1 to update")
        assert watch.end().code == exit_codes.INTERRUPTED


def test_a_new_file_is_compared_with_the_routes_that_no_file_declares(
    team: Team, incident_io: RunningSandbox
) -> None:
    text = team.read(DATABASE)
    (team.folder / DATABASE).unlink()
    with watching(team) as watch:
        asked = len(incident_io.requests)
        team.write("routes/new.yaml", text.replace("Database Alerts", "Database Alerts Anew"))
        found = watch.until(r"\nPlan: 1 to create[^\n]*\n")
        assert "+ page gained: PlanetScale, branch is one of main" in found
        assert "because of Database Alerts Anew; e.g. branch: main" in found
        assert len(incident_io.requests) == asked


def test_a_survey_that_fails_leaves_the_one_before(team: Team, incident_io: RunningSandbox) -> None:
    assert team.run("apply", "--auto-approve").code == exit_codes.DONE
    with watching(team) as watch:
        incident_io.fault("status", path="alert_routes", status=403, times=99)
        watch.type("r")
        watch.until(r"error: GET /v3/alert_routes: 403 [^\n]*\n")
        team.edit(DATABASE, "branch: main", "branch: trunk")
        watch.until("Plan: 1 to update")
        assert watch.end().code == exit_codes.INTERRUPTED


def test_routing_tests_run_when_they_or_the_routes_change(
    team: Team, incident_io: RunningSandbox
) -> None:
    assert team.run("apply", "--auto-approve").code == exit_codes.DONE
    with watching(team) as watch:
        case = (
            "version: 1\ntests:\n  - name: main pages\n"
            "    alert: {source: PlanetScale, attributes: {branch: main}}\n"
            "    expect: {pages: [Engineering On-Call]}\n"
        )
        team.write("routing-tests/first.yaml", case)
        watch.until("1 test: 1 passed")
        team.write("routing-tests/first.yaml", case.replace("[Engineering On-Call]", "[]"))
        watch.until("1 test: 1 failed")
        team.write("routing-tests/first.yaml", "version: [")
        watch.until(r"routing-tests/first.yaml:\d+:[^\n]*yaml-syntax")
        assert watch.end().code == exit_codes.INTERRUPTED


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_while_it_reads_and_while_it_waits(
    team: Team, incident_io: RunningSandbox, number: int
) -> None:
    code = exit_codes.INTERRUPTED if number == signal.SIGINT else exit_codes.TERMINATED
    with watching(team) as watch:
        assert watch.end(number).code == code

    incident_io.fault("status", path="RAXE04", status=503, retry_after=200, times=9)
    with team.start("-v", "plan", "--watch") as process:
        watch = Watch(process)
        watch.until(" 503 ")
        assert watch.end(number).code == code
    assert incident_io.count("GET") == len(incident_io.requests)


@pytest.mark.parametrize(
    ("key", "code"), [(CTRL_C, exit_codes.INTERRUPTED), (CTRL_D, exit_codes.DONE)]
)
def test_on_a_terminal_keys_read_again_and_end_it(
    team: Team, incident_io: RunningSandbox, key: str, code: int
) -> None:
    with on_terminal(team, "plan", "--watch", NO_COLOR="1") as terminal:
        terminal.until("Ctrl-C to end it")
        assert max(map(len, terminal.screen)) <= 80
        asked = len(incident_io.requests)
        terminal.type("\r")
        terminal.type("r\r")
        while terminal.said.count("incident.io read now") < 2:
            assert terminal._read()
        assert terminal.leave(key) == code

    assert len(incident_io.requests) > asked
    assert terminal.said.count("Ctrl-C to end it") == 2  # a line that is no key says the keys


def test_an_input_that_ends_ends_no_watch_in_a_pipe(team: Team) -> None:
    with watching(team) as watch:
        assert watch.process.stdin
        watch.process.stdin.close()
        team.edit(DATABASE, "branch: main", "branch: trunk")
        watch.until("Plan: 1 to update")
        watch.process.stdin = None
        watch.process.send_signal(signal.SIGINT)
        watch.process.communicate(timeout=60)
    assert watch.process.returncode == exit_codes.INTERRUPTED


@pytest.mark.parametrize(
    "options",
    [
        ("--out", "plan.json"),
        ("--out", ""),
        ("--markdown", "plan.md"),
        ("--comment", "comment.md"),
        ("--drift-issue", "drift.md"),
        ("--metrics", "metrics.prom"),
        ("--format", "json"),
        ("--format", "markdown"),
        ("--replay", "7"),
        ("--detailed-exitcode",),
    ],
)
def test_no_file_and_no_code_comes_from_an_old_survey(
    team: Team, incident_io: RunningSandbox, options: tuple[str, ...]
) -> None:
    ended = team.run("plan", "--watch", *options)

    assert ended.code == exit_codes.USAGE
    assert f"gets old: leave out {options[0]}" in ended.err
    assert incident_io.requests == []
    assert not list(team.folder.glob("*.md"))


def test_it_works_in_one_folder(team: Team, incident_io: RunningSandbox) -> None:
    other = team.folder.parent / "other"
    other.mkdir()
    ended = team.run("-C", str(other), "plan", "--watch")

    assert ended.code == exit_codes.USAGE
    assert "--watch works in one folder: name it with -C" in ended.err


def test_what_ends_a_plan_ends_the_first_one(team: Team, incident_io: RunningSandbox) -> None:
    ended = team.run("plan", "--watch", INCIDENT_API_KEY="")
    assert ended.code == exit_codes.ERROR
    assert "no API key" in ended.err
    incident_io.fault("status", path="identity", status=401)
    assert team.run("plan", "--watch").code == exit_codes.ERROR


def test_a_key_that_may_read_little_watches_what_it_can(open_account: Open) -> None:
    missing = frozenset({"schedules.view", "catalog.view"})
    team, _ = open_account(sandbox.Settings(rate_limit=False, missing_scopes=missing))
    with watching(team) as watch:
        team.edit("routes/informational.yaml", "  - Status Page Views\n", "")
        watch.until("Plan: [^\n]*to update")
        assert watch.end().code == exit_codes.INTERRUPTED


def test_files_since_a_commit_and_files_by_name_are_watched(team: Team) -> None:
    with watching(team, DATABASE) as watch:
        team.edit("routes/informational.yaml", "  - Status Page Views\n", "")
        text = watch.until(r"\nPlan: [^\n]*\n")
        assert "Informational" not in text
        assert watch.end().code == exit_codes.INTERRUPTED


@dataclass
class Person:
    """Who edits (a call) or types (a text), one after the other, and then presses Ctrl-C."""

    doing: Iterator[str | Callable[[], object]]
    ended: bool = False

    def line(self, _seconds: float) -> str | None:
        """What is typed."""
        event = next(self.doing, None)
        if event is None:
            raise KeyboardInterrupt
        if isinstance(event, str):
            return event
        event()
        return None


@pytest.fixture
def watched(team: Team, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """What a watch prints for a person who does this."""

    def run(
        *doing: str | Callable[[], object], options: tuple[str, ...] = (), ended: bool = False
    ) -> Ended:
        monkeypatch.setattr(watch_module, "Typed", lambda _stream: Person(iter(doing), ended))
        monkeypatch.setattr(edits, "SETTLED_SECONDS", 0.0)
        return team.run("plan", "--watch", *options)

    return run


def test_each_plan_says_how_old_the_survey_is(team: Team, later: Later, watched: Watched) -> None:
    assert team.run("apply", "--auto-approve").code == exit_codes.DONE

    def edit(old: str, new: str, **much: float) -> Callable[[], None]:
        def do() -> None:
            later(**much)
            team.edit(DATABASE, old, new)

        return do

    ended = watched(
        edit("branch: main", "branch: trunk", minutes=3),
        edit("branch: trunk", "branch: main", hours=2, minutes=5),
        "r",
        edit("branch: main", "branch: trunk", hours=2, minutes=5),
    )

    assert ended.code == exit_codes.INTERRUPTED
    ages = re.findall(r"incident.io (?:as it was|read) (.*)", ended.out)
    assert ages == ["now", "3 min ago", "2 h 5 min ago", "now", "0 s ago"]
    assert ended.err.startswith(
        "watching routes/, routing-tests/, reconciler.yaml and the lock files; type r"
    )


def test_several_files_are_one_change_and_an_unknown_line_says_the_keys(
    team: Team, watched: Watched
) -> None:
    def both() -> None:
        team.write(DATABASE, team.read(DATABASE) + "\n")
        (team.folder / "routes" / "informational.yaml").unlink()

    ended = watched("what?", both)

    assert "2 files changed; incident.io as it was " in ended.out
    assert ended.err.count("type r and Enter to read incident.io again") == 2


def test_a_plan_that_cannot_be_made_is_told_and_the_next_one_is(
    team: Team, incident_io: RunningSandbox, watched: Watched
) -> None:
    user = next(row["email"] for row in incident_io.state.account.users)
    text = team.read(DATABASE)
    paged = text.replace("escalate:\n", f"escalate:\n  - user: {user}\n")
    ended = watched(
        lambda: team.write(DATABASE, paged),
        lambda: incident_io.fault("status", path="alert_routes$", status=401, times=9),
        "r",
        lambda: team.write(DATABASE, f"{paged}\n"),
        lambda: team.edit("reconciler.yaml", "sandbox.invalid/acme", "sandbox.invalid/other"),
        lambda: team.edit("reconciler.yaml", "sandbox.invalid/other", "sandbox.invalid/acme"),
        lambda: team.write(DATABASE, text),
    )

    errors = re.findall("^error: (.*)$", ended.err, re.MULTILINE)
    missing = "these files need more of incident.io than the command read (users)"
    assert [re.split(r": | \(rec", error)[0] for error in errors] == [
        missing,
        "GET /v3/alert_routes",
        missing,
        "these files belong to https://sandbox.invalid/other",
        missing,
    ]
    assert ended.out.count("\nPlan: 1 to update") == 4  # the first and the last, each twice


def test_a_commit_that_is_gone_is_told_and_the_watch_goes_on(team: Team, watched: Watched) -> None:
    git(team.folder, "init", "-q", "-b", "main")
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", "routes")
    git(team.folder, "tag", "before")
    ended = watched(
        lambda: git(team.folder, "tag", "-d", "before"),
        lambda: team.edit(DATABASE, "branch: main", "branch: trunk"),
        lambda: git(team.folder, "tag", "before"),
        lambda: team.edit(DATABASE, "branch: trunk", "branch: other"),
        options=("--base", "before"),
    )

    assert ended.code == exit_codes.INTERRUPTED
    assert re.search("^error: .*before", ended.err, re.MULTILINE)
    assert "branch is one of other" in ended.out


def test_a_full_disk_behind_the_output_ends_it(
    team: Team, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_: object, **_more: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    ended = watched(
        lambda: monkeypatch.setattr("reconciler.report.plan_text.plan_text", fill),
        lambda: team.edit(DATABASE, "branch: main", "branch: trunk"),
    )

    assert ended.code == exit_codes.ERROR
    assert ended.err.endswith("error: standard output: No space left on device\n")


def test_a_terminal_that_goes_away_ends_it(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shell, "interactive", property(lambda _: True))

    assert watched("what?", ended=True).code == exit_codes.DONE
