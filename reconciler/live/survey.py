"""One look at the account: its routes as far as files declare them, and the names they need.

Everything that does not depend on something else is under way at once: the identity, the lists
that the files need, pages of routes and the details of those that files declare. What only a
type tells (entries of a catalog type) follows in at most two further rounds.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from reconciler.client import ApiError, Done, Failed, ReadClient, counting, gather
from reconciler.directory import Directory, Needs, needs_after, needs_of, type_subjects, with_labels
from reconciler.directory.translate import ids_in
from reconciler.live.identity import Identity, own_identity
from reconciler.live.lists import ListRead, list_calls, with_list
from reconciler.live.routes import (
    open_listing,
    read_live,
    wanted_by,
    wanted_ids,
)
from reconciler.model import ApiVersion, Config, Declaration, Finding, Listed, Live
from reconciler.wire.reading import UnreadableRoute

T = TypeVar("T")
CONCURRENCY = 32  # requests at once
MOST_ROUNDS = 4  # of lists; `directory.needs` says why three are enough


@dataclass(frozen=True, slots=True)
class Survey:
    """The result of a reading. Routes have their subjects typed; `unreadable` are ids whose body is
    no route that this version of the tool understands, each with a finding.
    """

    api: ApiVersion
    identity: Identity
    listed: tuple[Listed, ...] | None
    lives: Mapping[str, Live]
    directory: Directory
    unreadable: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _RouteRead:
    live: Live | None


@dataclass(frozen=True, slots=True)
class _Unreadable:
    id: str
    message: str


_Read = Identity | ListRead | _RouteRead | _Unreadable


@dataclass(slots=True)
class _Gathered:
    identity: Identity = field(default_factory=Identity)
    directory: Directory = field(default_factory=Directory)
    about_names: int = 0  # answers that the directory is made of: the identity, and lists
    has_lists: bool = False  # all that the files need
    lives: dict[str, Live] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)

    def take(self, read: _Read) -> None:
        match read:
            case Identity():
                self.identity = read
                self.directory = replace(self.directory, account=read.account)
                self.about_names += 1
            case ListRead():
                self.directory = with_list(self.directory, read)
                self.about_names += 1
            case _RouteRead(live):
                if live is not None:
                    self.lives[live.id] = live
                    if self.has_lists:  # while other routes are being read
                        ids_in(live.route, self.directory)
            case _Unreadable(identity, message):
                self.unreadable[identity] = message


def survey(
    client: ReadClient,
    declarations: Sequence[Declaration],
    config: Config,
    *,
    beside: Sequence[Declaration] = (),
    undeclared: bool = False,
) -> Survey:
    """Read all of it; `beside` are declarations whose names, but not whose routes, are read too.

    Raises the client's ApiError; a list that the key may not read is `unread` instead.
    """
    listing = open_listing(client, config.api)
    seen: list[Listed] = []
    wanted = wanted_by(declarations, undeclared=undeclared)
    named = (*declarations, *beside)
    gathered = _Gathered()
    ids = wanted_ids(listing, wanted, seen)
    routes = _route_calls(client, listing.api, ids)
    _gather(client, _with_names(client, routes, named, config, gathered), gathered)
    listed = tuple({row.id: row for row in seen}.values())
    return _completed(client, listing.api, listed, named, config, gathered)


def survey_routes(
    client: ReadClient,
    api: ApiVersion,
    declarations: Sequence[Declaration],
    ids: Sequence[str],
    config: Config,
    *,
    beside: Sequence[Declaration] = (),
) -> Survey:
    """The same without a list of the account's routes: only these ids are read."""
    named = (*declarations, *beside)
    gathered = _Gathered()
    routes = _route_calls(client, api, ids)
    _gather(client, _with_names(client, routes, named, config, gathered), gathered)
    return _completed(client, api, None, named, config, gathered)


def read_lives(
    client: ReadClient, api: ApiVersion, ids: Sequence[str], directory: Directory
) -> Mapping[str, Live]:
    """Some more routes in full; those that are gone or unreadable are left out."""
    gathered = _Gathered()
    _gather(client, _route_calls(client, api, ids), gathered)
    return {live.id: _typed(live, directory) for live in gathered.lives.values()}


