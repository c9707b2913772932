"""A server on this machine that answers each connection by a script, byte for byte."""

import json
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

HANG_UP = b"hang up"  # close after the request was read, without an answer
RESET = b"reset"  # the same, but with a TCP reset
SILENCE = b"silence"  # read the request and never answer


@dataclass
class Server:
    """Where it listens, and the requests that it read, whole."""

    url: str
    requests: list[str] = field(default_factory=list)

    @property
    def request_lines(self) -> list[str]:
        return [request.partition("\r\n")[0] for request in self.requests]


def reply(
    body: object, status: str = "200 OK", headers: Sequence[str] = (), *, cut: int = 0
) -> bytes:
    """An answer with a JSON body; `cut` bytes of it are missing at the end."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", "Connection: close", *headers]
    whole = "\r\n".join(lines).encode() + b"\r\n\r\n" + content
    return whole[: len(whole) - cut]


@contextmanager
def serving(*answers: bytes) -> Iterator[Server]:
    """A server that gives one answer for each connection, then listens no more."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(f"http://127.0.0.1:{listener.getsockname()[1]}")
    over = threading.Event()
    thread = threading.Thread(target=_serve, args=(listener, server, answers, over))
    thread.start()
    try:
        yield server
    finally:
        over.set()
        listener.close()
        _wake(server.url)
        thread.join()


def _serve(
    listener: socket.socket, server: Server, answers: Sequence[bytes], over: threading.Event
) -> None:
    silent = []
    for answer in answers:
        try:
            connection, _ = listener.accept()
        except OSError:
            break
        if over.is_set():
            connection.close()
            break
        server.requests.append(_read(connection))
        if answer == SILENCE:
            silent.append(connection)
            continue
        if answer == RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif answer != HANG_UP:
            connection.sendall(answer)
        connection.close()
    listener.close()
    for connection in silent:
        over.wait()
        connection.close()


def _read(connection: socket.socket) -> str:
    text = b""
    while b"\r\n\r\n" not in text:
        text += connection.recv(65536)
    head, _, body = text.partition(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    while len(body) < length:
        body += connection.recv(65536)
    return (head + b"\r\n\r\n" + body).decode()


def _wake(url: str) -> None:
    """End an accept() that still waits: closing a listener does not, on every system."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.socket() as caller:
        caller.connect_ex((host, int(port)))


def closed_port() -> int:
    """A port of this machine where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
