"""A disk that is not waited for: what is written is there for every process all the same.

A sync is for a machine that loses its power, which no test takes away. Each waits three
milliseconds or more. Tests of what is synced, and of a disk that refuses, put a call of their own
in its place.
"""

import os
from typing import Protocol


class _Open(Protocol):
    def fileno(self) -> int: ...


def wait_for_nothing() -> None:
    """From now on, in this process, its copies, and each git that they start."""
    os.fsync = _accept
    os.environ["GIT_TEST_FSYNC"] = "0"


def _accept(fd: int | _Open) -> None:
    """A descriptor that is closed is refused as ever."""
    os.fstat(fd if isinstance(fd, int) else fd.fileno())
