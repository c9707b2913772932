"""Live routes: listed in pages, read in full only where a file declares them.

One route is written here. The outcome is a value, never an exception: it was carried out (with
what the server stored), it was certainly not carried out (with the client's error), or it is
unknown. `apply.write` decides about the third, and reads before it decides.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from reconciler.client import (
    Answer,
    ApiError,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    ReadClient,
    WriteClient,
    counting_pages,
    join,
)
from reconciler.model import ApiChoice, ApiVersion, Declaration, Listed, Live
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute

PAGE_SIZE = 50  # the API's maximum for routes (part 1 of the API facts)


@dataclass(frozen=True, slots=True)
class Listing:
    """The version that the organisation answers, and its pages, the first already read."""

    api: ApiVersion
    pages: Iterable[Sequence[Listed]]

    def rows(self) -> tuple[Listed, ...]:
        """Every route once, though one that moves between two pages is listed in both. Reads the
        pages, so call it once; raises the client's ApiError.
        """
        return tuple({row.id: row for page in self.pages for row in page}.values())


def open_listing(client: ReadClient, choice: ApiChoice) -> Listing:
    """Begin to list the routes; with `auto` the first page of v3 is the probe, and v2 the fallback.
    Raises the client's ApiError.
    """
    if choice != "auto":
        return Listing(choice, _pages(client, choice))
    pages = _pages(client, "v3")
    try:
        first = next(pages, ())
    except Forbidden as error:
        if not error.is_not_yet_available:
            raise
        return Listing("v2", _pages(client, "v2"))
    return Listing("v3", chain([first], pages))


def probe(client: ReadClient, choice: ApiChoice) -> ApiVersion:
    """The version alone, for calls that list nothing; one request with `auto`, none without."""
    return open_listing(client, choice).api


def _pages(client: ReadClient, api: ApiVersion) -> Iterator[Sequence[Listed]]:
    pages = client.pages(join(api, "alert_routes"), "alert_routes", PAGE_SIZE)
    for rows in counting_pages(client.tell, "listed routes", pages):
        yield tuple(
            Listed(str(row["id"]), str(row.get("name", "")), row.get("enabled") is not False)
            for row in rows
            if row.get("id")
        )


def read_live(client: ReadClient, api: ApiVersion, identity: str) -> Live | None:
    """One route in full; None when it is not there. Raises ApiError, and UnreadableRoute."""
    try:
        answer = client.get(join(api, "alert_routes", identity))
    except NotFound:
        return None
    return codec(api).decode(_alert_route(answer.body))


def _alert_route(body: object) -> Mapping[str, object]:
    inner = body.get("alert_route") if isinstance(body, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which live routes are read in full."""

    ids: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    everything: bool = False  # undeclared routes too, where they may be deleted


def wanted_by(declarations: Iterable[Declaration], *, undeclared: bool = False) -> Wanted:
    """The routes that the files may mean: by id, else by name or former name."""
    ids: set[str] = set()
    names: set[str] = set()
    for declaration in declarations:
        if declaration.id:
            ids.add(declaration.id)
        else:
            names |= {declaration.route.name, declaration.previously or declaration.route.name}
    return Wanted(frozenset(ids), frozenset(names), undeclared)


def wanted_ids(listing: Listing, wanted: Wanted, seen: list[Listed]) -> Iterator[str]:
    """The ids of the routes to read in full, as they become known: pinned ids at once, then those
    of each page. Every row that passes is added to `seen`.
    """
    known = set(wanted.ids)
    yield from sorted(wanted.ids)
    for page in listing.pages:
        seen.extend(page)
        for row in page:
            if row.id not in known and (wanted.everything or row.name in wanted.names):
                known.add(row.id)
                yield row.id


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
    """Sent, and it is unknown what came of it."""

    reason: str


def post_route(
    client: WriteClient, api: ApiVersion, payload: Mapping[str, object]
) -> Stored | Refused | Lost:
    """Create a route. Never sent twice (no idempotency key, part 1 of the API facts)."""
    return _stored(api, _sent(lambda: client.post(join(api, "alert_routes"), payload)))


def put_route(
    client: WriteClient, api: ApiVersion, base: Live, payload: Mapping[str, object]
) -> Stored | Refused | Lost:
    """Replace a route: version `base.version + 1`, so that an edit in between is refused."""
    body = {**payload, "version": base.version + 1}
    return _stored(api, _sent(lambda: client.put(join(api, "alert_routes", base.id), body)))


def delete_route(client: WriteClient, api: ApiVersion, identity: str) -> Deleted | Refused | Lost:
    """Delete a route; one that is not there any more counts as deleted."""
    match _sent(lambda: client.delete(join(api, "alert_routes", identity))):
        case Refused(error) as refused if not isinstance(error, NotFound):
            return refused
        case Lost() as lost:
            return lost
        case _:
            return Deleted()


def _sent(send: Callable[[], Answer]) -> Answer | Refused | Lost:
    try:
        return send()
    except OutcomeUnknown as error:
        return Lost(str(error))
    except ApiError as error:
        return Refused(error)


def _stored(api: ApiVersion, answer: Answer | Refused | Lost) -> Stored | Refused | Lost:
    if isinstance(answer, (Refused, Lost)):
        return answer
    body = answer.body
    route = body.get("alert_route") if isinstance(body, Mapping) else None
    if not isinstance(route, Mapping):
        return Lost("the response to the write does not contain a route")
    try:
        return Stored(codec(api).decode(route))
    except UnreadableRoute as error:
        return Lost(f"the route in the response to the write cannot be read: {error}")
