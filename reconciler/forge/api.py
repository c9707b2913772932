"""The REST API of a forge: what all of them answer alike, and who may have the token.

Reads are tried again when the network or the server fails; an edit too, since the same edit twice
is harmless. A POST is not: it is unknown whether it arrived, and the next run finds what it made.
After a rate limit every request waits: the forge did not carry it out.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, Self
from urllib.parse import urlsplit

import requests

from reconciler.client import Redaction, is_loopback
from reconciler.model import Json


class NoPlace(ValueError):
    """The environment does not say where the forge is; the text says what is missing."""


class ForgeError(Exception):
    """A call that failed; the text says what, why and what to do. It never has the token."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


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


def is_token(text: str) -> bool:
    """Whether it can be sent in a header."""
    return text.isascii() and text.isprintable() and bool(text.strip())


TIMEOUT = (10.0, 60.0)  # seconds to connect, and between bytes
TRIES = 4
LONGEST_WAIT = 300.0  # seconds; a forge may ask for an hour, and no job has that
PAGE_SIZE = 100
MOST_PAGES = 100
MOST_BYTES = 64 * 1024 * 1024  # of one archive
TOO_LARGE = 413  # the status of an error about an archive with more


class _Token(requests.auth.AuthBase):
    """An auth object, so that no .netrc of the machine replaces the header."""

    def __init__(self, header: str, value: str) -> None:
        self._header, self._value = header, value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers[self._header] = self._value
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


