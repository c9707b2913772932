"""One alert event to one source: a client of its own, which never holds the API key.

It takes the source's token and posts to the source's own URL, once. Nothing is repeated: an event
that may have arrived is not sent again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from reconciler.client.endpoint import join, parse_endpoint
from reconciler.client.errors import EndpointRefused
from reconciler.client.faults import Fault
from reconciler.client.key import Key
from reconciler.client.token import Token
from reconciler.client.transport import Call, Timeouts, Transport
from reconciler.client.verdict import parsed

_PATH = re.compile(r"/v2/alert_events/([a-z0-9_]+)/([0-9A-Za-z]+)")
_TIMEOUTS = Timeouts()


@dataclass(frozen=True, slots=True)
class Taken:
    """How the source answered. `status` 0: there was no whole answer, and `words` say why."""

    status: int
    words: str

    @property
    def accepted(self) -> bool:
        """Whether the source took the event."""
        return 200 <= self.status < 300


def post_event(
    url: str, token: Token, event: Mapping[str, object], timeouts: Timeouts = _TIMEOUTS
) -> Taken:
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
        return Taken(0, f"{reply.words}{unsure}")
    return Taken(reply.status, token.withheld_from(_message(reply.content)))


def _message(content: bytes) -> str:
    """What the source says, if it says it in JSON."""
    body = parsed(content)
    said = body.get("message") if isinstance(body, dict) else None
    return said if isinstance(said, str) else ""
