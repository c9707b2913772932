"""The API as a function: every refusal is an answer."""

import pytest

from reconciler.sandbox.http.api import Call
from tests.sandbox.payloads import api, content, rich_v3, send


def test_every_answer_has_a_request_id_of_its_own() -> None:
    to = api()
    ids = [send(to, "GET", path).headers["X-Request-ID"] for path in ("/v1/identity", "/v9", "/")]

    assert len(set(ids)) == 3


def test_an_error_says_type_status_and_request_id() -> None:
    answer = send(api(), "GET", "/v3/alert_routes/nothing")

    assert content(answer) == {
        "type": "not_found",
        "status": 404,
        "request_id": answer.headers["X-Request-ID"],
        "errors": [{"code": "not_found", "message": "There is no alert route nothing"}],
    }


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v4/alert_routes", "/v3/alert_routes/", "/v3/alert_routes/a/b", "x"]
)
def test_there_is_nothing_at_other_paths(path: str) -> None:
    assert send(api(), "GET", path).status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", "/v3/alert_routes/x"), ("DELETE", "/v3/alert_routes"), ("POST", "/v1/identity")],
)
def test_a_path_takes_only_its_methods(method: str, path: str) -> None:
    assert send(api(), method, path, {}).status == 405


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    call = Call("POST", "/v3/alert_routes", {}, "Bearer sandbox-key-full", body)

    assert api().answer(call).status == 400


def test_v3_of_an_account_that_was_not_migrated_is_not_available() -> None:
    to = api(v3_available=False)

    for method, path in (
        ("GET", "/v3/alert_routes"),
        ("GET", "/v3/alert_routes/x"),
        ("POST", "/v3/alert_routes"),
    ):
        answer = send(to, method, path, rich_v3())
        assert answer.status == 403
        assert content(answer)["errors"][0]["code"] == "api_not_yet_available"
    assert send(to, "GET", "/v2/alert_routes").status == 200
    assert send(to, "GET", "/v3/teams").status == 200


def test_the_list_is_slim_and_bounded() -> None:
    to = api()
    answer = content(send(to, "GET", "/v3/alert_routes?page_size=4"))

    assert [sorted(route) for route in answer["alert_routes"]] == [["enabled", "id", "name"]] * 4
    assert answer["pagination_meta"] == {
        "page_size": 4,
        "after": answer["alert_routes"][-1]["id"],
    }
    assert send(to, "GET", "/v2/alert_routes?page_size=51").status == 422
    assert content(send(to, "GET", "/v2/alert_routes"))["pagination_meta"] == {"page_size": 25}


def test_a_lists_version_may_be_stale_and_only_in_v2() -> None:
    to = api(stale_list_versions=True)
    (first, *_) = content(send(to, "GET", "/v2/alert_routes"))["alert_routes"]

    assert first["version"] == to.store.find(first["id"]).version - 1
    assert "version" not in content(send(to, "GET", "/v3/alert_routes"))["alert_routes"][0]
