"""Where a command keeps the record, and what it says when it cannot."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

import click

from reconciler.cli.shell import Shell
from reconciler.model import Config
from reconciler.record.exchange import is_newest
from reconciler.record.objects import RecordRefused
from reconciler.record.record import Entry, Record, Whole
from reconciler.record.store import Store, store_of
from reconciler.text import visible

record_option = click.option(
    "--record",
    "record",
    type=click.Choice(["remote", "local"]),
    help="Share the record through git's remote, or not; by default as in reconciler.yaml.",
)


@dataclass(slots=True)
class Keeping:
    """How a command keeps the record. `exchanged`: with the remote, until that gives no answer."""

    shell: Shell
    exchanged: bool

    def has_newest(self) -> bool:
        """Whether the remote has nothing newer than this checkout; False where it may not ask."""
        return self.exchanged and is_newest(self.shell.root)

    def store(self, account: str) -> Store:
        """Where the record of an account is."""
        return store_of(self.shell.root, account)


def keeping(shell: Shell, config: Config, choice: str | None) -> Keeping:
    """As the option says, else reconciler.yaml."""
    return Keeping(shell, (choice or config.record) == "remote")


def read_record(shell: Shell, store: Store, *, quiet: bool = False) -> Record:
    """What was applied last; what cannot be read is a warning, but for `quiet`."""
    found = store.read()
    if store.trouble and not quiet:
        shell.warn(
            f"warning: the record is kept in {store.words} on this machine only, because git "
            f"failed: {visible(store.trouble)}"
        )
    if found.damaged and not quiet:
        shell.warn(
            f"warning: the record of what was applied last ({store.words}) cannot be read: "
            f"{visible(found.damaged)}. This plan cannot tell live edits from file changes; the "
            "next apply writes the record again."
        )
    return found.record


def store_entries(
    shell: Shell, store: Store, entries: Sequence[Entry], message: str, whole: Whole | None = None
) -> bool:
    """Whether they are in the record now; if not, a warning says so."""
    try:
        store.write(entries, message, shell.now(), whole)
    except RecordRefused as error:
        shell.warn(
            f"warning: what was applied is not in the record ({store.words}): "
            f"{visible(str(error))}. The next apply writes it; until then a plan on "
            "another machine may show it as a live edit."
        )
        return False
    return True


def fetch_record(kept: Keeping, store: Store) -> None:
    """Learn what other machines recorded, where that is exchanged."""
    if not kept.exchanged:
        return
    try:
        store.fetch(kept.shell.now())
    except RecordRefused as error:
        kept.exchanged = False
        kept.shell.note(
            "note: what other machines applied is unknown, because the record could not be "
            f"fetched: {visible(str(error))}"
        )


def push_record(kept: Keeping, store: Store) -> None:
    """Tell the other machines, where that is exchanged."""
    if not kept.exchanged:
        return
    try:
        store.push(kept.shell.now())
    except RecordRefused as error:
        kept.exchanged = False
        kept.shell.note(
            "note: other machines do not see this apply yet, because the record could not be "
            f"pushed: {visible(str(error))}. The next apply sends it."
        )


def warn_unread(shell: Shell, record: Record, read: Container[str | None]) -> None:
    """Name the routes whose entry of the record this version cannot read."""
    lost = [one.name for one in record.applied if one.id not in read]
    if lost:
        shell.warn(
            f"warning: what was applied last to {visible(', '.join(lost))} cannot be read in the "
            "record. This plan cannot tell whether the file or the live route changed."
        )
