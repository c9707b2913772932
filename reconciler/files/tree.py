"""Which files are route files: `routes/` and its subfolders, wherever the folder is.

One walk for the checkout (`work_tree`) and for a commit (`base`): what is a route file in one must
be one in the other, or a hand edit of its route would count as a change of the file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from posixpath import join
from typing import Literal, Protocol

from reconciler.model import Finding, Position

FOLDER = "routes"
_MOST_LINKS = 40  # as Linux follows for one path
_START = (
    f"write a first route, `{FOLDER}/NAME.yaml`; or import the live routes (`reconciler import "
    "--all`); or name the folder that has the routes (`reconciler -C DIR`); "
    "an empty folder never deletes routes"
)

Kind = Literal["file", "folder", "other"]


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link, and its target."""

    target: str


class Tree(Protocol):
    """A folder and what is in it. Paths are from its root, with `/`; none has a link in it, but at
    its end. `top` is where the root is, an absolute path without links.
    """

    @property
    def top(self) -> str: ...

    def entry(self, path: str) -> Kind | Link | None:
        """The entry of this path; None for nothing. Raises OSError where the system refuses."""
        ...

    def names(self, path: str) -> Sequence[str]:
        """The entries of a folder. Raises OSError where the system refuses."""
        ...

    def is_folder_elsewhere(self, path: str) -> bool:
        """Whether a link that leads astray leads to a folder, as far as the tree can tell."""
        ...


@dataclass(frozen=True, slots=True)
class RouteFile:
    """A route file: its path from the root, as people type it, and without links."""

    file: str
    real: str


class Astray(OSError):
    """A link leads out of the root, or to a hidden place."""


def is_route_file(file: str) -> bool:
    return file.lower().endswith((".yaml", ".yml"))


def find_routes(tree: Tree) -> tuple[tuple[RouteFile, ...], tuple[Finding, ...]]:
    """Route files in the order of their paths, and what is in the way. Raises nothing.

    Nothing found, and nothing in the way, is an error: nothing declared must never look like
    everything removed.
    """
    found, findings = find_files(tree, FOLDER, "route file")
    if found is None:
        return (), (error_in(FOLDER, "no-routes", f"{FOLDER}/ is missing", _START),)
    if not found and not findings:
        message = f"{FOLDER}/ has no route file"
        findings = (error_in(FOLDER, "no-routes", message, _START),)
    return found, findings


def find_files(
    tree: Tree, folder: str, noun: str
) -> tuple[tuple[RouteFile, ...] | None, tuple[Finding, ...]]:
    """The YAML files of a folder, each a `noun`, and what is in the way; None for no folder."""
    try:
        if tree.entry(folder) is None:
            return None, ()
    except OSError as error:
        return (), (unreadable(folder, error),)
    walk = _Walk(tree, noun, [], [])
    walk.folders(folder)
    return tuple(sorted(walk.found, key=lambda found: found.file)), tuple(walk.findings)


def real_path(tree: Tree, path: str) -> str:
    """The path from the root with its links followed. Raises Astray for one that leads out of the
    root or to a hidden place: a pull request's link must not bring `.git/config` or `.env` into a
    finding that all can read. Raises FileNotFoundError for one that leads nowhere, another OSError
    for a circle and where the system refuses.
    """
    top = [part for part in tree.top.split("/") if part]
    at, waiting, links = list(top), path.split("/")[::-1], 0
    while waiting:
        part = waiting.pop()
        if part in ("", "."):
            continue
        if part == "..":
            del at[-1:]
            continue
        at.append(part)
        if at == top[: len(at)]:  # on the way to the root, which has no links
            continue
        if part.startswith("."):
            raise Astray(f"{path} is hidden")
        found = tree.entry(_inside(at, top))
        if found is None:
            raise FileNotFoundError(2, "no such file or directory")
        if isinstance(found, Link):
            links += 1
            if links > _MOST_LINKS:
                raise OSError(40, "too many levels of symbolic links")
            at = [] if found.target.startswith("/") else at[:-1]
            waiting += found.target.split("/")[::-1]
    return _inside(at, top)


def error_in(file: str, code: str, message: str, hint: str) -> Finding:
    return Finding("error", code, message, hint, Position(file, 1, 1))


def unreadable(file: str, error: OSError) -> Finding:
    """The error of a file that the system does not let us read."""
    why = (error.strerror or str(error)).lower()
    hint = "check its rights, and where it points if it is a link"
    return error_in(file, "unreadable", f"{file} cannot be read: {why}", hint)


def outside(file: str) -> Finding:
    """The error of a link that leads where nothing is read."""
    message = f"{file} is a link that leads to a hidden file or out of this folder; it was not read"
    hint = "copy that file here, so that a review sees every change"
    return error_in(file, "outside-tree", message, hint)


def _inside(at: Sequence[str], top: Sequence[str]) -> str:
    if list(at[: len(top)]) != list(top):
        raise Astray("a link leads out of the folder")
    return "/".join(at[len(top) :])


@dataclass(frozen=True, slots=True)
class _Walk:
    tree: Tree
    noun: str
    found: list[RouteFile]
    findings: list[Finding]

    def folders(self, top: str) -> None:
        """Each real folder once, so that links in a circle end."""
        seen: set[str] = set()
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            try:
                real = real_path(self.tree, folder)
                if real in seen:
                    continue
                seen.add(real)
                names = sorted(self.tree.names(real))
            except Astray:
                self.findings.append(outside(folder))
                continue
            except OSError as error:
                self.findings.append(unreadable(folder, error))
                continue
            for name in names:
                if not name.startswith("."):
                    waiting += self._folder_or_file(join(folder, name), join(real, name))

    def _folder_or_file(self, file: str, place: str) -> list[str]:
        """The entry if it is a folder. Route files and mistakes are remembered."""
        is_route = is_route_file(file)
        try:
            kind, real = self.tree.entry(place), place
            if isinstance(kind, Link):
                real = real_path(self.tree, place)
                kind = self.tree.entry(real) if real else "folder"
        except Astray:
            if is_route or self.tree.is_folder_elsewhere(place):
                self.findings.append(outside(file))
            return []
        except OSError as error:
            if is_route:
                self.findings.append(unreadable(file, error))
            return []
        if not is_route and kind != "folder":
            return []
        if any("\ud800" <= character <= "\udfff" for character in file):  # not decoded, so no UTF-8
            shown = file.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            message = f"the name of {shown} is not UTF-8"
            self.findings.append(error_in(shown, "file-name", message, "rename it"))
        elif not is_route:
            return [file]
        elif kind != "file":
            what = "a folder" if kind == "folder" else "not a regular file"
            message = f"{file} is {what}, but has the name of a {self.noun}"
            self.findings.append(error_in(file, "not-a-file", message, "rename it"))
        else:
            self.found.append(RouteFile(file, real))
        return []
