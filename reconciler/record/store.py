"""The place of an account's record: a ref of the repository around the folder, else a file below
`.reconciler/`, where a lock makes the swap one step, so two runs that end at once both land.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from reconciler.files.disk import FileRefused, own_folder, read_bytes, write_atomically
from reconciler.git.git import NoGit
from reconciler.record.exchange import fetch, push, remote_of
from reconciler.record.record import (
    Damaged,
    Entry,
    Record,
    Whole,
    from_files,
    to_files,
    with_entries,
)
from reconciler.record.repository import (
    REFS,
    Found,
    RecordRefused,
    folder_in_repository,
    head_commit,
    read_ref,
    ref_of,
    write_ref,
)

FOLDER = ".reconciler/record"
_MOST_BYTES = 1 << 28


def read_folder(root: Path, account: str, ref: str) -> Found:
    """The record below `.reconciler/`, empty where there is none."""
    empty = Record(account)
    try:
        _refuse_links(root)
        content = read_bytes(_file(root, ref), _MOST_BYTES, follow=False)
        if content is None:
            return Found(empty, damaged=f"it is larger than {_MOST_BYTES >> 20} MiB")
        files = msgspec.json.decode(content, type=dict[str, str])
    except FileNotFoundError:
        return Found(empty)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Found(empty, damaged=str(error))
    record = from_files({path: text.encode("utf-8") for path, text in files.items()}, account)
    if isinstance(record, Damaged):
        return Found(empty, damaged=record.why)
    return Found(record)


def write_folder(
    root: Path, account: str, ref: str, entries: Sequence[Entry], whole: Whole | None = None
) -> Record:
    """Add what a run wrote. Raises RecordRefused."""
    file = _file(root, ref)
    try:
        _refuse_links(root)
        own_folder(root)
        file.parent.mkdir(exist_ok=True, mode=0o700)
        with _locked(file.with_suffix(".lock")):
            record = with_entries(read_folder(root, account, ref).record, entries, whole)
            files = {path: text.decode("utf-8") for path, text in to_files(record).items()}
            content = msgspec.json.format(msgspec.json.encode(files), indent=2)
            write_atomically(file, content.decode("utf-8") + "\n")
    except (FileRefused, OSError) as error:
        raise RecordRefused(str(error)) from None
    return record


def _refuse_links(root: Path) -> None:
    """A link in a checkout leads where its author says. Raises FileRefused."""
    for folder in (root / FOLDER, (root / FOLDER).parent):
        if folder.is_symlink():
            raise FileRefused(
                f"{folder} is a link, and links are not followed; replace it with a folder"
            )


def _file(root: Path, ref: str) -> Path:
    return root / FOLDER / f"{ref.replace('/', '-')}.json"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Held until the end of the block, or of the process."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Store:
    """The record of one account and folder. `ref` is "" outside a repository, or if git fails
    (`trouble`).
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
        """Raises RecordRefused."""
        if self.ref and (remote := remote_of(self.root)):
            fetch(self.root, remote, self.account, self.ref, at)

    def push(self, at: datetime) -> None:
        """Raises RecordRefused."""
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
        inside = any((path / ".git").exists() for path in (here, *here.parents))
        trouble = "git is not installed" if inside else ""
    except RecordRefused as refused:
        trouble = str(refused)
    name = ref_of(account, folder or "")
    ref = f"{REFS}/{name}" if folder is not None else ""
    return Store(root, account, name, ref, commit, trouble)
