"""Every way in which no answer comes has a name, and says whether anything was sent."""

import socket
import ssl

import pytest
import requests
import urllib3.exceptions as urllib3_errors
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection

from reconciler.client.errors import Reason
from reconciler.client.faults import TRANSPORT_ERRORS, Fault, fault_of

POOL = HTTPConnectionPool("api.example")
CONNECTION = HTTPConnection("api.example")
DNS = urllib3_errors.NameResolutionError("api.example", CONNECTION, socket.gaierror(-2, "unknown"))
NO_ROUTE = urllib3_errors.NewConnectionError(CONNECTION, "no route")
SLOW = urllib3_errors.ConnectTimeoutError(CONNECTION, "slow")
READ_SLOW = urllib3_errors.ReadTimeoutError(POOL, "/", "slow")
PROXY = urllib3_errors.ProxyError("Unable to connect to proxy", NO_ROUTE)


def _refused() -> urllib3_errors.NewConnectionError:
    error = urllib3_errors.NewConnectionError(CONNECTION, "refused")
    error.__cause__ = ConnectionRefusedError(111, "refused")
    return error


def _tried(reason: Exception) -> urllib3_errors.MaxRetryError:
    return urllib3_errors.MaxRetryError(POOL, "/", reason)


@pytest.mark.parametrize(
    ("error", "reason", "maybe_sent"),
    [
        (requests.ConnectionError(_tried(DNS)), "dns", False),
        (requests.ConnectionError(_tried(_refused())), "refused", False),
        (requests.ConnectionError(_tried(NO_ROUTE)), "network", False),
        (requests.ConnectTimeout(_tried(SLOW)), "timeout", False),
        (requests.exceptions.ProxyError(_tried(PROXY)), "proxy", False),
        (requests.exceptions.SSLError(_tried(urllib3_errors.SSLError("eof"))), "tls", True),
        (requests.ReadTimeout("slow"), "timeout", True),
        (requests.ConnectionError(READ_SLOW), "timeout", True),
        (requests.exceptions.ChunkedEncodingError("cut"), "truncated", True),
        (requests.exceptions.ContentDecodingError("gzip"), "truncated", True),
        (requests.ConnectionError(urllib3_errors.ProtocolError("reset")), "lost", True),
        (requests.RequestException("odd"), "network", True),
        (urllib3_errors.HTTPError("odd"), "network", True),
        (OSError("odd"), "network", True),
    ],
)
def test_a_fault_that_may_pass(error: Exception, reason: Reason, maybe_sent: bool) -> None:
    fault = fault_of(error)

    assert isinstance(error, TRANSPORT_ERRORS)
    assert (fault.reason, fault.maybe_sent, fault.is_transient) == (reason, maybe_sent, True)


def test_a_certificate_that_is_not_trusted_is_named_and_not_tried_again() -> None:
    distrust = ssl.SSLCertVerificationError(1, "certificate verify failed")
    distrust.verify_message = "self-signed certificate"
    error = requests.exceptions.SSLError(_tried(urllib3_errors.SSLError(distrust)))

    words = "the server's certificate is not trusted: self-signed certificate"
    assert fault_of(error) == Fault("tls", words, maybe_sent=False, is_transient=False)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (requests.exceptions.InvalidProxyURL("http://user:hunter2@"), "proxy"),
        (requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support."), "proxy"),
        (requests.exceptions.InvalidURL("hunter2"), "network"),
        (urllib3_errors.LocationValueError("hunter2"), "network"),
    ],
)
def test_an_address_that_cannot_be_used_is_not_tried_again(
    error: Exception, reason: Reason
) -> None:
    fault = fault_of(error)

    assert (fault.reason, fault.maybe_sent, fault.is_transient) == (reason, False, False)
    assert "hunter2" not in fault.words


def test_errors_that_hold_each_other_end() -> None:
    error = requests.RequestException("odd")
    error.__cause__ = error

    assert fault_of(error).reason == "network"
