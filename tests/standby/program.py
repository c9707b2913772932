"""An order from a shell: `python -IS program.py ADDRESS MODULE ARGUMENT…`.

It ends as the run ends, and hands signals on to it. It imports nothing that takes time: `array`,
`os` and `signal` bring modules that take as long as the start of Python itself.
"""

import _signal as signal  # type: ignore[import-not-found]  # typeshed has no stub of it
import marshal
import posix
import sys
from _socket import AF_UNIX, SCM_RIGHTS, SOCK_STREAM, SOL_SOCKET, socket

FORWARDED = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
STREAMS = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))  # each a C int


def main(address: str, module: str, *arguments: str) -> None:
    """One run, with the streams, the folder and the environment of this process."""
    signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED)  # until there is a run that they can reach
    connection = socket(AF_UNIX, SOCK_STREAM)
    connection.connect(address)
    environment = {_decoded(name): _decoded(value) for name, value in posix.environ.items()}
    order = marshal.dumps((module, list(arguments), posix.getcwd(), environment))
    streams = [(SOL_SOCKET, SCM_RIGHTS, STREAMS)]
    connection.sendmsg([len(order).to_bytes(8, "big")], streams)
    connection.sendall(order)
    for number in FORWARDED:
        signal.signal(number, lambda given, _: connection.sendall(bytes([given])))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
    code = int.from_bytes(connection.recv(4), "big", signed=True)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        posix.kill(posix.getpid(), -code)
    posix._exit(code)


def _decoded(text: bytes) -> str:
    return text.decode(sys.getfilesystemencoding(), "surrogateescape")


if __name__ == "__main__":
    main(*sys.argv[1:])
