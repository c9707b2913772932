"""What the writes of a run mean for the record, kept before the first of them is sent. Pure.

A run can end at any moment. Its folder says what each write meant, its journal what came of it, so
whoever comes next can record what was written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from reconciler.model.canonical import meet
from reconciler.model.declaration import Declaration
from reconciler.plan.change import Action, Change, Create, Delete, Update, action_of
from reconciler.plan.effective import effective
from reconciler.record.entries import Run, applied_entry
from reconciler.record.record import Applied, Entry, Gone, Record
from reconciler.record.routes import read_ids


@dataclass(frozen=True, slots=True)
class Meant:
    """One write, and what is to be recorded once it is known to be stored. A create has no id
    yet, and what is applied no version.
    """

    action: Action
    applied: Applied | None = None
    gone: Gone | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """One write that incident.io stored; `version` 0 for a delete."""

    action: str
    name: str
    id: str
    version: int


def meant_by_files(changes: Sequence[Change], run: Run) -> Iterator[Meant]:
    """What an apply moves: each route to what its file says."""
    for change in changes:
        match change:
            case Delete():
                yield Meant("delete", gone=_gone(change, run))
            case Create():
                entry = applied_entry(change.declaration, "", 0, run, whole=True)
                yield Meant("create", entry)
            case Update():
                said = effective(
                    change.declaration.route, change.live.route, change.declaration.ignore_changes
                )
                wanted, written = meet(said, change.after)
                whole = wanted == written
                entry = applied_entry(change.declaration, change.live.id, 0, run, whole=whole)
                yield Meant("update", entry)


def meant_by_way_back(
    changes: Sequence[Change], run: Run, before: Record, files: Mapping[str, Declaration]
) -> Iterator[Meant]:
    """What a restore or a rollback moves. It changes no file, so what it writes counts as a live
    edit: the entry keeps the text of the last apply, and says that the route is not as that says,
    or, once it is deleted, that no apply deleted it: then the next one does not create it again.
    `files` are today's route files by the name of their route; a route that only the backup knows
    is in no file, and needs no entry.
    """
    for change in changes:
        identity = "" if isinstance(change, Create) else change.live.id
        name = change.name if isinstance(change, Delete) else change.after.name
        version = change.base_version if isinstance(change, Delete) else 0
        known = before.entries.get(identity)
        if isinstance(known, Applied):
            entry = replace(known, version=version, run=run.id, at=run.at, commit=run.commit,
                            whole=False)  # fmt: skip
        elif name in files:
            entry = applied_entry(files[name], identity, version, run, whole=False)
        else:
            continue
        yield Meant(action_of(change), entry)


def moved(meant: Sequence[Meant], stored: Iterable[Stored]) -> Iterator[Entry]:
    """What is to be recorded of a run, now that these writes of it are known to be stored."""
    for write in stored:
        for one in meant:
            if one.action != write.action:
                continue
            if one.gone is not None and one.gone.id == write.id:
                yield one.gone
            elif one.applied is not None and _is_of(one.applied, write):
                version = write.version or one.applied.version  # a delete has none
                yield replace(one.applied, id=write.id, version=version)


def to_text(meant: Iterable[Meant]) -> str:
    """As the run's folder keeps it."""
    return msgspec.json.format(msgspec.json.encode(tuple(meant)), indent=2).decode("utf-8") + "\n"


def from_text(text: str) -> tuple[Meant, ...]:
    """Back; nothing for what is no such text."""
    try:
        return msgspec.json.decode(text.encode("utf-8"), type=tuple[Meant, ...])
    except (msgspec.DecodeError, UnicodeEncodeError):
        return ()


def sent(meant: Sequence[Meant], unknown: Iterable[tuple[str, str]]) -> Iterator[Declaration]:
    """What files said whose writes nobody knows the outcome of; `unknown`: action and id of each
    write. What is live exactly so was written by it.
    """
    ids = {identity for action, identity in unknown if action == "update"}
    for one in meant:
        if one.applied is not None and one.applied.id in ids:
            declaration = read_ids(one.applied)
            if declaration is not None:
                yield declaration


def _is_of(entry: Applied, write: Stored) -> bool:
    return entry.name == write.name if write.action == "create" else entry.id == write.id


def _gone(change: Delete, run: Run) -> Gone:
    return Gone(change.live.id, change.name, change.base_version, run.id, run.at, run.commit)
