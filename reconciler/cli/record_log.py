"""What a commit of the record says: its log is the audit log of the account. Pure."""

from collections.abc import Sequence

from reconciler.apply.outbox import Sent
from reconciler.record.meant import Stored
from reconciler.record.record import Entry, Whole
from reconciler.report.plural import counted
from reconciler.report.visible import visible

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
        blocks.append("\n".join(("Live as the files say:", *rows)))
    if whole:
        blocks.append(f"Nothing of {whole.commit} is left to do.")
    return "\n\n".join(blocks) + "\n"


def _subject(stored: Sequence[Stored], equals: Sequence[Entry], whole: Whole | None) -> str:
    if stored:
        return _those(stored)
    if equals:
        return f"{_those(equals)} live as the files say"
    return f"nothing of {whole.commit[:12]} is left to do" if whole else "nothing written"


def _those(named: Sequence[Stored] | Sequence[Entry]) -> str:
    if len(named) > 1:
        return counted(len(named), "route")
    name = visible(named[0].name)
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"


def _written(write: Stored) -> str:
    version = f" v{write.version}" if write.version else ""
    return f"  {visible(write.name)}: {write.action}{version}"
