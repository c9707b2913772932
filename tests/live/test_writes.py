"""A write was stored, or certainly not, or nobody knows: a value, never an exception."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler import sandbox as sandboxes
from reconciler.live.routes import (
    Deleted,
    Lost,
    Refused,
    Stored,
    delete_route,
    post_route,
    put_route,
)
from reconciler.model import Live
from tests.apply.account import live
from tests.live.canned import Canned

Result = Stored | Deleted | Refused | Lost


@pytest.fixture(scope="module")
def base() -> Live:
    with sandboxes.start() as sandbox:
        return live(sandbox, "Informational")


def written(kind: str, base: Live, body: Any) -> tuple[Result, Canned]:
    path = f"/v3/alert_routes/{base.id}"
    with Canned({"/v3/alert_routes": body, path: body}) as client:
        calls: dict[str, Callable[[], Result]] = {
            "POST": lambda: post_route(client, "v3", {}),
            "PUT": lambda: put_route(client, "v3", base, {}),
            "DELETE": lambda: delete_route(client, "v3", base.id),
        }
        return calls[kind](), client


@pytest.mark.parametrize("kind", ["POST", "PUT"])
def test_what_was_stored_is_read_from_the_answer(kind: str, base: Live) -> None:
    result, client = written(kind, base, {"alert_route": dict(base.body)})

    assert isinstance(result, Stored)
    assert (result.live.id, result.live.version) == (base.id, base.version)
    assert [method for method, _ in client.asked] == [kind]


@pytest.mark.parametrize("kind", ["POST", "PUT"])
@pytest.mark.parametrize("body", [{}, None, {"alert_route": "later"}, {"alert_route": {"id": "A"}}])
def test_an_answer_without_a_route_is_lost_and_not_sent_again(
    kind: str, base: Live, body: object
) -> None:
    result, client = written(kind, base, body)

    assert isinstance(result, Lost)
    assert len(client.asked) == 1


@pytest.mark.parametrize("kind", ["POST", "PUT", "DELETE"])
def test_a_refusal_is_certain(kind: str, base: Live) -> None:
    result, _ = written(kind, base, "forbidden")

    assert isinstance(result, Refused)
    assert result.error.request_id == "r-1"


@pytest.mark.parametrize("kind", ["POST", "PUT", "DELETE"])
def test_an_unknown_outcome_is_lost(kind: str, base: Live) -> None:
    result, client = written(kind, base, "unknown")

    assert isinstance(result, Lost)
    assert "unknown here" in result.reason
    assert len(client.asked) == 1


@pytest.mark.parametrize("body", [None, {}, "missing"])
def test_what_is_not_there_is_deleted(base: Live, body: object) -> None:
    result, _ = written("DELETE", base, body)

    assert result == Deleted()
