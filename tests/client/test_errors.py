"""Each error says on one line what happened, and in a paragraph what to do."""

import inspect

import pytest

from reconciler.client import (
    ApiError,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    ServerFailure,
    Unauthorized,
    Unreachable,
    errors,
)
from reconciler.client.errors import ErrorDetail, UnexpectedStatus, UnreadableAnswer

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, ApiError) and not kind.__subclasses__()
]


def test_the_tree_at_the_top_draws_every_kind() -> None:
    drawn = errors.__doc__ or ""

    assert len(KINDS) == 13
    assert [kind.__name__ for kind in KINDS if f" {kind.__name__} " not in drawn] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_to_do(kind: type[ApiError]) -> None:
    advice = kind("GET", "/v3/alert_routes", "no").advice

    assert advice.endswith(".")
    assert "\n" not in advice


def test_even_a_failure_of_no_kind_has_advice() -> None:
    assert "reconciler doctor" in ApiError("GET", "/", "no").advice


def test_one_line_has_the_evidence() -> None:
    error = ServerFailure(
        "PUT", "/v3/alert_routes/01K", "no", status=503, request_id="R1", attempts=5
    )

    assert str(error) == ("PUT /v3/alert_routes/01K: 503 no, 5 attempts (request R1)")
    assert str(Unreachable("GET", "/v3/x", "gone")) == "GET /v3/x: gone"


def test_codes_and_details_are_at_hand() -> None:
    details = (ErrorDetail("", "a"), ErrorDetail("x", "b"), ErrorDetail("y", "c", "/name"))
    error = UnexpectedStatus(
        "PUT", "/v3/x", "no", status=422, type="validation_error", details=details
    )

    assert (error.type, error.code, error.codes) == ("validation_error", "x", ("x", "y"))
    assert (error.status, error.method, error.path) == (422, "PUT", "/v3/x")
    assert (error.details, error.message, error.request_id) == (details, "no", "")
    assert UnexpectedStatus("PUT", "/v3/x", "no").code == ""


def test_a_401_names_the_variable_that_the_key_was_read_from() -> None:
    token = Unauthorized("GET", "/v1/identity", "no", key_source="INCIDENT_IO_TOKEN")

    assert "INCIDENT_IO_TOKEN" in token.advice
    assert "reconciler help api-key" in token.advice
    assert "INCIDENT_API_KEY" in Unauthorized("GET", "/v1/identity", "no").advice


@pytest.mark.parametrize(
    ("method", "path", "words"),
    [
        ("PUT", "/v3/alert_routes/1", '"alert_route.update", part of the permission "Create and'),
        ("GET", "/v2/users", '"users.view", part of the permission "View data, like public'),
        ("GET", "/v1/api_keys", 'the right "api_keys.view". Under'),
        ("GET", "/v1/identity", "lacks a right for this call"),
    ],
)
def test_a_403_names_the_right_that_is_missing(method: str, path: str, words: str) -> None:
    error = Forbidden(method, path, "no", status=403)

    assert words in error.advice
    assert error.is_not_yet_available is False


def test_a_403_of_an_organisation_without_v3_is_not_about_rights() -> None:
    details = (ErrorDetail("api_not_yet_available", "not yet"),)
    error = Forbidden("GET", "/v3/alert_routes", "no", status=403, details=details)

    assert error.is_not_yet_available is True
    assert "api: v2" in error.advice


@pytest.mark.parametrize("kind", [Unauthorized, Forbidden, NotFound])
def test_a_page_of_something_in_between_is_no_verdict_on_the_key(kind: type[ApiError]) -> None:
    error = kind("GET", "/v3/alert_routes", "no", status=403, is_from_api=False)

    assert error.advice == UnreadableAnswer("GET", "/v3/alert_routes", "no").advice
    assert "INCIDENT_ENDPOINT" in error.advice


def test_the_reason_of_a_missing_answer_is_told() -> None:
    assert Unreachable("GET", "/", "no", reason="tls").reason == "tls"
    assert "REQUESTS_CA_BUNDLE" in Unreachable("GET", "/", "no", reason="tls").advice
    assert OutcomeUnknown("PUT", "/", "no", reason="lost").reason == "lost"
