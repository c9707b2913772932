"""The entries that a run intends to record, in its folder until the record has them.

It is written before the first request of the run. With the run's journal it says what was stored,
also of a run that was killed, and of a write whose outcome only a later run saw.

Also here: what a commit of the record says: its log is the audit log of the account.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.files.disk import read_bytes, write_atomically
from reconciler.record.meant import Meant, Stored, from_text, to_text
from reconciler.record.record import Entry, Whole
from reconciler.runs.folder import Run
from reconciler.runs.history import RunRecord, read_run
from reconciler.runs.journal import is_held
from reconciler.text import counted, visible

_FILE = "meant.json"
_MOST_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class Sent:
    """A run whose record is open: what it meant, what is known to be stored, and what is not
    known: action and id.
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
    """The record has it all. A folder that is kept for reading alone keeps it, which is no harm:
    what is recorded twice counts once.
    """
    with contextlib.suppress(OSError):
        _path(run).unlink()


def left_by(runs: Iterable[Run], account: str) -> tuple[Sent, ...]:
    """The runs on this account that are not wholly in the record, oldest first; without those
    that are still at work.
    """
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
    unknown = tuple((one.action, one.id) for one in record.unsettled)
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
    """Of one run, or of a command that wrote nothing. `equals` are live as their files say; of the
    commit `whole` nothing is left to do.
    """
    stored = sent.stored if sent else ()
    blocks = [f"{command}: {_subject(stored, equals, whole)}"]
    if sent and stored:
        blocks.append("\n".join((f"Run {sent.run.id}:", *map(_written, stored))))
    if equals:
        rows = (f"  {visible(one.name)}: v{one.version}" for one in equals)
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
