"""Writes of earlier runs with an unknown outcome: looked after by the next run.

What is live decides: its version, and whether the difference to the run's backup has the digest in
the journal. What may be another edit is *unclear*, and stays for a person; the plan compares the
route with its file in any case. A create or a delete that is not seen may still arrive: it stays
unsettled until no server would carry it out any more (`arrival`).

A job that leaves no journal behind waits for a create whose answer was lost, as the next job would
not know of it: until the route is seen, or no server would carry the request out (fact 1.16).
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.apply.write import Writing, stored_otherwise
from reconciler.backup.read import read_backup
from reconciler.client import ApiError, ReadClient
from reconciler.directory import Directory
from reconciler.live.routes import open_listing, read_live
from reconciler.live.survey import Survey, read_lives
from reconciler.model import Listed, Live, has_errors
from reconciler.plan.change import Create
from reconciler.plan.outcome import Doubled, Failed, Outcome, Unresolved, Written
from reconciler.planning.payloads import Prepared
from reconciler.runs.arrival import (
    LONGEST,
    Awaited,
    digest_of_create,
    digest_of_update,
    may_be,
    may_still_arrive,
    not_arrived,
    renamed,
    waits,
)
from reconciler.runs.folder import Run
from reconciler.runs.history import RunRecord, WriteRecord, read_run
from reconciler.runs.journal import Journal, JournalRefused, Result, is_held
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute


@dataclass(frozen=True, slots=True)
class Settled:
    """One write, what was seen, and the same in words."""

    run: str
    write: WriteRecord
    result: Result | None  # None: it may still be carried out, so that nothing is recorded
    words: str
    awaited: Awaited | None = None  # what this keeps from being sent


def beside_the_plan(seen: Iterable[Settled], creates: Sequence[Create]) -> Iterator[Settled]:
    """Without creates that may still arrive: the plan shows why it holds them back."""
    names = {create.name for create in creates}
    for settled in seen:
        waiting = settled.awaited
        if not (waiting and any(waiting.is_the_same_as(create, names) for create in creates)):
            yield settled


def settle(
    client: ReadClient,
    seen: Survey,
    runs: Iterable[Run],
    now: datetime,
    *,
    assume_not_created: bool = False,
) -> tuple[Settled, ...]:
    """Look for the unsettled writes of these runs, and record in their journals what was seen.
    Reads only what `seen` lacks; mostly nothing. A run at work is left alone: its writes are on
    their way. `assume_not_created`: a person knows that unseen creates failed. Raises the client's
    ApiError.
    """
    records = [read_run(run) for run in runs]
    left = [record for record in records if record.unsettled or record.lost_creates]
    left = [record for record in left if not is_held(record.run.journal)]
    account = seen.identity.account
    left = [run for run in left if not (run.account and account and run.account != account)]
    if not left:
        return ()
    live = _read(client, seen, left, _made_by(records))
    settled: list[Settled] = []
    for record in left:
        for write in dict.fromkeys((*record.unsettled, *record.lost_creates)):
            state = _settled(record, write, live, now)
            if assume_not_created and state.awaited:
                words = "the run treats it as not created: --assume-not-created"
                state = replace(state, result=Result("not written"), words=words, awaited=None)
            if state.result and state.result.outcome != write.settled:
                _remember(record.run, state.write.number, state.result, now)
            if state.awaited or not write.settled:
                settled.append(state)
    return tuple(settled)


@dataclass(frozen=True, slots=True)
class _Live:
    """The live routes that the writes concern."""

    routes: Mapping[str, Live]
    listed: tuple[Listed, ...]
    directory: Directory
    ours: frozenset[str]  # what runs of this folder are known to have made
    created: frozenset[str]  # the names of what these runs created, or tried to


def _read(
    client: ReadClient, seen: Survey, left: Sequence[RunRecord], ours: frozenset[str]
) -> _Live:
    writes = [write for record in left for write in record.unsettled]
    lost = [(record, write) for record in left for write in record.lost_creates]
    listed = seen.listed or ()
    if lost and seen.listed is None:
        listed = open_listing(client, seen.api).rows()
    ids = {write.id for write in writes if write.id}
    for record, write in lost:
        ids |= {row.id for row in listed if may_be(row, record, write)}
    more = read_lives(client, seen.api, sorted(ids - seen.lives.keys()), seen.directory)
    creates = (write for record in left for write in record.writes if write.action == "create")
    created = frozenset(write.name for write in creates)
    return _Live({**seen.lives, **more}, listed, seen.directory, ours, created)


def _made_by(records: Sequence[RunRecord]) -> frozenset[str]:
    """The ids of routes that these runs created, whatever incident.io stored or a later run saw."""
    return frozenset(
        write.id
        for record in records
        for write in record.writes
        if write.action == "create" and write.id and write.settled != "renamed"
    )


def _settled(record: RunRecord, write: WriteRecord, live: _Live, now: datetime) -> Settled:
    why = ""
    match write.action:
        case "create" if write.settled == "renamed":
            result, words, why = _still_renamed(record, write, live)
        case "create":
            result, words, why = _create(record, write, live, now)
        case "delete":
            result, words = _delete(record, write, live.routes.get(write.id), now)
        case _:
            result, words = _update(record, write, live)
    awaited = Awaited(record.id, write, why) if why else None
    return Settled(record.id, write, result, words, awaited)


_Created = tuple[Result | None, str, str]  # with the reason not to send it again, "" for none


def _create(record: RunRecord, write: WriteRecord, live: _Live, now: datetime) -> _Created:
    rows = [row for row in live.listed if may_be(row, record, write) and row.id not in live.ours]
    maybe = [live.routes[row.id] for row in rows if row.id in live.routes]
    digests = {
        candidate.id: digest_of_create(candidate, live.directory, write.name) for candidate in maybe
    }
    same = [candidate for candidate in maybe if digests[candidate.id] == write.digest]
    twins = [candidate for candidate in maybe if candidate.route.name == write.name]
    ours = [candidate for candidate in same if candidate in twins]
    if len(ours) == 1:
        (created,) = ours
        result = Result("written", created.id, created.version)
        return result, f"it was created, as {created.id}", ""
    # A route that has the name of another create of these runs is that one's, whatever it says.
    others = [candidate for candidate in same if candidate.route.name not in live.created]
    if others and not twins:
        created = others[0]
        words = f'it was created, as {created.id}, which is named "{created.route.name}" now'
        why = renamed(record, write, created.id, created.route.name)
        return Result("renamed", created.id, created.version), words, why
    ids = ", ".join(twin.id for twin in twins)
    seen = f"{ids} has its name, and may be the created route" if twins else "it was not created"
    if not may_still_arrive(record, now):
        return Result("unclear" if twins else "not written"), seen, ""
    seen = seen if twins else "it is not live yet"
    words = f"{seen}; it may still arrive {waits(record, now)}"
    return None, words, not_arrived(record, now)


def _still_renamed(record: RunRecord, write: WriteRecord, live: _Live) -> _Created:
    """Seen before; its content may have been edited since, its id is the same."""
    rows = (row for row in live.listed if row.id == write.id and row.name != write.name)
    why = next((renamed(record, write, row.id, row.name) for row in rows), "")
    return None, "it was created, and renamed afterwards", why


def _delete(
    record: RunRecord, write: WriteRecord, live: Live | None, now: datetime
) -> tuple[Result | None, str]:
    if live is None:
        return Result("written", write.id), "it was deleted"
    if live.version == write.base and may_still_arrive(record, now):
        seen = f"it is still live (v{live.version})"
        return None, f"{seen}, but the delete may still arrive {waits(record, now)}"
    if live.version == write.base:
        return Result("not written", write.id), f"it is still live (v{live.version})"
    words = f"it is live as v{live.version}, edited afterwards"
    return Result("not written", write.id, live.version), words


def _update(record: RunRecord, write: WriteRecord, live: _Live) -> tuple[Result, str]:
    now = live.routes.get(write.id)
    if now is None:
        return Result("unclear", write.id), "the route was deleted afterwards"
    if now.version == write.base:
        return Result("not written", write.id), f"it was not written (live: v{now.version})"
    before = _backed_up(record.run).get(write.id)
    next_one = now.version == (write.base or 0) + 1
    if before and next_one and digest_of_update(before, now, live.directory) == write.digest:
        return Result("written", write.id, now.version), f"it was written, as v{now.version}"
    words = f"live is v{now.version}: from this write, or from a later live edit"
    return Result("unclear", write.id, now.version), words


def _remember(run: Run, number: int, result: Result, now: datetime) -> None:
    try:
        journal = Journal(run.journal, lambda: now)
    except JournalRefused:
        return  # a folder that is kept for reading alone: the next run looks again
    try:
        journal.settle(number, result)
    except JournalRefused:
        return
    finally:
        journal.close()


def _backed_up(run: Run) -> Mapping[str, Live]:
    """The routes of a run's backup by id; none of a backup that is not whole."""
    return dict(_decoded(run))


