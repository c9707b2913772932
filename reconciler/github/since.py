"""The commits of a branch by what GitHub says of them, and the last deployment that ended well: it
says what was applied before there was a record.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.forge.since import Since
from reconciler.forge.words import GITHUB, Words
from reconciler.github.api import GitHub, GitHubError
from reconciler.model import Json, text_at

_ON = ("ahead", "identical")


@dataclass(frozen=True, slots=True)
class Branch:
    """The applied branch, as `forge.since.History` needs it."""

    github: GitHub

    @property
    def words(self) -> Words:
        """GitHub's."""
        return GITHUB

    def since(self, base: str, head: str) -> Since | None:
        """The commits between two; None where GitHub does not know the base. Raises GitHubError."""
        return commits_since(self.github, base, head)

    def after(self, head: str) -> tuple[str, ...]:
        """Commits of the branch that the head lacks. Raises GitHubError."""
        since = self.since(head, tip) if (tip := _tip(self.github)) else None
        return since.commits if since else ()


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
