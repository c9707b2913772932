"""What each answer means, for a read and for a write."""

import base64
import json

import pytest
from hypothesis import given, strategies as st

from reconciler.client import (
    Answer,
    ApiError,
    Forbidden,
    Key,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    ServerFailure,
    Unauthorized,
    Unreachable,
    VersionRefused,
)
from reconciler.client.errors import (
    ErrorDetail,
    Redirected,
    UnexpectedStatus,
    UnreadableAnswer,
    ValidationRefused,
)
from reconciler.client.faults import Fault
from reconciler.client.transport import Call, Reply
from reconciler.client.verdict import Failure, judge, parsed

KEY = Key("inc_5ecr3t", "INCIDENT_IO_TOKEN")
NOW = 1_800_000_000.0
READ = Call("GET", "/v3/alert_routes/01K")
PUT = Call("PUT", "/v3/alert_routes/01K", body={})
POST = Call("POST", "/v3/alert_routes", body={})
DELETE = Call("DELETE", "/v3/alert_routes/01K")
WRITES = [PUT, POST, DELETE]
NO_REASON = "the server gives no reason"
HTML = b"<html>\n<title>Sign\x1b in</title>"


@pytest.mark.parametrize("call", [READ, *WRITES])
def test_a_json_object_is_an_answer(call: Call) -> None:
    answer = _answer(call, 200, b'\xef\xbb\xbf{"a": "\xc3\xa9"}', {"x-request-id": "R1"})

    assert (answer.status, answer.body, answer.request_id) == (200, {"a": "é"}, "R1")
    assert answer.headers["x-request-id"] == "R1"


@pytest.mark.parametrize(
    ("call", "status"), [(DELETE, 200), (DELETE, 202), (DELETE, 204), (READ, 204), (PUT, 204)]
)
def test_no_body_is_an_answer_where_none_belongs(call: Call, status: int) -> None:
    assert _answer(call, status, b"").body is None


@pytest.mark.parametrize(
    "content", [b"", HTML, b'{"a": ', b"[]", b'"x"', b'{"a": NaN}', b'{"a": "\xff"}', b"[" * 99999]
)
def test_another_body_is_read_again_but_never_written_again(content: bytes) -> None:
    read = _failure(READ, 200, content)
    write = _failure(PUT, 200, content)

    assert (type(read.error), read.may_repeat) == (UnreadableAnswer, True)
    assert (type(write.error), write.may_repeat) == (OutcomeUnknown, False)


def test_an_unreadable_answer_shows_how_it_starts_on_one_line() -> None:
    failure = _failure(READ, 200, HTML, {"content-type": "text/html; charset=utf-8"})

    assert failure.error.message == (
        "the answer is not a JSON object (text/html): <html> <title>Sign in</title>"
    )
    assert "without a content type" in _failure(READ, 200, HTML).error.message


@pytest.mark.parametrize(
    "content",
    [b' {"alert_source": {"secret_token": "tok-2f9c1d77aa01", "na', b'["tok-2f9c1d77aa01"]'],
)
def test_broken_json_is_not_quoted_for_it_may_hold_a_token(content: bytes) -> None:
    error = _failure(READ, 200, content).error

    assert error.message.endswith("it is cut off, or broken")
    assert "tok-2f9c" not in repr(error)


def test_an_answer_without_a_body_is_told() -> None:
    assert _failure(READ, 200, b"").error.message == "the answer has no body"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, UnexpectedStatus),
        (401, Unauthorized),
        (403, Forbidden),
        (404, NotFound),
        (418, UnexpectedStatus),
        (422, ValidationRefused),
    ],
)
@pytest.mark.parametrize("call", [READ, *WRITES])
def test_a_refusal_is_final(call: Call, status: int, kind: type[ApiError]) -> None:
    failure = _failure(call, status, b"{}")

    assert (type(failure.error), failure.may_repeat) == (kind, False)
    assert failure.error.message == NO_REASON


