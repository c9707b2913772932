"""What came to the branch since a commit that was applied.

Also here: the last deployment that ended well: what was applied, before there was a record to say
so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.github.api import GitHub, GitHubError
from reconciler.model import Json, text_at

_UNKNOWN = 404
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
        if error.status == _UNKNOWN:
            return None
        raise
    status = about.get("status") if isinstance(about, Mapping) else None
    subjects = {text_at(row, "sha"): text_at(row, "commit", "message") for row in rows}
    return Since(
        base,
        tuple(filter(None, (text_at(row, "sha") for row in rows))),
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
_NOT_KEPT = 404


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
    found = _RUN.search(text_at(status, "log_url") or text_at(status, "target_url"))
    if found is None:
        return False
    try:
        run = github.get(f"/actions/runs/{found[1]}")
    except GitHubError as error:
        if error.status == _NOT_KEPT:
            return False
        raise
    return isinstance(run, Mapping) and text_at(run, "path").partition("@")[0] == workflow


def workflow_path(reference: str) -> str:
    """`.github/workflows/apply.yml` of GITHUB_WORKFLOW_REF, `owner/name/PATH@refs/heads/main`."""
    return "/".join(reference.partition("@")[0].split("/")[2:])
