"""A sender posts events with its source's token, and with nothing else."""

from typing import Any

import pytest

from reconciler.sandbox.account.seed import ALERTMANAGER_PRODUCTION, ident
from reconciler.sandbox.http.api import Answer, Api, Call
from tests.sandbox.payloads import api, content

SOURCE = ident("source", "PlanetScale")
PATH = f"/v2/alert_events/http/{SOURCE}"
EVENT = b'{"title": "Test", "status": "firing", "metadata": {"branch": "main"}}'


def post(
    to: Api,
    path: str = PATH,
    body: bytes = EVENT,
    token: str | None = None,
    method: str = "POST",
    **query: Any,
) -> Answer:
    if token is None:
        token = to.store.account.secrets[SOURCE]
    return to.answer(Call(method, path, query, f"Bearer {token}", body))


def test_an_event_is_accepted_with_a_deduplication_key() -> None:
    to = api()
    answer = post(to)

    assert answer.status == 202
    assert content(answer)["deduplication_key"] == to.events[0].deduplication_key
    assert to.events[0].source_id == SOURCE
    assert post(to).body == answer.body


def test_a_senders_own_key_is_kept() -> None:
    to = api()
    own = b'{"title": "Test", "status": "resolved", "deduplication_key": "mine"}'

    assert content(post(to, body=own))["deduplication_key"] == "mine"


def test_a_token_in_the_query_works_as_well() -> None:
    to = api()

    assert (
        to.answer(Call("POST", PATH, {"token": to.store.account.secrets[SOURCE]}, "", EVENT)).status
        == 202
    )


@pytest.mark.parametrize("token", ["", "wrong", "sandbox-key-full"])
def test_another_token_is_refused(token: str) -> None:
    to = api()

    assert post(to, token=token).status == 401
    assert to.events == []


@pytest.mark.parametrize(
    "path",
    [
        "/v2/alert_events/http/01JNOTHING",
        f"/v2/alert_events/checkly/{SOURCE}",
        "/v2/alert_events/http/",
        f"{PATH}/more",
    ],
)
def test_there_is_nothing_at_another_address(path: str) -> None:
    assert post(api(), path).status == 404


def test_events_are_posted() -> None:
    assert post(api(), method="GET").status == 405


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{}", 422), (b'{"title": "", "status": "on"}', 422), (b"[]", 422), (b"no", 400)],
)
def test_an_event_must_have_the_shape_of_its_source(body: bytes, status: int) -> None:
    assert post(api(), body=body).status == status


def test_other_senders_have_shapes_of_their_own() -> None:
    to = api()
    token = to.store.account.secrets[ALERTMANAGER_PRODUCTION]
    path = f"/v2/alert_events/alertmanager/{ALERTMANAGER_PRODUCTION}"

    assert post(to, path, b'{"version": "4", "alerts": []}', token).status == 202
    assert post(to, path, b"[1]", token).status == 422
