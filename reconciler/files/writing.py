"""Writing a file so that a reader sees the old text or the new one, never half of either."""

import contextlib
import os
import stat
import tempfile
from pathlib import Path


class FileRefused(OSError):
    """A file could not be written; the text says which, why, and what to do."""


def write_atomically(path: Path, text: str) -> None:
    """Replace the file's content, keeping its mode; the folder must exist.

    A symbolic link stays one: what it points to is written. Raises FileRefused; then the file is
    as it was.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = _mode_of(target)
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:60]}.", dir=target.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(mode)
            temporary.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        _remember_entry(target.parent)
    except UnicodeEncodeError as error:
        character = f"U+{ord(text[error.start]):04X}"
        raise FileRefused(f"{path}: not written: {character} cannot be saved as UTF-8") from error
    except OSError as error:
        why = f"{error.strerror or error}; {_advice(error)}"
        raise FileRefused(f"{path}: not written: {why}") from error


def _mode_of(target: Path) -> int:
    """The mode of the file that is there, else what a new file gets under the user's umask."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0o077)
        os.umask(mask)
        return 0o666 & ~mask


def _remember_entry(folder: Path) -> None:
    """Make the new name itself durable, where the system lets a folder be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _advice(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "create its folder first"
    if isinstance(error, PermissionError):
        return "you need the right to write in its folder"
    if isinstance(error, IsADirectoryError):
        return "a folder has this name; move it away"
    return "free some space or choose another folder, then run the command again"
