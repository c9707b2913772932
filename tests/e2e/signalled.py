"""A script: the command, sent a signal before its n-th step: `signalled.py SIGNAL N -C FOLDER …`.

A step is whatever makes, renames or removes a file or a folder below FOLDER. Python itself reports
each to the hook (PEP 578), before it happens.
"""

import os
import signal
import sys

from reconciler.cli.main import main

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Steps:
    """Sends the process the signal at the n-th of its steps."""

    def __init__(self, number: signal.Signals, at: int, folder: str) -> None:
        self.number, self.at, self.folder = number, at, folder
        self.seen = 0

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            writes = isinstance(arguments[2], int) and arguments[2] & WRITES
        else:
            writes = event in ("os.rename", "os.mkdir", "os.remove")
        if not writes or not str(arguments[0]).startswith(self.folder):
            return
        self.seen += 1
        if self.seen == self.at:
            os.kill(os.getpid(), self.number)


if __name__ == "__main__":
    steps = Steps(signal.Signals[sys.argv[1]], int(sys.argv[2]), sys.argv[4])
    sys.argv[1:] = sys.argv[3:]
    sys.addaudithook(steps)
    main()