@pytest.mark.parametrize(
    ("status", "source"),
    [
        (409, {}),
        (412, {}),
        (422, {"field": "version"}),
        (422, {"pointer": "/version"}),
        (422, {"pointer": "#/version"}),
    ],
)
def test_a_put_of_another_version_is_a_conflict(status: int, source: dict[str, str]) -> None:
    other = {"code": "x", "message": "x", "source": {"field": "name"}}
    body = json.dumps({"errors": [other, {"code": "y", "message": "y", "source": source}]})

    assert type(_failure(PUT, status, body.encode()).error) is VersionRefused
    for call in (READ, POST, DELETE):
        assert type(_failure(call, status, body.encode()).error) is not VersionRefused


def test_a_field_whose_name_only_contains_version_is_no_conflict() -> None:
    rows = [{"source": {"pointer": "/expressions/0/version"}}, {"source": {"field": "versions"}}]

    assert type(_failure(PUT, 422, json.dumps({"errors": rows}).encode()).error) is (
        ValidationRefused
    )


def test_the_envelope_is_kept() -> None:
    body = {
        "type": "validation_error",
        "status": 422,
        "request_id": "R2",
        "errors": [
            {"code": "is_required", "message": "Give a\nname", "source": {"pointer": "/name"}},
            {"code": "unknown", "message": "No such path", "source": {"field": "path"}},
        ],
    }
    error = _failure(PUT, 422, json.dumps(body).encode(), {"x-request-id": "R1"}).error

    assert error.details == (
        ErrorDetail("is_required", "Give a name", "/name"),
        ErrorDetail("unknown", "No such path", field="path"),
    )
    assert (error.type, error.request_id) == ("validation_error", "R2")
    assert error.message == "Give a name; No such path"
    assert error.key_source == "INCIDENT_IO_TOKEN"
    assert error.is_from_api


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"message": "gone"}, "gone"),
        ({"type": "not_found"}, "not_found"),
        (
            {"errors": [None, {"message": 3}, {"source": []}], "type": 4},
            "the server gives no reason",
        ),
        ({"errors": "x"}, "the server gives no reason"),
    ],
)
def test_a_bent_envelope_is_read_as_far_as_it_goes(body: object, message: str) -> None:
    assert _failure(READ, 404, json.dumps(body).encode()).error.message == message


def test_a_page_instead_of_the_envelope_is_said_to_be_one() -> None:
    error = _failure(READ, 403, HTML, {"x-request-id": "R1"}).error

    assert "not a JSON object" in error.message
    assert error.request_id == "R1"
    assert not error.is_from_api


@pytest.mark.parametrize("call", [READ, *WRITES])
def test_a_429_was_not_carried_out_so_anything_may_be_sent_again(call: Call) -> None:
    failure = _failure(call, 429, b"{}", {"retry-after": "3"})

    assert type(failure.error) is RateLimited
    assert (failure.may_repeat, failure.wait_seconds) == (True, 3)


@pytest.mark.parametrize(
    ("status", "may_repeat"),
    [(408, True), (500, True), (501, False), (502, True), (503, True), (504, True), (505, False)],
)
def test_a_server_failure_is_read_again_but_never_written_again(
    status: int, may_repeat: bool
) -> None:
    read = _failure(READ, status, HTML, {"retry-after": "2"})

    assert (type(read.error), read.may_repeat) == (ServerFailure, may_repeat)
    assert read.wait_seconds == 2
    for call in WRITES:
        write = _failure(call, status, HTML)
        assert (type(write.error), write.may_repeat) == (OutcomeUnknown, False)


def test_only_a_429_waits_for_the_reset_of_the_bucket() -> None:
    reset = {"x-ratelimit-reset": str(int(NOW) + 30)}

    assert _failure(READ, 503, b"", reset).wait_seconds is None
    assert _failure(READ, 429, b"", reset).wait_seconds == 30


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_said_and_not_followed(status: int) -> None:
    read = _failure(READ, status, b"", {"location": "https://evil.example"})
    write = _failure(POST, status, b"")

    assert (type(read.error), read.may_repeat) == (Redirected, False)
    assert "redirects" in read.error.message
    # A 303 is the answer to a POST that was carried out.
    assert (type(write.error), write.may_repeat) == (OutcomeUnknown, False)


