"""A script: the command, killed at one moment: `killing.py POINT N -C FOLDER COMMAND…`.

POINT is `line` (before a line of the journal is durable), `torn` (half a line is written), `send`
(before a write is sent) or `sent` (after it was carried out, before its answer counts). N is which.
"""

import os
import sys
import threading
from collections.abc import Callable

from reconciler.cli.main import main
from reconciler.client import WriteClient
from reconciler.runs import journal


class Killer:
    """Ends the process, as SIGKILL would, at the n-th of its calls."""

    def __init__(self, at: int) -> None:
        self._left = at
        self._lock = threading.Lock()

    def __call__(self) -> bool:
        with self._lock:
            self._left -= 1
            return self._left == 0


def arm(point: str, killer: Killer) -> None:
    """Put the killer in the place that POINT names."""
    if point in ("line", "torn"):
        whole = journal._write_whole

        def line(file: int, content: bytes) -> None:
            if killer():
                os.write(file, content[: len(content) // 2] if point == "torn" else b"")
                os._exit(9)
            whole(file, content)

        journal._write_whole = line
        return

    def guarded(call: Callable[..., object]) -> Callable[..., object]:
        def sending(*arguments: object) -> object:
            due = killer()
            if due and point == "send":
                os._exit(9)
            result = call(*arguments)
            if due:
                os._exit(9)
            return result

        return sending

    for name in ("post", "put", "delete"):
        setattr(WriteClient, name, guarded(getattr(WriteClient, name)))


if __name__ == "__main__":
    arm(sys.argv[1], Killer(int(sys.argv[2])))
    sys.argv[1:] = sys.argv[3:]
    main()
