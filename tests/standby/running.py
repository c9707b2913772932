"""Orders to the process that stands by: from a test, and from `python` in a script of bash."""

import atexit
import contextlib
import marshal
import os
import shlex
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.standby.server import ANSWER, HEAD

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Standby:
    """The process that stands by. `prefix` looks like an environment's folder, with a `python`."""

    prefix: Path

    @property
    def address(self) -> str:
        """Of the socket that takes orders."""
        return str(self.prefix / "socket")

    def run(
        self, module: str, arguments: Sequence[str], env: Mapping[str, str], stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """`python -m MODULE ARGUMENTS` in this repository. Raises TimeoutError after a minute."""
        pipes = [os.pipe() for _ in range(3)]  # a file would be truncated when opened
        (input_, given), (out, output), (err, errors) = pipes
        with ThreadPoolExecutor(3) as work, socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(self.address)
            order = marshal.dumps((module, list(arguments), str(REPOSITORY), dict(env)))
            head = len(order).to_bytes(HEAD, "big")
            socket.send_fds(connection, [head], [input_, output, errors])
            connection.sendall(order)
            for stream in (input_, output, errors):
                os.close(stream)
            work.submit(_write, given, stdin)
            printed, complained = (work.submit(_read, stream) for stream in (out, err))
            code = int.from_bytes(connection.recv(ANSWER), "big", signed=True)
        texts = (printed.result(), complained.result())
        return subprocess.CompletedProcess([module, *arguments], code, *texts)


@cache
def standby() -> Standby:
    """The one of this process, from the first order on."""
    folder = tempfile.TemporaryDirectory(prefix="standby-")
    made = Standby(Path(folder.name))
    alive, held = os.pipe()  # held open here: when it ends, so does the process
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(made.address)
        listener.listen(128)
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.standby.server", str(alive)],
            cwd=REPOSITORY,
            env={name: value for name, value in os.environ.items() if name[:9] != "COVERAGE_"},
            stdin=listener.fileno(),
            pass_fds=[alive],
            start_new_session=True,  # Ctrl-C is for the tests
        )
    os.close(alive)
    _write_program(made)

    def end() -> None:
        os.close(held)
        process.wait()
        folder.cleanup()

    atexit.register(end)
    return made


def _write(stream: int, text: str) -> None:
    with contextlib.suppress(BrokenPipeError), open(stream, "w", encoding="utf-8") as file:
        file.write(text)


def _read(stream: int) -> str:
    with open(stream, encoding="utf-8") as file:
        return file.read()


def _write_program(made: Standby) -> None:
    """Its `-I -m MODULE` is an order; everything else is for the real Python."""
    python = made.prefix / "bin" / "python"
    python.parent.mkdir()
    real, orders = shlex.quote(sys.executable), Path(__file__).with_name("program.py")
    order = f"{real} -IS {shlex.quote(str(orders))} {shlex.quote(made.address)}"
    python.write_text(
        f'#!/bin/sh\n[ "$1 $2" = "-I -m" ] || exec {real} "$@"\nshift 2\nexec {order} "$@"\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
