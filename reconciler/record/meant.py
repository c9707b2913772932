"""The entries that a run will record, kept in its folder before its first write is sent.

A run can end at any moment. Its folder holds the intended entries, its journal the outcomes, so a
later run can record what was written, also by a run that was killed.

A record also gives declarations, to be compared with today's files, and a commit of it a message:
its log is the audit log of the account.
"""

import contextlib
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec

from reconciler.files.disk import read_bytes, write_atomically
from reconciler.files.read.route import parse_route
from reconciler.files.write.route import emit_route
from reconciler.model import Declaration, Live, canonical_pair
from reconciler.plan.change import Action, Change, Create, Delete, Update, action_of
from reconciler.plan.compare.effective import effective
from reconciler.record.record import Applied, Entry, Gone, Record, Whole, following
from reconciler.runs.folder import Run
from reconciler.runs.history import RunRecord, read_run
from reconciler.runs.journal import is_held
from reconciler.text import counted, visible


def declarations_of(record: Record) -> Iterator[tuple[Declaration, int]]:
    """Each recorded file as a declaration, with ids in place of names, and the version that is live
    without a later edit, 0 where unknown. The last applied comes first.

    An unreadable text gives nothing: its route then has two sides.
    """
    for entry in sorted(record.applied, key=lambda applied: applied.at, reverse=True):
        declaration = read_ids(entry)
        if declaration is not None:
            yield declaration, entry.version if entry.whole else 0


def read_ids(entry: Applied) -> Declaration | None:
    """One recorded file as a declaration; None for a text that this version cannot read."""
    declaration, _ = parse_route(entry.ids, entry.file)
    return replace(declaration, id=entry.id) if declaration is not None else None


@dataclass(frozen=True, slots=True)
class Applying:
    """The run that applies, "" for a command that wrote nothing; `texts`: route files by path."""

    id: str
    at: datetime
    commit: str
    texts: Mapping[str, str]


def of_equals(
    pairs: Sequence[tuple[Declaration, Live]], run: Applying, before: Record
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
    declared: Mapping[str, tuple[Declaration, Declaration]],
    pairs: Sequence[tuple[Declaration, Live]],
    run: Applying,
) -> Iterator[Entry]:
    """Live routes as a base declared them, with names and with ids. Whether that is live is
    unknown, so what was really written, which has a version, wins over these.
    """
    for declaration, live in pairs:
        if declaration.file in declared:
            named, with_ids = declared[declaration.file]
            texts = {named.file: emit_route(named)}
            yield applied_entry(with_ids, live.id, 0, replace(run, texts=texts), whole=False)


def of_gone(
    declared: Mapping[str, tuple[Declaration, Declaration]],
    files: Collection[str],
    run: Applying,
) -> Iterator[Entry]:
    """Routes of a base that are no longer live. A file without an id gets one that no route has."""
    for named, with_ids in (declared[file] for file in files if file in declared):
        digest = hashlib.sha256(named.route.name.encode()).hexdigest()[:20]
        texts = {named.file: emit_route(named)}
        identity = named.id or f"unknown-{digest}"
        yield applied_entry(with_ids, identity, 0, replace(run, texts=texts), whole=False)


