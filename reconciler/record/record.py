"""What was applied last, route by route. Pure.

A record answers "who moved?": a file that differs from the record was changed in the file, a live
route that differs from it was edited in incident.io. Two records of one account are merged route by
route, and the higher version wins; the merge is commutative, associative and idempotent, so it does
not matter in which order runs that end at once are seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Applied:
    """One route as it was applied.

    `text` is the route file, byte for byte; `ids` the same route as a route file with ids in the
    place of names, so that a name that means another thing later changes nothing here. `whole` is
    False where the run kept a live edit: the live route was then not what the file says.
    """

    id: str
    name: str
    version: int  # as incident.io answered the write
    file: str  # path from the folder of reconciler.yaml
    run: str
    at: datetime
    commit: str = ""  # the full hash, "" outside a repository
    whole: bool = True
    text: str = ""
    ids: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """A route that a run deleted; `version` is the last one it had."""

    id: str
    name: str
    version: int
    run: str
    at: datetime
    commit: str = ""


Entry = Applied | Gone


@dataclass(frozen=True, slots=True)
class Whole:
    """The newest commit all of whose changes were applied, by its full hash, and since when."""

    commit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """What was applied to one account from one folder."""

    account: str  # the identity's dashboard_url
    entries: Mapping[str, Entry] = field(default_factory=dict)  # by id
    whole: Whole | None = None  # None: no run yet left nothing to do

    @property
    def applied(self) -> tuple[Applied, ...]:
        """The routes that are not deleted, by id."""
        found = (self.entries[identity] for identity in sorted(self.entries))
        return tuple(one for one in found if isinstance(one, Applied))


def with_entries(record: Record, entries: Iterable[Entry], whole: Whole | None = None) -> Record:
    """The record after a run that wrote these, and left nothing of the commit `whole` to do."""
    return merged(record, Record(record.account, {one.id: one for one in entries}, whole))


def following(at: datetime, known: datetime | None) -> datetime:
    """The time of what replaces something of the time `known`: always later, so that it wins on
    every machine, also where this machine's clock is behind.
    """
    if known is None or at > known:
        return at
    last = datetime.max.replace(tzinfo=UTC)
    return known + timedelta(microseconds=1) if known.astimezone(UTC) < last else known


def merged(one: Record, other: Record) -> Record:
    """Both, route by route: the higher version wins, then the later time. Of the commits that were
    applied whole the later one stays. Both are records of `one.account`.
    """
    both = dict(one.entries)
    for identity, entry in other.entries.items():
        mine = both.get(identity)
        both[identity] = entry if mine is None or _rank(entry) > _rank(mine) else mine
    wholes = [side.whole for side in (one, other) if side.whole]
    whole = max(wholes, key=lambda known: (known.at, known.commit), default=None)
    return replace(one, entries=both, whole=whole)


def _rank(entry: Entry) -> tuple[int, bool, datetime, str, str]:
    """Total, so that two different entries never tie."""
    return entry.version, isinstance(entry, Gone), entry.at, entry.run, repr(entry)
