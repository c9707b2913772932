"""The commits since the last apply: by the forge's history, and the record's entries here."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from reconciler.forge.words import Words
from reconciler.git.commit import BaseRefused, commits_after
from reconciler.git.git import git
from reconciler.model import list_at, text_at
from reconciler.plan.saved import SavedPlan
from reconciler.record.record import Record
from reconciler.record.repository import records_here


@dataclass(frozen=True, slots=True)
class Since:
    """The commits from `base` to a head, the oldest first. `behind`: the head is older, or on a
    line of history that the branch has left. `subjects` are the first lines of their messages.
    """

    base: str
    commits: tuple[str, ...]
    behind: bool
    subjects: Mapping[str, str] = field(default_factory=dict)


class History(Protocol):
    """The branch that is applied, on a forge. Raises ForgeError."""

    @property
    def words(self) -> Words:
        """Those of the forge."""

    def since(self, base: str, head: str) -> Since | None:
        """The commits between two; None where the forge does not know the base. After a force-push
        the head is on another line than the base: then only the tip of the branch counts.
        """

    def after(self, head: str) -> tuple[str, ...]:
        """Commits of the branch that the head lacks."""


SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def since_applied(history: History, root: Path, head: str, base: str = "") -> Since | str:
    """The commits of a run, or why it must not run; `base`: counted from there. One folder can be
    applied to several accounts, each with a record: a head that is older than the last apply to
    all of them is refused, and of the others the one that is furthest back counts. Raises
    ForgeError and NoGit.
    """
    recorded: list[str] = []
    forward: list[Since] = []
    past: list[str] = []
    for record in records_here(root):
        whole = record.whole.commit if record.whole else ""
        recorded += [whole] if whole else []
        since = history.since(whole, head) if whole else None
        later = _applied_later(history, root, record, head)
        if since is not None and since.behind:
            past.append(whole)
        elif later:
            past.append(later)
        elif since is not None:
            forward.append(since)
    if past and not forward:
        return _older(history, head, past[0])
    unknown = f"{history.words.name} does not know"
    if base:
        named = history.since(base, head)
        if named is None:
            return f"{unknown} the commit {base}, which is the base"
        return _older(history, head, named.base) if named.behind else named
    if not recorded and is_begun_before_commits(root):
        first = (_lines(root, "rev-list", "--max-parents=0", head) or [head])[-1]
        return history.since(first, head) or f"{unknown} the commit {head}"
    if not forward:
        commits = ", ".join(commit[:12] for commit in recorded)
        none = "the record has no commit that was applied completely"
        what = f"{unknown} {commits}, which was applied last" if recorded else none
        return f"{what}. {history.words.by_hand}"
    return max(forward, key=lambda newer: len(newer.commits))


def is_begun_before_commits(root: Path) -> bool:
    """Whether an `import` recorded routes in a repository that had no commit yet. It names none, so
    all that was merged came after it.
    """
    return any(
        record.entries
        and not (record.whole or any(entry.commit for entry in record.entries.values()))
        for record in records_here(root)
    )


def _applied_later(history: History, root: Path, record: Record, head: str) -> str:
    """A commit that came to the branch after the head, and that a route was applied from; "" for
    none. The run of it may have left other changes to do, so that it is not applied whole.
    """
    applied = {entry.commit for entry in record.entries.values() if SHA.fullmatch(entry.commit)}
    missing = applied - {*_lines(root, "rev-list", head)}
    later = history.after(head) if missing else ()
    return next((commit for commit in later if commit in missing), "")


def _lines(root: Path, *arguments: str) -> list[str]:
    answer = git(root, *arguments)
    return answer.output.decode("ascii", "replace").split() if answer.ok else []


def _older(history: History, head: str, applied: str) -> str:
    newest = history.words.newest
    return f"{head[:12]} is older than {applied[:12]}, which was applied; {newest}"


Same = Callable[[str, str, str], bool]
"""Whether a file says the same in two commits: one commit, the other, the file."""


def undone_of(base: str, head: str, plan: str, planned: str, same: Same) -> frozenset[str]:
    """The digests of a plan's changes whose files have their content of the base again. `planned`
    is the commit of the plan: a change that itself goes back to the base was not taken back.
    A squash may leave that commit out of the checkout, and then no change counts as taken back.
    """
    rows = list_at(json.loads(plan) if plan else {}, "changes")
    found = {text_at(row, "digest"): file for row in rows if (file := text_at(row, "file"))}
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
    mine = [entry for entry in entries if entry.commit in known]
    return frozenset(word for entry in mine for word in (entry.id, entry.name))


def changed_by_others(plans: Mapping[int, SavedPlan], but: int) -> frozenset[str]:
    """The routes, by id and by name, that other pull requests of the run change."""
    others = [change for number, plan in plans.items() if number != but for change in plan.changes]
    return frozenset(word for each in others for word in (each.id, each.name) if word)
