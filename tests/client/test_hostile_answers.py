"""Whatever a server or something in between answers: an error of the API, never a traceback, and a
write that was answered at all is never taken for one that was not sent.
"""

from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from reconciler.client import (
    Answer,
    ApiError,
    Key,
    OutcomeUnknown,
    RateLimited,
    ReadClient,
    Refused,
    Settings,
    Token,
    WriteClient,
    parse_endpoint,
    post_event,
)
from reconciler.client.errors import Redirected
from reconciler.client.pace import Clock, Patience
from reconciler.client.transport import Timeouts
from tests.client.loopback import reply, serving

KEY = Key("inc_5ecr3t")
ONCE = Settings(concurrency=1, timeouts=Timeouts(2, 2), patience=Patience(attempts=1))
NO_WAITING = Clock(pause=lambda event, _seconds: event.is_set(), random=lambda: 0.0)
LOCATIONS = [
    "http://[", "http://[::1", "//[", "http://a]b/", "http://[bad]/", "http://host:port/",
    "http://host:99999999/", "https://\u00ff\u00fe/", "\u0080\u0081", "", " ", "?", "#", "http:///",
    "javascript:alert(1)", "http://\u00b5/", "http://xn--/", "http://" + "a" * 70 + ".com/",
    "http://.example.com/", "http://%zz/", "/%", "http://user@:80", "http://127.0.0.1:0/",
]  # fmt: skip
STATUSES = ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent",
            "403 Forbidden", "201 Created"]  # fmt: skip
HEADERS = [
    "Content-Length: abc", "Content-Length: 1, 2", "Content-Length: -5", "Content-Length: 99999999",
    "Content-Encoding: gzip", "Content-Encoding: deflate", "Content-Encoding: br, gzip",
    "Transfer-Encoding: chunked", "Transfer-Encoding: gzip", "Content-Type: \u00ff",
    "Content-Type: application/json; charset=nonsense", "Retry-After: \u00ff", "Retry-After: ,",
    "Retry-After: Mon, 99 Foo 9999 99:99:99 GMT", "Retry-After: 1e999", "Retry-After: -1",
    "Retry-After: Mon, 01 Jan 0001 00:00:00 +9999", "Date: ,", "Date: Tue, 31 Feb 2026 25:00:00 X",
    "X-RateLimit-Reset: 999999999999", "X-RateLimit-Reset: \u0661", "X-RateLimit-Limit: 1;window=0",
    "X-RateLimit-Limit: 99999999999999999999", "X-RateLimit-Remaining: \u00b2",
    "X-Request-Id: \u001b[2J", "Set-Cookie: a=b; expires=Tue, 99 Foo 9999", "Set-Cookie: ;;;=",
    "Www-Authenticate: \u00ff", "Connection: \u00ff", "no colon at all", ": no name", "\u0000: x",
    "Link: <http://[>; rel=next",
]  # fmt: skip
BODIES: list[bytes] = [
    b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000, b"9" * 5000,
    b'{"errors": 1}', b'{"errors": [1, null, {"source": 1}, {"source": {"pointer": []}}]}',
    b'{"rate_limit": {"retry_after": "99999-01-01T00:00:00Z"}}', b'{"type": {}, "request_id": []}',
    b'{"rate_limit": {"retry_after": "2026-01-01T00:00:00+99:99"}}', b'{"message": "\\ud800"}',
    b'{"rate_limit": []}', b'{"pagination_meta": [], "alert_routes": [{}]}', b"NaN",
]  # fmt: skip


def hostile(status: str, headers: list[str], body: bytes) -> bytes:
    """An answer whose headers are sent as they are; ours come first where these have none."""
    own = [] if any(one.lower().startswith("content-length") for one in headers) else [
        f"Content-Length: {len(body)}"
    ]  # fmt: skip
    lines = [f"HTTP/1.1 {status}", *own, "Connection: close", *headers]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def read(answer: bytes) -> Answer | ApiError:
    with serving(answer) as server:
        client = ReadClient(parse_endpoint(server.url), KEY, settings=ONCE, clock=NO_WAITING)
        return told(lambda: client.get("/v3/alert_routes"))


def write(answer: bytes) -> Answer | ApiError:
    with serving(answer) as server:
        client = WriteClient(parse_endpoint(server.url), KEY, settings=ONCE, clock=NO_WAITING)
        return told(lambda: client.post("/v3/alert_routes", {}))


def told(call: Callable[[], Answer]) -> Answer | ApiError:
    try:
        return call()
    except ApiError as error:
        return error


def check(answer: bytes) -> None:
    """The law, for a read and for a write."""
    read(answer)
    said = write(answer)
    assert isinstance(said, Answer) or (str(said) and said.advice)
    assert isinstance(said, Answer | Refused | RateLimited | OutcomeUnknown), repr(said)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("location", LOCATIONS)
def test_a_location_that_cannot_be_parsed_is_an_error_line(status: str, location: str) -> None:
    answer = hostile(status, [f"Location: {location}"], b"{}")

    check(answer)
    if status.startswith("30"):
        assert isinstance(read(answer), Redirected)


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("status", ["201 Created", "302 Found", "403 No", "429 Slow", "503 Down"])
def test_no_header_is_a_traceback(status: str, header: str) -> None:
    check(hostile(status, [header], b'{"a": 1}'))


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("status", ["200 OK", "403 No", "422 No", "429 Slow", "503 Down"])
def test_no_body_is_a_traceback(status: str, body: bytes) -> None:
    check(hostile(status, [], body))


@pytest.mark.parametrize("line", ["200", "abc", "2000 OK", "-1 x", "", "99 x", "1000 x", "0 x"])
def test_no_status_line_is_a_traceback(line: str) -> None:
    check(hostile(line, [], b"{}"))


def test_more_headers_than_a_client_takes_are_no_traceback() -> None:
    check(hostile("201 Created", [f"X-{number}: y" for number in range(300)], b"{}"))
    check(hostile("201 Created", ["X: " + "y" * 100_000], b"{}"))


NAMES = ["Location", "Retry-After", "Date", "X-RateLimit-Reset", "X-RateLimit-Limit",
         "X-RateLimit-Remaining", "X-Request-Id", "Content-Type", "Set-Cookie",
         "Content-Encoding"]  # fmt: skip
VALUES = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))


@given(st.sampled_from(NAMES), VALUES, st.sampled_from(["201 C", "302 F", "429 S", "503 D"]))
def test_no_value_of_a_header_is_a_traceback(name: str, value: str, status: str) -> None:
    check(hostile(status, [f"{name}: {value}"], b"{}"))


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("status", ["202 OK", "302 Found", "422 No"])
def test_the_answer_to_an_alert_event_is_never_a_traceback(status: str, body: bytes) -> None:
    with serving(hostile(status, ["Location: http://["], body)) as server:
        taken = post_event(f"{server.url}/v2/alert_events/http/01X", Token("t" * 20), {})

    assert taken.status == int(status[:3])


@pytest.mark.parametrize("url", ["http://[", "http://[::1", "https://a]b/v2/alert_events/http/1"])
def test_a_source_s_url_that_cannot_be_parsed_is_refused_in_words(url: str) -> None:
    with pytest.raises(ValueError, match="the source's URL is not an address"):
        post_event(url, Token("t" * 20), {})


def test_a_well_formed_answer_is_still_an_answer() -> None:
    assert isinstance(write(reply({"a": 1}, "201 Created")), Answer)
