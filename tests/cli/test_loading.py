"""A signal that comes while the command loads or when it is over: no traceback, and its code."""

import subprocess
import sys

import pytest

# A signal to itself when Python looks for a module of the command (PEP 578 reports each import).
LOADING = """
import os, signal, sys

def hook(event, arguments):
    if event == "import" and arguments[0] == "{module}":
        os.kill(os.getpid(), signal.{name})

signal.signal(signal.{name}, signal.{handler})
sys.addaudithook(hook)
sys.argv = ["reconciler", "--version"]

from reconciler.__main__ import main
main()
"""


def ended(program: str) -> tuple[int, str, str]:
    process = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False, text=True, timeout=60
    )
    return process.returncode, process.stdout, process.stderr


def loading(module: str, name: str, handler: str) -> tuple[int, str, str]:
    return ended(LOADING.format(module=module, name=name, handler=handler))


@pytest.mark.parametrize("module", ["click", "reconciler.cli.shell", "reconciler.plan"])
@pytest.mark.parametrize(
    ("name", "handler", "code", "words"),
    [
        ("SIGINT", "default_int_handler", 130, "interrupted"),
        ("SIGTERM", "SIG_DFL", 143, "terminated"),
    ],
)
def test_a_signal_while_the_command_loads_ends_it(
    module: str, name: str, handler: str, code: int, words: str
) -> None:
    line = f"\n{words}; nothing was written to incident.io\n"

    assert loading(module, name, handler) == (code, "", line)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_what_the_caller_ignores_ends_nothing(name: str) -> None:
    code, out, err = loading("reconciler.cli.shell", name, "SIG_IGN")

    assert (code, err) == (0, "")
    assert out.startswith("reconciler")


RUNNING = """
import signal
from reconciler import __main__ as start
from reconciler.cli import main

def run():
    print(signal.getsignal(signal.SIGINT) == signal.{handler})
    return 0

main.run = run
signal.signal(signal.SIGINT, signal.{handler})
start.main()
"""


@pytest.mark.parametrize("handler", ["SIG_IGN", "default_int_handler"])
def test_once_it_runs_an_interrupt_is_as_the_caller_has_it(handler: str) -> None:
    assert ended(RUNNING.format(handler=handler)) == (0, "True\n", "")


OVER = """
import os, signal
from reconciler.cli import main

class TakenApart:
    def __init__(self):
        self.kill = os.kill, os.getpid(), signal.{name}

    def __del__(self):
        kill, process, number = self.kill
        kill(process, number)

last = TakenApart()
main.run = lambda: 5
main.main()
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_when_all_is_over_changes_no_code(name: str) -> None:
    assert ended(OVER.format(name=name)) == (5, "", "")
