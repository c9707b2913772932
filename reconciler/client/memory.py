"""What incident.io answered, and a client that answers from it and asks nothing."""

import json
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from reconciler.client.clients import ReadClient
from reconciler.client.endpoint import Endpoint
from reconciler.client.errors import ApiError
from reconciler.client.progress import Step
from reconciler.client.transport import Answer, Params


class NotRemembered(Exception):
    """Nothing was read from here. It is no ApiError: no list counts as refused for it."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.things = path.split("/")[2].replace("_", " ")
        """What the path has, e.g. "catalog entries"."""


@dataclass(frozen=True, slots=True)
class Memory:
    """The answer to each GET, errors of the API among them. Thread-safe. `since`: when the first
    one was sent.
    """

    since: datetime
    _answers: dict[tuple[str, str], Answer | ApiError] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, path: str, params: Params | None, answer: Answer | ApiError) -> None:
        with self._lock:
            self._answers[path, _text(params)] = answer

    def answer(self, path: str, params: Params | None) -> Answer:
        """Raises ApiError as it was raised then, and NotRemembered."""
        with self._lock:
            found = self._answers.get((path, _text(params)))
        if found is None:
            raise NotRemembered(path)
        if isinstance(found, ApiError):
            raise replace(found)
        return found


def _text(params: Params | None) -> str:
    return json.dumps(params or {}, sort_keys=True)


class RememberingClient(ReadClient):
    """Reads, and keeps every answer."""

    def __init__(self, *arguments: Any, memory: Memory, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._memory = memory

    def get(self, path: str, params: Params | None = None) -> Answer:
        """One resource, kept."""
        try:
            answer = super().get(path, params)
        except ApiError as error:
            self._memory.keep(path, params, error)
            raise
        self._memory.keep(path, params, answer)
        return answer


class RecallingClient(ReadClient):
    """Answers from a memory. It has no key and no connection."""

    def __init__(self, endpoint: Endpoint, memory: Memory) -> None:
        self.endpoint = endpoint
        self._memory = memory

    def get(self, path: str, params: Params | None = None) -> Answer:
        """One resource, as it was. Raises ApiError, NotRemembered."""
        return self._memory.answer(path, params)

    def tell(self, step: Step) -> None:
        """It is quick."""

    def stop(self) -> None:
        """It never waits."""

    def close(self) -> None:
        """It has nothing open."""
