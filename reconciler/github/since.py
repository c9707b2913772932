"""The commits of the branch since an applied commit.

Commits and pull requests of GitHub, the record's entries of this checkout, and the last deployment
that ended well: it says what was applied before there was a record.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.git.commit import BaseRefused, commits_after as local_commits_after
from reconciler.git.git import git
from reconciler.github.api import GitHub, GitHubError
from reconciler.model import Json, list_at, text_at
from reconciler.plan.saved import SavedPlan
from reconciler.record.record import Record
from reconciler.record.repository import records_here

_ON = ("ahead", "identical")


@dataclass(frozen=True, slots=True)
class Since:
    """The commits from `base` to a head, the oldest first. `behind`: the head is older, or on a
    line of history that the branch has left. `subjects` are the first lines of their messages.
    """

    base: str
    commits: tuple[str, ...]
    behind: bool
    subjects: Mapping[str, str] = field(default_factory=dict)


def commits_since(github: GitHub, base: str, head: str) -> Since | None:
    """The commits between two; None where GitHub does not know the base. After a force-push
    the head is on another line than the base: then only the tip of the branch counts. Raises
    GitHubError.
    """
    try:
        about = github.get(f"/compare/{base}...{head}", per_page="1")
        rows = [*github.pages(f"/compare/{base}...{head}", "commits")]
    except GitHubError as error:
        if error.status == 404:
            return None
        raise
    status = text_at(about, "status")
    subjects = {text_at(row, "sha"): text_at(row, "commit", "message") for row in rows}
    return Since(
        base,
        tuple(filter(None, subjects)),
        status not in _ON and not (status == "diverged" and _tip(github) == head),
        {sha: message.partition("\n")[0] for sha, message in subjects.items()},
    )


def commits_after(github: GitHub, head: str) -> tuple[str, ...]:
    """Commits of the applied branch that the head lacks. Raises GitHubError."""
    since = commits_since(github, head, tip) if (tip := _tip(github)) else None
    return since.commits if since else ()


def _tip(github: GitHub) -> str:
    row = github.get(f"/git/ref/heads/{github.place.branch}") if github.place.branch else None
    return text_at(row, "object", "sha")


SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
BY_HAND = (
    "Name the commit whose files the account has: start the workflow with `base`. From "
    "then on the record has it"
)


def since_applied(github: GitHub, root: Path, head: str, base: str = "") -> Since | str:
    """The commits of a run, or why it must not run; `base`: counted from there. One folder can be
    applied to several accounts, each with a record: a head that is older than the last apply to
    all of them is refused, and of the others the one that is furthest back counts. Raises
    GitHubError and NoGit.
    """
    recorded: list[str] = []
    forward: list[Since] = []
    past: list[str] = []
    for record in records_here(root):
        whole = record.whole.commit if record.whole else ""
        recorded += [whole] if whole else []
        since = commits_since(github, whole, head) if whole else None
        later = _applied_later(github, root, record, head)
        if since is not None and since.behind:
            past.append(whole)
        elif later:
            past.append(later)
        elif since is not None:
            forward.append(since)
    if past and not forward:
        return _older(head, past[0])
    unknown = "GitHub does not know"
    if base:
        named = commits_since(github, base, head)
        if named is None:
            return f"{unknown} the commit {base}, which is the base"
        return _older(head, named.base) if named.behind else named
    if not recorded and is_begun_before_commits(root):
        first = (_lines(root, "rev-list", "--max-parents=0", head) or [head])[-1]
        return commits_since(github, first, head) or f"{unknown} the commit {head}"
    if not forward:
        commits = ", ".join(one[:12] for one in recorded)
        none = "the record has no commit that was applied completely"
        what = f"{unknown} {commits}, which was applied last" if recorded else none
        return f"{what}. {BY_HAND}"
    return max(forward, key=lambda one: len(one.commits))


def is_begun_before_commits(root: Path) -> bool:
    """Whether an `import` recorded routes in a repository that had no commit yet. It names none, so
    all that was merged came after it.
    """
    return any(
        one.entries and not (one.whole or any(entry.commit for entry in one.entries.values()))
        for one in records_here(root)
    )


def _applied_later(github: GitHub, root: Path, record: Record, head: str) -> str:
    """A commit that came to the branch after the head, and that a route was applied from; "" for
    none. The run of it may have left other changes to do, so that it is not applied whole.
    """
    applied = {one.commit for one in record.entries.values() if SHA.fullmatch(one.commit)}
    missing = applied - {*_lines(root, "rev-list", head)}
    later = commits_after(github, head) if missing else ()
    return next((one for one in later if one in missing), "")


def _lines(root: Path, *arguments: str) -> list[str]:
    answer = git(root, *arguments)
    return answer.output.decode("ascii", "replace").split() if answer.ok else []


def _older(head: str, applied: str) -> str:
    return (
        f"{head[:12]} is older than {applied[:12]}, which was applied; run the workflow on "
        "the newest commit"
    )


_RUN = re.compile(r"/actions/runs/([0-9]+)")


def last_deployed(github: GitHub, environment: str, workflow: str = "") -> str | None:
    """The commit of the newest successful deployment of an environment. With `workflow`, the path
    of a file, only by its runs: another workflow may deploy something else there. Raises
    GitHubError.
    """
    for deployment in github.pages("/deployments", environment=environment):
        identity, sha = deployment.get("id"), deployment.get("sha")
        if not isinstance(identity, int) or not isinstance(sha, str):
            continue
        # A newer success makes an older one "inactive"; that it succeeded stays in its list.
        statuses = github.pages(f"/deployments/{identity}/statuses")
        ended = [status for status in statuses if status.get("state") == "success"]
        if any(not workflow or _is_by(github, status, workflow) for status in ended):
            return sha
    return None


def _is_by(github: GitHub, status: Mapping[str, Json], workflow: str) -> bool:
    """Whether a run of the workflow wrote the status. Not where it names no run, or GitHub keeps
    none: an older base costs reads, a newer one would leave out what was never applied.
    """
    found = _RUN.search(text_at(status, "log_url") or text_at(status, "target_url"))
    if found is None:
        return False
    run = github.find(f"/actions/runs/{found[1]}")
    return text_at(run, "path").partition("@")[0] == workflow


def workflow_path(reference: str) -> str:
    """`.github/workflows/apply.yml` of GITHUB_WORKFLOW_REF, `owner/name/PATH@refs/heads/main`."""
    return "/".join(reference.partition("@")[0].split("/")[2:])


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
        commits = local_commits_after(root, base)
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
