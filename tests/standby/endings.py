# ruff: noqa: T201
"""A program that ends in the way that its first argument names."""

import atexit
import os
import signal
import sys
import threading
import time


def main(ending: str) -> None:
    """Print what was given, and end."""
    match ending:
        case "tell":
            given = {name: value for name, value in os.environ.items() if name == "A"}
            print(sys.argv[1:], given, repr(sys.stdin.read()))
            print("told", file=sys.stderr)
        case "exit":
            sys.exit(7)
        case "words":
            sys.exit("it ends")
        case "end":
            threading.Thread(target=_end_later).start()
            atexit.register(print, "the last word")
            print("the program is through")
        case "raise":
            raise RuntimeError
        case "full":  # what Python makes of a stream that takes nothing at the end
            print("x")
            os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "change":
            sys.modules["changed"] = sys
            print("changed")
        case "changed":
            print("changed" in sys.modules)
        case "wait":
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, _end)
            print("waits", flush=True)
            signal.pause()


def _end_later() -> None:
    while threading.main_thread().is_alive():
        time.sleep(0.001)
    print("the thread is through")


def _end(number: int, _frame: object) -> None:
    print(signal.Signals(number).name)
    sys.exit(3)


if __name__ == "__main__":
    main(sys.argv[1])
