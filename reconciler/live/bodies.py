"""Every live route in full, as the API returned it: nothing is decoded, so nothing is lost."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from reconciler.client import (
    ApiError,
    Done,
    Failed,
    NotFound,
    ReadClient,
    gather,
    join,
)
from reconciler.live.routes import open_listing
from reconciler.live.survey import CONCURRENCY
from reconciler.model.config import ApiChoice
from reconciler.model.declaration import ApiVersion
from reconciler.model.json import JsonObject

MOST_READS = 5  # of a route whose two versions differ, because somebody edits it just then


class BodyRefused(ValueError):
    """What the API answered is no route, or never the same one; says which."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """The routes, each in every version that was asked for, in the order of their ids."""

    apis: tuple[ApiVersion, ...]
    routes: tuple[tuple[JsonObject, ...], ...]  # in the order of `apis`


def read_bodies(client: ReadClient, choice: ApiChoice, *, both: bool) -> Bodies:
    """Read them all; `both` versions of each at one moment (of one `version`).

    A route that is deleted meanwhile is left out. Raises the client's ApiError and BodyRefused:
    then nobody knows all routes.
    """
    listing = open_listing(client, "v3" if both else choice)
    apis: tuple[ApiVersion, ...] = ("v3", "v2") if both else (listing.api,)
    calls = (_call(client, apis, row.id) for page in listing.pages for row in page)
    found: dict[str, tuple[JsonObject, ...]] = {}
    first: ApiError | None = None
    stop = threading.Event()
    for result in gather(_once(calls), CONCURRENCY, stop=stop, on_interrupt=client.stop):
        if isinstance(result, Done) and result.value:
            found[str(result.value[0]["id"])] = result.value
        elif isinstance(result, Failed):
            first = first or result.error
            stop.set()
    if first:
        raise first
    return Bodies(apis, tuple(found[identity] for identity in sorted(found)))


@dataclass(frozen=True, slots=True)
class _Call:
    id: str
    read: Callable[[], tuple[JsonObject, ...]]


def _once(calls: Iterator[_Call]) -> Iterator[Callable[[], tuple[JsonObject, ...]]]:
    """A route that moves between two pages of the list is read once."""
    seen: set[str] = set()
    for call in calls:
        if call.id not in seen:
            seen.add(call.id)
            yield call.read


def _call(client: ReadClient, apis: Sequence[ApiVersion], identity: str) -> _Call:
    def read() -> tuple[JsonObject, ...]:
        for _ in range(MOST_READS):
            try:
                bodies = tuple(_body(client, api, identity) for api in apis)
            except NotFound:
                return ()
            if len({str(body["version"]) for body in bodies}) == 1:
                return bodies
        raise BodyRefused(f"the route {identity} is being edited again and again; try it later")

    return _Call(identity, read)


def _body(client: ReadClient, api: ApiVersion, identity: str) -> JsonObject:
    answer = client.get(join(api, "alert_routes", identity)).body
    body = answer.get("alert_route") if isinstance(answer, Mapping) else None
    if not isinstance(body, Mapping) or body.get("id") != identity or "version" not in body:
        raise BodyRefused(f"the answer to the read of the route {identity} holds no such route")
    return cast("JsonObject", body)
