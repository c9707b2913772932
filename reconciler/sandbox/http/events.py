"""Alert events: what the senders of a source post."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.sandbox.account.account import Account, named_ulid
from reconciler.sandbox.errors import refusal, require_none
from reconciler.sandbox.http.keys import bearer
from reconciler.sandbox.jsontype import Body, Node
from reconciler.sandbox.routes.shapes import AnyThing, Text, Thing, look

PATH = re.compile(r"/v2/alert_events/(?P<type>[a-z_]+)/(?P<id>[0-9A-Z]+)")
HTTP_EVENT = Thing(
    required={"title": Text(may_be_empty=False), "status": Text(frozenset({"firing", "resolved"}))},
    optional={"deduplication_key": Text(), "description": Text(), "source_url": Text()},
    ignored=frozenset({"metadata"}),
)
ANYTHING = AnyThing()  # senders of other types have shapes of their own


@dataclass(frozen=True, slots=True)
class Event:
    """An event that was accepted."""

    source_id: str
    deduplication_key: str
    payload: Body


def take_event(
    account: Account,
    method: str,
    path: str,
    authorization: str,
    query: Mapping[str, str],
    payload: Node,
) -> Event:
    """Accept one event. Raises RefusedError (401, 404, 405, 422).

    The token is the source's own, as `Authorization: Bearer` or `?token=`; an API key is none.
    """
    match = PATH.fullmatch(path)
    source = account.find("sources", match["id"]) if match else None
    if match is None or source is None or source["source_type"] != match["type"]:
        raise refusal(404, "not_found", "There is no alert source at this address")
    if method != "POST":
        raise refusal(405, "method_not_allowed", f"{path} does not take {method}")
    if (bearer(authorization) or query.get("token")) != account.secrets[source["id"]]:
        raise refusal(401, "invalid_token", "This is not the token of this alert source")
    require_none(look(HTTP_EVENT if match["type"] == "http" else ANYTHING, payload))
    made = named_ulid(f"event {source['id']} {payload.get('title')}")
    return Event(source["id"], payload.get("deduplication_key") or made, payload)
