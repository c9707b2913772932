"""Loads the command, then copies itself (`fork`) for each order: `python -m tests.standby.server`.

Standard input is a socket that listens. Each connection brings one order: three descriptors (the
run's standard streams) with its length in eight bytes, then marshal's dump of it. Later bytes are
signals for the run. The answer is the exit code in four bytes, negative for a signal that ended
it. A run ends with its connection, and everything with the process that began it.
"""

import atexit
import contextlib
import gc
import importlib
import marshal
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
from dataclasses import dataclass
from typing import NoReturn

from reconciler.client import Redaction
from tests.disk import wait_for_nothing

HEAD = 8
ANSWER = 4
_NOT_LOADED = ("reconciler.__main__", "reconciler.sandbox")
_SECRETS = ("GITHUB_TOKEN", "GITLAB_TOKEN", "INCIDENT_API_KEY")
_LIBRARIES = ("deepdiff", "jsonschema", "requests", "rich.console", "rich.table")


@dataclass(frozen=True)
class Order:
    """What a copy is to become."""

    module: str
    arguments: list[str]
    folder: str
    environment: dict[str, str]
    streams: list[int]


@dataclass(frozen=True)
class Run:
    """A copy at work. `end` can be read from when the copy has ended."""

    process: int
    connection: socket.socket
    end: int


def load() -> None:
    """Every module of the command, and what they import when they are called."""
    reconciler = importlib.import_module("reconciler")
    for module in pkgutil.walk_packages(reconciler.__path__, "reconciler."):
        if not module.name.startswith(_NOT_LOADED):
            importlib.import_module(module.name)
    for library in _LIBRARIES:
        importlib.import_module(library)
    gc.collect()
    gc.freeze()  # else each copy looks through all of it when it ends, which takes 50 ms


def serve(listener: socket.socket, parent: int) -> Order | None:
    """Returns an order in each copy, and None in this process when `parent` is gone."""
    events = selectors.DefaultSelector()
    events.register(listener, selectors.EVENT_READ)
    events.register(parent, selectors.EVENT_READ)
    runs: set[Run] = set()
    while True:
        for key, _ in events.select():
            if key.fileobj is listener:
                connection, _address = listener.accept()
                order, run = _started(connection)
                if run is None:
                    for other in runs:
                        other.connection.close()
                        os.close(other.end)
                    events.close()
                    return order
                runs.add(run)
                events.register(run.end, selectors.EVENT_READ, run)
                events.register(connection, selectors.EVENT_READ, run)
            elif key.fileobj == parent:
                for run in runs:
                    os.kill(run.process, signal.SIGKILL)
                return None
            elif key.data in runs and key.fileobj == key.data.end:
                _answer(key.data, events)
                runs.remove(key.data)
            elif key.data in runs:
                _signal(key.data, events)


def _started(connection: socket.socket) -> tuple[Order, Run | None]:
    """The order, and in this process its copy."""
    order = _order(connection)
    _prepare(order)
    end, held = os.pipe()  # the copy holds it open, and writes nothing
    process = os.fork()
    if process:
        os.close(held)
        for stream in order.streams:
            os.close(stream)
        return order, Run(process, connection, end)
    os.close(end)
    connection.close()
    return order, None


def _order(connection: socket.socket) -> Order:
    head, streams, _, _ = socket.recv_fds(connection, HEAD, 3)
    content = bytearray()
    while len(content) < int.from_bytes(head, "big"):
        content += connection.recv(65536)
    module, arguments, folder, environment = marshal.loads(content)  # noqa: S302 - the tests' own
    return Order(module, arguments, folder, environment, list(streams))


def _prepare(order: Order) -> None:
    """Python keeps compiled patterns: that of a secret takes 6 ms, and few secrets are in use."""
    for name in _SECRETS:
        if secret := order.environment.get(name):
            Redaction(secret)(" " * len(secret))


def _signal(run: Run, events: selectors.BaseSelector) -> None:
    given = run.connection.recv(1)
    os.kill(run.process, given[0] if given else signal.SIGKILL)
    if not given:
        events.unregister(run.connection)


def _answer(run: Run, events: selectors.BaseSelector) -> None:
    _, status = os.waitpid(run.process, 0)
    events.unregister(run.end)
    os.close(run.end)
    if run.connection in events.get_map():
        events.unregister(run.connection)
        code = os.waitstatus_to_exitcode(status)
        with contextlib.suppress(OSError):  # nobody waits for it any more
            run.connection.sendall(code.to_bytes(ANSWER, "big", signed=True))
    run.connection.close()


def become(order: Order) -> NoReturn:
    """Do as `python -m MODULE` in the folder, with the streams, of the environment."""
    for number, stream in enumerate(order.streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environment)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = [order.module, *order.arguments]
    try:
        runpy.run_module(order.module, run_name="__main__", alter_sys=True)
        sys.exit()
    except SystemExit as ended:
        _ENDING.append(_exit_code(ended))
        raise


def _exit_code(ended: SystemExit) -> int:
    """As Python makes it of what `sys.exit` was given."""
    if ended.code is None:
        return 0
    return ended.code if isinstance(ended.code, int) else 1


def _end_at_once() -> None:
    """The end of a copy, once its threads and all else that waits for the end are through.

    Python would take its modules apart now. This takes 12 ms, and no user sees it.
    """
    for code in _ENDING:
        with contextlib.suppress(Exception):  # Python says what is wrong, and has a code for it
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            os._exit(code & 0xFF)


_ENDING: list[int] = []  # the exit code of a copy that has one

if __name__ == "__main__":
    atexit.register(_end_at_once)  # the first is the last to be called
    load()
    wait_for_nothing()
    with socket.socket(fileno=os.dup(0)) as listening:
        ordered = serve(listening, int(sys.argv[1]))
    if ordered is not None:
        os.close(int(sys.argv[1]))
        become(ordered)
