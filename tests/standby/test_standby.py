"""A copy behaves as a process that was started: what a test shows with it holds for users."""

import os
import signal
import subprocess
from collections.abc import Mapping

import pytest

from tests.standby.running import standby


def run(ending: str, *more: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    return standby().run("tests.standby.endings", [ending, *more], environment(), stdin)


def environment() -> Mapping[str, str]:
    return {"PATH": os.environ["PATH"], "A": "b"}


def test_it_has_the_arguments_the_environment_and_the_streams() -> None:
    ended = run("tell", "one", stdin="typed\n")

    assert ended.stdout == "['tell', 'one'] {'A': 'b'} 'typed\\n'\n"
    assert ended.stderr == "told\n"


@pytest.mark.parametrize(
    ("ending", "code"),
    [("tell", 0), ("exit", 7), ("words", 1), ("raise", 1), ("full", 120), ("kill", -9)],
)
def test_it_ends_with_the_code_of_a_process(ending: str, code: int) -> None:
    assert run(ending).returncode == code


def test_it_says_why_it_ends_as_a_process_does() -> None:
    assert run("words").stderr == "it ends\n"
    assert run("raise").stderr.endswith("\nRuntimeError\n")
    assert "No space left on device" in run("full").stderr


def test_it_waits_for_its_threads_and_for_what_is_to_run_at_the_end() -> None:
    said = "the program is through\nthe thread is through\nthe last word\n"

    assert run("end").stdout == said


def test_one_run_leaves_nothing_for_the_next() -> None:
    assert run("change").stdout == "changed\n"
    assert run("changed").stdout == "False\n"


def in_a_shell(script: str) -> "subprocess.Popen[str]":
    python = str(standby().prefix / "bin" / "python")
    return subprocess.Popen(
        ["bash", "-c", script, "bash", python], stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_program_in_a_shell_reaches_the_run(number: signal.Signals) -> None:
    with in_a_shell('exec "$1" -I -m tests.standby.endings wait') as process:
        assert process.stdout
        assert process.stdout.readline() == "waits\n"
        process.send_signal(number)
        assert process.stdout.read() == f"{number.name}\n"
    assert process.returncode == 3


def test_the_run_ends_with_the_program_in_the_shell() -> None:
    with in_a_shell('exec "$1" -I -m tests.standby.endings wait') as process:
        assert process.stdout
        assert process.stdout.readline() == "waits\n"
        process.kill()
        assert process.stdout.read() == ""  # nobody holds the pipe any more


def test_other_calls_in_a_shell_are_for_the_real_python() -> None:
    with in_a_shell('"$1" -I -c "import sys; print(sys.flags.isolated)"') as process:
        out, _ = process.communicate(timeout=60)

    assert out == "1\n"
