"""What came to the branch since a commit that was applied.

Commits and pull requests of GitHub, the record's entries of this checkout, and the last deployment
that ended well: it says what was applied before there was a record.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.git.commit import BaseRefused, commits_after as local_commits_after
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
    """What came between two commits; None where GitHub does not know the base. After a force-push
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
    """What the branch that is applied has, and the head has not. Raises GitHubError."""
    since = commits_since(github, head, tip) if (tip := _tip(github)) else None
    return since.commits if since else ()


def _tip(github: GitHub) -> str:
    row = github.get(f"/git/ref/heads/{github.place.branch}") if github.place.branch else None
    return text_at(row, "object", "sha")


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
    """The digests of a plan's changes whose files say again what they said at the base. `planned`
    is the commit of the plan: a change that itself goes back to the base was not taken back.
    A squash may leave that commit out of the checkout, and then it cannot be told.
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
