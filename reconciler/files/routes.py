"""All route files of a folder, read together: two of them may claim one route."""

import hashlib
import os
import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from reconciler.files.disk import read_bytes, routes_of
from reconciler.files.read.route import Parsed, parse_as_far_as_possible
from reconciler.files.tree import FOLDER, RouteFile, is_route_file, unreadable
from reconciler.files.yaml.compose import MAX_BYTES, decode, too_large
from reconciler.files.yaml.reading import meant_perhaps, near
from reconciler.model import (
    Declaration,
    Finding,
    Path as Place,
    Position,
    has_errors,
    near_matches,
    shared_names,
)

MOST_HINTS = 20
"""Of this many words that mean nothing the nearest names are looked for: that is slow."""


@dataclass(frozen=True, slots=True)
class RouteFiles:
    """The content of `routes/`.

    `declarations` are the files without errors that are chosen, `beside` those that are not.
    `texts` holds the text of all chosen files that could be read at all, by path.
    `incomplete` is what could be read of those with errors, for looking for more mistakes and
    nothing else. `complete`: every file of the folder, chosen or not, gave a declaration.
    `digest` covers paths and contents of all files, in hexadecimal SHA-256.
    """

    declarations: tuple[Declaration, ...]
    findings: tuple[Finding, ...]
    digest: str
    complete: bool
    texts: Mapping[str, str] = field(default_factory=dict)
    incomplete: tuple[Declaration, ...] = ()
    beside: tuple[Declaration, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """One file: its content (None: unreadable), its text, and that parsed."""

    file: str
    content: bytes | None
    text: str | None
    parsed: Parsed


def read_routes(root: Path, only: tuple[str, ...] = ()) -> RouteFiles:
    """Every route file under `routes/`, or those of `only`. Raises nothing.

    `only` names files or folders (from the root or from the working directory), or routes. All
    files are read in any case, because two files may claim one route.
    """
    found, in_the_way = routes_of(root)
    read = [_read(root, route_file) for route_file in found]
    chosen, unmatched = _choose(root, found, only, read)
    files = {route_file.file for route_file in chosen}
    findings = [*_concerning(in_the_way, root, only), *unmatched]
    whole: list[Declaration] = []
    incomplete: list[Declaration] = []
    for file_read in read:
        findings += file_read.parsed.findings if file_read.file in files else ()
        if file_read.parsed.declaration is not None:
            broken = has_errors(file_read.parsed.findings)
            (incomplete if broken else whole).append(file_read.parsed.declaration)
    findings += [clash for clash in clashes([*whole, *incomplete]) if _file_of(clash) in files]
    return RouteFiles(
        tuple(declaration for declaration in whole if declaration.file in files),
        tuple(sorted(findings, key=_in_order)),
        _digest(read),
        complete=len(whole) == len(found) and not in_the_way,
        texts={
            file_read.file: file_read.text
            for file_read in read
            if file_read.file in files and file_read.text is not None
        },
        incomplete=tuple(part for part in incomplete if part.file in files),
        beside=tuple(declaration for declaration in whole if declaration.file not in files),
    )


def route_paths(
    root: Path, only: tuple[str, ...] = ()
) -> tuple[tuple[Path, ...], tuple[Finding, ...]]:
    """Paths of the route files, from the root, in order; `only` as in `read_routes`.

    Files are read only where `only` has a word that is no path. Raises nothing.
    """
    found, in_the_way = routes_of(root)
    chosen, unmatched = _choose(root, found, only, None)
    findings = (*_concerning(in_the_way, root, only), *unmatched)
    return tuple(Path(route_file.file) for route_file in chosen), findings


def _read(root: Path, route_file: RouteFile) -> _Read:
    try:
        content = read_bytes(root / route_file.real, MAX_BYTES)
    except OSError as error:
        finding = unreadable(route_file.file, error)
        return _Read(route_file.file, None, None, Parsed(None, (finding,)))
    if content is None:
        return _Read(route_file.file, None, None, Parsed(None, (too_large(route_file.file),)))
    text = decode(content, route_file.file)
    if isinstance(text, Finding):
        return _Read(route_file.file, content, None, Parsed(None, (text,)))
    parsed = parse_as_far_as_possible(text, route_file.file)
    return _Read(route_file.file, content, text, parsed)


def _choose(
    root: Path, found: Sequence[RouteFile], only: tuple[str, ...], read: Sequence[_Read] | None
) -> tuple[list[RouteFile], list[Finding]]:
    """The chosen files; an error for each word that chooses none."""
    if not only:
        return list(found), []
    by_place = _by_place(found)
    by_name: Mapping[str, list[str]] | None = None
    files: set[str] = set()
    unmatched: list[Finding] = []
    for word in only:
        meant = [file for place in _paths_of(word, root) for file in by_place.get(place, ())]
        if not meant:
            read = read or [_read(root, route_file) for route_file in found]
            by_name = by_name if by_name is not None else _by_name(read)
            meant = by_name.get(word, [])
        if not meant:
            unmatched.append(_unknown(word, read or (), hinted=len(unmatched) < MOST_HINTS))
        files.update(meant)
    return [route_file for route_file in found if route_file.file in files], unmatched


def _by_place(found: Sequence[RouteFile]) -> Mapping[str, list[str]]:
    """The files by their own path, and by that of every folder above them."""
    places: dict[str, list[str]] = {}
    for route_file in found:
        for place in _places(route_file.file):
            places.setdefault(place, []).append(route_file.file)
    return places


def _by_name(read: Sequence[_Read]) -> Mapping[str, list[str]]:
    named: dict[str, list[str]] = {}
    for file_read in read:
        named.setdefault(_name_of(file_read), []).append(file_read.file)
    return named


def _name_of(read: _Read) -> str:
    return read.parsed.declaration.route.name if read.parsed.declaration else ""


def _unknown(word: str, read: Sequence[_Read], *, hinted: bool) -> Finding:
    message = f'"{word}" is neither a route, nor a file or folder under {FOLDER}/'
    names = [_name_of(file_read) for file_read in read]
    nameless = [file_read.file for file_read, name in zip(read, names, strict=True) if not name]
    hint = _near(word, names, [file_read.file for file_read in read]) if hinted else ""
    if nameless and not hint:
        hint = f"the name in {', '.join(nameless[:3])} cannot be read: run `reconciler validate`"
    return Finding("error", "unknown-route", message, hint or "`reconciler table` lists the routes")


def _near(word: str, names: Sequence[str], files: Sequence[str]) -> str:
    """A path is compared without what all paths share: every file would look like it."""
    if not word.startswith(f"{FOLDER}/") and not is_route_file(word):
        return near(word, [*filter(None, names), *files])
    bare = {_bare(file): file for file in files}
    return meant_perhaps(bare[found] for found in near_matches(_bare(word), bare))


def _bare(file: str) -> str:
    return posixpath.splitext(file.removeprefix(f"{FOLDER}/"))[0]


def _paths_of(word: str, root: Path) -> tuple[str, ...]:
    """The word as a path from the root, and from the working directory."""
    typed = PurePosixPath(os.path.normpath(word)).as_posix()
    beside = Path(os.path.relpath(Path.cwd() / word, root.absolute())).as_posix()
    return (typed,) if typed == beside else (typed, beside)


def _places(file: str) -> tuple[str, ...]:
    path = PurePosixPath(file)
    return (str(path), *map(str, path.parents))


def _concerning(
    findings: Sequence[Finding], root: Path, only: tuple[str, ...]
) -> Sequence[Finding]:
    """The findings about chosen files or folders."""
    if not only or not findings:
        return findings
    meant = {place for word in only for place in _paths_of(word, root)}
    return [finding for finding in findings if not meant.isdisjoint(_places(_file_of(finding)))]


def _file_of(finding: Finding) -> str:
    return finding.position.file if finding.position else ""


def _in_order(finding: Finding) -> Position:
    return finding.position or Position("", 0, 0)


def _digest(read: Sequence[_Read]) -> str:
    """Lengths keep one file's end from being another's beginning."""
    digest = hashlib.sha256()
    for file_read in read:
        for part in (file_read.file.encode("utf-8"), file_read.content or b""):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def clashes(declarations: Sequence[Declaration]) -> Iterator[Finding]:
    """A finding in each of the files that have one id, one name without ids, or one past name."""
    by_id: dict[str, list[Declaration]] = defaultdict(list)
    by_name: dict[str, list[Declaration]] = defaultdict(list)
    by_past: dict[str, list[Declaration]] = defaultdict(list)
    for declaration in declarations:
        if declaration.id is not None:
            by_id[declaration.id].append(declaration)
        if declaration.route.name:
            by_name[declaration.route.name].append(declaration)
        if declaration.previously is not None:
            by_past[declaration.previously].append(declaration)
    for identity, several in by_id.items():
        if len(several) > 1:
            hint = "one of them was probably copied: delete its `id`, and give it another name"
            yield from _each(several, "duplicate-id", f"the id {identity}", ("id",), hint)
    for name, claiming in shared_names(declarations).items():
        hint = "give one another name, or pin each with its `id`"
        yield from _each(claiming, "duplicate-name", f'the name "{name}"', ("name",), hint)
    for name, several in by_past.items():
        hint = "only one route can have had this name; delete the other `previously`"
        if len(several) > 1:
            what = f'`previously: "{name}"`'
            yield from _each(several, "duplicate-previously", what, ("previously",), hint)
        for declaration in several:
            namesakes = [other for other in by_name.get(name, ()) if other is not declaration]
            if namesakes and declaration.id is None:
                yield _taken(declaration, namesakes[0], name)


def _each(
    several: Sequence[Declaration], code: str, what: str, path: Place, hint: str
) -> Iterator[Finding]:
    for declaration in several:
        others = " and ".join(other.file for other in several if other is not declaration)
        yield declaration.finding("error", code, f"{what} is in {others} as well", hint, path)


def _taken(declaration: Declaration, other: Declaration, name: str) -> Finding:
    message = f'`previously: "{name}"` is the current name of {other.file}'
    hint = "both would claim the same route: pin them with `id`, or delete `previously`"
    return declaration.finding("error", "duplicate-previously", message, hint, ("previously",))
