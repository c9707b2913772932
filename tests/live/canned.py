"""A client that answers from a table, for answers that no sandbox gives."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.client import (
    Answer,
    Forbidden,
    Key,
    NotFound,
    OutcomeUnknown,
    WriteClient,
    parse_endpoint,
)
from reconciler.client.errors import UnexpectedStatus

ERRORS = {
    "forbidden": Forbidden,
    "missing": NotFound,
    "unexpected": UnexpectedStatus,
    "unknown": OutcomeUnknown,
}


class Canned(WriteClient):
    """`bodies`: path -> the answer's body, or a word of ERRORS. Everything else is not there."""

    def __init__(self, bodies: Mapping[str, Any]) -> None:
        super().__init__(parse_endpoint("http://127.0.0.1:9"), Key("a-key"))
        self.bodies = bodies
        self.asked: list[tuple[str, str]] = []

    def get(self, path: str, *_: object) -> Answer:
        return self._answer("GET", path)

    def post(self, path: str, *_: object) -> Answer:
        return self._answer("POST", path)

    def put(self, path: str, *_: object) -> Answer:
        return self._answer("PUT", path)

    def delete(self, path: str) -> Answer:
        return self._answer("DELETE", path)

    def pages(self, path: str, *_: object) -> Iterator[list[dict[str, object]]]:
        self.asked.append(("GET", path))
        yield from self.bodies.get(path, [])

    def _answer(self, method: str, path: str) -> Answer:
        self.asked.append((method, path))
        body = self.bodies.get(path, "missing")
        if body in tuple(ERRORS):
            raise ERRORS[body](method, path, f"{body} here", request_id="r-1")
        return Answer(200, body, "r-1", {})