def with_more(client: ReadClient, seen: Survey, ids: Sequence[str]) -> Survey:
    """The survey with these routes in it, as far as they can be read."""
    more = read_lives(client, seen.api, ids, seen.directory)
    return replace(seen, lives={**seen.lives, **more})


def read_directory(
    client: ReadClient, needs: Callable[[Directory], Needs], account: str
) -> Directory:
    """The names of an account. Raises the client's ApiError."""
    return with_lists(client, Directory(account=account), needs)


def with_lists(
    client: ReadClient, directory: Directory, needs: Callable[[Directory], Needs]
) -> Directory:
    """Read rounds of lists until nothing more is needed. Raises the client's ApiError."""
    gathered = _Gathered(directory=directory)
    for _ in range(MOST_ROUNDS):
        more = needs(gathered.directory)
        if not more:
            break
        _gather(client, list_calls(client, more), gathered)
    return gathered.directory


def _with_names(
    client: ReadClient,
    routes: Iterator[Callable[[], _Read]],
    declarations: Sequence[Declaration],
    config: Config,
    gathered: _Gathered,
) -> Iterator[Callable[[], _Read]]:
    """The calls for routes, and before them those for the identity and for lists: the first round
    at once, a further one as soon as all answers to the one before it have come.
    """
    calls = 1
    yield lambda: own_identity(client, config)
    more = needs_of(declarations, (), config)
    for _ in range(MOST_ROUNDS):
        lists = list(list_calls(client, more))
        calls += len(lists)
        yield from lists
        while lists and gathered.about_names < calls:
            if (route := next(routes, None)) is None:
                return
            yield route
        more = needs_after(gathered.directory, declarations, (), config) if lists else Needs()
    gathered.has_lists = True
    yield from routes


def _route_calls(
    client: ReadClient, api: ApiVersion, ids: Iterable[str]
) -> Iterator[Callable[[], _Read]]:
    calls = (_route_call(client, api, identity) for identity in ids)
    return counting(client.tell, "reading", "live routes", calls)


def _route_call(client: ReadClient, api: ApiVersion, identity: str) -> Callable[[], _Read]:
    def read() -> _Read:
        try:
            return _RouteRead(read_live(client, api, identity))
        except UnreadableRoute as error:
            return _Unreadable(identity, str(error))

    return read


def _gather(client: ReadClient, calls: Iterable[Callable[[], _Read]], gathered: _Gathered) -> None:
    for read in results(client, calls):
        gathered.take(read)


def results(client: ReadClient, calls: Iterable[Callable[[], T]]) -> Iterator[T]:
    """Every call's result; the first error is raised once the calls under way have ended. An
    interrupt ends the client's waits: Ctrl-C does not wait for a retry.
    """
    stop = threading.Event()
    first: ApiError | None = None
    for result in gather(calls, CONCURRENCY, stop=stop, on_interrupt=client.stop):
        if isinstance(result, Done):
            yield result.value
        elif isinstance(result, Failed):
            first = first or result.error
            stop.set()
    if first:
        raise first


def _typed(live: Live, directory: Directory) -> Live:
    return replace(live, route=type_subjects(live.route, directory))


def _completed(
    client: ReadClient,
    api: ApiVersion,
    listed: tuple[Listed, ...] | None,
    declarations: Sequence[Declaration],
    config: Config,
    gathered: _Gathered,
) -> Survey:
    lives = list(gathered.lives.values())
    labelled = with_labels(gathered.directory, lives)
    needs = partial(needs_after, declarations=declarations, lives=lives, config=config)
    directory = with_lists(client, labelled, needs)
    typed = {live.id: _typed(live, directory) for live in lives}
    findings = tuple(
        Finding(
            "error",
            "unreadable-route",
            f"the live route {identity} cannot be read: {message}",
            hint="a newer version of reconciler may support it; the plan leaves it out",
        )
        for identity, message in sorted(gathered.unreadable.items())
    )
    return Survey(
        api,
        gathered.identity,
        listed,
        typed,
        directory,
        frozenset(gathered.unreadable),
        findings,
    )
