"""The fake GitLab on a port of loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.github.git_http import Request
from tests.gitlab.fake import PATH, PROGRAM, Answer, FakeGitLab


@contextmanager
def running(fake: FakeGitLab) -> Iterator[FakeGitLab]:
    """Serve it on a free port of 127.0.0.1 until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def parse_request(self) -> bool:
            """Every method is served alike, so it is here that a request is answered."""
            if super().parse_request():
                self._serve()
                self.wfile.flush()
            return False  # nothing is left to do

        def _serve(self) -> None:
            authorization = self.headers.get("Authorization", "")
            token = self.headers.get("PRIVATE-TOKEN", "")
            if self.path.startswith((f"/{PATH}.git/", f"/{PROGRAM}.git/")):
                sent = Request(self.command, self.path, authorization, self.headers, self.rfile)
                self._send(fake.git(sent))
                return
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            if self.path.startswith("/store/"):
                fake.leaks += [one for one in (authorization, token) if one]
                identity = self.path.removeprefix("/store/").partition("?")[0]
                self._send(Answer(200, content=fake.archives[int(identity)]))
            else:
                self._send(fake.answer(self.command, self.path, token, body))

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

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
