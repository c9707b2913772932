"""A record as files that a person can read, and back. Pure.

    record.json                       who applied what, when, from which commit
    files/SLUG-ID.yaml                each route file as it was applied
    ids/SLUG-ID.yaml                  the same route with ids in the place of names

`git diff` between two commits of them is the audit log of the account.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from reconciler.model.slug import slug
from reconciler.record.record import Applied, Entry, Gone, Record, Whole

INDEX = "record.json"
FORMAT = 1
_Version = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
_Id = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{1,100}\Z")]  # a part of a file's name
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Damaged:
    """A record that cannot be used, and why, in words for people."""

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
        return Damaged(f"it belongs to {index.account or 'no account'}")
    entries: dict[str, Entry] = {}
    for identity, row in index.routes.items():
        entry = _entry(identity, row, files)
        if isinstance(entry, Damaged):
            return entry
        entries[identity] = entry
    whole = index.applied
    if whole and (whole.at.tzinfo is None or not _COMMIT.fullmatch(whole.commit)):
        return Damaged(f"{INDEX}: `applied` names no commit, or no time with a zone")
    return Record(account, entries, whole)


def account_in(files: Mapping[str, bytes]) -> str:
    """Whose record it says it is; "" where nobody can read that."""
    try:
        return msgspec.json.decode(files.get(INDEX, b""), type=_Index).account
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def _row(entry: Entry) -> _Row:
    if isinstance(entry, Gone):
        return _Row(entry.name, entry.version, entry.run, entry.at, entry.commit, deleted=True)
    return _Row(
        entry.name,
        entry.version,
        entry.run,
        entry.at,
        entry.commit,
        entry.file,
        entry.whole,
    )


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
    return Applied(
        identity, row.name, row.version, row.file, row.run, row.at, row.commit, row.whole, *texts
    )


def _name(entry: Applied) -> str:
    """The name of its files; the id makes it unique."""
    return f"{slug(entry.name)}-{entry.id}.yaml"
