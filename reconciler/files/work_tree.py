"""The route files of a folder on disk."""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.files.tree import Astray, Kind, Link, RouteFile, find_routes, outside, real_path
from reconciler.files.writing import FileRefused, write_atomically
from reconciler.model.finding import Finding


@dataclass(frozen=True, slots=True)
class WorkTree:
    """A folder on disk, as `files.tree` walks it."""

    top: str

    def entry(self, path: str) -> Kind | Link | None:
        """What is there, without following a link."""
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
        """What is in a folder. Raises OSError."""
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


def place_of(root: Path, file: str) -> Path:
    """Where a file really is, its links followed. Raises Astray, or another OSError, as
    `real_path` does.
    """
    tree = work_tree(root)
    return Path(tree.top) / real_path(tree, file)


def write_inside(root: Path, file: str, text: str) -> None:
    """Write a file of the folder. A link stays one: the file in the folder that it leads to is
    written. A pipe that stands in its place is none: nobody may ever read it. Raises FileRefused.
    """
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
    write_atomically(place, text)


def stays_inside(root: Path, file: str) -> bool:
    """Whether a path, which may lead to nothing yet, is in the folder and not hidden there."""
    inside, real = os.path.realpath(root), os.path.realpath(root / file)
    if real != inside and not real.startswith(inside.rstrip(os.sep) + os.sep):
        return False
    return not any(part.startswith(".") for part in Path(real).relative_to(inside).parts)