@pytest.mark.parametrize("is_transient", [True, False])
@pytest.mark.parametrize("call", [READ, *WRITES])
def test_what_was_not_sent_is_unreachable(call: Call, is_transient: bool) -> None:
    failure = judge(call, Fault("dns", "no host", False, is_transient), KEY, NOW)

    assert isinstance(failure, Failure)
    assert isinstance(failure.error, Unreachable)
    assert (failure.may_repeat, failure.error.reason) == (is_transient, "dns")


def test_what_may_have_been_sent_is_unknown_for_a_write_only() -> None:
    lost = Fault("lost", "broke off", maybe_sent=True, is_transient=True)

    read = judge(READ, lost, KEY, NOW)
    assert isinstance(read, Failure)
    assert (type(read.error), read.may_repeat) == (Unreachable, True)
    for call in WRITES:
        write = judge(call, lost, KEY, NOW)
        assert isinstance(write, Failure)
        assert (type(write.error), write.may_repeat) == (OutcomeUnknown, False)


@given(st.integers(100, 599), st.binary(max_size=60), st.sampled_from(WRITES))
def test_a_write_is_sent_again_after_a_429_only(status: int, content: bytes, call: Call) -> None:
    outcome = judge(call, Reply(status, {}, content), KEY, NOW)

    repeated = isinstance(outcome, Failure) and outcome.may_repeat
    assert repeated == (status == 429)


@given(st.sampled_from([200, 302, 401, 403, 422, 429, 500]), st.sampled_from([READ, PUT]))
def test_a_server_that_echoes_the_key_does_not_get_it_into_an_error(
    status: int, call: Call
) -> None:
    echo = "Authorization: Bearer inc_5ecr3t"
    for content in (
        echo.encode(),
        json.dumps({"request_id": echo, "type": echo, "errors": [{"message": echo}]}).encode(),
    ):
        headers = {"x-request-id": echo, "content-type": echo, "location": echo}
        outcome = judge(call, Reply(status, headers, content), KEY, NOW)
        if isinstance(outcome, Failure):
            assert "5ecr3t" not in f"{outcome!r}{outcome.error}{vars(outcome.error)}"


@pytest.mark.parametrize("blanks", range(1980, 2001, 4))
@pytest.mark.parametrize("status", [200, 401, 502])
def test_a_key_that_a_cut_would_halve_is_redacted_first(blanks: int, status: int) -> None:
    page = b"key:" + b" " * blanks + b"inc_5ecr3t is unknown"

    outcome = _failure(READ, status, page, {"content-type": page.decode()})

    assert "inc_5" not in f"{outcome!r}{outcome.error}{vars(outcome.error)}"


@pytest.mark.parametrize(
    "echo",
    [
        "INC_5ECR3T",
        "inc_5\\r\\n ecr3t",
        r"inc_5\u0065cr3t",
        base64.b64encode(b"Bearer inc_5ecr3t").decode(),
        "inc%5F5ecr3t",
    ],
)
def test_a_key_in_another_spelling_is_redacted(echo: str) -> None:
    body = f'{{"errors": [{{"message": "unknown key {echo}"}}]}}'.encode()

    error = _failure(READ, 401, body).error

    assert "[key]" in str(error)
    assert echo not in str(error)
    assert "ecr3t" not in f"{error}{vars(error)}".lower()


def test_a_json_value_is_parsed_and_all_else_is_none() -> None:
    assert parsed(b"[1]") == [1]
    assert parsed(b"[Infinity]") is None


def _answer(
    call: Call, status: int, content: bytes, headers: dict[str, str] | None = None
) -> Answer:
    outcome = judge(call, Reply(status, headers or {}, content), KEY, NOW)
    assert isinstance(outcome, Answer)
    return outcome


def _failure(
    call: Call, status: int, content: bytes, headers: dict[str, str] | None = None
) -> Failure:
    outcome = judge(call, Reply(status, headers or {}, content), KEY, NOW)
    assert isinstance(outcome, Failure)
    return outcome
