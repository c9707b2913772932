"""Entries of routes that are as their files say. Pure."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.files.emit import emit_route
from reconciler.model.declaration import Declaration, Live
from reconciler.record.record import Applied, Entry, Record, following


@dataclass(frozen=True, slots=True)
class Run:
    """Which run it was; `texts` are the route files by path."""

    id: str
    at: datetime
    commit: str
    texts: Mapping[str, str]


def of_equals(
    pairs: Sequence[tuple[Declaration, Live]], run: Run, before: Record
) -> Iterator[Entry]:
    """Routes that are live exactly as their files say: equality is proof, whoever wrote them."""
    for declaration, live in pairs:
        entry = applied_entry(declaration, live.id, live.version, run, whole=True)
        known = before.entries.get(live.id)
        same = isinstance(known, Applied) and known == replace(
            entry, run=known.run, at=known.at, commit=known.commit
        )
        if not same:
            yield replace(entry, at=following(run.at, known.at if known else None))


def of_base(
    said: Mapping[str, tuple[Declaration, Declaration]],
    pairs: Sequence[tuple[Declaration, Live]],
    run: Run,
) -> Iterator[Entry]:
    """Live routes as the files of a base said, with names and with ids: whether that is what is
    live, nobody knows. What was really written has a version, and stands before these.
    """
    for declaration, live in pairs:
        if declaration.file in said:
            named, with_ids = said[declaration.file]
            texts = {named.file: emit_route(named)}
            yield applied_entry(with_ids, live.id, 0, replace(run, texts=texts), whole=False)


def of_gone(
    said: Mapping[str, tuple[Declaration, Declaration]], files: Collection[str], run: Run
) -> Iterator[Entry]:
    """Routes of a base that are not live any more. Nobody knows which ids they had, so those whose
    files say none get one that no route has.
    """
    for named, with_ids in (said[file] for file in files if file in said):
        digest = hashlib.sha256(named.route.name.encode()).hexdigest()[:20]
        texts = {named.file: emit_route(named)}
        identity = named.id or f"unknown-{digest}"
        yield applied_entry(with_ids, identity, 0, replace(run, texts=texts), whole=False)


def applied_entry(
    declaration: Declaration, identity: str, version: int, run: Run, *, whole: bool
) -> Applied:
    """A route as its file says, whose names are ids; the text is the file's, where there is one."""
    ids = emit_route(replace(declaration, id=None, previously=None))
    return Applied(
        identity,
        declaration.route.name,
        version,
        declaration.file,
        run.id,
        run.at,
        run.commit,
        whole,
        run.texts.get(declaration.file, ids),
        ids,
    )