class Api(ABC):
    """One repository on a forge. Use as a context manager."""

    name: ClassVar[str]
    error: ClassVar[type[ForgeError]]

    def __init__(
        self,
        base: str,
        auth: tuple[str, str],
        token: str,
        headers: Mapping[str, str],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`base`: the address of the repository. `auth`: the header that has the token."""
        self._base = base
        self._sleep = sleep
        self._session = _Session()
        self._session.auth = _Token(*auth)
        self._redact = Redaction(token)
        self._session.headers.update({"User-Agent": "reconciler", **headers})

    @abstractmethod
    def wait(self, answer: requests.Response, method: str, attempt: int) -> float | None:
        """Seconds until it is worth another try; None when no other try would end differently."""

    @abstractmethod
    def reason(self, body: Json) -> str:
        """What the body of an error says."""

    @abstractmethod
    def advice(self, status: int, reason: str) -> str:
        """What to do about it, "" where there is nothing to say."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, path: str, **query: str) -> Json:
        """The body of one GET; `path` is below the repository. Raises ForgeError."""
        return self._read(self.url(path), query)[0]

    def find(self, path: str, *absent: int) -> Json:
        """As `get`; None where the forge answers 404, or with one of the statuses `absent`."""
        return self.found(self.url(path), 404, *absent)

    def pages(self, path: str, key: str = "", **query: str) -> Iterator[Mapping[str, Json]]:
        """The rows of all pages; `key` where they are inside an object. Raises ForgeError.

        Pages are counted here; an address in an answer is never followed with the token.
        """
        for page in range(1, MOST_PAGES + 1):
            paged = {**query, "per_page": str(PAGE_SIZE), "page": str(page)}
            body, answer = self._read(self.url(path), paged)
            rows = body.get(key) if key and isinstance(body, Mapping) else body
            for row in rows if isinstance(rows, list) else (None,):
                if not isinstance(row, Mapping):
                    where = f"GET {urlsplit(answer.url).path}"
                    raise self.error(f"{self.name} answered {where} with no list of objects")
                yield row
            if "next" not in answer.links:
                return

    def post(self, path: str, body: Mapping[str, Json]) -> Json:
        """Make something. Raises ForgeError."""
        return body_of(self.request("POST", self.url(path), json=dict(body)))

    def archive(self, path: str) -> bytes:
        """The bytes that a download address leads to. Raises ForgeError.

        A forge may answer with another host's address, signed; the token stays here.
        """
        answer = self.request("GET", self.url(path))
        if answer.status_code not in (301, 302, 303, 307, 308):
            return self._limited(answer, path)
        target = answer.headers.get("Location", "")
        if not is_private(target.partition("?")[0]):
            raise self.error(f"{self.name} sends {path} from an address that does not use https")
        try:
            with (
                _Session() as session,
                session.get(
                    target, auth=_nothing, stream=True, timeout=TIMEOUT, allow_redirects=False
                ) as got,
            ):
                if got.status_code != 200:
                    raise self.error(
                        f"{self.name} did not send {path}: {got.status_code}", got.status_code
                    )
                return self._limited(got, path)
        except requests.RequestException as error:
            raise self.error(f"{self.name} did not send {path}: {type(error).__name__}") from None

    def _limited(self, answer: requests.Response, path: str) -> bytes:
        content = b""
        for chunk in answer.iter_content(1 << 16):
            content += chunk
            if len(content) > MOST_BYTES:
                raise self.error(f"{path} is larger than {MOST_BYTES} bytes", TOO_LARGE)
        return content

    def found(self, url: str, *absent: int) -> Json:
        """The body of one GET of a whole address; None for a status of `absent`."""
        try:
            return self._read(url, {})[0]
        except ForgeError as error:
            if error.status in absent:
                return None
            raise

    def _read(self, url: str, query: Mapping[str, str]) -> tuple[Json, requests.Response]:
        """An answer without JSON, such as a sign-in page of a proxy, is no empty list: a second
        comment would be made.
        """
        answer = self.request("GET", url, params=query)
        body = body_of(answer)
        if body is None:
            where = f"GET {urlsplit(url).path}"
            kind = answer.headers.get("Content-Type", "no type").partition(";")[0]
            raise self.error(
                f"{self.name} answered {answer.status_code} to {where}, but not in JSON ({kind}): "
                "a proxy or a sign-in page may have answered instead"
            )
        return body, answer

    def url(self, path: str) -> str:
        """The whole address of a path below the repository."""
        return f"{self._base}{path}"

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, Json] | None = None,
    ) -> requests.Response:
        """One answer that is no error, a redirect included. Raises ForgeError."""
        reason = f"{self.name} did not answer"
        for attempt in range(1, TRIES + 1):
            try:
                answer = self._session.request(
                    method, url, params=params, json=json, timeout=TIMEOUT, allow_redirects=False
                )
            except requests.RequestException as error:
                reason = f"{self.name} cannot be reached ({type(error).__name__})"
                wait = 2.0 ** (attempt - 1) if method != "POST" else None
            else:
                if answer.status_code < 400:
                    return answer
                reason = self._why(answer, method, url)
                wait = self.wait(answer, method, attempt)
                if wait is None:
                    raise self.error(reason, answer.status_code)
            if wait is None or attempt == TRIES or wait > LONGEST_WAIT:
                break
            self._sleep(wait)
        raise self.error(f"{reason}: {method} {urlsplit(url).path}")

    def _why(self, answer: requests.Response, method: str, url: str) -> str:
        reason = self.reason(body_of(answer))
        given = f": {self._redact(reason)[:300]}" if reason else ""
        advice = self.advice(answer.status_code, reason)
        where = f"{method} {urlsplit(url).path}"
        return f"{self.name} answered {answer.status_code} to {where}{given}{advice}"


def named_wait(answer: requests.Response) -> float | None:
    """The seconds of `Retry-After`."""
    named = answer.headers.get("Retry-After", "")
    return float(named) if named.isascii() and named.isdigit() else None


def failed_wait(answer: requests.Response, method: str, attempt: int) -> float | None:
    """Seconds after an error of the server."""
    return 2.0 ** (attempt - 1) if answer.status_code >= 500 and method != "POST" else None


def body_of(answer: requests.Response) -> Json:
    """Its JSON; None where it is none."""
    try:
        body: Json = answer.json()
    except (ValueError, RecursionError):
        return None
    return body
