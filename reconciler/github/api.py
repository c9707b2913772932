"""GitHub's REST API, as much of it as a pull request needs, and where this run finds it.

Reads are tried again when the network or the server fails; an edit too, since the same edit twice
is harmless. A POST is not: it is unknown whether it arrived, and the next run finds what it made.
After a secondary rate limit every request waits: GitHub did not carry it out.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

import requests

from reconciler.client import Redaction, is_loopback
from reconciler.model import Json, text_at

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
DEFAULT_API = "https://api.github.com"
DEFAULT_SERVER = "https://github.com"


class NoPlace(ValueError):
    """The environment does not say where GitHub is; the text says what is missing."""


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
    if not token.isascii() or not token.isprintable() or not token.strip():
        raise NoPlace("GITHUB_TOKEN is not set; in a workflow: `GITHUB_TOKEN: ${{ github.token }}`")
    server = (environment.get("GITHUB_SERVER_URL") or DEFAULT_SERVER).rstrip("/")
    if not is_private(server):
        raise NoPlace(f"GITHUB_SERVER_URL must use https:// (or be this machine), not {server}")
    run = environment.get("GITHUB_RUN_ID", "")
    url = f"{server}/{repository}/actions/runs/{run}" if run.isdigit() else ""
    return Place(api, repository, token, url, environment.get("GITHUB_REF_NAME", ""), server)


def is_private(url: str) -> bool:
    """Whether what is sent there stays private: https, or plain http to this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if "@" in parts.netloc or parts.query or parts.fragment or not host:
            return False
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


TIMEOUT = (10.0, 60.0)  # seconds to connect, and between bytes
TRIES = 4
LONGEST_WAIT = 300.0  # seconds; GitHub may ask for an hour, and no job has that
SECONDARY_WAIT = 60.0  # what GitHub's documentation asks for where it names no time
PAGE_SIZE = 100
MOST_PAGES = 100
MOST_BYTES = 64 * 1024 * 1024  # of one archive
TOO_LARGE = 413  # the status of an error about an archive with more


class GitHubError(Exception):
    """A call that failed; the text says what, why and what to do. It never has the token."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class _Bearer(requests.auth.AuthBase):
    """An auth object, so that no .netrc of the machine replaces the header."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _nothing(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """For a signed address: without an auth, requests would look for one in ~/.netrc."""
    return request


class _Session(requests.Session):
    """A session that follows and parses no Location: requests works out the next request even
    with `allow_redirects=False`, and lets ValueError out where the header is no address.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:
        del resp


