"""A folder of backed-up routes: what is in it, and whether it is what its manifest says.

`SLUG-ID.json` holds `{"alert_route": {…}}`, the body of a read; `SLUG-ID.v2.json` the same route as
API v2 shows it, where both versions were kept. `manifest.json` is written last and has a checksum
of each. Folders of other scripts are read too: any `*.json` that is the body of a route, with or
without its envelope or a list of such, and no manifest.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import msgspec

from reconciler.files import FileRefused
from reconciler.files.disk import read_bytes
from reconciler.model import ApiVersion, Finding, Json, JsonObject, Position, text_at
from reconciler.wire.reading import api_of

MANIFEST = "manifest.json"
MANIFEST_VERSION = 1
NEXT = ".next"
"""A complete backup on its way into its folder (see `backup.write`): what it holds, counts."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One route as one version of the API showed it; `file` is its name in the folder."""

    file: str
    api: ApiVersion
    body: JsonObject  # the `alert_route` object

    @property
    def id(self) -> str:
        """The id that the route had; never empty in an entry that was read."""
        return str(self.body.get("id") or "")

    @property
    def name(self) -> str:
        return str(self.body.get("name") or "")


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One file in a manifest."""

    file: str
    id: str
    name: str
    version: int
    api: ApiVersion
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest of this tool. `run`: the run whose backup it is, "" for one of `backup`.
    `complete` False: an old version left out fields that are called a secret (ADR 21).
    """

    account: str
    written_at: str
    run: str
    routes: tuple[ManifestEntry, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Backup:
    """A folder's content. `manifest` None: another script made it, or it is damaged. With errors
    among the `findings` it must not be restored.
    """

    folder: Path
    entries: tuple[Entry, ...] = ()
    manifest: Manifest | None = None
    findings: tuple[Finding, ...] = ()
    shown: str = ""  # the folder as people typed it

    def named(self, file: str) -> str:
        """A file of the folder as people would type it."""
        return f"{(self.shown or str(self.folder)).rstrip('/')}/{file}"


def read_backup(folder: Path, shown: str = "") -> Backup:
    """Read a folder and verify it against its manifest, if any. Findings call it `shown`. Raises
    nothing.
    """
    reading = _Reading(Backup(folder, shown=shown))
    if not folder.is_dir():
        what = "is not a folder" if os.path.lexists(folder) else "is not there"
        hint = "name the folder of a backup, or create a backup: `reconciler backup`"
        return reading.refused("backup-missing", what, hint)
    try:
        names = reading.names()
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        return reading.refused("backup-unreadable", what, "check the folder and its permissions")
    if MANIFEST in names or reading.next:
        return reading.by_manifest(names)
    return reading.found(names)


def checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def is_backup_file(name: object) -> bool:
    """Whether a backup may call one of its files so: never a path, nor what is not its own."""
    if not isinstance(name, str) or "\0" in name or name == MANIFEST:
        return False
    return name == Path(name).name and name.lower().endswith(".json")


def parse_manifest(content: bytes) -> Manifest | str:
    """The manifest, or what is wrong with it."""
    try:
        document: object = json.loads(content)
    except (ValueError, RecursionError):
        return "is not JSON"
    if not isinstance(document, dict) or "manifest_version" not in document:
        return "is not a manifest that reconciler wrote"
    if document["manifest_version"] != MANIFEST_VERSION:
        version = document["manifest_version"]
        return f"has manifest_version {version!r}; this version reads {MANIFEST_VERSION}"
    try:
        routes = msgspec.convert(document.get("routes"), tuple[ManifestEntry, ...])
    except msgspec.ValidationError:
        routes = None
    if routes is None or not all(is_backup_file(row.file) for row in routes):
        return "does not have a valid list of routes"
    if document.get("route_count") != (count := len({row.id for row in routes})):
        return f"lists {count} routes, but its `route_count` differs"
    if len({row.file for row in routes}) != len(routes):
        return "lists a file twice"
    account, written_at, run = (text_at(document, key) for key in ("account", "written_at", "run"))
    return Manifest(account, written_at, run, routes, document.get("complete") is True)


class _Reading:
    """One folder being read."""

    def __init__(self, backup: Backup) -> None:
        self._backup = backup
        self._folder = backup.folder
        ready = backup.folder / NEXT
        self.next = (ready / MANIFEST).is_file() and not ready.is_symlink()
        self._findings: list[Finding] = []

    def refused(self, code: str, what: str, hint: str) -> Backup:
        folder = self._backup.named("").rstrip("/")
        finding = Finding("error", code, f"{folder} {what}", hint)
        return replace(self._backup, findings=(finding,))

    def names(self) -> frozenset[str]:
        listed = {path.name for path in self._folder.iterdir()}
        if self.next:
            listed |= {path.name for path in (self._folder / NEXT).iterdir()}
        return frozenset(name for name in listed if name.lower().endswith(".json"))

    def by_manifest(self, names: frozenset[str]) -> Backup:
        """By its manifest."""
        content = self._content(MANIFEST)
        manifest = parse_manifest(content) if content is not None else None
        if isinstance(manifest, str):
            hint = "use a complete copy of the folder, or create a new backup"
            self._report("backup-manifest", MANIFEST, manifest, hint)
        if not isinstance(manifest, Manifest):
            return replace(self._backup, findings=tuple(self._findings))
        entries = [entry for row in manifest.routes for entry in self._verified(row)]
        if not self.next:  # else they are on their way out
            for name in sorted(names - {row.file for row in manifest.routes} - {MANIFEST}):
                hint = "move it away: restore uses only files in the manifest"
                self._report("backup-unknown-file", name, "is not in the manifest", hint)
        return self._read(entries, manifest)

    def found(self, names: frozenset[str]) -> Backup:
        """Without one: every file that is a route."""
        entries = [entry for name in sorted(names) for entry in self._routes_in(name)]
        if not names:
            hint = "check the folder's name"
            self._report(
                "backup-empty", "", "does not contain a backup: there are no JSON files", hint
            )
        twice: dict[tuple[str, str], str] = {}
        for entry in entries:
            other = twice.setdefault((entry.id, entry.api), entry.file)
            if other != entry.file:
                hint = "keep the file that you want to restore"
                message = f"is the route {entry.id}, and so is {other}"
                self._report("backup-route-twice", entry.file, message, hint)
        return self._read(entries, None)

    def _read(self, entries: list[Entry], manifest: Manifest | None) -> Backup:
        findings = tuple(self._findings)
        return replace(self._backup, entries=tuple(entries), manifest=manifest, findings=findings)

    def _verified(self, row: ManifestEntry) -> Iterator[Entry]:
        content = self._content(row.file)
        if content is None:
            return
        hint = "use a complete copy of the folder (from git, for example), or create a new backup"
        if checksum(content) != row.sha256:
            message = "was changed: its checksum differs from the manifest"
            self._report("backup-checksum", row.file, message, hint)
            return
        for entry in self._parsed(row.file, content):
            if (entry.id, entry.api) != (row.id, row.api):
                message = (
                    f"is the route {entry.id} of API {entry.api}, which differs from the manifest"
                )
                self._report("backup-manifest", row.file, message, hint)
            else:
                yield entry

    def _routes_in(self, name: str) -> Iterator[Entry]:
        content = self._content(name)
        if content is not None:
            yield from self._parsed(name, content)

    def _parsed(self, name: str, content: bytes) -> Iterator[Entry]:
        try:
            document: object = json.loads(content)
        except (ValueError, RecursionError) as error:
            hint = "it is incomplete, or was edited: create a new backup"
            self._report("backup-unreadable", name, f"is not JSON ({error})", hint)
            return
        for body in _bodies(document):
            api = api_of(body) if isinstance(body, dict) else None
            if not isinstance(body, dict) or api is None or not isinstance(body.get("id"), str):
                hint = "a backup contains the response of `GET /v3/alert_routes/ID` (or v2)"
                self._report(
                    "backup-no-route", name, "does not contain a complete alert route", hint
                )
                return
            yield Entry(name, api, cast("Mapping[str, Json]", body))

    def _content(self, name: str) -> bytes | None:
        path = self._folder / NEXT / name
        if not self.next or not path.exists():
            path = self._folder / name
        hint = "use a complete copy of the folder, or create a new backup"
        try:
            if path.is_symlink():
                raise FileRefused("is a symbolic link; a backup needs real files")
            content = read_bytes(path, follow=False)
        except FileNotFoundError:
            self._report("backup-file-missing", name, "is in the manifest, but missing", hint)
        except FileRefused as error:
            self._report("backup-unreadable", name, str(error), hint)
        except OSError as error:
            self._report("backup-unreadable", name, f"cannot be read: {error.strerror}", hint)
        else:
            if content is not None:
                return content
            self._report("backup-unreadable", name, "is too large to be a route", hint)
        return None

    def _report(self, code: str, name: str, message: str, hint: str) -> None:
        path = self._backup.named(name).rstrip("/")
        position = Position(path, 1, 1) if name else None
        self._findings.append(Finding("error", code, f"{path} {message}", hint, position))


def _bodies(document: object) -> list[object]:
    """The bodies of a file: one, in its envelope or not, or a list of such."""
    if isinstance(document, list):
        return [body for item in document for body in _bodies(item)]
    if isinstance(document, dict):
        if "alert_routes" in document:
            return _bodies(document["alert_routes"])
        if "alert_route" in document:
            return [document["alert_route"]]
    return [document]
