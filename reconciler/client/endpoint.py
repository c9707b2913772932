"""Where the API is: an address that the key may be sent to, and paths under it.

The key travels in a header, so an address is refused unless what it says stays private: https to
any host, plain http only to this machine. Paths are put together from quoted segments; an id that
comes from a file can never change which resource a request is for.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from reconciler.client.errors import EndpointRefused, PathRefused

DEFAULT_ENDPOINT = "https://api.incident.io"
ENDPOINT_VARIABLE = "INCIDENT_ENDPOINT"
_KEY_VARIABLE = "INCIDENT_API_KEY"

_PRINTABLE_ASCII = re.compile(r"[!-~]+")
_PATH = re.compile(r"(/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)+")
_HOST = re.compile(r"[a-z0-9_.-]+|[0-9a-f:.]+")
_LOOPBACK_V4 = ipaddress.ip_network("127.0.0.0/8")
_LOOPBACK_V6 = ipaddress.ip_address("::1")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A base address without a trailing slash, e.g. `https://api.incident.io`.

    Raises EndpointRefused for anything that `parse_endpoint` would refuse.
    """

    url: str

    def __post_init__(self) -> None:
        reason = _why_refused(self.url)
        if reason:
            raise EndpointRefused(f"the endpoint {reason}")

    @property
    def origin(self) -> str:
        """Scheme, host and port: the only place that the key is sent to."""
        return origin_of(self.url)

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine, where plain http is private and no proxy is used."""
        return is_loopback(urlsplit(self.url).hostname or "")


def parse_endpoint(text: str) -> Endpoint:
    """An endpoint from what a person wrote; blank text is the default one.

    Raises EndpointRefused, whose words name the fault and never repeat a user name or password.
    """
    scheme, separator, rest = (text.strip() or DEFAULT_ENDPOINT).partition("://")
    authority, slash, path = rest.partition("/")
    base = authority.lower() + (slash + path).rstrip("/")
    return Endpoint(scheme.lower() + separator + base)


def endpoint_from_environment(environment: Mapping[str, str]) -> Endpoint:
    """The endpoint of INCIDENT_ENDPOINT, or the default. Raises EndpointRefused."""
    try:
        return parse_endpoint(environment.get(ENDPOINT_VARIABLE, ""))
    except EndpointRefused as refused:
        raise EndpointRefused(f"{ENDPOINT_VARIABLE}: {refused}") from None


def join(*segments: str) -> str:
    """A path from its segments: `join("v3", "alert_routes", id)`.

    Each segment is quoted whole, a slash in it too. Raises PathRefused for "", "." and "..",
    which no quoting can make harmless (every client and server resolves `%2e%2e` as well), and
    for control characters, which no id has.
    """
    for segment in segments:
        if segment.strip() in ("", ".", "..") or not segment.isprintable():
            raise PathRefused(f"{segment!r} is not an id: it would change the request's address")
    return "".join("/" + quote(segment, safe="") for segment in segments)


def checked_path(path: str) -> str:
    """The path itself. Raises PathRefused unless it looks like an answer of `join`."""
    if not _PATH.fullmatch(path) or _has_dot_segment(path):
        raise PathRefused(f"{path!r} is not a path of the API: build it with join()")
    return path


def origin_of(url: str) -> str:
    """`scheme://host:port` of an address, the port always spelled out."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = parts.hostname or ""
    return f"{parts.scheme}://[{host}]:{port}" if ":" in host else f"{parts.scheme}://{host}:{port}"


def _why_refused(url: str) -> str:
    # urlsplit drops tabs and line ends silently, so the characters are looked at before it.
    if not _PRINTABLE_ASCII.fullmatch(url) or "\\" in url:
        return "contains a space or another character that an address cannot have"
    if "://" not in url:
        return "has no scheme: write https://HOST"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is not an address: its host or port cannot be read"
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http"):
        return "must start with https://"
    if "@" in parts.netloc:
        return f"must not contain a user name or password: the key belongs in {_KEY_VARIABLE}"
    if not _HOST.fullmatch(host) or port == 0:
        return "has no usable host"
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        return "must not have a query or a fragment"
    if parts.path and (not _PATH.fullmatch(parts.path) or re.search(r"%|/\.\.?(/|$)", parts.path)):
        return "has a path that cannot be used: write only the base, without a slash at its end"
    if parts.scheme == "http" and not is_loopback(host):
        return (
            f"sends the key unencrypted to {host}: plain http is only for this machine "
            "(127.0.0.0/8, ::1, localhost); write https://"
        )
    return ""


def _has_dot_segment(path: str) -> bool:
    if "." not in path and "%" not in path:  # most paths
        return False
    plain = re.sub("%2e", ".", path, flags=re.IGNORECASE)
    return any(segment in (".", "..") for segment in plain.split("/"))


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address in _LOOPBACK_V4 or address == _LOOPBACK_V6
