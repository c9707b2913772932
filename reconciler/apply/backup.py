"""The backup of a run: each route that it is about to touch, as incident.io returned it.

`backup/SLUG-ID.json` a route (the `alert_route` object in its envelope, keys sorted) and
`backup/manifest.json`, written last: a folder without a manifest is no backup.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from reconciler.apply.runs import Run
from reconciler.files import FileRefused, write_atomically
from reconciler.model.declaration import Live
from reconciler.model.slug import slug

MANIFEST_VERSION = 1


class BackupFailed(OSError):
    """The backup is not complete, so nothing may be written."""


def back_up(run: Run, lives: Sequence[Live], account: str, now: datetime) -> Path:
    """Write the routes and their manifest; returns the folder. Raises BackupFailed."""
    try:
        run.backup.mkdir(mode=0o700)
        entries = [_write_route(run.backup, live) for live in sorted(lives, key=lambda one: one.id)]
        manifest = {
            "manifest_version": MANIFEST_VERSION,
            "run": run.id,
            "account": account,
            "written_at": now.astimezone(UTC).isoformat(timespec="seconds"),
            "api": sorted({live.api for live in lives}),
            "route_count": len(entries),
            "routes": entries,
        }
        write_atomically(run.backup / "manifest.json", _json(manifest))
    except (OSError, FileRefused) as error:
        raise BackupFailed(
            f"the backup in {run.backup} failed: {error}. Nothing was written to incident.io."
        ) from None
    return run.backup


def _write_route(folder: Path, live: Live) -> dict[str, object]:
    name = f"{slug(live.route.name)}-{live.id}.json"
    text = _json({"alert_route": live.body})
    write_atomically(folder / name, text)
    return {
        "file": name,
        "id": live.id,
        "name": live.route.name,
        "version": live.version,
        "api": live.api,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