def applied_entry(
    declaration: Declaration, identity: str, version: int, run: Applying, *, whole: bool
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


@dataclass(frozen=True, slots=True)
class Meant:
    """One write, and the entry for it once it is stored. A create has no id yet, and `applied` no
    version. `replaced`: routes that a create is made in place of.
    """

    action: Action
    applied: Applied | None = None
    gone: Gone | None = None
    replaced: tuple[Gone, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """One write that incident.io stored; `version` 0 for a delete."""

    action: str
    name: str
    id: str
    version: int


def meant_by_files(
    changes: Sequence[Change], run: Applying, went: Sequence[Applied] = ()
) -> Iterator[Meant]:
    """The entries of an apply: each route as its file says. `went`: applied routes that are not
    live any more; one that is created again counts as deleted from then on.
    """
    for change in changes:
        match change:
            case Delete():
                yield Meant("delete", gone=_gone(change, run))
            case Create():
                entry = applied_entry(change.declaration, "", 0, run, whole=True)
                replaced = tuple(
                    Gone(applied.id, applied.name, applied.version, run.id, run.at, run.commit)
                    for applied in went
                    if applied.name == entry.name
                )
                yield Meant("create", entry, replaced=replaced)
            case Update():
                wished = effective(
                    change.declaration.route, change.live.route, change.declaration.ignore_changes
                )
                wanted, written = canonical_pair(wished, change.after)
                whole = wanted == written
                entry = applied_entry(change.declaration, change.live.id, 0, run, whole=whole)
                yield Meant("update", entry)


def meant_by_backup(
    changes: Sequence[Change], run: Applying, before: Record, files: Mapping[str, Declaration]
) -> Iterator[Meant]:
    """The entries of a restore or a rollback. It changes no file, so its writes count as live
    edits: the entry keeps the text of the last apply, and says that the route differs from it, or
    that no apply deleted it, so that the next one does not create it again. `files` are today's by
    the name of their route; a route that only the backup knows needs no entry.
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
    """The entries of a run whose writes are known to be stored."""
    for write in stored:
        for intent in meant:
            if intent.action != write.action:
                continue
            if intent.gone is not None and intent.gone.id == write.id:
                yield intent.gone
            elif intent.applied is not None and _is_of(intent.applied, write):
                version = write.version or intent.applied.version  # a delete has none
                yield replace(intent.applied, id=write.id, version=version)
                yield from intent.replaced


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
    """The files whose writes (action and id) are `unknown`: live exactly so, they were written."""
    ids = {identity for action, identity in unknown if action == "update"}
    for intent in meant:
        if intent.applied is not None and intent.applied.id in ids:
            declaration = read_ids(intent.applied)
            if declaration is not None:
                yield declaration


def _is_of(entry: Applied, write: Stored) -> bool:
    return entry.name == write.name if write.action == "create" else entry.id == write.id


def _gone(change: Delete, run: Applying) -> Gone:
    return Gone(change.live.id, change.name, change.base_version, run.id, run.at, run.commit)


_FILE = "meant.json"
_MOST_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class Sent:
    """A run whose record is open: its entries, the stored writes, and the unknown ones (action,
    id).
    """

    run: Run
    command: str
    meant: tuple[Meant, ...]
    stored: tuple[Stored, ...]
    unknown: tuple[tuple[str, str], ...]


def keep(run: Run, meant: Iterable[Meant]) -> None:
    """Before the first write. Raises FileRefused."""
    write_atomically(_path(run), to_text(meant))


def drop(run: Run) -> None:
    """The record has it all. In a read-only folder it stays: what is recorded twice counts once."""
    with contextlib.suppress(OSError):
        _path(run).unlink()


def left_by(runs: Iterable[Run], account: str) -> tuple[Sent, ...]:
    """This account's runs that are not wholly recorded and have ended, oldest first."""
    open_runs = (run for run in runs if _path(run).is_file() and not is_held(run.journal))
    left = (_left_by(run, account) for run in open_runs)
    return tuple(sent for sent in left if sent is not None)


def _left_by(run: Run, account: str) -> Sent | None:
    try:
        content = read_bytes(_path(run), _MOST_BYTES, follow=False) or b""
    except OSError:
        return None
    record = read_run(run)
    if record.account != account:
        return None
    meant = from_text(content.decode("utf-8", "replace"))
    unknown = tuple((write.action, write.id) for write in record.unsettled)
    return Sent(run, record.command, meant, tuple(_stored(record)), unknown)


def _stored(record: RunRecord) -> Iterator[Stored]:
    """Without creates that were renamed before a run saw them: those need a decision."""
    for write in record.writes:
        done = write.outcome == "written" or write.settled == "written"
        if write.id and (done or (write.outcome == "failed" and write.version)):
            yield Stored(write.action, write.name, write.id, write.version or 0)


def _path(run: Run) -> Path:
    return run.folder / _FILE


_LONGEST = 50


def log_entry(command: str, sent: Sent | None, equals: Sequence[Entry], whole: Whole | None) -> str:
    """The message of one run, or of a command that wrote nothing. `equals` match their files; of
    the commit `whole` nothing is left to do.
    """
    stored = sent.stored if sent else ()
    blocks = [f"{command}: {_subject(stored, equals, whole)}"]
    if sent and stored:
        blocks.append("\n".join((f"Run {sent.run.id}:", *map(_written, stored))))
    if equals:
        rows = (f"  {visible(entry.name)}: v{entry.version}" for entry in equals)
        blocks.append("\n".join(("Live routes that match their files:", *rows)))
    if whole:
        blocks.append(f"All of {whole.commit} is applied.")
    return "\n\n".join(blocks) + "\n"


def _subject(stored: Sequence[Stored], equals: Sequence[Entry], whole: Whole | None) -> str:
    if stored:
        return _those(stored)
    if equals:
        return f"{_those(equals)} match their files"
    return f"all of {whole.commit[:12]} is applied" if whole else "nothing written"


def _those(named: Sequence[Stored] | Sequence[Entry]) -> str:
    if len(named) > 1:
        return counted(len(named), "route")
    name = visible(named[0].name)
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"


def _written(write: Stored) -> str:
    version = f" v{write.version}" if write.version else ""
    return f"  {visible(write.name)}: {write.action}{version}"
