"""The command `reconciler`, also as `python -m reconciler`: it loads what runs it."""

import contextlib
import os
import signal
from importlib import import_module
from types import FrameType

ENDINGS = {  # exit code and words; their own modules would have to load first
    signal.SIGINT: (130, b"\ninterrupted; nothing was written to incident.io\n"),
    signal.SIGTERM: (143, b"\nterminated; nothing was written to incident.io\n"),
}


def main() -> None:
    """Until the command is loaded, which takes a moment, a signal finds nothing to end."""
    for number in ENDINGS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _end)
    import_module("reconciler.cli.main").main()


def _end(number: int, _frame: FrameType | None) -> None:
    code, words = ENDINGS[signal.Signals(number)]
    with contextlib.suppress(OSError):  # standard error is closed
        os.write(2, words)
    os._exit(code)


if __name__ == "__main__":
    main()