class GitHub:
    """One repository on GitHub. Use as a context manager."""

    def __init__(self, place: Place, sleep: Callable[[float], None] = time.sleep) -> None:
        self.place = place
        self._sleep = sleep
        self._session = _Session()
        self._session.auth = _Bearer(place.token)
        self._redact = Redaction(place.token)
        self._session.headers.update(
            {
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
                "User-Agent": "reconciler",
            }
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, path: str, **query: str) -> Json:
        """The body of one GET; `path` is below the repository. Raises GitHubError."""
        return _body(self._request("GET", self._url(path), params=query))

    def find(self, path: str, *absent: int) -> Json:
        """As `get`; None where GitHub answers with 404, or with one of the statuses `absent`."""
        return self._found(self._url(path), 404, *absent)

    def user(self, *absent: int) -> Json:
        """The owner of the token; None for a status of `absent`. Raises GitHubError."""
        return self._found(f"{self.place.api}/user", *absent)

    def pages(self, path: str, key: str = "", **query: str) -> Iterator[Mapping[str, Json]]:
        """The rows of all pages; `key` where they are inside an object. Raises GitHubError.

        Pages are counted here; an address in an answer is never followed with the token.
        """
        for page in range(1, MOST_PAGES + 1):
            paged = {**query, "per_page": str(PAGE_SIZE), "page": str(page)}
            answer = self._request("GET", self._url(path), params=paged)
            body = _body(answer)
            rows = body.get(key) if key and isinstance(body, Mapping) else body
            for row in rows if isinstance(rows, list) else ():
                if isinstance(row, Mapping):
                    yield row
            if "next" not in answer.links:
                return

    def post(self, path: str, body: Mapping[str, Json]) -> Json:
        """Make something. Raises GitHubError."""
        return _body(self._request("POST", self._url(path), json=dict(body)))

    def patch(self, path: str, body: Mapping[str, Json]) -> Json:
        """Edit something. Raises GitHubError."""
        return _body(self._request("PATCH", self._url(path), json=dict(body)))

    def archive(self, path: str) -> bytes:
        """The bytes that a download address leads to. Raises GitHubError.

        GitHub answers with another host's address, signed; the token stays here.
        """
        answer = self._request("GET", self._url(path))
        if answer.status_code not in (301, 302, 303, 307, 308):
            return answer.content
        target = answer.headers.get("Location", "")
        if not is_private(target.partition("?")[0]):
            raise GitHubError(f"GitHub sends {path} from an address that does not use https")
        try:
            with (
                _Session() as session,
                session.get(
                    target, auth=_nothing, stream=True, timeout=TIMEOUT, allow_redirects=False
                ) as got,
            ):
                if got.status_code != 200:
                    raise GitHubError(
                        f"GitHub did not send {path}: {got.status_code}", got.status_code
                    )
                return _limited(got, path)
        except requests.RequestException as error:
            raise GitHubError(f"GitHub did not send {path}: {type(error).__name__}") from None

    def _found(self, url: str, *absent: int) -> Json:
        try:
            return _body(self._request("GET", url))
        except GitHubError as error:
            if error.status in absent:
                return None
            raise

    def _url(self, path: str) -> str:
        return f"{self.place.api}/repos/{self.place.repository}{path}"

    def _request(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, Json] | None = None,
    ) -> requests.Response:
        reason = "GitHub did not answer"
        for attempt in range(1, TRIES + 1):
            try:
                answer = self._session.request(
                    method, url, params=params, json=json, timeout=TIMEOUT, allow_redirects=False
                )
            except requests.RequestException as error:
                reason = f"GitHub cannot be reached ({type(error).__name__})"
                wait = 2.0 ** (attempt - 1) if method != "POST" else None
            else:
                if answer.status_code < 400:
                    return answer
                reason = _why(answer, method, url, self._redact)
                wait = _wait(answer, method, attempt)
                if wait is None:
                    raise GitHubError(reason, answer.status_code)
            if wait is None or attempt == TRIES or wait > LONGEST_WAIT:
                break
            self._sleep(wait)
        raise GitHubError(f"{reason}: {method} {urlsplit(url).path}")


def _wait(answer: requests.Response, method: str, attempt: int) -> float | None:
    """Seconds until it is worth another try; None when no other try would end differently."""
    if answer.status_code in (403, 429):
        named = answer.headers.get("Retry-After", "")
        if named.isascii() and named.isdigit():
            return float(named)
        if "rate limit" in answer.text.lower():
            return SECONDARY_WAIT * attempt
        return None
    if answer.status_code >= 500 and method != "POST":
        return 2.0 ** (attempt - 1)
    return None


def _why(answer: requests.Response, method: str, url: str, redact: Redaction) -> str:
    message = text_at(_body(answer), "message")
    given = f": {redact(message)[:300]}" if message else ""
    advice = {
        401: " (check that GITHUB_TOKEN belongs to this repository and this run)",
        403: " (check the job's permissions; a fork's token can only read)",
        404: " (check that it exists and that the token can read it)",
    }.get(answer.status_code, "")
    if "not permitted to create or approve pull requests" in given:
        advice = " (allow it in the repository's Settings → Actions → General)"
    return f"GitHub answered {answer.status_code} to {method} {urlsplit(url).path}{given}{advice}"


def _body(answer: requests.Response) -> Json:
    try:
        body: Json = answer.json()
    except (ValueError, RecursionError):
        return None
    return body


def _limited(answer: requests.Response, path: str) -> bytes:
    content = b""
    for chunk in answer.iter_content(1 << 16):
        content += chunk
        if len(content) > MOST_BYTES:
            raise GitHubError(f"{path} is larger than {MOST_BYTES} bytes", TOO_LARGE)
    return content
