"""Files on disk: read within limits, and only regular files; written so that a reader sees the old
text or the new one, never half of either. `.reconciler/` is the folder for the command's own.
"""

import contextlib
import errno
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.files.tree import (
    Astray,
    Kind,
    Link,
    RouteFile,
    find_files,
    find_routes,
    outside,
    real_path,
)
from reconciler.files.yaml.compose import decode
from reconciler.model import Finding, Position


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


_TEMPORARY = re.compile(r"\.[0-9a-f]{16}\.tmp")


def left_behind(folder: Path) -> tuple[Path, ...]:
    """What a run left in a folder that was killed while it wrote there, or what one writes now."""
    with contextlib.suppress(OSError):
        return tuple(sorted(path for path in folder.iterdir() if _TEMPORARY.fullmatch(path.name)))
    return ()


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
    """`.reconciler/`, made if missing: for its owner alone, ignored by git. Raises OSError."""
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


@dataclass(frozen=True, slots=True)
class WorkTree:
    """A folder on disk, as `files.tree` walks it."""

    top: str

    def entry(self, path: str) -> Kind | Link | None:
        """The kind of entry at a path, without following a link."""
        place = Path(self.top, path)
        try:
            mode = place.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        if stat.S_ISLNK(mode):
            return Link(str(place.readlink()))
        if stat.S_ISDIR(mode):
            return "folder"
        return "file" if stat.S_ISREG(mode) else "other"

    def names(self, path: str) -> Sequence[str]:
        """The entries of a folder. Raises OSError."""
        return [entry.name for entry in Path(self.top, path).iterdir()]

    def is_folder_elsewhere(self, path: str) -> bool:
        """Whether a link that leads astray leads to a folder."""
        return Path(self.top, path).is_dir()


def work_tree(root: Path) -> WorkTree:
    """The tree of a folder, wherever it really is."""
    return WorkTree(os.path.realpath(root))


def routes_of(root: Path) -> tuple[tuple[RouteFile, ...], tuple[Finding, ...]]:
    """As `find_routes`, of a folder on disk. Raises nothing."""
    return find_routes(work_tree(root))


def files_of(
    root: Path, folder: str, noun: str
) -> tuple[tuple[RouteFile, ...] | None, tuple[Finding, ...]]:
    """As `find_files`, of a folder on disk. Raises nothing."""
    return find_files(work_tree(root), folder, noun)


def place_of(root: Path, file: str) -> Path:
    """The place of a file, its links followed. Raises as `real_path` does."""
    tree = work_tree(root)
    return Path(tree.top) / real_path(tree, file)


def write_inside(root: Path, file: str, text: str) -> None:
    """Write a file of the folder. A link stays one: the file in the folder that it leads to is
    written. A pipe in its place is none: perhaps it is never read. Raises FileRefused.
    """
    write_atomically(_inside(root, file), text)


def _inside(root: Path, file: str) -> Path:
    """The place of a file that is there, or may be made. Raises FileRefused."""
    try:
        place = place_of(root, file)
    except Astray:
        raise FileRefused(f"{file}: not written: {outside(file).message}") from None
    except FileNotFoundError:
        place = root / file  # a new file, or a link to nothing, which is refused
    except OSError as error:
        raise FileRefused(f"{file}: not written: {error.strerror or error}") from error
    if os.path.lexists(place) and not (place.is_symlink() or place.is_file()):
        raise FileRefused(f"{file}: not written: this is not a regular file; remove it first")
    return place


def write_below(root: Path, file: str, text: str) -> None:
    """Write a file of any name, a hidden one too, and make its folders. A link on the way is
    refused, wherever it leads. Raises FileRefused.
    """
    check_below(root, file)
    make_folder((root / file).parent)
    write_atomically(root / file, text)


