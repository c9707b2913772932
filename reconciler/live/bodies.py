"""Every live route in full, as the API returned it: nothing is decoded, so nothing is lost."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

from reconciler.client import Forbidden, NotFound, ReadClient, counting, join
from reconciler.live.routes import Listing, open_listing
from reconciler.live.survey import results
from reconciler.model import ApiChoice, ApiVersion, JsonObject

MOST_READS = 5  # of a route whose two versions differ, because it is being edited just then


class BodyRefused(ValueError):
    """The answer of the API is no route, or never the same one; says which."""


Also = Callable[[ApiVersion, JsonObject], bool]
"""Whether a route whose body of one version is at hand is read through the other one, too."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """The routes in the order of their ids: the body of `api`, and perhaps the other version's."""

    api: ApiVersion
    routes: tuple[tuple[JsonObject, ...], ...]


def read_bodies(client: ReadClient, choice: ApiChoice, also: Also) -> Bodies:
    """Read them all; both bodies of a route are of one version. A route that is deleted meanwhile
    is left out; a v3 that the account lacks is tried once.

    Raises the client's ApiError and BodyRefused: then not all routes are known.
    """
    listing = open_listing(client, choice)
    other: ApiVersion | None = "v2" if listing.api == "v3" else "v3"
    if choice == "auto" and listing.api == "v2":
        other = None  # v3 is not available
    reading = _Reading(client, listing.api, other, also)
    calls = counting(client.tell, "reading", "live routes", _calls(listing, reading.read))
    read = results(client, calls)
    found = {str(bodies[0]["id"]): bodies for bodies in read if bodies}
    return Bodies(listing.api, tuple(found[identity] for identity in sorted(found)))


def _calls(
    listing: Listing, read: Callable[[str], tuple[JsonObject, ...]]
) -> Iterator[Callable[[], tuple[JsonObject, ...]]]:
    """A route that moves between two pages of the list is read once."""
    seen: set[str] = set()
    for row in (row for page in listing.pages for row in page):
        if row.id not in seen:
            seen.add(row.id)
            yield partial(read, row.id)


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
    """One route's body of this version; None where the route, or a v3, is not there. Raises
    ApiError and BodyRefused.
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
