"""git and GitLab, for the record of what was applied."""

import re

from reconciler.forge.remote import GitPlace
from reconciler.gitlab.api import JOB_LOGIN, Place
from reconciler.record.repository import REFS


def git_place(place: Place) -> GitPlace:
    """The repository, as git reaches it."""
    advice = _of_job if place.login == JOB_LOGIN else _of_token
    return GitPlace(place.server, f"{place.path}.git", place.login, place.token, "GitLab", advice)


def _of_job(complaint: str, right: str) -> str:
    if right == "write" and _is_refused(complaint):
        return (
            "set RECONCILER_PUSH_TOKEN, or allow Git push requests with the job token (Settings → "
            "CI/CD → Job token permissions)"
        )
    return _common(complaint)


def _of_token(complaint: str, right: str) -> str:
    if _is_refused(complaint):
        role = "Developer" if right == "write" else "Reporter"
        return f"give the token the scope `{right}_repository` and the role {role}; or it expired"
    return _common(complaint)


def _is_refused(complaint: str) -> bool:
    refused = r"error: 40[134]|Authentication failed|could not read Username|not allowed|not found"
    return re.search(refused, complaint) is not None


def _common(complaint: str) -> str:
    if "rejected]" in complaint:
        return f"a push rule refuses it: allow `{REFS}/**`"
    return "retry the job"