def _decoded(run: Run) -> Iterator[tuple[str, Live]]:
    backup = read_backup(run.backup)
    if has_errors(backup.findings):
        return
    for entry in backup.entries:
        try:
            yield entry.id, codec(entry.api).decode(entry.body)
        except UnreadableRoute:
            continue


LOOK_SECONDS = 15.0  # between two looks at the list
STEP_SECONDS = 0.2  # how soon an interrupt is heard


def wait_out(
    prepared: Sequence[Prepared],
    outcomes: Sequence[Outcome],
    writing: Writing,
    now: Callable[[], datetime],
    tell: Callable[[Outcome], None],
) -> tuple[Outcome, ...]:
    """The outcomes (in the order of `prepared`), with those of unknown creates. An interrupt, or an
    unreadable list, leaves them unknown.
    """
    known = list(outcomes)
    names = frozenset(write.change.name for write in prepared if isinstance(write.change, Create))
    until = now() + LONGEST
    while left := [
        (place, write.change)
        for place, write in enumerate(prepared)
        if isinstance(known[place], Unresolved) and isinstance(write.change, Create)
    ]:
        over = now() >= until
        ours = {outcome.id for outcome in known if isinstance(outcome, Written)}
        news = _news(writing, ours)
        for place, seen in _seen(left, names, news, writing, over=over):
            known[place] = seen
            tell(seen)
        if over or not _paused(writing):
            break
    return tuple(known)


def _news(writing: Writing, ours: set[str]) -> tuple[Live, ...] | None:
    """Routes that are new and not known to be this run's; None where they cannot be read."""
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
    """The outcomes of the creates, by their places: by name and content, then by content alone, as
    the route may be renamed. A route with another create's name belongs to that create; one that
    several creates may have made belongs to none.
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
        ids = tuple(live.id for live in others)
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
