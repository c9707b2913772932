"""The meaning of an answer: a result, or an error and whether the call may be sent again.

Pure. The rule that everything hangs on: a write is sent again only when the server certainly did
not carry it out (429, or no connection). A PUT whose answer was lost may have been carried out:
sent again, it would be refused for its version and look like another writer's edit; a POST would
make a second route.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from reconciler.client import errors
from reconciler.client.errors import ApiError, ErrorDetail
from reconciler.client.faults import Fault
from reconciler.client.key import Key
from reconciler.client.pace import seconds_to_wait
from reconciler.client.transport import Answer, Call, Reply

_AGAIN = frozenset({408, 500, 502, 503, 504})  # for a read
_LONGEST_TEXT = 2000  # characters of a server's text in an error


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that did not succeed."""

    error: ApiError  # what the caller gets if this was the last try
    may_repeat: bool
    wait_seconds: float | None = None  # as the server asks for it


def judge(call: Call, result: Reply | Fault, key: Key, now: float) -> Answer | Failure:
    """The meaning of `result` for `call`. `now` is in unix seconds."""
    if isinstance(result, Fault):
        return _of_fault(call, result, key)
    if 200 <= result.status < 300:
        return _of_success(call, result, key)
    return _of_refusal(call, result, key, now)


def request_id_of(reply: Reply, key: Key) -> str:
    """The request id of the headers; "" when there is none."""
    return _plain(key.redact(reply.headers.get("x-request-id", "")))


def _of_fault(call: Call, fault: Fault, key: Key) -> Failure:
    is_unknown = call.method != "GET" and fault.maybe_sent
    kind: type[ApiError] = errors.OutcomeUnknown if is_unknown else errors.Unreachable
    error = kind(call.method, call.path, fault.words, reason=fault.reason, key_source=key.source)
    return Failure(error, may_repeat=fault.is_transient and not is_unknown)


def _of_success(call: Call, reply: Reply, key: Key) -> Answer | Failure:
    request_id = request_id_of(reply, key)
    if not reply.content and (call.method == "DELETE" or reply.status == 204):
        return Answer(reply.status, None, request_id, reply.headers)
    body = parsed(reply.content)
    if isinstance(body, dict):
        return Answer(reply.status, body, request_id, reply.headers)
    is_read = call.method == "GET"
    kind: type[ApiError] = errors.UnreadableAnswer if is_read else errors.OutcomeUnknown
    error = kind(
        call.method,
        call.path,
        _not_json(reply, key),
        status=reply.status,
        request_id=request_id,
        key_source=key.source,
        reason="truncated",
    )
    return Failure(error, may_repeat=is_read)


def _of_refusal(call: Call, reply: Reply, key: Key, now: float) -> Failure:
    # Redacted before it is parsed: an error page may echo the request's headers.
    body = parsed(key.redact(reply.content.decode("utf-8", "replace")).encode())
    rows = body.get("errors") if isinstance(body, dict) else None
    details = tuple(map(_detail, rows)) if isinstance(rows, list) else ()
    kind = _class_of(call, reply.status, details)
    error = _error(kind, call, reply, body, details, key)
    wait = seconds_to_wait(reply.headers, body, now)
    if reply.status == 429:
        return Failure(error, may_repeat=True, wait_seconds=wait)
    if reply.status >= 500 or reply.status == 408:
        may_repeat = call.method == "GET" and reply.status in _AGAIN
        return Failure(error, may_repeat, wait if "retry-after" in reply.headers else None)
    return Failure(error, may_repeat=False)


def _class_of(call: Call, status: int, details: tuple[ErrorDetail, ...]) -> type[ApiError]:
    if status == 429:
        return errors.RateLimited
    if status >= 500 or status == 408:
        return errors.ServerFailure if call.method == "GET" else errors.OutcomeUnknown
    if status < 400:
        # A server may redirect after it carried a write out (303), so that is no refusal.
        return errors.Redirected if call.method == "GET" else errors.OutcomeUnknown
    about_version = status in (409, 412) or (status == 422 and any(map(_is_about_version, details)))
    if call.method == "PUT" and about_version:
        return errors.VersionRefused
    return _CLASSES.get(status, errors.UnexpectedStatus)


_CLASSES: Mapping[int, type[ApiError]] = {
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    422: errors.ValidationRefused,
}


def _is_about_version(detail: ErrorDetail) -> bool:
    return detail.field == "version" or detail.pointer.lstrip("#/") == "version"


def _error(
    kind: type[ApiError],
    call: Call,
    reply: Reply,
    body: object,
    details: tuple[ErrorDetail, ...],
    key: Key,
) -> ApiError:
    words = "; ".join(detail.message for detail in details if detail.message)
    if 300 <= reply.status < 400:
        words = "the server redirects elsewhere; redirects are not followed"
    elif not isinstance(body, dict):
        words = _not_json(reply, key)
    return kind(
        call.method,
        call.path,
        words or _text(body, "message") or _text(body, "type") or "the server gives no reason",
        status=reply.status,
        type=_text(body, "type"),
        request_id=_text(body, "request_id") or request_id_of(reply, key),
        details=details,
        key_source=key.source,
        is_from_api=isinstance(body, dict),
    )


def _detail(row: object) -> ErrorDetail:
    return ErrorDetail(
        _text(row, "code"),
        _text(row, "message"),
        _text(row, "source", "pointer"),
        _text(row, "source", "field"),
    )


def text_below(node: object, *keys: str) -> str:
    """The text below these keys of a JSON value, else ""."""
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node if isinstance(node, str) else ""


def _text(node: object, *keys: str) -> str:
    return _plain(text_below(node, *keys))


def _plain(text: str) -> str:
    """One line without control characters, which could steer the reader's terminal."""
    return "".join(c if c.isprintable() else " " for c in text[:_LONGEST_TEXT]).strip()


def _not_json(reply: Reply, key: Key) -> str:
    if not reply.content:
        return "the answer has no body"
    media_type = _plain(key.redact(reply.headers.get("content-type", ""))).partition(";")[0]
    # Redacted whole, then cut: nothing would find the first half of a key.
    text = key.redact(reply.content.decode("utf-8", "replace"))
    start = re.sub(r"\s+", " ", _plain(text))[:80]
    if start.startswith(("{", "[")):
        # Broken JSON of the API's own: alert sources carry tokens, so none of it is quoted.
        start = "it is cut off, or broken"
    return f"the answer is not a JSON object ({media_type or 'without a content type'}): {start}"


def parsed(content: bytes) -> object:
    """The JSON value of the content; None when it is none (NaN and the like are none either)."""
    try:
        return _DECODER.decode(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_constant=_no_constant)
