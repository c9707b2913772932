"""GitLab's REST API, as much of it as a merge request needs, and where this job finds it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import requests

from reconciler.forge.api import (
    Api,
    ForgeError,
    NoPlace,
    body_of,
    failed_wait,
    is_private,
    is_token,
    named_wait,
)
from reconciler.model import Json, text_at, whole_at

LIMIT_WAIT = 60.0  # seconds; most of GitLab's limits count by the minute
JOB_LOGIN = "gitlab-ci-token"  # goes with the token of a job
_ANY_LOGIN = "oauth2"  # GitLab asks for some name beside an access token


@dataclass(frozen=True, slots=True)
class Place:
    """The token goes to the origins of `api` and `server`, to nowhere else, and is never shown."""

    api: str  # with /api/v4, without a slash at its end
    project: str  # its id
    path: str  # group/name
    token: str = field(repr=False)
    run_url: str = ""  # of the pipeline, "" outside of one
    branch: str = ""  # the branch that is applied
    server: str = ""  # where git finds the repository, without a slash at its end
    login: str = _ANY_LOGIN  # beside the token, for git


def place_of(environment: Mapping[str, str]) -> Place:
    """From CI_API_V4_URL, CI_PROJECT_ID, GITLAB_TOKEN and their kin. Raises NoPlace."""
    token = environment.get("GITLAB_TOKEN", "")
    if not is_token(token):
        raise NoPlace(
            "GITLAB_TOKEN is not set; in a job of the template: the CI/CD variable "
            "RECONCILER_TOKEN is missing, or it is protected and this branch is not"
        )
    return _place(environment, token, _ANY_LOGIN)


def git_place_of(environment: Mapping[str, str]) -> Place:
    """The same for git, which also takes the token of the job. Raises NoPlace."""
    if environment.get("GITLAB_TOKEN"):
        return place_of(environment)
    token = environment.get("CI_JOB_TOKEN", "")
    if not is_token(token):
        raise NoPlace(
            "neither GITLAB_TOKEN nor CI_JOB_TOKEN is set; GitLab sets CI_JOB_TOKEN in each job"
        )
    return _place(environment, token, JOB_LOGIN)


def _place(environment: Mapping[str, str], token: str, login: str) -> Place:
    addresses = {}
    for name in ("CI_API_V4_URL", "CI_SERVER_URL"):
        addresses[name] = environment.get(name, "").rstrip("/")
        if not is_private(addresses[name]):
            shown = addresses[name] or "missing"
            raise NoPlace(f"{name} must use https:// (or be this machine), and is {shown}")
    project, path = environment.get("CI_PROJECT_ID", ""), environment.get("CI_PROJECT_PATH", "")
    if not (project.isascii() and project.isdigit()):
        raise NoPlace("CI_PROJECT_ID must be a number; GitLab CI/CD sets it")
    parts = path.split("/")
    if len(parts) < 2 or not all(part.strip(".") for part in parts) or not path.isprintable():
        raise NoPlace("CI_PROJECT_PATH must be GROUP/NAME; GitLab CI/CD sets it")
    run = environment.get("CI_PIPELINE_URL", "")
    return Place(
        addresses["CI_API_V4_URL"],
        project,
        path,
        token,
        run if is_private(run) else "",
        environment.get("CI_DEFAULT_BRANCH", ""),
        addresses["CI_SERVER_URL"],
        login,
    )


class GitLabError(ForgeError):
    """A call that GitLab refused."""


class GitLab(Api):
    """One project on GitLab. Use as a context manager."""

    name = "GitLab"
    error = GitLabError

    def __init__(self, place: Place, sleep: Callable[[float], None] = time.sleep) -> None:
        self.place = place
        base = f"{place.api}/projects/{place.project}"
        super().__init__(base, ("PRIVATE-TOKEN", place.token), place.token, {}, sleep)

    @cached_property
    def user(self) -> int:
        """The id of the token's owner: a project access token has a user of its own. Raises
        GitLabError.
        """
        found = whole_at(self.found(f"{self.place.api}/user"), "id")
        if found is None:
            raise GitLabError("GitLab does not say which user the token belongs to")
        return found

    def put(self, path: str, body: Mapping[str, Json]) -> Json:
        """Edit something. Raises GitLabError."""
        return body_of(self.request("PUT", self.url(path), json=dict(body)))

    def wait(self, answer: requests.Response, method: str, attempt: int) -> float | None:
        """GitLab answers 429 to too many requests, and 409 to two edits at once."""
        if answer.status_code == 429:
            named = named_wait(answer)
            return LIMIT_WAIT * attempt if named is None else named
        if answer.status_code == 409 and method != "POST":
            return 2.0 ** (attempt - 1)
        return failed_wait(answer, method, attempt)

    def reason(self, body: Json) -> str:
        """`message` is a text or a list of texts for each field; OAuth has `error`."""
        message = body.get("message") if isinstance(body, Mapping) else None
        if isinstance(message, Mapping):
            return "; ".join(f"{name} {_words(value)}" for name, value in message.items())
        parts = (text_at(body, "error"), text_at(body, "error_description"))
        return _words(message) if message else ": ".join(filter(None, parts))

    def advice(self, status: int, reason: str) -> str:
        """In brackets."""
        if "insufficient_scope" in reason:
            return " (give the token the scope `api`)"
        return {
            401: " (the token is wrong, expired or revoked: make a new one)",
            403: " (the token needs the scope `api` and at least the role Reporter)",
            404: " (check that it exists and that the token's role can read it)",
        }.get(status, "")


def _words(value: Json) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
