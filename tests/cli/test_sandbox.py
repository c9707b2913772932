"""The sandbox as a command: it says how to reach it, serves, and ends when told to."""

import signal
import socket

import pytest

from reconciler import sandbox
from reconciler.cli.commands import sandbox as command
from tests.e2e.team import Team
from tests.e2e.test_interrupted import until


def exported(text: str) -> dict[str, str]:
    """The variables of `export NAME=VALUE` lines."""
    lines = [line.removeprefix("export ") for line in text.splitlines() if "export " in line]
    return dict(line.split("=", 1) for line in lines)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_what_it_prints_until_it_is_told_to_end(
    team: Team, number: signal.Signals
) -> None:
    arguments = ("--port", "0", "--ready-file", "ready", "--no-v3", "--routes", "3")
    with team.start("sandbox", *arguments) as process:
        printed = until(process.stdout, "INCIDENT_API_KEY=sandbox-key-full\n")
        environment = exported(printed)
        written = exported(team.read("ready"))
        planned = team.run("plan", **environment)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)

    assert written == environment
    assert planned.code == 0, planned.err
    assert "1 to update, 5 unchanged, 3 undeclared" in planned.out
    assert process.returncode == 0
    assert "a read-only key: sandbox-key-read-only" in err
    assert "Traceback" not in out + err


def test_a_port_that_is_taken_is_one_clear_error(team: Team) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = team.run("sandbox", "--port", str(port))

    assert ended.code == 1
    assert f"error: port {port} cannot be used: " in ended.err
    assert "try --port 0" in ended.err


def test_a_ready_file_that_cannot_be_written_is_said_as_such(team: Team) -> None:
    ended = team.process("sandbox", "--port", "0", "--ready-file", "nowhere/ready")

    assert ended.code == 1
    assert "nowhere/ready: not written: " in ended.err
    assert "Traceback" not in ended.err


def test_without_the_library_one_line_says_so(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "missing_library", lambda: "the sandbox needs aiohttp: …")

    ended = team.run("sandbox")

    assert (ended.code, ended.err) == (1, "error: the sandbox needs aiohttp: …\n")


@pytest.mark.parametrize("arguments", [("--port", "70000"), ("--routes", "-1"), ("--latency", "x")])
def test_a_number_out_of_range_is_a_usage_error(team: Team, arguments: tuple[str, ...]) -> None:
    assert team.run("sandbox", *arguments).code == 64


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        ("text_case=ignored,text_case=counts", "text_case is there twice; answer it once"),
        ("colour=red", "colour is not a question; there are text_case, text_one_of, empty_text"),
        ("text_case=perhaps", "write text_case=counts or text_case=ignored"),
        ("text_case", "write text_case=counts or text_case=ignored"),
    ],
)
def test_a_reading_that_is_none_is_said_with_those_that_are(
    team: Team, reading: str, words: str
) -> None:
    ended = team.run("sandbox", "--port", "0", "--reading", reading)

    assert ended.code == 64
    assert words in ended.err


def test_its_past_follows_the_reading_and_the_seed(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[sandbox.Settings] = []
    monkeypatch.setattr(command, "serve", lambda settings, *_: served.append(settings))

    reading = "text_case=ignored, text_one_of=contains"
    ended = team.run("sandbox", "--past", "200", "--reading", reading, "--seed", "7")

    assert ended.code == 0
    (settings,) = served
    assert (settings.past, settings.past_seed) == (200, 7)
    assert settings.reading == sandbox.PastReading(text_case=False, text_one_of=False)
