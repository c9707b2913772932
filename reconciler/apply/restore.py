"""The plan that makes live again what a backup holds.

A route is found by its id. One whose id is not live is created again, unless exactly one live
route has its name and no other route of the backup is that one: then an earlier restore, or a
person, has created it already, and a second one would page twice.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from reconciler.apply.backups import Backup
from reconciler.apply.going_back import Match, Request, WayBack, plan_back
from reconciler.apply.kept import Kept, choose, kept_routes
from reconciler.client import ReadClient
from reconciler.live.routes import open_listing
from reconciler.model.declaration import Listed
from reconciler.model.finding import Finding, Positions


def plan_restore(
    client: ReadClient, backup: Backup, request: Request, only: Sequence[str]
) -> WayBack | tuple[Finding, ...]:
    """The way back of the routes that `only` names, of all without it; findings when the backup
    has no such routes. Raises the client's ApiError.
    """
    listing = open_listing(client, request.config.api)
    listed = listing.rows()
    everything, findings = kept_routes(backup, listing.api)
    kept, more = choose(everything, only)
    if kept and only:
        findings = ()  # bodies that nobody asked for
    if more or (findings and not kept):
        return (*findings, *more)
    claimed = frozenset(entry.id for entry in backup.entries)
    match = identify_kept(kept, claimed, listed, complete=not only)
    ids = sorted({identity for _, identity in match.pairs})
    match = replace(match, findings=(*findings, *match.findings))
    return plan_back(client, listing.api, listed, ids, kept, request, lambda _seen: match)


def identify_kept(
    kept: Sequence[Kept], claimed: frozenset[str], listed: Sequence[Listed], *, complete: bool
) -> Match:
    """Which live route each kept one is. `claimed` are the ids of the whole backup, of which
    `kept` is what was asked for; `complete` False: nothing that is live counts as undeclared.
    """
    live = {row.id for row in listed}
    free: dict[str, list[str]] = {}
    for row in listed:
        if row.id not in claimed:
            free.setdefault(row.name, []).append(row.id)
    gone = Counter(one.name for one in kept if one.id not in live)
    pairs: list[tuple[Kept, str]] = []
    creates: list[Kept] = []
    findings: list[Finding] = []
    meant = set(claimed)
    for one in kept:
        twins = free.get(one.name, [])
        if one.id in live:
            pairs.append((one, one.id))
            continue  # whatever else has its name is another route
        meant.update(twins)
        if not twins:
            creates.append(one)
        elif len(twins) == 1 and gone[one.name] == 1:
            pairs.append((one, twins[0]))
            findings.append(_again(one, twins[0]))
        else:
            findings.append(_ambiguous(one, twins))
    undeclared = tuple(row for row in listed if row.id not in meant) if complete else None
    return Match(tuple(pairs), tuple(creates), (), undeclared, tuple(findings))


def backup_digest(backup: Backup) -> str:
    """What the backup says, as one digest."""
    bodies = [[entry.file, entry.body] for entry in backup.entries]
    text = json.dumps(bodies, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _again(one: Kept, identity: str) -> Finding:
    message = f'"{one.name}" is not live as {one.id}; {identity} has its name and is taken for it'
    finding = Finding("note", "restored-by-name", message, route=one.name)
    return Positions(one.file).locate(finding)


def _ambiguous(one: Kept, twins: Sequence[str]) -> Finding:
    message = (
        f'"{one.name}" is not live as {one.id}, and these have its name: {", ".join(sorted(twins))}'
    )
    hint = "rename the live routes that are not meant, or restore the others with --only"
    return Positions(one.file).locate(
        Finding("error", "ambiguous-route", message, hint, route=one.name)
    )
