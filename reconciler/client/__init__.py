"""The HTTP conversation with incident.io. Knows JSON, not routes.

    endpoint = parse_endpoint("https://api.incident.io")      # or endpoint_from_environment(env)
    key = key_from_environment(env)                            # None: no key is set
    with ReadClient(endpoint, key, observer=trace) as client:
        for rows in client.pages("/v3/alert_routes", "alert_routes", 50): …
        client.get(join("v3", "alert_routes", id)).body["alert_route"]

- `ReadClient` reads (`get`, `pages`); `WriteClient` writes too (`post`, `put`, `delete`). Give both
  one `pace` when they share a key. `stop()` ends all waits: such calls raise `Stopped`.
- Every failed call raises an `ApiError`; the tree, and which of them mean "not carried out", stand
  at the top of `errors.py`. `str(error)` is evidence, `error.advice` says what to do.
- Reads are repeated (no connection, 408, 429, 500, 502, 503, 504, a broken body); a write only when
  the server certainly did not carry it out (429, no connection), else it raises `OutcomeUnknown`.
- `tell` hears how far a work is (`Step`, from the rooms that count; `counting` counts calls) and
  what the client waits for (`Wait`).
- `gather(calls, concurrency)` runs many calls at once and keeps each one's error.
- `post_event(url, token, event)` sends one alert event, with the source's `Token` and never a key.
- `Clock`, `Settings` (`Timeouts`, `Patience`, `concurrency`) and `Pace` are handed in by tests.

This is the only room that imports `requests`; nothing of it, and never the key, leaves the room.
"""

from reconciler.client.clients import ReadClient, Settings, WriteClient, post_event
from reconciler.client.endpoint import (
    Endpoint,
    endpoint_from_environment,
    is_loopback,
    join,
    parse_endpoint,
)
from reconciler.client.errors import (
    ApiError,
    ConfigurationRefused,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Reason,
    Refused,
    ServerFailure,
    Stopped,
    Unauthorized,
    Unreachable,
    VersionRefused,
)
from reconciler.client.fetch import Done, Failed, NotStarted, gather
from reconciler.client.key import KEY_VARIABLES, Key, Redaction, Token, key_from_environment
from reconciler.client.pace import SYSTEM_CLOCK, Clock
from reconciler.client.progress import Step, Wait, counting, counting_pages
from reconciler.client.rights import MANAGE
from reconciler.client.transport import Answer, Exchange

__all__ = [
    "KEY_VARIABLES",
    "MANAGE",
    "SYSTEM_CLOCK",
    "Answer",
    "ApiError",
    "Clock",
    "ConfigurationRefused",
    "Done",
    "Endpoint",
    "Exchange",
    "Failed",
    "Forbidden",
    "Key",
    "NotFound",
    "NotStarted",
    "OutcomeUnknown",
    "RateLimited",
    "ReadClient",
    "Reason",
    "Redaction",
    "Refused",
    "ServerFailure",
    "Settings",
    "Step",
    "Stopped",
    "Token",
    "Unauthorized",
    "Unreachable",
    "VersionRefused",
    "Wait",
    "WriteClient",
    "counting",
    "counting_pages",
    "endpoint_from_environment",
    "gather",
    "is_loopback",
    "join",
    "key_from_environment",
    "parse_endpoint",
    "post_event",
]
