"""A command on a terminal of its own, as a person sees it and types into it."""

import contextlib
import errno
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
from collections.abc import Iterator
from dataclasses import dataclass

from tests.e2e.team import REPOSITORY, Team, quickly

CTRL_C, CTRL_D = "\x03", "\x04"
PATIENCE_SECONDS = 60  # a command that hangs fails its test instead of the whole run


@dataclass
class Terminal:
    """The process, and our end of its terminal."""

    process: "subprocess.Popen[bytes]"
    master: int
    said: str = ""

    @property
    def screen(self) -> list[str]:
        """The lines that are left, without what was erased."""
        return [line.rpartition("\r\x1b[K")[2].rstrip("\r") for line in self.said.split("\n")]

    def until(self, words: str) -> None:
        """Read until these words stand on the screen; fails when the command ends without them."""
        while words not in self.said:
            assert self._read(), self.said

    def type(self, text: str) -> None:
        """What a person types."""
        os.write(self.master, text.encode())

    def leave(self, key: str) -> int:
        """Press a key that ends the command, once; the exit code."""
        self.type(key)
        return self.end()

    def end(self) -> int:
        """Read to the end; the exit code."""
        while self._read():
            pass
        return self.process.wait(timeout=60)

    def _read(self) -> bool:
        ready, _, _ = select.select([self.master], [], [], PATIENCE_SECONDS)
        assert ready, f"nothing for {PATIENCE_SECONDS} s after: {self.said}"
        try:
            content = os.read(self.master, 65536)
        except OSError as error:  # how Linux says that nobody holds the other end any more
            if error.errno != errno.EIO:
                raise
            return False
        self.said += content.decode("utf-8", "replace")
        return bool(content)


@contextlib.contextmanager
def on_terminal(
    team: Team, *arguments: str, columns: int = 80, **environment: str
) -> Iterator[Terminal]:
    """The command with all three streams on a terminal, which is its controlling one."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def take_over() -> None:
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)  # ignored where tests run in the background
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(
        [*quickly(), "-C", str(team.folder), *arguments],
        env=team.surroundings({"TERM": "xterm", **environment}),
        cwd=REPOSITORY,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        preexec_fn=take_over,
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        process.kill()
        process.wait()
        os.close(master)
