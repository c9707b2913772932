"""A memory of answers: the same as was answered, errors too, and nothing that was not asked."""

from datetime import UTC, datetime

import pytest
import responses

from reconciler.client import Forbidden, ReadClient, Step, parse_endpoint
from reconciler.client.key import Key
from reconciler.client.memory import Memory, NotRemembered, RecallingClient, RememberingClient
from tests.client.clocks import FakeTime

URL = "https://api.incident.io"
ENDPOINT = parse_endpoint(URL)


@pytest.fixture
def memory() -> Memory:
    return Memory(datetime(2026, 1, 1, tzinfo=UTC))


def remembering(memory: Memory) -> ReadClient:
    return RememberingClient(ENDPOINT, Key("inc_5ecr3t"), memory=memory, clock=FakeTime().clock)


def test_pages_are_answered_as_they_were_whatever_the_order_of_their_parameters(
    memory: Memory,
) -> None:
    with responses.RequestsMock() as api, remembering(memory) as client:
        api.get(f"{URL}/v2/users", json={"users": [{"id": "1"}], "pagination_meta": {"after": "1"}})
        api.get(f"{URL}/v2/users", json={"users": [{"id": "2"}]})
        asked = list(client.pages("/v2/users", "users", 25, {"a": "1", "b": "2"}))

    with RecallingClient(ENDPOINT, memory) as recalling:
        assert list(recalling.pages("/v2/users", "users", 25, {"b": "2", "a": "1"})) == asked
    assert asked == [[{"id": "1"}], [{"id": "2"}]]


def test_a_refusal_is_raised_again_each_time(memory: Memory) -> None:
    with responses.RequestsMock() as api, remembering(memory) as client:
        api.get(f"{URL}/v3/teams", status=403, json={"type": "authorization_error"})
        with pytest.raises(Forbidden) as first:
            client.get("/v3/teams")

    for _ in range(2):
        with pytest.raises(Forbidden) as again:
            RecallingClient(ENDPOINT, memory).get("/v3/teams")
        assert str(again.value) == str(first.value)
        assert again.value is not first.value


@pytest.mark.parametrize("params", [None, {"page_size": 50}])
def test_what_was_not_read_is_named_and_is_no_refusal(
    memory: Memory, params: dict[str, str | int | list[str]] | None
) -> None:
    memory.keep("/v3/catalog_entries", {"page_size": 25}, Forbidden("GET", "/v3/x", "no"))
    with pytest.raises(NotRemembered) as missing:
        RecallingClient(ENDPOINT, memory).get("/v3/catalog_entries", params)

    assert missing.value.things == "catalog entries"


def test_it_has_nothing_to_tell_to_stop_or_to_close(memory: Memory) -> None:
    with RecallingClient(ENDPOINT, memory) as client:
        client.tell(Step("reading", "live routes", 1))
        client.stop()

    assert client.endpoint.url == ENDPOINT.url
