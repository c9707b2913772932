"""GitHub's REST API, as much of it as a pull request needs, and where this run finds it."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

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
from reconciler.model import Json, text_at

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
DEFAULT_API = "https://api.github.com"
DEFAULT_SERVER = "https://github.com"
SECONDARY_WAIT = 60.0  # seconds; GitHub's documentation asks for them where it names no time


@dataclass(frozen=True, slots=True)
class Place:
    """The token goes to the origins of `api` and `server`, to nowhere else, and is never shown."""

    api: str  # without a slash at its end
    repository: str  # owner/name
    token: str = field(repr=False)
    run_url: str = ""  # of the workflow run, "" outside of one
    branch: str = ""  # the branch that this run is for
    server: str = DEFAULT_SERVER  # where git finds the repository, without a slash at its end


def place_of(environment: Mapping[str, str]) -> Place:
    """From GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN and their kin. Raises NoPlace."""
    api = (environment.get("GITHUB_API_URL") or DEFAULT_API).rstrip("/")
    if not is_private(api):
        raise NoPlace(f"GITHUB_API_URL must use https:// (or be this machine), not {api}")
    repository = environment.get("GITHUB_REPOSITORY", "")
    if not _REPOSITORY.fullmatch(repository) or ".." in repository.split("/"):
        raise NoPlace("GITHUB_REPOSITORY must be OWNER/NAME; GitHub Actions sets it")
    token = environment.get("GITHUB_TOKEN", "")
    if not is_token(token):
        raise NoPlace("GITHUB_TOKEN is not set; in a workflow: `GITHUB_TOKEN: ${{ github.token }}`")
    server = (environment.get("GITHUB_SERVER_URL") or DEFAULT_SERVER).rstrip("/")
    if not is_private(server):
        raise NoPlace(f"GITHUB_SERVER_URL must use https:// (or be this machine), not {server}")
    run = environment.get("GITHUB_RUN_ID", "")
    url = f"{server}/{repository}/actions/runs/{run}" if run.isdigit() else ""
    return Place(api, repository, token, url, environment.get("GITHUB_REF_NAME", ""), server)


class GitHubError(ForgeError):
    """A call that GitHub refused."""


class GitHub(Api):
    """One repository on GitHub. Use as a context manager."""

    name = "GitHub"
    error = GitHubError

    def __init__(self, place: Place, sleep: Callable[[float], None] = time.sleep) -> None:
        self.place = place
        headers = {
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        base = f"{place.api}/repos/{place.repository}"
        auth = ("Authorization", f"Bearer {place.token}")
        super().__init__(base, auth, place.token, headers, sleep)

    def user(self, *absent: int) -> Json:
        """The owner of the token; None for a status of `absent`. Raises GitHubError."""
        return self.found(f"{self.place.api}/user", *absent)

    def patch(self, path: str, body: Mapping[str, Json]) -> Json:
        """Edit something. Raises GitHubError."""
        return body_of(self.request("PATCH", self.url(path), json=dict(body)))

    def wait(self, answer: requests.Response, method: str, attempt: int) -> float | None:
        """GitHub's secondary rate limit is a 403, too."""
        if answer.status_code in (403, 429):
            named = named_wait(answer)
            if named is None and "rate limit" in answer.text.lower():
                return SECONDARY_WAIT * attempt
            return named
        return failed_wait(answer, method, attempt)

    def reason(self, body: Json) -> str:
        """The message."""
        return text_at(body, "message")

    def advice(self, status: int, reason: str) -> str:
        """In brackets."""
        if "not permitted to create or approve pull requests" in reason:
            return " (allow it in the repository's Settings → Actions → General)"
        return {
            401: " (check that GITHUB_TOKEN belongs to this repository and this run)",
            403: " (check the job's permissions; a fork's token can only read)",
            404: " (check that it exists and that the token can read it)",
        }.get(status, "")
