"""One request over pooled connections: the only file that holds the key and a connection.

What a user of `requests` expects of the environment (HTTPS_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE,
CURL_CA_BUNDLE) is resolved once, by requests itself, and then no longer looked at: on each request
it would cost more than all else, and would let ~/.netrc replace the Authorization header. An
endpoint on this machine is never reached through a proxy: another machine's loopback is not ours,
and over plain http the key would travel in clear.
"""

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.utils import select_proxy
from urllib3.connectionpool import ConnectionPool

from reconciler import __version__
from reconciler.client.endpoint import Endpoint, checked_path, origin_of
from reconciler.client.errors import ProxyRefused, ReadOnly, TrustRefused
from reconciler.client.faults import TRANSPORT_ERRORS, Fault, fault_of
from reconciler.client.key import Key

Params = Mapping[str, str | int | list[str]]

USER_AGENT = f"reconciler/{__version__} (+python {platform.python_version()})"
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": USER_AGENT,
    "Connection": "keep-alive",
}


@dataclass(frozen=True, slots=True)
class Call:
    """A request to send. `body` is JSON; None sends none."""

    method: str
    path: str  # an answer of `join`
    params: Params | None = None
    body: object = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, not yet read. `headers` has names in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long one request may keep us waiting."""

    connect_seconds: float = 5.0
    read_seconds: float = 30.0  # between two arrivals of bytes


class Transport:
    """Sends calls to one endpoint with one key. Thread-safe; close it after use.

    Raises TrustRefused when a CA bundle that the environment names does not exist, ProxyRefused
    when its proxy is no address.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        key: Key,
        methods: frozenset[str],
        timeouts: Timeouts,
        connections: int,
    ) -> None:
        self._endpoint = endpoint
        self._methods = methods
        self._auth = BearerAuth(key, endpoint.origin)
        self._timeout = (timeouts.connect_seconds, timeouts.read_seconds)
        self._proxies, self._verify = _surroundings(endpoint)
        # Most calls are reads, which differ in their address alone; `prepare` looks at everything.
        self._read = requests.Request("GET", endpoint.url, headers=_HEADERS).prepare()
        # No session: it would follow redirects, and keep cookies that tie all threads together.
        self._adapter = OneOrigin(endpoint.origin, methods, connections)

    def exchange(self, call: Call) -> Reply | Fault:
        """Send one request, once. Redirects are not followed.

        Raises ReadOnly for a method that this transport was not made for, PathRefused for a path
        that `join` did not make, ValueError for a body that is no JSON; none of them is sent.
        """
        if call.method not in self._methods:
            # Before there is a request, so that no frame of the traceback holds the key.
            raise ReadOnly(f"this client does not send {call.method}")
        try:
            response = self._adapter.send(
                self._prepared(call),
                timeout=self._timeout,
                proxies=self._proxies,
                verify=self._verify,
                stream=True,
            )
            with response:
                content = response.content or b""
        except TRANSPORT_ERRORS as error:
            return fault_of(error)
        headers = dict(response.headers.lower_items())
        return Reply(response.status_code, headers, content)

    def close(self) -> None:
        """Give the connections back."""
        self._adapter.close()

    def _prepared(self, call: Call) -> requests.PreparedRequest:
        url = self._endpoint.url + checked_path(call.path)
        if call.params:
            url += "?" + urlencode(call.params, doseq=True)
        if call.method == "GET" and call.body is None:
            read = self._read.copy()
            read.url = url
            return self._auth(read)
        headers = dict(_HEADERS)
        payload = None
        if call.body is not None:
            headers["Content-Type"] = "application/json"
            payload = json.dumps(call.body, allow_nan=False).encode()
        prepared = requests.PreparedRequest()
        prepared.prepare(
            method=call.method, url=url, headers=headers, data=payload, auth=self._auth
        )
        return prepared


class BearerAuth(AuthBase):
    """Puts the key into requests to the endpoint's own origin, and into no others."""

    def __init__(self, key: Key, origin: str) -> None:
        self._key = key
        self._origin = origin

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if origin_of(request.url or "") == self._origin:
            request.headers["Authorization"] = f"Bearer {self._key.reveal()}"
        return request


class OneOrigin(HTTPAdapter):
    """A connection pool that refuses other methods than it was made for, and other origins.

    The last guard: nothing else gets out of it.
    """

    def __init__(self, origin: str, methods: frozenset[str], connections: int) -> None:
        super().__init__(pool_connections=2, pool_maxsize=connections, max_retries=0)
        self._origin = origin
        self._methods = methods
        self._pool: ConnectionPool | None = None

    def get_connection_with_tls_context(self, *request: Any, **settings: Any) -> ConnectionPool:
        """The only pool: all requests have one origin, one proxy and one trust. Looking for it anew
        is a tenth of what a request costs this process.
        """
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*request, **settings)
        return self._pool

    def send(
        self, request: requests.PreparedRequest, *more: Any, **settings: Any
    ) -> requests.Response:
        if request.method not in self._methods:
            raise ReadOnly(f"this client does not send {request.method}")
        if origin_of(request.url or "") != self._origin:
            raise ReadOnly("this client talks to its own endpoint only")
        return super().send(request, *more, **settings)


def _surroundings(endpoint: Endpoint) -> tuple[Mapping[str, str], bool | str]:
    """The proxies and the CA bundle that the environment gives for this endpoint."""
    merged = requests.Session().merge_environment_settings(endpoint.url, {}, None, None, None)
    verify = True if merged["verify"] is None else merged["verify"]
    if isinstance(verify, str) and not Path(verify).exists():
        raise TrustRefused(
            f"REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names {verify!r}, which does not exist"
        )
    proxies = {} if endpoint.is_loopback else dict(merged["proxies"])
    _refuse_unusable(select_proxy(endpoint.url, proxies))
    return proxies, verify


def _refuse_unusable(proxy: str | None) -> None:
    """Raises ProxyRefused for an address without a host, at which requests itself would crash."""
    if proxy is None:
        return
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        is_usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        # Not quoted: a proxy's address often holds a password.
        raise ProxyRefused(
            "the proxy in HTTPS_PROXY or ALL_PROXY is not an address; write http://HOST:PORT"
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful call."""

    status: int
    body: object  # a JSON object as a dict; None where the API sends no body (a DELETE, a 204)
    request_id: str  # "" when the server gave none
    headers: Mapping[str, str]  # names in lower case


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that was sent, successful or not, for a trace. Never a header, query or key."""

    method: str
    path: str
    status: int  # 0: no answer
    request_id: str
    milliseconds: float
    attempt: int  # 1 for the first; a higher one is a retry of the same call
    note: str = ""  # what went wrong, e.g. "429, waits 3 s"; "" when nothing did
