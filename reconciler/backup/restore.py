"""The plan that makes live again what a backup holds, and new ids in the files of its routes.

A route is found by its id. One whose id is not live is created again, unless exactly one live
route has its name and no other route of the backup is that one: then it was created already, and a
second one would page twice.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from reconciler import __version__
from reconciler.backup.plan import BackupPlan, Match, Request, plan_from_backup
from reconciler.backup.read import Backup
from reconciler.backup.routes import BackedUpRoute, choose, kept_routes
from reconciler.client import ReadClient
from reconciler.directory import Directory
from reconciler.files import RouteFiles
from reconciler.files.disk import write_inside
from reconciler.live.routes import open_listing
from reconciler.model import Config, Declaration, Finding, Listed
from reconciler.plan.change import Create
from reconciler.plan.outcome import Outcome, Written
from reconciler.planning.payloads import Prepared


def restore_request(
    backup: Backup, config: Config, today: date, lock: Directory | None, *, accepted: bool
) -> Request:
    """The input of a restore. A folder without a manifest is not trusted, and nothing is known to
    be missing there. `accepted`: an incomplete backup, too.
    """
    manifest = backup.manifest
    return Request(
        config,
        today,
        __version__,
        manifest.account if manifest else "",
        backup_digest(backup),
        trusted=manifest is not None,
        complete=manifest is None or manifest.complete,
        accepted=accepted,
        lock=lock,
    )


def plan_restore(
    client: ReadClient, backup: Backup, request: Request, only: Sequence[str]
) -> BackupPlan | tuple[Finding, ...]:
    """The plan of the routes that `only` names, or of all; findings when the backup has none.
    Raises the client's ApiError.
    """
    listing = open_listing(client, request.config.api)
    listed = listing.rows()
    everything, findings = kept_routes(backup, listing.api)
    kept, more = choose(everything, only)
    if kept and only:
        findings = ()  # of routes that `only` does not name
    if more or (findings and not kept):
        return (*findings, *more)
    claimed = frozenset(entry.id for entry in backup.entries)
    match = identify_kept(kept, claimed, listed, complete=not only)
    ids = sorted({identity for _, identity in match.pairs})
    match = replace(match, findings=(*findings, *match.findings))
    return plan_from_backup(client, listing.api, listed, ids, kept, request, lambda _seen: match)


def identify_kept(
    kept: Sequence[BackedUpRoute],
    claimed: frozenset[str],
    listed: Sequence[Listed],
    *,
    complete: bool,
) -> Match:
    """The live route of each kept one. `claimed` are the ids of the whole backup, of which `kept`
    is the part to restore; `complete` False: nothing that is live counts as undeclared.
    """
    live = {row.id for row in listed}
    free: dict[str, list[str]] = {}
    for row in listed:
        if row.id not in claimed:
            free.setdefault(row.name, []).append(row.id)
    gone = Counter(backed_up.name for backed_up in kept if backed_up.id not in live)
    pairs: list[tuple[BackedUpRoute, str]] = []
    creates: list[BackedUpRoute] = []
    findings: list[Finding] = []
    meant = set(claimed)
    for backed_up in kept:
        twins = free.get(backed_up.name, [])
        if backed_up.id in live:
            pairs.append((backed_up, backed_up.id))
            continue  # whatever else has its name is another route
        meant.update(twins)
        if not twins:
            creates.append(backed_up)
        elif len(twins) == 1 and gone[backed_up.name] == 1:
            pairs.append((backed_up, twins[0]))
            findings.append(_again(backed_up, twins[0]))
        else:
            findings.append(_ambiguous(backed_up, twins))
    undeclared = tuple(row for row in listed if row.id not in meant) if complete else None
    return Match(tuple(pairs), tuple(creates), (), undeclared, tuple(findings))


def backup_digest(backup: Backup) -> str:
    bodies = [[entry.file, entry.body] for entry in backup.entries]
    text = json.dumps(bodies, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _again(backed_up: BackedUpRoute, identity: str) -> Finding:
    absent = f'"{backed_up.name}" is not live as {backed_up.id}'
    message = f"{absent}; {identity} has its name and is used instead"
    return backed_up.finding("note", "restored-by-name", message)


def _ambiguous(backed_up: BackedUpRoute, twins: Sequence[str]) -> Finding:
    ids = ", ".join(sorted(twins))
    message = (
        f'"{backed_up.name}" is not live as {backed_up.id}, and several routes have its name: {ids}'
    )
    hint = "rename the other live routes, or restore the rest with --only"
    return backed_up.finding("error", "ambiguous-route", message, hint)


def new_ids(prepared: Sequence[Prepared], outcomes: Sequence[Outcome]) -> Mapping[str, str]:
    """Old id to new one, of the routes that were created again. Both are in one order."""
    return {
        write.change.declaration.id: outcome.id
        for write, outcome in zip(prepared, outcomes, strict=False)
        if isinstance(write.change, Create) and isinstance(outcome, Written)
        if write.change.declaration.id
    }


def files_to_update(
    declarations: Iterable[Declaration], prepared: Sequence[Prepared]
) -> tuple[str, ...]:
    """The files with the ids of routes that will be created again, in order."""
    creates = [write.change for write in prepared if isinstance(write.change, Create)]
    old = {create.declaration.id for create in creates} - {None}
    return tuple(sorted(named.file for named in declarations if named.id in old))


def update_ids(root: Path, files: RouteFiles, ids: Mapping[str, str]) -> tuple[str, ...]:
    """Write the new ids, and nothing else, into files with old ones; their paths. Raises
    FileRefused.
    """
    written: list[str] = []
    for declaration in (named for named in files.declarations if named.id in ids):
        text = _replaced(files.texts[declaration.file], declaration, ids[declaration.id or ""])
        if text is not None:
            write_inside(root, declaration.file, text)
            written.append(declaration.file)
    return tuple(written)


def still_old(
    texts: Mapping[str, str], ids: Mapping[str, str], written: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """Files that still have an old id, with that id: with an error, or an unusual spelling."""
    left = {file: text for file, text in texts.items() if file not in set(written)}
    return tuple(
        (file, old)
        for file, text in left.items()
        for old in ids
        if re.search(rf"(?<!\w){re.escape(old)}(?!\w)", text)
    )


def _replaced(text: str, declaration: Declaration, new: str) -> str | None:
    """The text with the id exchanged where it stands; None where it is not found there."""
    position = declaration.positions.at(("id",))
    lines = text.splitlines(keepends=True)
    if not declaration.id or position.line > len(lines):
        return None
    line = lines[position.line - 1]
    if declaration.id not in line:
        return None
    lines[position.line - 1] = line.replace(declaration.id, new, 1)
    return "".join(lines)
