"""Bodies of routes for backups that need no account."""

from datetime import UTC, datetime
from pathlib import Path

from reconciler.backup.read import Entry
from reconciler.backup.write import Moved, entry_of, write_backup
from reconciler.model import Json

NOW = datetime(2026, 8, 21, 9, 12, tzinfo=UTC)
LATER = datetime(2026, 8, 22, 9, 12, tzinfo=UTC)
ACCOUNT = "https://app.incident.io/acme"


def body(number: int, name: str = "", **more: Json) -> dict[str, Json]:
    """A v3 body of the few fields that a backup looks at."""
    return {
        "id": f"01A{number:02}",
        "name": name or f"Route {number}",
        "version": 1,
        "message_config": {"destinations": []},
        **more,
    }


def entries(*bodies: dict[str, Json]) -> list[Entry]:
    """As they go into a folder."""
    return [entry_of(one, "v3") for one in bodies]


def keep(folder: Path, *bodies: dict[str, Json]) -> Moved:
    """A backup of these routes."""
    return write_backup(folder, entries(*bodies), ACCOUNT, NOW)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
