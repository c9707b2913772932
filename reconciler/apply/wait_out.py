"""A create whose answer was lost, in a job that leaves no journal behind: waited for to its end.

The next job has a checkout of its own, so nothing would tell it that a POST of this one may still
arrive. This one looks until the route is seen, or until no server would carry the request out any
more (fact 1.16): then the create is known to have failed.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from reconciler.apply.write import Writing, stored_otherwise
from reconciler.client import ApiError
from reconciler.live.routes import open_listing, read_live
from reconciler.model import Live
from reconciler.plan.change import Create
from reconciler.plan.outcome import Doubled, Failed, Outcome, Unresolved, Written
from reconciler.planning.payloads import Prepared
from reconciler.runs.arrival import LONGEST
from reconciler.wire.reading import UnreadableRoute

LOOK_SECONDS = 15.0  # between two looks at the list
STEP_SECONDS = 0.2  # how soon an interrupt is heard


def wait_out(
    prepared: Sequence[Prepared],
    outcomes: Sequence[Outcome],
    writing: Writing,
    now: Callable[[], datetime],
    tell: Callable[[Outcome], None],
) -> tuple[Outcome, ...]:
    """The outcomes (in the order of `prepared`), with what became of their unknown creates. An
    interrupt leaves them unknown, and so does a list that cannot be read.
    """
    known = list(outcomes)
    names = frozenset(one.change.name for one in prepared if isinstance(one.change, Create))
    until = now() + LONGEST
    while left := [
        (place, one.change)
        for place, one in enumerate(prepared)
        if isinstance(known[place], Unresolved) and isinstance(one.change, Create)
    ]:
        over = now() >= until
        ours = {one.id for one in known if isinstance(one, Written)}
        news = _news(writing, ours)
        for place, seen in _seen(left, names, news, writing, over=over):
            known[place] = seen
            tell(seen)
        if over or not _paused(writing):
            break
    return tuple(known)


def _news(writing: Writing, ours: set[str]) -> tuple[Live, ...] | None:
    """The routes that were not live before this run and are not known to be its work; None where
    they cannot be read.
    """
    try:
        rows = open_listing(writing.client, writing.api).rows()
        ids = [row.id for row in rows if row.id not in writing.known and row.id not in ours]
        lives = [read_live(writing.client, writing.api, identity) for identity in ids]
    except (ApiError, UnreadableRoute):
        return None
    return tuple(live for live in lives if live is not None)


def _seen(
    left: Sequence[tuple[int, Create]],
    names: frozenset[str],
    news: Sequence[Live] | None,
    writing: Writing,
    *,
    over: bool,
) -> Iterator[tuple[int, Outcome]]:
    """The outcomes of the creates, by their places: by name and content first, then by content
    alone, as the route may have another name by now. A route with the name of another create
    belongs to that create, and a route that several creates may have made belongs to none.
    """
    if news is None:
        return
    renamed = [live for live in news if live.route.name not in names]
    maybe = {
        place: _saying(create, renamed, writing)
        for place, create in left
        if not any(live.route.name == create.name for live in news)
    }
    shared = Counter(live.id for lives in maybe.values() for live in lives)
    for place, create in left:
        named = [live for live in news if live.route.name == create.name]
        found = _saying(create, named, writing)
        one_of = maybe.get(place, [])
        if found:
            yield place, _created(create, found)
        elif len(one_of) == 1 and shared[one_of[0].id] == 1:
            yield place, Written("create", create.name, one_of[0].id, one_of[0].version)
        elif over and not named and not one_of:
            yield place, _not_created(create)


def _saying(create: Create, lives: Sequence[Live], writing: Writing) -> list[Live]:
    """The routes that say what the create says, under whatever name."""
    return [
        live
        for live in lives
        if not stored_otherwise(replace(create.after, name=live.route.name), live, writing)
    ]


def _created(create: Create, found: Sequence[Live]) -> Outcome:
    first, *others = found
    if others:
        ids = tuple(one.id for one in others)
        return Doubled("create", create.name, first.id, first.version, ids, same=True)
    return Written("create", create.name, first.id, first.version)


def _not_created(create: Create) -> Outcome:
    minutes = int(LONGEST.total_seconds() // 60)
    message = f"{minutes} minutes after the lost response it is not live, so it was not created"
    return Failed("create", create.name, "", message, "apply again")


def _paused(writing: Writing) -> bool:
    """Wait for the next look; False when an interrupt came."""
    until = time.monotonic() + LOOK_SECONDS
    while time.monotonic() < until and not writing.halt.is_set():
        time.sleep(min(STEP_SECONDS, LOOK_SECONDS))
    return not writing.halt.is_set()
