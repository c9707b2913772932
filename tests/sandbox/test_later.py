"""Fields of a later API are put at every depth that a route has."""

import json

from reconciler.sandbox.account import seed
from reconciler.sandbox.routes import stored
from reconciler.sandbox.routes.shape_tables import (
    CALLED_SECRET,
    LATER,
    add_later,
)
from tests.sandbox.payloads import add_called_secret, api, content, rich_v3, send


def test_every_noun_gets_its_field() -> None:
    body = stored.from_v3(rich_v3(), None, seed.account())
    before = json.dumps(body)
    add_later(body)
    after = json.dumps(body)

    assert [field for field in LATER.values() if f'"{field}"' not in after] == []
    assert json.dumps(body).count('"sampling"') == 1
    assert before != after


def test_they_are_shown_in_both_versions_and_refused_by_an_api_that_has_none() -> None:
    to = api(extra_fields=True)
    route = to.store.find("Production Alerts")
    for version in ("v2", "v3"):
        shown = content(send(to, "GET", f"/{version}/alert_routes/{route.id}"))["alert_route"]
        assert "managed_resource" in shown
        assert all("sampling" in source for source in shown["alert_sources"])

    payload = rich_v3() | {"managed_resource": {}}
    assert send(to, "POST", "/v3/alert_routes", payload).status == 201
    assert send(api(), "POST", "/v3/alert_routes", payload).status == 422


def test_fields_that_are_called_a_secret_are_stored_like_others() -> None:
    to = api(extra_fields=True)
    payload = rich_v3()
    add_called_secret(payload)

    answer = send(to, "POST", "/v3/alert_routes", payload)

    assert answer.status == 201
    shown = content(answer)["alert_route"]
    for name in CALLED_SECRET:
        assert shown[name] == payload[name]
        assert shown["alert_sources"][0][name] == payload["alert_sources"][0][name]
    assert send(api(), "POST", "/v3/alert_routes", payload).status == 422
