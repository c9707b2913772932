"""Where the record of an account is kept: a ref of the repository around the folder, else a file
below `.reconciler/`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reconciler.files.git import NoGit
from reconciler.record.folder import read_folder, write_folder
from reconciler.record.record import Entry, Whole
from reconciler.record.repository import (
    REFS,
    Found,
    RecordRefused,
    fetch,
    folder_in_repository,
    head_commit,
    push,
    read_ref,
    ref_of,
    remote_of,
    write_ref,
)


@dataclass(frozen=True, slots=True)
class Store:
    """The record of one account and folder. `ref` is "" where no repository is around it, or where
    git cannot be asked: `trouble` says why.
    """

    root: Path
    account: str
    name: str
    ref: str
    commit: str  # HEAD, "" outside a repository and before the first commit
    trouble: str = ""

    @property
    def words(self) -> str:
        """Where it is, for people."""
        return self.ref or f".reconciler/record/{self.name.replace('/', '-')}.json"

    def read(self) -> Found:
        """What was applied last; empty where nothing is known."""
        if self.ref:
            return read_ref(self.root, self.account, self.ref)
        return read_folder(self.root, self.account, self.name)

    def write(
        self, entries: Sequence[Entry], message: str, at: datetime, whole: Whole | None = None
    ) -> None:
        """Add what a run wrote, and the commit that is applied whole. Raises RecordRefused."""
        if self.ref:
            write_ref(self.root, self.account, self.ref, entries, message, at, whole)
        else:
            write_folder(self.root, self.account, self.name, entries, whole)

    def fetch(self, at: datetime) -> None:
        """Learn what other machines recorded. Raises RecordRefused."""
        if self.ref and (remote := remote_of(self.root)):
            fetch(self.root, remote, self.account, self.ref, at)

    def push(self, at: datetime) -> None:
        """Tell the other machines. Raises RecordRefused."""
        if self.ref and (remote := remote_of(self.root)):
            push(self.root, remote, self.account, self.ref, at)


def store_of(root: Path, account: str) -> Store:
    """The store for a folder. Without git, or outside of a repository, it is a file."""
    folder, commit, trouble = None, "", ""
    try:
        folder = folder_in_repository(root)
        commit = head_commit(root) if folder is not None else ""
    except NoGit:
        here = root.absolute()
        inside = any((one / ".git").exists() for one in (here, *here.parents))
        trouble = "git is not installed" if inside else ""
    except RecordRefused as refused:
        trouble = str(refused)
    name = ref_of(account, folder or "")
    ref = f"{REFS}/{name}" if folder is not None else ""
    return Store(root, account, name, ref, commit, trouble)
