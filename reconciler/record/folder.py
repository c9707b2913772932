"""The record in a folder, where there is no git repository: one file below `.reconciler/`.

A lock makes the swap of the file one step, so two runs that end at once both land.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from reconciler.files.disk import read_bytes
from reconciler.files.own_folder import own_folder
from reconciler.files.writing import FileRefused, write_atomically
from reconciler.record.record import Entry, Record, Whole, with_entries
from reconciler.record.repository import Found, RecordRefused
from reconciler.record.tree import Damaged, from_files, to_files

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
            raise FileRefused(f"{folder} is a link, which is not followed; put a folder there")


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
