"""Writes of earlier runs whose outcome nobody knows: looked after once, by the next run.

What is live decides: the version that a write would have made, and whether the difference to the
run's own backup is the very change that the journal has the digest of. What cannot be told apart
from somebody else's edit is *unclear*, and stays for a person; the plan that follows compares the
route with its file in any case.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reconciler.apply.backups import read_backup
from reconciler.apply.history import RunRecord, WriteRecord, read_run
from reconciler.apply.journal import Journal, JournalRefused, Result, is_held
from reconciler.apply.runs import Run
from reconciler.apply.write_digests import digest_of_create, digest_of_update
from reconciler.client import ReadClient
from reconciler.directory import Directory
from reconciler.live.routes import open_listing
from reconciler.live.survey import Survey, read_lives
from reconciler.model.declaration import Listed, Live
from reconciler.model.finding import has_errors
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute


@dataclass(frozen=True, slots=True)
class Settled:
    """One write, what was seen, and the same in words."""

    run: str
    write: WriteRecord
    result: Result
    words: str


def settle(
    client: ReadClient, seen: Survey, runs: Iterable[Run], now: datetime
) -> tuple[Settled, ...]:
    """Look after every unsettled write of these runs, and record in their journals what was seen,
    so that nobody looks again. Reads only what `seen` does not have; nothing at all in the usual
    case that there is no such write. A run that is still at work is left alone: its writes are on
    their way. Raises the client's ApiError.
    """
    left = [record for record in map(read_run, runs) if record.unsettled]
    left = [record for record in left if not is_held(record.run.journal)]
    account = seen.identity.account
    left = [one for one in left if not (one.account and account and one.account != account)]
    if not left:
        return ()
    live = _read(client, seen, left)
    settled: list[Settled] = []
    for record in left:
        for write in record.unsettled:
            one = _settled(record, write, live)
            _remember(record.run, one, now)
            settled.append(one)
    return tuple(settled)


@dataclass(frozen=True, slots=True)
class _Live:
    """What is live now, as far as the writes concern it."""

    routes: Mapping[str, Live]
    listed: tuple[Listed, ...]
    directory: Directory


def _read(client: ReadClient, seen: Survey, left: Sequence[RunRecord]) -> _Live:
    writes = [write for record in left for write in record.unsettled]
    names = {write.name for write in writes if write.action == "create"}
    listed = seen.listed or ()
    if names and seen.listed is None:
        listed = open_listing(client, seen.api).rows()
    ids = {write.id for write in writes if write.id}
    ids |= {row.id for row in listed if row.name in names}
    more = read_lives(client, seen.api, sorted(ids - seen.lives.keys()), seen.directory)
    return _Live({**seen.lives, **more}, listed, seen.directory)


def _settled(record: RunRecord, write: WriteRecord, live: _Live) -> Settled:
    match write.action:
        case "create":
            result, words = _create(write, live)
        case "delete":
            result, words = _delete(write, live.routes.get(write.id))
        case _:
            result, words = _update(record, write, live)
    return Settled(record.id, write, result, words)


def _create(write: WriteRecord, live: _Live) -> tuple[Result, str]:
    twins = [live.routes[row.id] for row in live.listed if row.id in live.routes]
    twins = [one for one in twins if one.route.name == write.name]
    ours = [one for one in twins if digest_of_create(one, live.directory) == write.digest]
    if len(ours) == 1:
        (one,) = ours
        return Result("written", one.id, one.version), f"it was created, as {one.id}"
    if not twins:
        return Result("not written"), "it was not created"
    ids = ", ".join(one.id for one in twins)
    return Result("unclear"), f"{ids} has its name, and may be what it created"


def _delete(write: WriteRecord, now: Live | None) -> tuple[Result, str]:
    if now is None:
        return Result("written", write.id), "it is deleted"
    if now.version == write.base:
        return Result("not written", write.id), f"it is still live (v{now.version})"
    words = f"it is live as v{now.version}, edited since"
    return Result("not written", write.id, now.version), words


def _update(record: RunRecord, write: WriteRecord, live: _Live) -> tuple[Result, str]:
    now = live.routes.get(write.id)
    if now is None:
        return Result("unclear", write.id), "the route was deleted since"
    if now.version == write.base:
        return Result("not written", write.id), f"it was not written (live is v{now.version})"
    before = _backed_up(record.run).get(write.id)
    next_one = now.version == (write.base or 0) + 1
    if before and next_one and digest_of_update(before, now, live.directory) == write.digest:
        return Result("written", write.id, now.version), f"it was written, as v{now.version}"
    words = f"live is v{now.version}: by it, or by somebody's edit since"
    return Result("unclear", write.id, now.version), words


def _remember(run: Run, settled: Settled, now: datetime) -> None:
    try:
        journal = Journal(run.journal, lambda: now)
    except JournalRefused:
        return  # a folder that is kept for reading alone: the next run looks again
    try:
        journal.settle(settled.write.number, settled.result)
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
