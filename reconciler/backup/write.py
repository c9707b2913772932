"""Writing a backup folder: complete or not at all, and never over the only good one.

A new backup is staged in `.staging-…`. One rename to `.next` makes it *the* backup: from then on a
reader takes what `.next` holds, and everything after it (moving its files into place, the manifest
last) only tidies up. A process that is killed before the rename leaves the old backup, one that is
killed after it the new one; the next writer finishes the tidying first.
"""

import contextlib
import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reconciler.backup.read import (
    MANIFEST,
    MANIFEST_VERSION,
    NEXT,
    Entry,
    Manifest,
    checksum,
    is_backup_file,
    parse_manifest,
)
from reconciler.backup.routes import OTHER, may_show_more, says_the_same, shows_more
from reconciler.client import ReadClient
from reconciler.files.disk import FileRefused, read_bytes, sync_folder, write_new
from reconciler.live.bodies import Also, read_beside
from reconciler.model import ApiChoice, ApiVersion, JsonObject, Live, slug
from reconciler.runs.folder import Run
from reconciler.wire.reading import api_of

STAGING = ".staging-"
GONE = "gone"  # in `.next`: the files that the new backup does not have any more
_ID = re.compile(r"[^A-Za-z0-9_-]")


class BackupFailed(OSError):
    """The backup is not complete; an earlier one is as it was. Says what to do."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The files of a backup by name, and whether they changed."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def versions(configured: ApiChoice, api: str | None) -> tuple[ApiChoice, Also]:
    """The version to keep, `both` of them, or the configured one, with the other where that may
    show more.
    """
    match api:
        case "v2" | "v3":
            return api, lambda _api, _body: False
        case "both":
            return "v3", lambda _api, _body: True
        case _:
            return configured, may_show_more


def entries_of(route: Sequence[JsonObject], kept: ApiVersion, *, both: bool) -> tuple[Entry, ...]:
    """The files of a route: also the other version's body where it shows more, or with `both`."""
    first = entry_of(route[0], kept)
    if len(route) == 1:
        return (first,)
    other = entry_of(route[1], OTHER[kept], beside=True)
    return (first, other) if both or shows_more(other, first) else (first,)


def entry_of(body: JsonObject, api: ApiVersion, *, beside: bool = False) -> Entry:
    """A body with the name of its file; `beside`: another version of the route is kept too."""
    identity = _ID.sub("_", str(body.get("id") or ""))
    suffix = f".{api}" if beside else ""
    return Entry(f"{slug(str(body.get('name') or ''))}-{identity}{suffix}.json", api, body)


