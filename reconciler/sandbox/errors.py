"""Refusals, and the error envelope that carries them.

{"type": …, "status": …, "request_id": …, "errors": [{"code", "message", "source"}]}
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reconciler.sandbox.jsontype import Body

TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "resource_forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    409: "conflict",
    412: "precondition_failed",
    413: "payload_too_large",
    422: "validation_error",
    429: "too_many_requests",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a request.

    `pointer` is a JSON pointer into the payload, the name of a query parameter, or "" (the whole).
    """

    pointer: str
    code: str
    message: str


@dataclass(eq=False)
class RefusedError(Exception):
    """A request that is answered with an error."""

    status: int
    problems: tuple[Problem, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)  # e.g. `rate_limit` of a 429


def refusal(status: int, code: str, message: str, pointer: str = "") -> RefusedError:
    return RefusedError(status, (Problem(pointer, code, message),))


def require_none(problems: Iterable[Problem]) -> None:
    """Raises RefusedError (422) with all problems, if there are any."""
    found = tuple(problems)
    if found:
        raise RefusedError(422, found)


def envelope(error: RefusedError, request_id: str) -> Body:
    errors = []
    for problem in error.problems:
        entry: Body = {"code": problem.code, "message": problem.message}
        if problem.pointer:
            kind = "pointer" if problem.pointer.startswith("/") else "field"
            entry["source"] = {kind: problem.pointer}
        errors.append(entry)
    return {
        "type": TYPES.get(error.status, "api_error"),
        "status": error.status,
        "request_id": request_id,
        "errors": errors,
        **error.more,
    }
