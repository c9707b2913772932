"""Who may call what."""

import pytest

from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.api import Call
from tests.sandbox.payloads import api, content, rich_v3, send

SCOPES = [
    ("GET", "/v2/alert_routes", "alert_routes.view"),
    ("GET", "/v3/alert_routes", "alert_routes.view"),
    ("GET", "/v3/alert_routes/01J2WYM7C5QKF9T3B8D6RAXE01", "alert_routes.view"),
    ("POST", "/v3/alert_routes", "alert_route.create"),
    ("PUT", "/v2/alert_routes/01J2WYM7C5QKF9T3B8D6RAXE01", "alert_route.update"),
    ("DELETE", "/v2/alert_routes/01J2WYM7C5QKF9T3B8D6RAXE01", "alert_route.destroy"),
    ("GET", "/v2/alert_sources", "alert_sources.view"),
    ("GET", "/v2/alert_attributes", "alert_schema.view"),
    ("GET", "/v2/alerts", "alerts.view"),
    ("GET", "/v2/escalations", "escalations.view"),
    ("GET", "/v2/incident_alerts", "alerts.view"),
    ("GET", "/v2/escalation_paths", "escalation_paths.view"),
    ("GET", "/v2/users", "users.view"),
    ("GET", f"/v2/alerts/{ident('alert', 'PodNotRunning')}", "alerts.view"),
    ("GET", f"/v2/schedules/{ident('schedule', 'Platform On-Call')}", "schedules.view"),
    ("GET", "/v3/teams", "catalog_entries.view"),
    ("GET", "/v1/severities", "severities.view"),
    ("GET", "/v1/incident_types", "incident_types.view"),
    ("GET", "/v2/custom_fields", "custom_fields.view"),
    ("GET", "/v3/catalog_types", "catalog_types.view"),
    ("GET", "/v3/catalog_resources", "catalog_types.view"),
]


@pytest.mark.parametrize("authorization", ["", "Bearer wrong", "Basic sandbox-key-full", "Bearer"])
def test_without_a_right_key_nothing_is_answered(authorization: str) -> None:
    answer = api().answer(Call("GET", "/v1/identity", authorization=authorization))

    assert answer.status == 401
    assert content(answer)["type"] == "authentication_error"


@pytest.mark.parametrize(("method", "path", "scope"), SCOPES)
def test_each_call_needs_its_scope(method: str, path: str, scope: str) -> None:
    payload = rich_v3() if method in ("POST", "PUT") else None
    refused = send(api(), method, path, payload, key="powerless")

    assert refused.status == 403
    (error,) = content(refused)["errors"]
    assert (error["code"], scope in error["message"]) == ("missing_scope", True)
    assert send(api(), method, path, payload).status != 403
    assert send(api(missing_scopes=frozenset({scope})), method, path, payload).status == 403


@pytest.mark.parametrize(("method", "path", "scope"), SCOPES)
def test_a_read_only_key_may_look_and_not_touch(method: str, path: str, scope: str) -> None:
    answer = send(api(), method, path, {}, key="read-only")

    assert (answer.status == 403) == (method != "GET")


@pytest.mark.parametrize(
    ("key", "roles"),
    [("full", ["viewer", "on_call_editor"]), ("read-only", ["viewer"]), ("powerless", [])],
)
def test_every_key_may_ask_who_it_is(key: str, roles: list[str]) -> None:
    identity = content(send(api(), "GET", "/v1/identity", key=key))["identity"]

    assert identity["roles"] == roles
    assert identity["dashboard_url"] == "https://sandbox.invalid/acme"
