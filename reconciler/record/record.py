"""The state last applied, route by route. Pure.

A record answers "who moved?": a file that differs from it was changed in the file, a live route in
incident.io. Two records are merged route by route, and the higher version wins: the merge is
commutative, associative and idempotent, so the order of runs that end at once does not matter.

Its files, whose `git diff` is the audit log of the account:

    record.json                       who applied what, when, from which commit
    files/SLUG-ID.yaml                each route file as it was applied
    ids/SLUG-ID.yaml                  the same route with ids in the place of names
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec

from reconciler.model import slug


@dataclass(frozen=True, slots=True)
class Applied:
    """One route as it was applied.

    `text` is the route file, byte for byte; `ids` the same with ids in place of names, whose
    meaning lasts. `whole` False: the run kept a live edit, so the live route differed from the
    file.
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
    """The last applies to one account from one folder."""

    account: str  # the identity's dashboard_url
    entries: Mapping[str, Entry] = field(default_factory=dict)  # by id
    whole: Whole | None = None  # None: no run yet left nothing to do

    @property
    def applied(self) -> tuple[Applied, ...]:
        """Not the deleted ones; by id."""
        found = (self.entries[identity] for identity in sorted(self.entries))
        return tuple(entry for entry in found if isinstance(entry, Applied))


def with_entries(record: Record, entries: Iterable[Entry], whole: Whole | None = None) -> Record:
    """The record after a run that wrote these, and left nothing of the commit `whole` to do."""
    return merged(record, Record(record.account, {entry.id: entry for entry in entries}, whole))


def following(at: datetime, known: datetime | None) -> datetime:
    """The time of what replaces an entry of the time `known`: always later, so that it wins on
    every machine, also if this clock is behind.
    """
    if known is None or at > known:
        return at
    last = datetime.max.replace(tzinfo=UTC)
    return known + timedelta(microseconds=1) if known.astimezone(UTC) < last else known


def merged(record: Record, other: Record) -> Record:
    """Route by route the higher version, then the later time; the later `whole`. Both records are
    of one account.
    """
    both = dict(record.entries)
    for identity, entry in other.entries.items():
        mine = both.get(identity)
        both[identity] = entry if mine is None or _rank(entry) > _rank(mine) else mine
    wholes = [side.whole for side in (record, other) if side.whole]
    whole = max(wholes, key=lambda known: (known.at, known.commit), default=None)
    return replace(record, entries=both, whole=whole)


def _rank(entry: Entry) -> tuple[int, bool, datetime, str, str]:
    """Total, so that two different entries never tie."""
    return entry.version, isinstance(entry, Gone), entry.at, entry.run, repr(entry)


INDEX = "record.json"
FORMAT = 1
_Version = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
_Id = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{1,100}\Z")]  # a part of a file's name
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Damaged:
    """A record that cannot be used, and why."""

    why: str


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=False, omit_defaults=True):
    """One route in the index. `deleted` rows have no file."""

    name: str
    version: _Version
    run: str
    at: datetime
    commit: str = ""
    file: str = ""
    whole: bool = True
    deleted: bool = False


class _Index(msgspec.Struct, frozen=True, omit_defaults=True):
    """`applied`: the newest commit all of whose changes were applied."""

    format_version: int
    account: str
    routes: dict[_Id, _Row]
    applied: Whole | None = None


def to_files(record: Record) -> dict[str, bytes]:
    """The files of a record, by path. Equal records have equal files, byte for byte."""
    rows = {identity: _row(record.entries[identity]) for identity in sorted(record.entries)}
    index = _Index(FORMAT, record.account, rows, record.whole)
    files = {INDEX: msgspec.json.format(msgspec.json.encode(index), indent=2) + b"\n"}
    for entry in record.applied:
        files[f"files/{_name(entry)}"] = entry.text.encode("utf-8")
        files[f"ids/{_name(entry)}"] = entry.ids.encode("utf-8")
    return files


def from_files(files: Mapping[str, bytes], account: str) -> Record | Damaged:
    """The record of `account`; Damaged for files that are not a whole record of it."""
    if INDEX not in files:
        return Damaged(f"{INDEX} is missing")
    try:
        index = msgspec.json.decode(files[INDEX], type=_Index)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Damaged(f"{INDEX}: {error}")
    if index.format_version != FORMAT:
        return Damaged(
            f"{INDEX} has the format {index.format_version}; this version reads {FORMAT}"
        )
    if index.account != account:
        return Damaged(f"it is the record of {index.account or 'an unnamed account'}")
    entries: dict[str, Entry] = {}
    for identity, row in index.routes.items():
        entry = _entry(identity, row, files)
        if isinstance(entry, Damaged):
            return entry
        entries[identity] = entry
    whole = index.applied
    if whole and (whole.at.tzinfo is None or not _COMMIT.fullmatch(whole.commit)):
        return Damaged(f"{INDEX}: `applied` needs a commit and a time with a zone")
    return Record(account, entries, whole)


def account_in(files: Mapping[str, bytes]) -> str:
    """The account that it names; "" where that is unreadable."""
    try:
        return msgspec.json.decode(files.get(INDEX, b""), type=_Index).account
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def _row(entry: Entry) -> _Row:
    known = {name: getattr(entry, name) for name in _Row.__struct_fields__ if hasattr(entry, name)}
    return _Row(**known, deleted=isinstance(entry, Gone))


def _entry(identity: str, row: _Row, files: Mapping[str, bytes]) -> Entry | Damaged:
    if row.at.tzinfo is None:
        return Damaged(f"{INDEX}: {identity} has a time without a zone")
    if row.deleted:
        return Gone(identity, row.name, row.version, row.run, row.at, row.commit)
    bare = Applied(
        identity, row.name, row.version, row.file, row.run, row.at, row.commit, row.whole
    )
    texts = []
    for folder in ("files", "ids"):
        path = f"{folder}/{_name(bare)}"
        try:
            texts.append(files[path].decode("utf-8"))
        except KeyError:
            return Damaged(f"{path} is missing")
        except UnicodeDecodeError:
            return Damaged(f"{path} is not UTF-8")
    return replace(bare, text=texts[0], ids=texts[1])


def _name(entry: Applied) -> str:
    """The name of its files; the id makes it unique."""
    return f"{slug(entry.name)}-{entry.id}.yaml"
