"""A fake forge on a port of loopback."""

import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.github.git_http import Request


@dataclass
class Answer:
    """What one request gets."""

    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None


class Handler(BaseHTTPRequestHandler, ABC):
    """Reads one request, and sends its answer."""

    @abstractmethod
    def answered(self) -> Answer:
        """What this request gets."""

    @property
    def authorization(self) -> str:
        return self.headers.get("Authorization", "")

    def of_git(self) -> Request:
        """The request, if git sent it."""
        return Request(self.command, self.path, self.authorization, self.headers, self.rfile)

    def document(self) -> Any:
        """Its JSON; empty if it has none. Reads the body, so call it once."""
        length = int(self.headers.get("Content-Length") or 0)
        return json.loads(self.rfile.read(length)) if length else {}

    def parse_request(self) -> bool:
        """Every method is served alike, so it is here that a request is answered."""
        if super().parse_request():
            self._send(self.answered())
            self.wfile.flush()
        return False  # nothing is left to do

    def _send(self, answer: Answer) -> None:
        content = answer.content
        if content is None:
            content = json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing."""


@contextmanager
def serving(handler: type[Handler]) -> Iterator[str]:
    """Serve on a free port of 127.0.0.1 until the block ends; the URL of the root."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
