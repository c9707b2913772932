"""The reading client cannot write; lists come page by page, and end."""

from collections.abc import Iterator

import pytest
import responses
from responses import matchers

from reconciler.client import (
    Key,
    ReadClient,
    Unauthorized,
    VersionRefused,
    WriteClient,
    parse_endpoint,
)
from reconciler.client.errors import UnreadableAnswer
from reconciler.client.pace import Pace
from tests.client.clocks import FakeTime

URL = "https://api.incident.io"
LIST = "/v3/alert_routes"


@pytest.fixture
def api() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def reader() -> Iterator[ReadClient]:
    with ReadClient(parse_endpoint(URL), Key("inc_5ecr3t"), clock=FakeTime().clock) as client:
        yield client


@pytest.mark.parametrize("name", ["post", "put", "delete", "patch", "request", "session"])
def test_the_reading_client_has_no_way_to_write(reader: ReadClient, name: str) -> None:
    assert not hasattr(reader, name)


def test_the_writing_client_writes(api: responses.RequestsMock) -> None:
    body = {"name": "A"}
    is_body = [matchers.json_params_matcher(body)]
    api.post(URL + LIST, status=201, json={"id": 1}, match=is_body)
    api.put(f"{URL}{LIST}/1", json={"id": 1}, match=is_body)
    api.delete(f"{URL}{LIST}/1", status=204)

    with WriteClient(parse_endpoint(URL), Key("inc_5ecr3t")) as client:
        assert client.post(LIST, body).status == 201
        assert client.put(f"{LIST}/1", body).body == {"id": 1}
        assert client.delete(f"{LIST}/1").body is None


def test_a_write_that_somebody_was_faster_than_is_a_conflict(api: responses.RequestsMock) -> None:
    row = {"code": "stale", "message": "stale", "source": {"pointer": "/version"}}
    api.put(f"{URL}{LIST}/1", status=422, json={"errors": [row]})

    client = WriteClient(parse_endpoint(URL), Key("inc_5ecr3t"))
    with client, pytest.raises(VersionRefused):
        client.put(f"{LIST}/1", {"version": 3})


def test_a_wrong_key_is_an_error_at_once(api: responses.RequestsMock, reader: ReadClient) -> None:
    api.get(f"{URL}/v1/identity", status=401, json={"type": "authentication_error"})

    with pytest.raises(Unauthorized, match="authentication_error"):
        reader.get("/v1/identity")


def test_pages_follow_the_cursor_lazily(api: responses.RequestsMock, reader: ReadClient) -> None:
    _page(api, {"page_size": "50", "q": "x"}, ["a", "b"], "b")
    _page(api, {"page_size": "50", "q": "x", "after": "b"}, ["c"], None)

    pages = reader.pages(LIST, "alert_routes", 50, {"q": "x"})
    assert next(pages) == [{"id": "a"}, {"id": "b"}]
    assert len(api.calls) == 1
    assert list(pages) == [[{"id": "c"}]]


@pytest.mark.parametrize(
    "meta", [{}, {"pagination_meta": None}, {"pagination_meta": {"after": ""}}]
)
def test_a_list_without_a_cursor_is_one_page(
    api: responses.RequestsMock, reader: ReadClient, meta: dict[str, object]
) -> None:
    api.get(URL + LIST, json={"alert_routes": [], **meta})

    assert list(reader.pages(LIST, "alert_routes", 50)) == [[]]


def test_an_empty_page_with_a_cursor_does_not_end_the_list(
    api: responses.RequestsMock, reader: ReadClient
) -> None:
    _page(api, {"page_size": "2"}, [], "x")
    _page(api, {"page_size": "2", "after": "x"}, ["a"], None)

    assert list(reader.pages(LIST, "alert_routes", 2)) == [[], [{"id": "a"}]]


def test_a_cursor_that_comes_back_is_an_error(
    api: responses.RequestsMock, reader: ReadClient
) -> None:
    for after in ("x", "y", "x"):
        api.get(URL + LIST, json={"alert_routes": [], "pagination_meta": {"after": after}})

    with pytest.raises(UnreadableAnswer, match="repeats"):
        list(reader.pages(LIST, "alert_routes", 50))
    assert len(api.calls) == 3


@pytest.mark.parametrize("body", [{}, {"alert_routes": None}, {"alert_routes": [1]}])
def test_a_list_that_is_none_is_an_error_and_not_empty(
    api: responses.RequestsMock, reader: ReadClient, body: dict[str, object]
) -> None:
    api.get(URL + LIST, json=body, headers={"X-Request-Id": "R1"})

    with pytest.raises(UnreadableAnswer, match='no list of objects named "alert_routes"') as caught:
        list(reader.pages(LIST, "alert_routes", 50))
    assert caught.value.request_id == "R1"


def test_two_clients_of_one_key_can_share_its_pace() -> None:
    pace = Pace(FakeTime().clock)
    endpoint = parse_endpoint("")

    with (
        ReadClient(endpoint, Key("a"), pace=pace) as reader,
        WriteClient(reader.endpoint, Key("a"), pace=reader.pace) as writer,
    ):
        assert writer.pace is pace


def _page(
    api: responses.RequestsMock, query: dict[str, str], ids: list[str], after: str | None
) -> None:
    api.get(
        URL + LIST,
        json={"alert_routes": [{"id": i} for i in ids], "pagination_meta": {"after": after}},
        match=[matchers.query_param_matcher(query)],
    )
