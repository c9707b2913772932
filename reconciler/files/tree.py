"""All route files of a folder, read together."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reconciler.files.compose import MAX_BYTES, decode, too_large
from reconciler.files.identities import clashes
from reconciler.files.route import parse_as_far_as_possible
from reconciler.model.declaration import Declaration
from reconciler.model.finding import Finding, Position, has_errors

FOLDER = "routes"
_SUFFIXES = (".yaml", ".yml")
_START = "write a first route, `routes/NAME.yaml`, or import the live ones: `reconciler import`"


@dataclass(frozen=True, slots=True)
class RouteFiles:
    """What `routes/` says.

    `declarations` are the files without errors; `incomplete` is what could be read of the others,
    for looking for more mistakes and nothing else. `digest` covers paths and contents of the
    files that were asked for.
    """

    declarations: tuple[Declaration, ...]
    findings: tuple[Finding, ...]
    digest: str
    incomplete: tuple[Declaration, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A route file: its path as people type it, and where it is."""

    file: str
    place: Path


def read_routes(root: Path, only: tuple[str, ...] = ()) -> RouteFiles:
    """Every route file under `routes/`, or those of `only` (files or folders, from the root).

    All files are read in any case, because two files may claim one route. No files at all is an
    error: nothing declared must never look like everything removed. Raises nothing.
    """
    found, findings = _find(root)
    wanted, unmatched = _select(found, only)
    findings = [finding for finding in findings if not only or _is_in(_file(finding), only)]
    findings += unmatched
    if not found and not findings:
        findings.append(_finding("no-routes", f"{FOLDER}/ holds no route file", _START, FOLDER))
    whole: list[Declaration] = []
    incomplete: list[Declaration] = []
    digest = hashlib.sha256()
    for route_file in found:
        content = _read(route_file)
        if isinstance(content, Finding):
            findings += [content] if route_file in wanted else []
            continue
        if route_file in wanted:
            _add(digest, route_file.file, content)
        text = decode(content, route_file.file)
        if isinstance(text, Finding):
            findings += [text] if route_file in wanted else []
            continue
        parsed = parse_as_far_as_possible(text, route_file.file)
        if route_file in wanted:
            findings += parsed.findings
        if parsed.declaration is not None:
            broken = has_errors(parsed.findings)
            (incomplete if broken else whole).append(parsed.declaration)
    files = {route_file.file for route_file in wanted}
    findings += [clash for clash in clashes([*whole, *incomplete]) if _file(clash) in files]
    return RouteFiles(
        tuple(declaration for declaration in whole if declaration.file in files),
        tuple(sorted(findings, key=_in_order)),
        digest.hexdigest(),
        tuple(declaration for declaration in incomplete if declaration.file in files),
    )


def _in_order(finding: Finding) -> tuple[str, int, int]:
    at = finding.position or Position("", 0, 0)
    return at.file, at.line, at.column


def _file(finding: Finding) -> str:
    return finding.position.file if finding.position else ""


def _finding(code: str, message: str, hint: str, file: str) -> Finding:
    return Finding("error", code, message, hint, Position(file, 1, 1))


def _add(digest: "hashlib._Hash", file: str, content: bytes) -> None:
    name = file.encode("utf-8", "surrogatepass")
    for part in (name, content):
        digest.update(len(part).to_bytes(8, "big") + part)


def _select(found: list[_Found], only: tuple[str, ...]) -> tuple[list[_Found], list[Finding]]:
    if not only:
        return found, []
    wanted = [route_file for route_file in found if _is_in(route_file.file, only)]
    missing = [
        name for name in only if not any(_is_in(route_file.file, (name,)) for route_file in found)
    ]
    hint = f"name a file or a folder under {FOLDER}/"
    return wanted, [
        _finding("no-such-file", f"no route file is called {name}", hint, name) for name in missing
    ]


def _is_in(file: str, only: tuple[str, ...]) -> bool:
    path = PurePosixPath(file)
    asked = [PurePosixPath(os.path.normpath(name)) for name in only]
    return any(path == name or name in path.parents for name in asked)


def _find(root: Path) -> tuple[list[_Found], list[Finding]]:
    """Route files in the order of their paths, and what is in the way."""
    start = root / FOLDER
    if not os.path.lexists(start):
        return [], [_finding("no-routes", f"{FOLDER}/ is missing", _START, FOLDER)]
    inside = os.path.realpath(root)
    found: list[_Found] = []
    findings: list[Finding] = []
    seen: set[str] = set()
    folders = [(FOLDER, start)]
    while folders:
        name, folder = folders.pop()
        real = os.path.realpath(folder)
        if not _is_below(real, inside):
            findings.append(_outside(name))
            continue
        if real in seen:
            continue
        seen.add(real)
        try:
            entries = sorted(entry.name for entry in folder.iterdir())
        except OSError as error:
            findings.append(_unreadable(name, error))
            continue
        for entry in entries:
            if entry.startswith("."):
                continue
            _sort_out(_Found(f"{name}/{entry}", folder / entry), inside, folders, found, findings)
    return sorted(found, key=lambda route_file: route_file.file), findings


def _sort_out(
    entry: _Found,
    inside: str,
    folders: list[tuple[str, Path]],
    found: list[_Found],
    findings: list[Finding],
) -> None:
    """Put one entry of a folder where it belongs: a folder, a route file, a finding, nothing."""
    is_route = entry.place.suffix.lower() in _SUFFIXES
    try:
        mode = entry.place.stat().st_mode
    except OSError as error:
        findings += [_unreadable(entry.file, error)] if is_route else []
        return
    if stat.S_ISDIR(mode) and not is_route:
        folders.append((entry.file, entry.place))
    elif not is_route:
        return
    elif not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "no regular file"
        message = f"{entry.file} is {what}, but has the name of a route file"
        findings.append(_finding("not-a-file", message, "rename it", entry.file))
    elif not _is_below(os.path.realpath(entry.place), inside):
        findings.append(_outside(entry.file))
    else:
        found.append(entry)


def _is_below(real: str, inside: str) -> bool:
    return real == inside or real.startswith(inside.rstrip(os.sep) + os.sep)


def _outside(file: str) -> Finding:
    message = f"{file} is a link to a place outside this folder and was not read"
    hint = "copy what it points to, so that a review sees every change"
    return _finding("outside-tree", message, hint, file)


def _unreadable(file: str, error: OSError) -> Finding:
    why = (error.strerror or str(error)).lower()
    hint = "look at its rights, and at where it points if it is a link"
    return _finding("unreadable", f"{file} cannot be read: {why}", hint, file)


def _read(route_file: _Found) -> bytes | Finding:
    try:
        with route_file.place.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        return _unreadable(route_file.file, error)
    return too_large(route_file.file) if len(content) > MAX_BYTES else content
