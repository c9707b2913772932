"""Why there is no answer: exceptions of the transport as plain data.

The exceptions themselves hold the request and with it the key, so nothing of them is kept: no
text either, except the certificate's own fault.
"""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import requests
import urllib3.exceptions

from reconciler.client.errors import Reason

TRANSPORT_ERRORS = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)

_NOT_SENT = (  # urllib3 raises these before the first byte of the request leaves
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.ProxyError,
)
_UNUSABLE = (  # the request could not even be put on its way
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
    urllib3.exceptions.LocationValueError,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One request without a whole answer."""

    reason: Reason
    words: str
    maybe_sent: bool  # False only where the server certainly saw nothing of the request
    is_transient: bool  # trying again may help


def fault_of(error: BaseException) -> Fault:
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            words = f"the server's certificate is not trusted: {cause.verify_message}"
            return Fault("tls", words, maybe_sent=False, is_transient=False)
    if any(isinstance(cause, urllib3.exceptions.InvalidHeader) for cause in causes):
        # requests has one name for our headers and for the answer's; urllib3 reads only answers.
        return Fault("truncated", "the answer's headers cannot be read", True, is_transient=True)
    if isinstance(error, _UNUSABLE):
        is_proxy = isinstance(
            error, requests.exceptions.InvalidProxyURL | requests.exceptions.InvalidSchema
        )
        reason: Reason = "proxy" if is_proxy else "network"
        words = "the proxy's address cannot be used" if is_proxy else "the address cannot be used"
        return Fault(reason, words, maybe_sent=False, is_transient=False)
    maybe_sent = not any(isinstance(cause, _NOT_SENT) for cause in causes)
    reason, words = _reason(error, causes)
    return Fault(reason, words, maybe_sent=maybe_sent, is_transient=True)


def _reason(error: BaseException, causes: tuple[BaseException, ...]) -> tuple[Reason, str]:
    def caused_by(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    if caused_by(requests.exceptions.ProxyError, urllib3.exceptions.ProxyError):
        return "proxy", "the proxy refused or could not be reached"
    if caused_by(socket.gaierror, urllib3.exceptions.NameResolutionError):
        return "dns", "the host name could not be resolved"
    # A NewConnectionError is a ConnectTimeoutError in some versions of urllib3, so it comes first.
    if caused_by(ConnectionRefusedError):
        return "refused", "the connection was refused"
    if caused_by(urllib3.exceptions.NewConnectionError):
        return "network", "no connection could be made"
    if caused_by(urllib3.exceptions.ConnectTimeoutError):
        return "timeout", "no connection in time"
    if caused_by(requests.exceptions.SSLError, urllib3.exceptions.SSLError, ssl.SSLError):
        return "tls", "the TLS connection failed"
    if caused_by(
        requests.exceptions.ReadTimeout, urllib3.exceptions.ReadTimeoutError, TimeoutError
    ):
        return "timeout", "no answer in time"
    if isinstance(
        error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError
    ):
        return "truncated", "the answer broke off"
    if isinstance(error, requests.exceptions.ConnectionError):
        return "lost", "the connection broke off"
    return "network", "the request failed"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps: requests and urllib3 nest in `args` and `reason`."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting.extend(cause.args)
            waiting.append(getattr(cause, "reason", None))
            waiting.append(cause.__cause__)
