"""One route written, over the client; what happened is a value, never an exception.

Three things can be known of a write: it was carried out (and what the server stored is at hand,
or that it is deleted), it was certainly not carried out (the client's error says why), or nobody
knows. What to do about the third is decided in `apply.write`, which reads before it decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.client import ApiError, NotFound, OutcomeUnknown, WriteClient, join
from reconciler.model.declaration import ApiVersion, Live
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute


@dataclass(frozen=True, slots=True)
class Stored:
    """Carried out; `live` is decoded from the write's own answer."""

    live: Live


@dataclass(frozen=True, slots=True)
class Deleted:
    """Not there any more."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not carried out."""

    error: ApiError


@dataclass(frozen=True, slots=True)
class Lost:
    """Sent, and nobody knows what came of it."""

    reason: str


def post_route(
    client: WriteClient, api: ApiVersion, payload: Mapping[str, object]
) -> Stored | Refused | Lost:
    """Create a route. Never sent twice (no idempotency key, part 1 of the API facts)."""
    try:
        answer = client.post(join(api, "alert_routes"), payload)
    except OutcomeUnknown as error:
        return Lost(str(error))
    except ApiError as error:
        return Refused(error)
    return _stored(api, answer.body)


def put_route(
    client: WriteClient, api: ApiVersion, base: Live, payload: Mapping[str, object]
) -> Stored | Refused | Lost:
    """Replace a route: version `base.version + 1`, so that an edit in between is refused."""
    body = {**payload, "version": base.version + 1}
    try:
        answer = client.put(join(api, "alert_routes", base.id), body)
    except OutcomeUnknown as error:
        return Lost(str(error))
    except ApiError as error:
        return Refused(error)
    return _stored(api, answer.body)


def delete_route(client: WriteClient, api: ApiVersion, identity: str) -> Deleted | Refused | Lost:
    """Delete a route; one that is not there any more counts as deleted."""
    try:
        client.delete(join(api, "alert_routes", identity))
    except OutcomeUnknown as error:
        return Lost(str(error))
    except NotFound:
        return Deleted()
    except ApiError as error:
        return Refused(error)
    return Deleted()


def _stored(api: ApiVersion, body: object) -> Stored | Lost:
    route = body.get("alert_route") if isinstance(body, Mapping) else None
    if not isinstance(route, Mapping):
        return Lost("the answer to the write holds no route")
    try:
        return Stored(codec(api).decode(route))
    except UnreadableRoute as error:
        return Lost(f"the answer to the write is no route that we can read: {error}")
