"""Standard streams that may be closed, or lose their reader, without a word about it.

Who reads the output of a command decides nothing of what it does: `reconciler apply | head` writes
what it would write anyway, and ends with the same code. Python raises BrokenPipeError in the
middle of the work otherwise, or ends with 120 where it flushes a stream at the end.
"""

import errno
import io
import os
import select
import sys
from typing import Any, TextIO

_GONE = frozenset({errno.EPIPE, errno.EIO, errno.EBADF, errno.ECONNRESET, errno.ESHUTDOWN})
"""The reader went away: of a pipe, a terminal, a socket. A full disk is an error as ever."""


def keep_streams() -> None:
    """To be called once, before any file is opened: a descriptor that the shell closed (`>&-`)
    would be given to the next file, a journal say, and words for the screen would go there.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
    sys.stdout = kept(sys.stdout, 1)
    sys.stderr = kept(sys.stderr, 2)


def kept(stream: TextIO | None, number: int) -> TextIO:
    """The same stream over a descriptor whose reader may go. None: the shell closed it.

    Without a buffer of bytes: such a buffer refuses what a signal's handler says while a line is
    being written, and that refusal would end an apply in the middle.
    """
    descriptor: Any = _Kept(number)
    return io.TextIOWrapper(
        descriptor,
        encoding=stream.encoding if stream else "utf-8",
        errors=stream.errors if stream else "backslashreplace",
        write_through=True,
    )


class _Kept(io.RawIOBase):
    """A descriptor that takes everything: once its reader is gone, it leads to /dev/null."""

    def __init__(self, number: int) -> None:
        self._number = number

    def fileno(self) -> int:
        return self._number

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return os.isatty(self._number)

    def write(self, content: Any, /) -> int:
        left = memoryview(content)
        while left:
            try:
                left = left[os.write(self._number, left) :]
            except BlockingIOError:  # a pipe that another process made so
                select.select([], [self._number], [])
            except OSError as error:
                if error.errno not in _GONE:
                    raise
                self._let_go()
        return len(content)

    def _let_go(self) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._number, inheritable=True)
        os.close(nowhere)
