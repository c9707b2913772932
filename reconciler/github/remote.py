"""git and GitHub, for the record of what was applied."""

import re

from reconciler.forge.remote import GitPlace
from reconciler.github.api import Place
from reconciler.record.repository import REFS

_LOGIN = "x-access-token"


def git_place(place: Place) -> GitPlace:
    """The repository, as git reaches it with the job's token."""
    return GitPlace(place.server, place.repository, _LOGIN, place.token, "GitHub", _advice)


def _advice(complaint: str, right: str) -> str:
    if "error: 403" in complaint or "not granted" in complaint:
        return f"the job needs `permissions: contents: {right}`"
    if re.search(r"error: 401|could not read Username|Authentication failed", complaint):
        return "GITHUB_TOKEN must belong to this repository and this run"
    if "rejected]" in complaint:
        return f"a repository rule refuses it: allow the workflow to write `{REFS}/**` (Settings)"
    if "not found" in complaint:
        return f"the token cannot read the repository: the job needs `contents: {right}`"
    return "re-run the job"
