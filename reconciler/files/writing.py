"""Writing a file so that a reader sees the old text or the new one, never half of either; and
`.reconciler/`, the folder for the command's own files.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path


class FileRefused(OSError):
    """A file could not be read or written; the text says which, why, and what to do."""


def write_atomically(path: Path, text: str) -> None:
    """Replace the file's content, keeping its mode; the folder must exist.

    A symbolic link to a file, or to nothing, is refused: a pull request may have put it
    there. What is no file but a pipe or a device (`/dev/null`, `>(…)` of a shell) gets the text and
    stays what it is. Raises FileRefused; then the file is as it was.
    """
    with _refusals(path):
        content = _encoded(path, text)
        if _is_stream(path):
            with contextlib.suppress(BrokenPipeError):  # who reads it has read enough
                path.write_bytes(content)
            return
        _refuse_link(path)
        _replace(path, content)
    with contextlib.suppress(OSError):  # a system that opens no folder
        sync_folder(path.parent)


def check_writable(path: Path) -> None:
    """Whether `write_atomically` could write there, as far as that can be known before: the folder
    takes a file, which is taken away again. Raises FileRefused.
    """
    with _refusals(path):
        if _is_stream(path):
            if not os.access(path, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            return
        _refuse_link(path)
        with contextlib.suppress(FileNotFoundError):
            if stat.S_ISDIR(path.stat().st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        temporary = _temporary(path)
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        temporary.unlink()


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        raise FileRefused(
            f"{path}: not written: it is a link; name another file, or the file that it leads to"
        )


@contextlib.contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """Every way in which a path cannot be written, in the user's words."""
    try:
        yield
    except FileRefused:
        raise
    except ValueError as error:  # a NUL in the path
        raise FileRefused(f"{path!r} is not a file path; check it") from error
    except OSError as error:
        why = f"{error.strerror or error}; {_advice(error)}"
        raise FileRefused(f"{path}: not written: {why}") from error


def _encoded(path: Path, text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        character = f"U+{ord(text[error.start]):04X}"
        raise FileRefused(f"{path}: not written: {character} cannot be saved as UTF-8") from error


def _is_stream(path: Path) -> bool:
    """Whether it is there and cannot be replaced: a rename over /dev/null would end it for all."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _replace(target: Path, content: bytes) -> None:
    """One rename puts the whole content in place."""
    temporary = _temporary(target)
    mode = None
    with contextlib.suppress(FileNotFoundError):
        mode = stat.S_IMODE(target.stat().st_mode)
    try:
        write_new(temporary, content, mode)
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def write_new(path: Path, content: bytes, mode: int | None = None) -> None:
    """A file that is not there yet, on the disk before this returns. Its rights are `mode`, else
    they come from the umask, which is the system's to apply: asking for it would change it for the
    other threads. Raises OSError.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(handle, "wb") as file:
        if mode is not None:
            path.chmod(mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _temporary(target: Path) -> Path:
    return target.parent / f".{os.urandom(8).hex()}.tmp"


def _advice(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "create its folder first"
    if isinstance(error, NotADirectoryError):
        return "a part of the path is a file; name another folder"
    if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
        return "name another file"
    if isinstance(error, PermissionError):
        return "you are not allowed to write in its folder"
    if isinstance(error, IsADirectoryError):
        return "a folder has this name; move it away"
    return "free some space or choose another folder, then run the command again"


OWN = ".reconciler"


def own_folder(root: Path) -> Path:
    """`.reconciler/`, made where it is not there: readable by its owner alone, and ignored by git.
    Raises OSError.
    """
    folder = root / OWN
    real_folder(folder)
    folder.chmod(0o700)
    ignore = folder / ".gitignore"
    if not os.path.lexists(ignore):
        ignore.write_text("*\n", encoding="ascii")
    return folder


def real_folder(folder: Path) -> None:
    """Make it. A link is refused: what a run keeps would land where a pull request's author says,
    and what is read from there would be theirs.
    """
    if folder.is_symlink():
        raise OSError(errno.ELOOP, "it is a link, which is not followed; put a folder there")
    folder.mkdir(parents=True, exist_ok=True)
