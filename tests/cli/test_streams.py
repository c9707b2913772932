"""A stream takes everything, whatever becomes of its reader; a full disk is an error still."""

import errno
import os
import signal
import threading
from pathlib import Path

import click
import pytest

from reconciler.cli.shell import kept


def test_what_is_written_arrives() -> None:
    taken, given = os.pipe()
    with kept(None, given) as stream:
        stream.write("näme\n")
        stream.flush()
        assert (stream.fileno(), stream.isatty(), stream.encoding) == (given, False, "utf-8")

    assert os.read(taken, 100) == "näme\n".encode()
    os.close(taken)
    os.close(given)


def test_without_a_reader_nothing_is_raised() -> None:
    taken, given = os.pipe()
    os.close(taken)
    stream = kept(None, given)

    for _ in range(3):
        stream.write("x" * 100_000)
        stream.flush()

    assert os.fstat(given).st_rdev == Path(os.devnull).stat().st_rdev
    os.close(given)


def test_a_full_disk_is_an_error() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    stream = kept(None, full)

    with pytest.raises(OSError, match="No space left") as raised:
        stream.write("x")
    assert raised.value.errno == errno.ENOSPC
    os.close(full)


def test_a_signal_may_speak_while_a_line_is_written() -> None:
    taken, given = os.pipe()
    stream, size, said = kept(None, given), 1_000_000, "stopping\n"
    got: list[bytes] = []
    heard: list[int] = []

    def speak(number: int, _frame: object) -> None:
        heard.append(number)
        click.echo(said, file=stream, nl=False)

    reader = threading.Thread(target=lambda: got.append(drained(taken)))
    reader.start()
    before = signal.signal(signal.SIGALRM, speak)
    written = 0
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        while len(heard) < 5:
            click.echo("x" * size, file=stream)
            written += size
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    os.close(given)
    reader.join(timeout=60)

    assert got[0].count(b"x") == written
    assert got[0].count(said.encode()) == len(heard)


def drained(taken: int) -> bytes:
    content = bytearray()
    while more := os.read(taken, 65536):
        content += more
    return bytes(content)


def test_a_pipe_that_does_not_block_is_waited_for() -> None:
    taken, given = os.pipe()
    os.set_blocking(given, False)
    size, got = 500_000, bytearray()

    def read() -> None:
        while len(got) < size:
            got.extend(os.read(taken, 4096))

    reader = threading.Thread(target=read)
    stream = kept(None, given)
    reader.start()
    stream.write("x" * size)
    stream.flush()
    reader.join(timeout=60)

    assert len(got) == size
