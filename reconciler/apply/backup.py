"""The backup of a run: each route that it is about to touch, as incident.io returned it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from reconciler.apply.backup_folder import BackupFailed, entry_of, write_backup
from reconciler.apply.runs import Run
from reconciler.model.declaration import Live


def back_up(run: Run, lives: Sequence[Live], account: str, now: datetime) -> Path:
    """Write the routes and their manifest; returns the folder. Raises BackupFailed."""
    entries = [entry_of(live.body, live.api) for live in lives]
    try:
        write_backup(run.backup, entries, account, now, run.id)
    except BackupFailed as error:
        raise BackupFailed(f"{error} Nothing was written to incident.io.") from None
    return run.backup
