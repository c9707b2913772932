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
- `gather(calls, concurrency)` runs many calls at once and keeps each one's error.
- `post_event(url, token, event)` sends one alert event, with the source's `Token` and never a key.
- `Clock`, `Settings` (`Timeouts`, `Patience`, `concurrency`) and `Pace` are handed in by tests.

This is the only room that imports `requests`; nothing of it, and never the key, leaves the room.
"""

from reconciler.client.clients import ReadClient, Settings, Taken, WriteClient, post_event
from reconciler.client.conversation import Observer
from reconciler.client.endpoint import (
    DEFAULT_ENDPOINT,
    Endpoint,
    endpoint_from_environment,
    join,
    parse_endpoint,
)
from reconciler.client.errors import (
    ApiError,
    ConfigurationRefused,
    EndpointRefused,
    ErrorDetail,
    Forbidden,
    KeyRefused,
    NotFound,
    OutcomeUnknown,
    PathRefused,
    ProxyRefused,
    RateLimited,
    ReadOnly,
    Reason,
    Redirected,
    Refusal,
    Refused,
    ServerFailure,
    Stopped,
    TrustRefused,
    Unauthorized,
    UnexpectedStatus,
    Unreachable,
    UnreadableAnswer,
    ValidationRefused,
    VersionRefused,
)
from reconciler.client.fetch import Done, Failed, NotStarted, gather
from reconciler.client.key import KEY_VARIABLES, Key, Redaction, Token, key_from_environment
from reconciler.client.pace import Pace
from reconciler.client.rights import MANAGE, Right, right_for
from reconciler.client.transport import Answer, Exchange, Params, Timeouts
from reconciler.client.waiting import SYSTEM_CLOCK, Clock, Patience

__all__ = [
    "DEFAULT_ENDPOINT",
    "KEY_VARIABLES",
    "MANAGE",
    "SYSTEM_CLOCK",
    "Answer",
    "ApiError",
    "Clock",
    "ConfigurationRefused",
    "Done",
    "Endpoint",
    "EndpointRefused",
    "ErrorDetail",
    "Exchange",
    "Failed",
    "Forbidden",
    "Key",
    "KeyRefused",
    "NotFound",
    "NotStarted",
    "Observer",
    "OutcomeUnknown",
    "Pace",
    "Params",
    "PathRefused",
    "Patience",
    "ProxyRefused",
    "RateLimited",
    "ReadClient",
    "ReadOnly",
    "Reason",
    "Redaction",
    "Redirected",
    "Refusal",
    "Refused",
    "Right",
    "ServerFailure",
    "Settings",
    "Stopped",
    "Taken",
    "Timeouts",
    "Token",
    "TrustRefused",
    "Unauthorized",
    "UnexpectedStatus",
    "Unreachable",
    "UnreadableAnswer",
    "ValidationRefused",
    "VersionRefused",
    "WriteClient",
    "endpoint_from_environment",
    "gather",
    "join",
    "key_from_environment",
    "parse_endpoint",
    "post_event",
    "right_for",
]
