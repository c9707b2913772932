"""The backup of a run: each route that it is about to touch, as incident.io returned it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from reconciler.apply.backup_folder import BackupFailed, entry_of, write_backup
from reconciler.apply.backups import Entry
from reconciler.apply.both_versions import may_show_more, shows_more
from reconciler.apply.kept import OTHER
from reconciler.apply.runs import Run
from reconciler.client import ReadClient
from reconciler.live.bodies import read_beside
from reconciler.model.declaration import Live


def back_up(
    run: Run, lives: Sequence[Live], account: str, now: datetime, beside: Sequence[Entry] = ()
) -> Path:
    """Write the routes and their manifest; `beside` are bodies of the other API version. Returns
    the folder. Raises BackupFailed.
    """
    entries = [*(entry_of(live.body, live.api) for live in lives), *beside]
    try:
        write_backup(run.backup, entries, account, now, run.id)
    except BackupFailed as error:
        raise BackupFailed(f"{error} Nothing was written to incident.io.") from None
    return run.backup


def may_need_both(lives: Sequence[Live]) -> tuple[Live, ...]:
    """Routes that are deleted and of which the other API version may show more. A PUT leaves in
    place what its version does not show; a DELETE takes it, too.
    """
    return tuple(live for live in lives if may_show_more(live.api, live.body))


def read_what_goes(client: ReadClient, lives: Sequence[Live]) -> Iterator[Entry]:
    """The other version's bodies, where they say more. Of another version of the route than the
    planned one there is none: that route is not deleted. Raises the client's ApiError.
    """
    for live in lives:
        body = read_beside(client, OTHER[live.api], live.id)
        if body is None or body["version"] != live.version:
            continue
        other = entry_of(body, OTHER[live.api], beside=True)
        if shows_more(other, entry_of(live.body, live.api)):
            yield other
