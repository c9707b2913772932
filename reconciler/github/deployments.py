"""The base of an apply: the commit of the last deployment that ended well.

Never the push's "before": an apply that failed, or that a newer one replaced in the queue, would
turn its own changes into drift.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from reconciler.github.api import GitHub, GitHubError
from reconciler.model.json import Json

_RUN = re.compile(r"/actions/runs/([0-9]+)")
_NOT_KEPT = 404
MOST_TRIED = 20  # deployments; what older ones wrote, and no good one since, counts as hand edits


@dataclass(frozen=True, slots=True)
class Since:
    """The commits from the base to the head; `behind`: the head is older than the base, or on
    another line of history. `subjects` are the first lines of their messages.
    """

    commits: tuple[str, ...]
    behind: bool
    subjects: Mapping[str, str] = field(default_factory=dict)


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
    """Whether a run of the workflow said so. Where no run is named, or none is kept, nobody knows:
    an older base costs reads, a newer one would leave out what was never applied.
    """
    found = _RUN.search(text_of(status, "log_url") or text_of(status, "target_url"))
    if found is None:
        return False
    try:
        run = github.get(f"/actions/runs/{found[1]}")
    except GitHubError as error:
        if error.status == _NOT_KEPT:
            return False
        raise
    return isinstance(run, Mapping) and text_of(run, "path").partition("@")[0] == workflow


def workflow_path(reference: str) -> str:
    """`.github/workflows/apply.yml` of GITHUB_WORKFLOW_REF, `owner/name/PATH@refs/heads/main`."""
    return "/".join(reference.partition("@")[0].split("/")[2:])


def tried_since(github: GitHub, environment: str, between: Collection[str]) -> Iterator[str]:
    """The commits among these that a run of the environment began with, the newest deployment
    first. One that waits for approval, or that nobody approved, wrote nothing. Raises GitHubError.
    """
    seen: set[str] = set()
    newest = github.pages("/deployments", environment=environment)
    for deployment in islice(newest, MOST_TRIED):
        identity, sha = deployment.get("id"), deployment.get("sha")
        if not isinstance(identity, int) or not isinstance(sha, str):
            continue
        if sha in seen or sha not in between:
            continue
        statuses = github.pages(f"/deployments/{identity}/statuses")
        if any(status.get("state") in ("in_progress", "success") for status in statuses):
            seen.add(sha)
            yield sha


def commits_since(github: GitHub, base: str, head: str) -> Since:
    """What came between two commits. Raises GitHubError."""
    about = github.get(f"/compare/{base}...{head}", per_page="1")
    status = about.get("status") if isinstance(about, Mapping) else None
    rows = [*github.pages(f"/compare/{base}...{head}", "commits")]
    subjects = {text_of(row, "sha"): text_of(row, "commit", "message") for row in rows}
    return Since(
        tuple(filter(None, (text_of(row, "sha") for row in rows))),
        status not in ("ahead", "identical"),
        {sha: message.partition("\n")[0] for sha, message in subjects.items()},
    )


def text_of(row: Mapping[str, Json], *keys: str) -> str:
    """The text below these keys, "" when there is none."""
    value: Json = dict(row)
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""
