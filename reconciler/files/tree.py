"""Where the route files are: `routes/` and its subfolders."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from reconciler.model.finding import Finding, Position

FOLDER = "routes"
_SUFFIXES = (".yaml", ".yml")
_START = (
    f"write a first route, `{FOLDER}/NAME.yaml`, import the live ones (`reconciler import --all`), "
    "or name the folder that has them (`reconciler -C DIR`); "
    "an empty folder is never taken for the wish to delete every route"
)


@dataclass(frozen=True, slots=True)
class RouteFile:
    """A route file: its path from the root, as people type it, and where it is."""

    file: str
    place: Path


def find_routes(root: Path) -> tuple[tuple[RouteFile, ...], tuple[Finding, ...]]:
    """Route files in the order of their paths, and what is in the way. Raises nothing.

    Nothing found, and nothing in the way, is an error: nothing declared must never look like
    everything removed.
    """
    start = root / FOLDER
    if not os.path.lexists(start):
        return (), (error_in(FOLDER, "no-routes", f"{FOLDER}/ is missing", _START),)
    walk = _Walk(os.path.realpath(root), [], [])
    walk.folders(start)
    if not walk.found and not walk.findings:
        message = f"{FOLDER}/ holds no route file"
        walk.findings.append(error_in(FOLDER, "no-routes", message, _START))
    return tuple(sorted(walk.found, key=lambda route: route.file)), tuple(walk.findings)


def error_in(file: str, code: str, message: str, hint: str) -> Finding:
    """An error about a file or folder as a whole."""
    return Finding("error", code, message, hint, Position(file, 1, 1))


def unreadable(file: str, error: OSError) -> Finding:
    """The system does not let us read it."""
    why = (error.strerror or str(error)).lower()
    hint = "look at its rights, and at where it points if it is a link"
    return error_in(file, "unreadable", f"{file} cannot be read: {why}", hint)


@dataclass(frozen=True, slots=True)
class _Walk:
    """One walk through the folders; `inside` is the real path that nothing may lead out of."""

    inside: str
    found: list[RouteFile]
    findings: list[Finding]

    def folders(self, start: Path) -> None:
        """Each real folder once, so that links in a circle end."""
        seen: set[str] = set()
        waiting = [RouteFile(FOLDER, start)]
        while waiting:
            folder = waiting.pop()
            real = os.path.realpath(folder.place)
            if not stays_inside(folder.place, self.inside):
                self.findings.append(outside(folder.file))
                continue
            if real in seen:
                continue
            seen.add(real)
            try:
                names = sorted(entry.name for entry in folder.place.iterdir())
            except OSError as error:
                self.findings.append(unreadable(folder.file, error))
                continue
            for name in names:
                if not name.startswith("."):
                    entry = RouteFile(f"{folder.file}/{name}", folder.place / name)
                    waiting += self._folder_or_file(entry)

    def _folder_or_file(self, entry: RouteFile) -> list[RouteFile]:
        """The entry when it is a folder; a route file, or what is wrong, is remembered."""
        is_route = entry.place.suffix.lower() in _SUFFIXES
        try:
            mode = entry.place.stat().st_mode
        except OSError as error:
            if is_route:
                self.findings.append(unreadable(entry.file, error))
            return []
        if not is_route and not stat.S_ISDIR(mode):
            return []
        if not _is_utf8(entry.place.name):
            self.findings.append(_unspeakable(entry.file))
        elif not is_route:
            return [entry]
        elif not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "no regular file"
            message = f"{entry.file} is {what}, but has the name of a route file"
            self.findings.append(error_in(entry.file, "not-a-file", message, "rename it"))
        elif not stays_inside(entry.place, self.inside):
            self.findings.append(outside(entry.file))
        else:
            self.found.append(entry)
        return []


def stays_inside(place: Path, inside: str) -> bool:
    """Whether a path, its links followed, is in the folder (a real path) and not hidden there: a
    pull request's link must not bring `.git/config` or `.env` into a finding that all can read.
    """
    real = os.path.realpath(place)
    if real != inside and not real.startswith(inside.rstrip(os.sep) + os.sep):
        return False
    return not any(part.startswith(".") for part in Path(real).relative_to(inside).parts)


def outside(file: str) -> Finding:
    """A link leads where nothing is read."""
    message = f"{file} is a link to a hidden place or out of this folder, and was not read"
    hint = "copy what it points to, so that a review sees every change"
    return error_in(file, "outside-tree", message, hint)


def _is_utf8(name: str) -> bool:
    """Whether the name, with surrogates for what the system could not decode, can be printed."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _unspeakable(file: str) -> Finding:
    shown = os.fsencode(file).decode("utf-8", "backslashreplace")
    return error_in(shown, "file-name", f"the name of {shown} is not UTF-8", "rename it")
