"""An order from a shell: `python -IS program.py ADDRESS MODULE ARGUMENT…`.

It ends as the run ends, and hands signals on to it. It imports nothing that takes time.
"""

import array
import marshal
import os
import signal
import sys
from _socket import AF_UNIX, SCM_RIGHTS, SOCK_STREAM, SOL_SOCKET, socket

FORWARDED = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


def main(address: str, module: str, *arguments: str) -> None:
    """One run, with the streams, the folder and the environment of this process."""
    signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED)  # until there is a run that they can reach
    connection = socket(AF_UNIX, SOCK_STREAM)
    connection.connect(address)
    folder = os.getcwd()  # noqa: PTH109 - pathlib takes time to import
    order = marshal.dumps((module, list(arguments), folder, dict(os.environ)))
    streams = [(SOL_SOCKET, SCM_RIGHTS, array.array("i", (0, 1, 2)))]
    connection.sendmsg([len(order).to_bytes(8, "big")], streams)
    connection.sendall(order)
    for number in FORWARDED:
        signal.signal(number, lambda given, _: connection.sendall(bytes([given])))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
    code = int.from_bytes(connection.recv(4), "big", signed=True)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    main(*sys.argv[1:])
