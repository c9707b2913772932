"""The YAML language server of editors, spoken to over its protocol (LSP) on standard streams."""

import itertools
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = (
    REPOSITORY / ".venv/editors/node_modules/yaml-language-server/bin/yaml-language-server"
)  # `make editors` installs it
CURSOR = "|"


@dataclass(frozen=True)
class Offered:
    """What an editor shows when it completes at the cursor."""

    labels: tuple[str, ...]
    inserted: tuple[str, ...]
    seconds: float


@dataclass
class Server:
    """Route files are described by one schema."""

    streams: tuple[IO[bytes], IO[bytes]]
    settings: dict[str, Any]
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    configured: bool = False
    diagnosed: dict[str, list[str]] = field(default_factory=dict)

    def completed(self, text: str) -> Offered:
        """At the cursor, which stands in the text once."""
        place = self._opened(text)
        began = time.perf_counter()
        items = self._request("textDocument/completion", place)["items"]
        seconds = time.perf_counter() - began
        labels = tuple(item["label"] for item in items)
        return Offered(labels, tuple(item.get("insertText", "") for item in items), seconds)

    def hovered(self, text: str) -> str:
        """What stands in the box at the cursor."""
        found = self._request("textDocument/hover", self._opened(text))
        return found["contents"]["value"] if found else ""

    def red(self, text: str) -> list[str]:
        """What is underlined, as messages."""
        uri = self._opened(text + CURSOR)["textDocument"]["uri"]
        while uri not in self.diagnosed:
            self._read()
        return self.diagnosed[uri]

    def _opened(self, text: str) -> dict[str, Any]:
        before, _, after = text.partition(CURSOR)
        uri = f"file:///team/routes/{next(self.numbers)}.yaml"
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": before + after}
        self._notify("textDocument/didOpen", {"textDocument": document})
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        return {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}

    def greet(self) -> None:
        folders = {"workspace": {"configuration": True}}
        self._request("initialize", {"processId": None, "rootUri": None, "capabilities": folders})
        self._notify("initialized", {})
        self._notify("workspace/didChangeConfiguration", {"settings": self.settings})
        while not self.configured:
            self._read()

    def _request(self, method: str, parameters: dict[str, Any]) -> Any:
        number = next(self.numbers)
        self._send({"id": number, "method": method, "params": parameters})
        while True:
            message = self._read()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def _notify(self, method: str, parameters: dict[str, Any]) -> None:
        self._send({"method": method, "params": parameters})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.streams[0].write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.streams[0].flush()

    def _read(self) -> dict[str, Any]:
        """One message; answers the server's own questions."""
        size = 0
        while line := self.streams[1].readline().strip():
            name, _, value = line.decode().partition(":")
            size = int(value) if name.lower() == "content-length" else size
        assert size, "the language server ended"
        message: dict[str, Any] = json.loads(self.streams[1].read(size))
        parameters: dict[str, Any] = message.get("params") or {}
        if message.get("method") == "textDocument/publishDiagnostics":
            found = [one["message"] for one in parameters["diagnostics"]]
            self.diagnosed[parameters["uri"]] = found
        elif "method" in message and "id" in message:
            asked = message["method"] == "workspace/configuration"
            items = parameters["items"] if asked else ()
            answer = [self.settings.get(one["section"]) for one in items]
            self._send({"id": message["id"], "result": answer if asked else None})
            self.configured = self.configured or asked
        return message


@contextmanager
def editor(schema: Path) -> Iterator[Server]:
    """An editor with this schema for all files."""
    yaml = {
        "completion": True,
        "hover": True,
        "validate": True,
        "schemaStore": {"enable": False},
        "schemas": {str(schema): "*.yaml"},
    }
    command = ["node", str(PROGRAM), "--stdio"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        settings = {"yaml": yaml, "[yaml]": {}, "editor": {}, "files": {}, "http": {}}
        server = Server((process.stdin, process.stdout), settings)
        try:
            server.greet()
            yield server
        finally:
            process.kill()
