"""What happened to the changes of merged pull requests beside the run: taken back, or written."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from reconciler.git.commit import BaseRefused, commits_after
from reconciler.plan.saved import SavedPlan
from reconciler.record.record import Record
from reconciler.record.repository import records_here

Same = Callable[[str, str, str], bool]
"""Whether a file says the same in two commits: one commit, the other, the file."""


def undone_of(base: str, head: str, plan: str, planned: str, same: Same) -> frozenset[str]:
    """The digests of a plan's changes whose files say again what they said at the base. `planned`
    is the commit of the plan: a change that itself goes back to the base was taken back by nobody.
    A squash may leave that commit out of the checkout, and then it cannot be told.
    """
    document = json.loads(plan) if plan else {}
    rows = document.get("changes") if isinstance(document, Mapping) else None
    found = {
        str(row.get("digest")): str(row.get("file"))
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, Mapping) and row.get("file")
    }
    return frozenset(
        digest
        for digest, file in found.items()
        if same(base, head, file) and not same(planned, head, file)
    )


def written_since(root: Path, base: str) -> frozenset[str]:
    """The routes, by id and by name, that a run applied from a commit after the base: what is live
    there and in no file was edited since. Nothing where git does not have the base.
    """
    try:
        commits = commits_after(root, base)
    except BaseRefused:
        return frozenset()
    return written_from(commits, records_here(root))


def written_from(commits: Iterable[str], records: Iterable[Record]) -> frozenset[str]:
    """The routes, by id and by name, that were applied from one of the commits."""
    known = frozenset(commits)
    entries = (entry for record in records for entry in record.entries.values())
    return frozenset(word for one in entries if one.commit in known for word in (one.id, one.name))


def changed_by_others(plans: Mapping[int, SavedPlan], but: int) -> frozenset[str]:
    """The routes, by id and by name, that other pull requests of the run change."""
    others = [change for number, plan in plans.items() if number != but for change in plan.changes]
    return frozenset(word for one in others for word in (one.id, one.name) if word)
