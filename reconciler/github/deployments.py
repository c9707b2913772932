"""The last deployment that ended well: what was applied, before there was a record to say so."""

import re
from collections.abc import Mapping

from reconciler.github.api import GitHub, GitHubError, text_of
from reconciler.model.json import Json

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
