"""The errors of a conversation with the API.

    ConfigurationRefused (ValueError)   before anything is sent
    ├── EndpointRefused                 an address that the key must not be sent to
    ├── KeyRefused                      text that cannot be a key
    ├── PathRefused                     a path or an id that would address something else
    ├── ProxyRefused                    HTTPS_PROXY or ALL_PROXY is no address
    └── TrustRefused                    REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names nothing
    ReadOnly (RuntimeError)             a write through the reading client: a bug, not an answer
    ApiError                            one call, after the retries that are safe for it
    ├── Refused                         the server refused this call
    │   ├── Unauthorized                401: the key is wrong or revoked
    │   ├── Forbidden                   403: the key lacks a right, or the account has no v3 yet
    │   ├── NotFound                    404: nothing at this path for this key
    │   ├── VersionRefused              PUT only: 409, 412, 422 about `version`
    │   ├── ValidationRefused           other 422; details have the payload's pointers
    │   └── UnexpectedStatus            any other 4xx
    ├── RateLimited                     429 that outlasted the retries
    ├── Redirected                      3xx on a read; never followed
    ├── ServerFailure                   5xx or 408 on a read
    ├── UnreadableAnswer                a read whose body is no JSON object of the agreed shape
    ├── Unreachable                     no answer: `reason` says whether DNS, TLS, proxy, …
    ├── OutcomeUnknown                  a write that may or may not have been carried out
    └── Stopped                         the client was stopped before this call was sent

For a write, every class except OutcomeUnknown means: it was certainly not carried out.
No error holds the key, a header, or an exception of `requests` (which would hold both).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from reconciler.client.rights import right_for

_NOT_THE_API = (
    "Something between here and incident.io may have answered instead: "
    "check INCIDENT_ENDPOINT and the proxy settings (HTTPS_PROXY, NO_PROXY)."
)

Reason = Literal["dns", "refused", "timeout", "tls", "proxy", "lost", "truncated", "network"]


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One row of the API's `errors`."""

    code: str
    message: str
    pointer: str = ""  # a JSON pointer into the payload that was sent, as the API spells it
    field: str = ""  # the API names a field instead of a pointer for some errors


class ConfigurationRefused(ValueError):
    """A setting that cannot be used; its text is one line for the user."""


class EndpointRefused(ConfigurationRefused):
    """An address that the key must not be sent to."""


class KeyRefused(ConfigurationRefused):
    """Text that cannot be a key. The text is never quoted."""


class PathRefused(ConfigurationRefused):
    """A path or an id that would address something else than it names."""


class ProxyRefused(ConfigurationRefused):
    """A proxy that the environment names and that is no address. It is never quoted."""


class TrustRefused(ConfigurationRefused):
    """A CA bundle that the environment names and that does not exist."""


class ReadOnly(RuntimeError):
    """A reading client was called for something other than a GET."""