def write_backup(
    folder: Path, entries: Sequence[Entry], account: str, now: datetime, run: str = ""
) -> Moved:
    """Make the folder hold these routes and no others; nothing is written where nothing changed.

    Raises BackupFailed, also for JSON files there that are no routes of this account: a backup
    would delete them.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            _tidy(folder)
            return _write(folder, entries, account, now, run)
    except BackupFailed:
        raise
    except OSError as error:
        why = f"{error.filename or folder}: {error.strerror or error}"
        advice = "The earlier backup is unchanged; check disk space and permissions"
        if isinstance(error, (FileExistsError, NotADirectoryError, IsADirectoryError)):
            advice = "Name another folder"
        raise BackupFailed(f"the backup failed: {why}. {advice}.") from None


def _write(folder: Path, entries: Sequence[Entry], account: str, now: datetime, run: str) -> Moved:
    texts = {entry.file: _json({"alert_route": entry.body}) for entry in entries}
    if len(texts) != len(entries):
        raise BackupFailed("two routes have the same id; nothing was written. Run it again.")
    texts |= dict(_unchanged(folder, entries, texts))
    before = _before(folder, {entry.id for entry in entries}, account)
    moved = _moved(folder, texts, before)
    manifest = _manifest(entries, texts, account, now, run)
    old = _content(folder / MANIFEST)
    if not (moved.new or moved.changed or moved.gone) and _same_manifest(old, manifest):
        return moved
    staging = folder / f"{STAGING}{secrets.token_hex(6)}"
    try:
        staging.mkdir(mode=0o777)
        for name in (*moved.new, *moved.changed):
            write_new(staging / name, texts[name])
        write_new(staging / GONE, _json(moved.gone))
        write_new(staging / MANIFEST, manifest)
        sync_folder(staging)
        staging.rename(folder / NEXT)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    sync_folder(folder)
    with contextlib.suppress(OSError):  # it is complete: whoever writes next tidies up
        _tidy(folder)
    return moved


def _unchanged(
    folder: Path, entries: Sequence[Entry], texts: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    """Files that mean the same as before, with the old bytes: a commit then shows only what moved.
    A file that differs from its manifest is written anew.
    """
    manifest = parse_manifest(_content(folder / MANIFEST) or b"")
    rows = manifest.routes if isinstance(manifest, Manifest) else ()
    sums = {row.file: row.sha256 for row in rows}
    for entry in entries:
        old = _content(folder / entry.file) if entry.file in sums else None
        if old is None or old == texts[entry.file] or checksum(old) != sums[entry.file]:
            continue
        body = json.loads(old)["alert_route"]  # this tool wrote it: the checksum is the manifest's
        if says_the_same(Entry(entry.file, entry.api, body), entry):
            yield entry.file, old


def _before(folder: Path, live: set[str], account: str) -> frozenset[str]:
    """The files that a new backup replaces. Raises BackupFailed for JSON that is none of ours."""
    content = _content(folder / MANIFEST)
    manifest = parse_manifest(content) if content is not None else None
    ours: set[str] = set()
    if isinstance(manifest, Manifest):
        if manifest.account and account and manifest.account != account:
            raise BackupFailed(
                f"{folder} is a backup of {manifest.account}, and this key belongs to {account}. "
                "Nothing was written; name another folder."
            )
        if manifest.routes and not live:
            raise BackupFailed(
                f"incident.io returned no alert routes, and {folder} contains "
                f"{len(manifest.routes)}. This backup is unchanged: `reconciler restore` "
                "writes it back. For an empty backup, name another folder."
            )
        ours = {row.file for row in manifest.routes}
    found = {path.name for path in folder.iterdir() if is_backup_file(path.name)}
    strange = found - ours
    if strange:
        dumps = {entry.file for entry in _dumps(folder, strange) if entry.id in live}
        foreign = sorted(strange - dumps)
        if foreign:
            which = (
                "which is not a route that is"
                if len(foreign) == 1
                else "which are not routes that are"
            )
            raise BackupFailed(
                f"{folder} contains {', '.join(foreign)}, {which} live now. "
                "Nothing was written; move it away, or name another folder."
            )
    return frozenset(found & ours | strange)


def _dumps(folder: Path, names: set[str]) -> Iterator[Entry]:
    """The routes of files that no manifest lists: what another script left there."""
    for name in sorted(names):
        content = _content(folder / name)
        try:
            document = json.loads(content or b"")
        except (ValueError, RecursionError):
            continue
        body = document.get("alert_route", document) if isinstance(document, dict) else {}
        api = api_of(body) if isinstance(body, dict) else None
        if api is not None:
            yield Entry(name, api, body)


def _moved(folder: Path, texts: Mapping[str, bytes], before: frozenset[str]) -> Moved:
    there = {name: _content(folder / name) for name in before}
    return Moved(
        tuple(sorted(name for name in texts if there.get(name) is None)),
        tuple(sorted(n for n, text in texts.items() if there.get(n) not in (None, text))),
        tuple(sorted(name for name, text in texts.items() if there.get(name) == text)),
        tuple(sorted(before - texts.keys())),
    )


def _manifest(
    entries: Sequence[Entry], texts: Mapping[str, bytes], account: str, now: datetime, run: str
) -> bytes:
    routes = [
        {
            "file": entry.file,
            "id": entry.id,
            "name": entry.name,
            "version": entry.body.get("version"),
            "api": entry.api,
            "sha256": checksum(texts[entry.file]),
        }
        for entry in sorted(entries, key=lambda entry: (entry.id, entry.api))
    ]
    document: dict[str, object] = {
        "manifest_version": MANIFEST_VERSION,
        "account": account,
        "written_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "complete": True,  # nothing that incident.io answered is left out (ADR 21)
        "api": sorted({entry.api for entry in entries}),
        "route_count": len({entry.id for entry in entries}),
        "routes": routes,
    }
    return _json(document | ({"run": run} if run else {}))


def _same_manifest(old: bytes | None, new: bytes) -> bool:
    """Apart from its time."""
    try:
        before, after = json.loads(old or b""), json.loads(new)
    except (ValueError, RecursionError):
        return False
    timeless = {"written_at": ""}
    return isinstance(before, dict) and bool(before | timeless == after | timeless)


def _tidy(folder: Path) -> None:
    """Finish what a killed process left: its complete backup moves into place, the rest goes."""
    for left in folder.glob(f"{STAGING}*"):
        shutil.rmtree(left, ignore_errors=True)
    ready = folder / NEXT
    if not os.path.lexists(ready):
        return
    if ready.is_symlink() or not ready.is_dir():
        raise _strange(ready)
    if (ready / MANIFEST).exists():
        gone = _gone(ready)
        # Without a manifest the half-moved folder is no backup, except to our reader, which looks
        # into `.next` first.
        (folder / MANIFEST).unlink(missing_ok=True)
        for path in sorted(ready.glob("*.json")):
            if path.name != MANIFEST:
                path.replace(folder / path.name)
        for name in gone:
            (folder / name).unlink(missing_ok=True)
        sync_folder(folder)
        (ready / MANIFEST).replace(folder / MANIFEST)
    shutil.rmtree(ready)
    sync_folder(folder)


def _gone(ready: Path) -> list[str]:
    """The files that the new backup has no more. Raises BackupFailed for a list that names anything
    else: the folder may come from another author.
    """
    try:
        names: object = json.loads(read_bytes(ready / GONE, follow=False) or b"")
    except (FileNotFoundError, FileRefused, ValueError, RecursionError):
        raise _strange(ready) from None
    if not isinstance(names, list) or not all(is_backup_file(name) for name in names):
        raise _strange(ready)
    return names


def _strange(ready: Path) -> BackupFailed:
    return BackupFailed(
        f"{ready} was changed by another program. Nothing was written; check it and move it away."
    )


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One writer at a time. Raises BackupFailed when another one is at work."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BackupFailed(
                f"another process is writing a backup to {folder}; wait for it"
            ) from None
        yield
    finally:
        os.close(handle)


def _content(path: Path) -> bytes | None:
    """None: not there. Links and pipes are not read; like huge files, they are other content."""
    try:
        return read_bytes(path, follow=False) or b""
    except FileNotFoundError:
        return None
    except FileRefused:
        return b""


def _json(document: object) -> bytes:
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "backslashreplace")  # half a surrogate pair, as JSON escapes it


def back_up(
    run: Run, lives: Sequence[Live], account: str, now: datetime, beside: Sequence[Entry] = ()
) -> Path:
    """Write a run's routes and the other version's bodies `beside`. Raises BackupFailed."""
    entries = [*(entry_of(live.body, live.api) for live in lives), *beside]
    try:
        write_backup(run.backup, entries, account, now, run.id)
    except BackupFailed as error:
        raise BackupFailed(f"{error} Nothing was written to incident.io.") from None
    return run.backup


def read_what_goes(client: ReadClient, lives: Sequence[Live]) -> Iterator[Entry]:
    """The other version's bodies, where they show more and the route did not move; else it is not
    deleted. Raises the client's ApiError.
    """
    for live in lives:
        body = read_beside(client, OTHER[live.api], live.id)
        if body is None or body["version"] != live.version:
            continue
        other = entry_of(body, OTHER[live.api], beside=True)
        if shows_more(other, entry_of(live.body, live.api)):
            yield other
