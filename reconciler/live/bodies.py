"""Every live route in full, as the API returned it: nothing is decoded, so nothing is lost."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

from reconciler.client import ApiError, Done, Failed, Forbidden, NotFound, ReadClient, gather, join
from reconciler.live.routes import open_listing
from reconciler.live.survey import CONCURRENCY
from reconciler.model import ApiChoice, ApiVersion, JsonObject

MOST_READS = 5  # of a route whose two versions differ, because it is being edited just then


class BodyRefused(ValueError):
    """What the API answered is no route, or never the same one; says which."""


Also = Callable[[ApiVersion, JsonObject], bool]
"""Whether a route whose body of one version is at hand is read through the other one, too."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """The routes in the order of their ids: each one's body of `api`, and where it was asked for
    the other version's beside it.
    """

    api: ApiVersion
    routes: tuple[tuple[JsonObject, ...], ...]


def read_bodies(client: ReadClient, choice: ApiChoice, also: Also) -> Bodies:
    """Read them all. Both bodies of a route are of one `version`, so of one moment.

    A route that is deleted meanwhile is left out; a v3 that the account does not have yet is not
    asked for again. Raises the client's ApiError and BodyRefused: then nobody knows all routes.
    """
    listing = open_listing(client, choice)
    other: ApiVersion | None = "v2" if listing.api == "v3" else "v3"
    if choice == "auto" and listing.api == "v2":
        other = None  # it was asked for v3 already
    reading = _Reading(client, listing.api, other, also)
    calls = (_Call(row.id, partial(reading.read, row.id)) for page in listing.pages for row in page)
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
    return Bodies(listing.api, tuple(found[identity] for identity in sorted(found)))


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


@dataclass(slots=True)
class _Reading:
    """One route after the other, from several threads."""

    client: ReadClient
    api: ApiVersion
    other: ApiVersion | None  # None: there is no other version
    also: Also

    def read(self, identity: str) -> tuple[JsonObject, ...]:
        for _ in range(MOST_READS):
            try:
                body = _body(self.client, self.api, identity)
            except NotFound:
                return ()
            beside = self._beside(body, identity)
            if beside is None:
                return (body,)
            if beside.get("version") == body["version"]:
                return (body, beside)
        raise BodyRefused(
            f"the route {identity} changed during every read, or API {self.other} does not "
            f"show it; try again later, or back up only {self.api} with `--api {self.api}`"
        )

    def _beside(self, body: JsonObject, identity: str) -> JsonObject | None:
        """The other version's body, {} where it has no such route; None where none is wanted."""
        if self.other is None or not self.also(self.api, body):
            return None
        try:
            return _body(self.client, self.other, identity)
        except NotFound:
            return {}
        except Forbidden as error:
            if not error.is_not_yet_available:
                raise
            self.other = None
            return None


def read_beside(client: ReadClient, api: ApiVersion, identity: str) -> JsonObject | None:
    """One route's body of this version; None where the route, or a v3, is not there. Raises the
    client's ApiError and BodyRefused.
    """
    try:
        return _body(client, api, identity)
    except NotFound:
        return None
    except Forbidden as error:
        if not error.is_not_yet_available:
            raise
        return None


def _body(client: ReadClient, api: ApiVersion, identity: str) -> JsonObject:
    answer = client.get(join(api, "alert_routes", identity)).body
    body = answer.get("alert_route") if isinstance(answer, Mapping) else None
    if not isinstance(body, Mapping) or body.get("id") != identity or "version" not in body:
        raise BodyRefused(f"the response for the route {identity} does not contain this route")
    return cast("JsonObject", body)