@dataclass(eq=False)
class ApiError(Exception):
    """A call that failed. `str()` is one line of evidence, `advice` says what to do. A field that
    the answer did not have is empty or 0.
    """

    method: str
    path: str
    message: str
    status: int = 0  # 0: there was no answer
    type: str = ""  # the API's own word, e.g. "validation_error"
    request_id: str = ""
    details: tuple[ErrorDetail, ...] = ()
    key_source: str = ""  # the variable that the key was read from
    reason: Reason = "network"  # for Unreachable and OutcomeUnknown without a status
    attempts: int = 1  # requests that were sent for this call
    is_from_api: bool = True  # False: the body is no JSON object, so who answered is not known

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all details, e.g. ("api_not_yet_available",)."""
        return tuple(detail.code for detail in self.details if detail.code)

    @property
    def code(self) -> str:
        """The first code; "" when the API gave none."""
        return self.codes[0] if self.codes else ""

    def __str__(self) -> str:
        status = f"{self.status} " if self.status else ""
        tries = f", {self.attempts} attempts" if self.attempts > 1 else ""
        request = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.method} {self.path}: {status}{self.message}{tries}{request}"

    @property
    def advice(self) -> str:
        """The next step for the user, in one paragraph."""
        return self._advice

    @property
    def _advice(self) -> str:
        return "Run `reconciler doctor` to check the key, the network and the address."


class Refused(ApiError):
    @property
    def advice(self) -> str:
        """The next step for the user, in one paragraph."""
        return self._advice if self.is_from_api else _NOT_THE_API


class Unauthorized(Refused):
    @property
    def _advice(self) -> str:
        source = self.key_source or "INCIDENT_API_KEY"
        return (
            f"incident.io does not know the key in {source}: the key is wrong, revoked, or of "
            "another organisation or endpoint. `reconciler help api-key` shows how to make one."
        )


class Forbidden(Refused):
    @property
    def is_not_yet_available(self) -> bool:
        """True where the organisation was not moved to this version of the API yet."""
        return "api_not_yet_available" in self.codes

    @property
    def _advice(self) -> str:
        if self.is_not_yet_available:
            return "This organisation has no v3 of the API yet: use `api: v2` or `api: auto`."
        right = right_for(self.method, self.path)
        if right is None:
            return "The key lacks a right for this call: `reconciler help api-key` lists rights."
        permission = f', part of the permission "{right.permission}"' if right.permission else ""
        return (
            f'The key lacks the right "{right.scope}"{permission}. Under Settings → API keys, make '
            "a key that has it; `reconciler help api-key` lists what each command needs."
        )


class NotFound(Refused):
    _advice = (
        "It was deleted, its id is of another organisation, or INCIDENT_ENDPOINT is not the "
        "API's address. Run `reconciler plan` again."
    )


class VersionRefused(Refused):
    """The PUT's version is not the live one plus 1: another writer came first. Not written."""

    _advice = (
        "The route changed after the plan was made; the live edit is untouched. "
        "`reconciler plan` shows both."
    )


class ValidationRefused(Refused):
    _advice = "incident.io refused this payload and stored none of it. Each detail names the field."


class RateLimited(ApiError):
    _advice = (
        "Something else uses up this key's rate limit (1,200 requests, 20 more a second). "
        "Wait a minute, or give this job a key of its own."
    )


class UnexpectedStatus(Refused):
    _advice = "The API does not document this answer. Please report it with the request id."


class Redirected(ApiError):
    """3xx: the address points elsewhere. Not followed, since the key belongs to this address."""

    _advice = "Set INCIDENT_ENDPOINT to the API's own address; redirects are never followed."


class ServerFailure(ApiError):
    _advice = "incident.io has a problem; nothing was changed. Try again in a few minutes."


class UnreadableAnswer(ApiError):
    _advice = _NOT_THE_API


class Unreachable(ApiError):
    @property
    def _advice(self) -> str:
        return _UNREACHABLE[self.reason]


class OutcomeUnknown(ApiError):
    """A write was sent and how it ended is not known: read before you decide; never resend."""

    _advice = (
        "It may have been carried out. Run `reconciler plan`: it reads what is there now and "
        "shows what is left."
    )


class Stopped(ApiError):
    _advice = "Interrupted before this call was sent; `reconciler plan` shows what is left."


_UNREACHABLE: Mapping[Reason, str] = {
    "dns": "The endpoint's host name cannot be resolved: check INCIDENT_ENDPOINT and DNS.",
    "refused": "Nothing listens at the endpoint: check INCIDENT_ENDPOINT, or start the sandbox.",
    "timeout": "The endpoint does not answer in time: check the network, the firewall, the proxy "
    "(HTTPS_PROXY, NO_PROXY), then try again.",
    "tls": "The certificate is not trusted: behind a company proxy, name its CA in "
    "REQUESTS_CA_BUNDLE.",
    "proxy": "The proxy cannot be used: check HTTPS_PROXY and NO_PROXY.",
    "lost": "The connection broke off. Try again.",
    "truncated": "The answer broke off. Try again.",
    "network": "Check the network and INCIDENT_ENDPOINT, then try again.",
}
