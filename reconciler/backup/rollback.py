"""The plan that undoes one run, from the run's own backup.

What the run updated goes back to its backup, what it deleted is created again, what it created is
deleted. Only where the live version is the one that the run wrote: whatever moved since is a
conflict, and is left to a person.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from reconciler.backup.plan import BackupPlan, Match, Request, plan_from_backup
from reconciler.backup.read import Backup, read_backup
from reconciler.backup.restore import backup_digest
from reconciler.backup.routes import BackedUpRoute, kept_routes
from reconciler.client import ReadClient
from reconciler.directory import type_subjects
from reconciler.live.routes import open_listing
from reconciler.live.survey import Survey
from reconciler.model import (
    Declaration,
    Finding,
    Live,
    Positions,
    Route,
    canonical_pair,
    has_errors,
)
from reconciler.plan.outcome import ConflictOutcome
from reconciler.runs.arrival import (
    digest_of_create,
    digest_of_update,
    may_be,
    may_still_arrive,
    waits,
)
from reconciler.runs.folder import RUNS
from reconciler.runs.history import UNKNOWN, RunRecord, WriteRecord
from reconciler.text import counted

NOT_WRITTEN = "not written"


def run_to_undo(
    runs: Sequence[RunRecord], named: RunRecord | None, folder: str | None
) -> RunRecord | str:
    """The run that was named, or of runs, newest first, the last that wrote; or why it cannot be
    undone. A rollback has to be named: a second one in a hurry would write it all again. `folder`:
    as `--runs` names it.
    """
    run = named or last_that_wrote(runs)
    if run is None:
        where = folder or RUNS.as_posix()
        return f"no run in {where} wrote anything, so there is nothing to undo"
    if named is None and run.command == "rollback":
        where = f" --runs {shlex.quote(folder)}" if folder else ""
        return (
            f"the last run that wrote, {run.id}, is a rollback itself: nothing was undone. To "
            f"undo the rest of {run.of}: `reconciler rollback {run.of}{where}`. To undo the "
            f"rollback: `reconciler rollback {run.id}{where}`. `reconciler history{where}` lists "
            "the other runs"
        )
    if not written(run) and not run.lost:
        return f"the run {run.id} wrote nothing, so there is nothing to undo"
    if run.lost:
        return (
            f"the journal of the run {run.id} is damaged: {counted(run.lost, 'write')} "
            f"cannot be read, so a rollback would be incomplete. `reconciler restore "
            f"{shlex.quote(f'{folder_words(run)}/backup')} --plan` shows what it changed or "
            "deleted"
        )
    return run


def last_that_wrote(runs: Sequence[RunRecord]) -> RunRecord | None:
    """Of runs, newest first, the first one that wrote or may have written."""
    return next((run for run in runs if written(run) or run.lost), None)


def written(run: RunRecord) -> tuple[WriteRecord, ...]:
    """The writes of a run that have or may have taken place."""
    return tuple(write for write in run.writes if _took_place(write))


def _took_place(write: WriteRecord) -> bool:
    if write.outcome == "failed":
        return write.version is not None  # stored, though not as it was meant
    return write.outcome == "written" or (write.outcome == UNKNOWN and write.settled != NOT_WRITTEN)


def folder_words(run: RunRecord) -> str:
    """The run's folder as people would type it."""
    return (RUNS / run.id).as_posix() if run.run.folder.match(f"{RUNS}/*") else str(run.run.folder)


def plan_rollback(
    client: ReadClient, run: RunRecord, request: Request, now: datetime | None
) -> BackupPlan | tuple[Finding, ...]:
    """The plan that undoes a run; findings when its backup is incomplete. `now` None: a person
    knows that unseen creates failed. Raises the client's ApiError.
    """
    writes = written(run)
    backup = _backup(run)
    if has_errors(backup.findings):
        return backup.findings
    listing = open_listing(client, request.config.api)
    listed = listing.rows()
    kept, findings = kept_routes(backup, listing.api)
    missing = _not_backed_up(run, writes, kept)
    if findings or missing:
        return (*findings, *missing)
    live = {row.id for row in listed}
    names = {write.name for write in writes if write.action == "delete" or not write.id}
    ids = {write.id for write in writes if write.id in live}
    ids |= {row.id for row in listed if row.name in names}
    lost = [write for write in writes if write.action == "create" and not write.id]
    ids |= {row.id for row in listed for write in lost if may_be(row, run, write)}
    account = backup.manifest.account if backup.manifest else run.account
    request = replace(
        request,
        account=account or run.account,
        digest=backup_digest(backup),
        complete=backup.manifest is None or backup.manifest.complete,
    )
    meant = {write.id for write in writes}
    used = tuple(backed_up for backed_up in kept if backed_up.id in meant)

    def match(seen: Survey) -> Match:
        undoing = _Undoing(run, {backed_up.id: backed_up for backed_up in used}, seen, now)
        for write in writes:
            undoing.take(write)
        return undoing.match

    return plan_from_backup(client, listing.api, listed, sorted(ids), used, request, match)


def _backup(run: RunRecord) -> Backup:
    folder = run.run.backup
    creates_alone = all(write.action == "create" for write in written(run))
    if creates_alone and not folder.is_dir():
        return Backup(folder)
    backup = read_backup(folder, f"{folder_words(run)}/backup")
    if backup.manifest is None and not has_errors(backup.findings):
        message = f"{folder} has no manifest: the backup is incomplete"
        hint = "this run cannot be rolled back; use `reconciler restore` with another backup"
        return replace(backup, findings=(Finding("error", "backup-manifest", message, hint),))
    return backup


