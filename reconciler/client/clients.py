"""The two clients: one that can only read, and one that can write too.

`post_event` sends one alert event with the source's token, and never with the API key. It sends it
once: an event that may have arrived is not repeated.
"""

import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self
from urllib.parse import urlsplit

from reconciler.client.conversation import Conversation, Observer
from reconciler.client.endpoint import Endpoint, join, parse_endpoint
from reconciler.client.errors import EndpointRefused, UnreadableAnswer
from reconciler.client.faults import Fault
from reconciler.client.key import Key, Token
from reconciler.client.pace import SYSTEM_CLOCK, Clock, Pace, Patience
from reconciler.client.progress import Listener, Step, unheard
from reconciler.client.transport import Answer, Call, Params, Timeouts, Transport
from reconciler.client.verdict import parsed, text_below


@dataclass(frozen=True, slots=True)
class Settings:
    """How many connections are open, how long a request may take, how often it is tried."""

    concurrency: int = 32  # connections that are kept open
    timeouts: Timeouts = field(default_factory=Timeouts)
    patience: Patience = field(default_factory=Patience)


class ReadClient:
    """Reads JSON; cannot write: it has no method for it, and its transport sends only GET.

    Thread-safe. Every method raises ApiError (its kinds are drawn in `errors.py`).
    """

    _methods: ClassVar[frozenset[str]] = frozenset({"GET"})

    def __init__(
        self,
        endpoint: Endpoint,
        key: Key,
        *,
        settings: Settings | None = None,
        observer: Observer | None = None,
        tell: Listener = unheard,
        clock: Clock = SYSTEM_CLOCK,
        pace: Pace | None = None,
    ) -> None:
        """`pace`: another client's, when both use one key. Raises TrustRefused, ProxyRefused."""
        chosen = settings or Settings()
        self.endpoint = endpoint
        self.pace = pace or Pace(clock)
        self._conversation = Conversation(
            # One more than the threads of `gather`: the caller's own lists pages meanwhile.
            Transport(endpoint, key, self._methods, chosen.timeouts, chosen.concurrency + 1),
            key,
            self.pace,
            chosen.patience,
            clock,
            threading.Event(),
            observer,
            tell,
        )

    def get(self, path: str, params: Params | None = None) -> Answer:
        """One resource. The answer's body is a JSON object."""
        return self._conversation.ask(Call("GET", path, params))

    def pages(
        self, path: str, field: str, page_size: int, params: Params | None = None
    ) -> Iterator[list[dict[str, object]]]:
        """The pages of a list, as they come: `field` of each answer, by the cursor chain.

        Raises UnreadableAnswer for a cursor that comes back, which would never end.
        """
        for rows, _ in self.pages_with_cursors(path, field, page_size, params):
            yield rows

    def pages_with_cursors(
        self,
        path: str,
        field: str,
        page_size: int,
        params: Params | None = None,
        after: str = "",
    ) -> Iterator[tuple[list[dict[str, object]], str]]:
        """The same from a cursor on; each page with the cursor of the next, "" at the end."""
        seen: set[str] = set()
        query: dict[str, str | int | list[str]] = {**(params or {}), "page_size": page_size}
        while True:
            if after:
                query["after"] = after
            answer = self.get(path, query)
            after = text_below(answer.body, "pagination_meta", "after")
            yield _rows(path, field, answer), after
            if not after:
                return
            if after in seen:
                raise _unreadable(path, answer, "the list's cursor repeats: it would never end")
            seen.add(after)

    def tell(self, step: Step) -> None:
        """How far the work is that this client reads or writes for. Thread-safe."""
        self._conversation.tell(step)

    def stop(self) -> None:
        """From now on a call that would have to wait raises Stopped; one that is sent ends."""
        self._conversation.stop.set()

    def close(self) -> None:
        """Give the connections back; leaving the `with` block does it too."""
        self._conversation.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class WriteClient(ReadClient):
    """Reads and writes. A write is never sent twice unless the first certainly did nothing."""

    _methods: ClassVar[frozenset[str]] = frozenset({"GET", "POST", "PUT", "DELETE"})

    def post(self, path: str, body: Mapping[str, object]) -> Answer:
        """Create. Raises OutcomeUnknown when it may have been carried out."""
        return self._conversation.ask(Call("POST", path, body=body))

    def put(self, path: str, body: Mapping[str, object]) -> Answer:
        """Replace. Raises VersionRefused when the route moved, OutcomeUnknown as `post`."""
        return self._conversation.ask(Call("PUT", path, body=body))

    def delete(self, path: str) -> Answer:
        """Delete; the answer's body is None or a JSON object. Raises OutcomeUnknown as `post`."""
        return self._conversation.ask(Call("DELETE", path))


def _rows(path: str, field: str, answer: Answer) -> list[dict[str, object]]:
    rows = answer.body.get(field) if isinstance(answer.body, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _unreadable(path, answer, f'the answer has no list of objects named "{field}"')
    return rows


def _unreadable(path: str, answer: Answer, words: str) -> UnreadableAnswer:
    return UnreadableAnswer("GET", path, words, answer.status, request_id=answer.request_id)


_PATH = re.compile(r"/v2/alert_events/([a-z0-9_]+)/([0-9A-Za-z]+)")
_TIMEOUTS = Timeouts()


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """How the source answered. `status` 0: there was no whole answer, and `words` say why."""

    status: int
    words: str

    @property
    def accepted(self) -> bool:
        """Whether the source took the event."""
        return 200 <= self.status < 300


def post_event(
    url: str, token: Token, event: Mapping[str, object], timeouts: Timeouts = _TIMEOUTS
) -> EventAnswer:
    """Send one event. Raises EndpointRefused for a URL that is none of alert events, or to which
    the token would travel in clear; KeyRefused for a token that no header can carry.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise EndpointRefused("the source's URL is not an address") from None
    match = _PATH.fullmatch(parts.path)
    if match is None or parts.query or parts.fragment:
        raise EndpointRefused("the source's URL is not a URL of alert events")
    endpoint = parse_endpoint(f"{parts.scheme}://{parts.netloc}")
    path = join("v2", "alert_events", *match.groups())
    credential = Key(token.reveal(), "the alert source")
    transport = Transport(endpoint, credential, frozenset({"POST"}), timeouts, 1)
    try:
        reply = transport.exchange(Call("POST", path, body=event))
    finally:
        transport.close()
    if isinstance(reply, Fault):
        unsure = "; whether it arrived is not known" if reply.maybe_sent else ""
        return EventAnswer(0, f"{reply.words}{unsure}")
    message = text_below(parsed(reply.content), "message")
    return EventAnswer(reply.status, token.withheld_from(message))