def make_folder(folder: Path) -> None:
    """Raises FileRefused."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise FileRefused(f"{folder} cannot be made: {why}; move away what is there") from error


def check_below(root: Path, file: str) -> None:
    """Before `write_below`. Raises FileRefused for a link, and for what is no folder or file."""
    *folders, _ = Path(file).parents
    for folder in folders:
        place = root / folder
        if os.path.lexists(place) and (place.is_symlink() or not place.is_dir()):
            raise FileRefused(f"{file}: not written: {folder} is not a folder; move it away first")
    place = root / file
    if os.path.lexists(place) and (place.is_symlink() or not place.is_file()):
        raise FileRefused(f"{file}: not written: this is not a regular file; remove it first")


def check_new(root: Path, file: str) -> None:
    """Before `write_inside`. Raises FileRefused for a link to nothing or out of the folder, and
    where the folder of the file is no folder.
    """
    place = _inside(root, file)
    if os.path.lexists(place.parent) and not place.parent.is_dir():
        name = Path(file).parent
        raise FileRefused(f"{file}: not written: {name} is no folder; move it away first")
    if place.is_symlink():
        raise FileRefused(f"{file}: not written: this is not a regular file; remove it first")


def stays_inside(root: Path, file: str) -> bool:
    """Whether a path, which may lead to nothing yet, is in the folder and not hidden there."""
    inside, real = os.path.realpath(root), os.path.realpath(root / file)
    if real != inside and not real.startswith(inside.rstrip(os.sep) + os.sep):
        return False
    return not any(part.startswith(".") for part in Path(real).relative_to(inside).parts)


MAX_TEXT_BYTES = 33_554_432  # plans and lock files are long; route files have a limit of their own

_NO_FILE = (errno.ENXIO, errno.ENODEV)  # a socket, and a device that is not there
_WHAT = {
    errno.ENOENT: ("no such file", "check the path"),
    errno.ENOTDIR: ("a part of the path is a file, not a folder", "check the path"),
    errno.EISDIR: ("this is a folder", "name a file"),
    errno.EACCES: ("you are not allowed to read it", "change its rights, or run as its owner"),
    errno.ELOOP: ("its symbolic links lead in a circle", "replace the link by a file"),
    errno.ENAMETOOLONG: ("the name is too long", "use a shorter name"),
}


def read_bytes(path: Path, limit: int = MAX_TEXT_BYTES, *, follow: bool = True) -> bytes | None:
    """The file's content, None when it is larger than the limit (then it is not read).

    `follow` False: a link is no file. Raises OSError; FileRefused for what is no regular file,
    because a pipe would never end, and opening one would wait for whoever writes to it.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
    try:
        handle = os.open(path, flags)
    except OSError as error:
        if error.errno in _NO_FILE or (error.errno == errno.ELOOP and path.is_symlink()):
            raise _irregular(path, follow=follow) from error
        raise
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(found.st_mode):
            raise FileRefused("this is not a regular file; name a file")
        if found.st_size > limit:
            return None
        content = file.read(limit + 1)
    return None if len(content) > limit else content


def _irregular(path: Path, *, follow: bool) -> OSError:
    if follow and path.is_symlink():  # in a circle
        return OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    what = "is a link, which is not followed" if path.is_symlink() else "is not a regular file"
    return FileRefused(f"this {what}; name a file")


def read_text(path: Path) -> str:
    """The file's text, line ends as they are. Raises FileRefused, also for what is no text."""
    try:
        content = read_bytes(path)
    except FileRefused as refused:
        raise FileRefused(f"{path}: {refused}") from refused
    except ValueError as error:  # a NUL in the path
        raise FileRefused(f"{path!r} is not a file path; check it") from error
    except OSError as error:
        what, hint = _WHAT.get(error.errno or 0, (error.strerror or "not readable", "check it"))
        raise FileRefused(f"{path}: {what}; {hint}") from error
    if content is None:
        limit = f"{MAX_TEXT_BYTES // 1_048_576} MiB"
        what = f"it is larger than {limit} and was not read; is this the right file?"
        raise FileRefused(f"{path}: {what}")
    text = decode(content, str(path), MAX_TEXT_BYTES)
    if isinstance(text, Finding):
        place = f", in line {text.position.line}" if text.position else ""
        raise FileRefused(f"{path}: {text.message}{place}; {text.hint}")
    return text


def read_lock_text(path: Path) -> tuple[str, tuple[Finding, ...]]:
    """The lock file's text; "" when there is none, or it cannot be read (see the findings)."""
    if not os.path.lexists(path):
        return "", ()
    try:
        return read_text(place_of(path.parent, path.name)), ()
    except Astray:
        return "", (outside(path.name),)
    except OSError as refused:
        hint = "`reconciler directory refresh` writes it again"
        return "", (Finding("error", "unreadable", str(refused), hint, Position(path.name, 1, 1)),)