def _not_backed_up(
    run: RunRecord, writes: Sequence[WriteRecord], kept: Sequence[BackedUpRoute]
) -> tuple[Finding, ...]:
    have = {backed_up.id for backed_up in kept}
    return tuple(
        Finding(
            "error",
            "backup-file-missing",
            f'the backup of the run {run.id} has no "{write.name}", which the run wrote',
            "use a complete copy of the run's folder (--runs)",
            route=write.name,
        )
        for write in writes
        if write.action != "create" and write.id not in have
    )


@dataclass(slots=True)
class _Undoing:
    """One run's writes against what is live, one after the other."""

    run: RunRecord
    kept: Mapping[str, BackedUpRoute]
    seen: Survey
    now: datetime | None
    match: Match = field(default_factory=Match)

    def take(self, write: WriteRecord) -> None:
        match write.action:
            case "create":
                self._created(write)
            case "delete":
                self._deleted(write, self.kept[write.id])
            case _:
                self._updated(write, self.kept[write.id])

    def _created(self, write: WriteRecord) -> None:
        now = self.seen.lives.get(write.id) if write.id else self._found(write)
        if now is None and not write.id and self.now and may_still_arrive(self.run, self.now):
            until = waits(self.run, self.now)
            reason = f"the run sent this create and got no response; it may still arrive {until}"
            outcome = ConflictOutcome(
                write.name, "", None, None, reason=f"{reason}. Run the command again after that"
            )
            self.match = replace(self.match, conflicts=(*self.match.conflicts, outcome))
        elif now is None:
            self._note(write, "is not live, so there is nothing to delete")
        elif self._is_ours(write, now, None):
            place = Positions(f"{folder_words(self.run)}/journal.jsonl")
            absent = Declaration(Route(now.route.name), place, now.id, absent=True)
            self.match = replace(self.match, deletes=(*self.match.deletes, absent))
        else:
            self._conflict(write, now)

    def _found(self, write: WriteRecord) -> Live | None:
        """The route that a create with a lost answer made, under whatever name."""
        creates = [record for record in self.run.writes if record.action == "create"]
        made = {create.id for create in creates if create.id}
        rows = [
            row
            for row in self.seen.listed or ()
            if may_be(row, self.run, write) and row.id not in made
        ]
        maybe = [self.seen.lives[row.id] for row in rows if row.id in self.seen.lives]
        twins = [live for live in maybe if live.route.name == write.name]
        directory, name = self.seen.directory, write.name
        same = [live for live in maybe if digest_of_create(live, directory, name) == write.digest]
        ours = [live for live in same if live in twins]
        created = {create.name for create in creates}  # a route of such a name is that create's
        renamed = [live for live in same if live.route.name not in created]
        return next(iter(ours or twins or renamed), None)

    def _updated(self, write: WriteRecord, before: BackedUpRoute) -> None:
        now = self.seen.lives.get(write.id)
        if now is None:
            self._conflict(write, None, "it was deleted afterwards")
        elif self._same(before, now) or self._is_ours(write, now, before.live):
            self.match = replace(self.match, pairs=(*self.match.pairs, (before, now.id)))
        elif now.version == write.base:
            self._note(write, "was not written, so there is nothing to undo")
        else:
            self._conflict(write, now)

    def _deleted(self, write: WriteRecord, before: BackedUpRoute) -> None:
        now = self.seen.lives.get(write.id)
        if now is not None:
            self._note(write, "is live, so there is nothing to create")
            return
        twins = [live for live in self.seen.lives.values() if live.route.name == before.name]
        same = [live for live in twins if self._same(before, live)]
        if same:
            self.match = replace(self.match, pairs=(*self.match.pairs, (before, same[0].id)))
        elif twins:
            reason = f"it was deleted, and {twins[0].id} has its name now"
            self._conflict(write, None, reason)
        else:
            self.match = replace(self.match, creates=(*self.match.creates, before))

    def _is_ours(self, write: WriteRecord, now: Live, before: Live | None) -> bool:
        """Whether the live version is the one that this write made."""
        if write.version is not None and write.settled in ("", "written"):
            return now.version == write.version
        directory = self.seen.directory
        if before is None:
            return digest_of_create(now, directory) == write.digest
        next_one = now.version == (write.base or 0) + 1
        return next_one and digest_of_update(before, now, directory) == write.digest

    def _same(self, before: BackedUpRoute, now: Live) -> bool:
        directory = self.seen.directory
        route, other = canonical_pair(type_subjects(before.route, directory), now.route)
        return route == other

    def _conflict(self, write: WriteRecord, now: Live | None, reason: str = "") -> None:
        written_as = write.version or (write.base or 0) + 1
        conflict = ConflictOutcome(
            write.name,
            now.id if now else write.id,
            written_as,
            now.version if now else None,
            now.updated_at if now else "",
            reason=reason or "it was edited after that run; rollback keeps the edit",
        )
        self.match = replace(self.match, conflicts=(*self.match.conflicts, conflict))

    def _note(self, write: WriteRecord, words: str) -> None:
        finding = Finding("note", "nothing-to-undo", f'"{write.name}" {words}', route=write.name)
        self.match = replace(self.match, findings=(*self.match.findings, finding))
