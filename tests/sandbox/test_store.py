"""One object for both versions, one version counter, and edits behind everybody's back."""

from typing import Any

import pytest

from reconciler.sandbox.account.seed import ALERTS_CHANNEL, ident
from reconciler.sandbox.errors import RefusedError
from reconciler.sandbox.routes.store import Store
from tests.sandbox.payloads import api, content, rich_v2, rich_v3, send


def store(**settings: Any) -> Store:
    return api(**settings).store


def test_both_versions_show_one_object() -> None:
    to = api()
    made = content(send(to, "POST", "/v2/alert_routes", rich_v2()))["alert_route"]["id"]

    seen = send(to, "PUT", f"/v3/alert_routes/{made}", rich_v3() | {"name": "B", "version": 2})
    again = content(send(to, "GET", f"/v2/alert_routes/{made}"))["alert_route"]

    assert seen.status == 200
    assert (again["name"], again["version"]) == ("B", 2)


@pytest.mark.parametrize(("status", "source"), [(409, None), (412, None), (422, "/version")])
@pytest.mark.parametrize("sent", [13, 14, 16])
def test_a_put_of_another_than_the_next_version_is_refused(
    status: int, source: str | None, sent: int
) -> None:
    to = api(conflict_status=status)
    route = to.store.find("Production Alerts")
    assert route.version == 14

    answer = send(to, "PUT", f"/v3/alert_routes/{route.id}", rich_v3() | {"version": sent})

    (error,) = content(answer)["errors"]
    assert answer.status == status
    assert error.get("source") == (None if source is None else {"pointer": source})
    assert (route.version, route.body["name"]) == (14, "Production Alerts")


def test_a_put_moves_version_and_time() -> None:
    now = [1_800_000_000.0]
    to = api(clock=lambda: now[0])
    route = to.store.find("Production Alerts")
    created = route.created_at

    answer = send(to, "PUT", f"/v3/alert_routes/{route.id}", rich_v3() | {"version": 15})

    shown = content(answer)["alert_route"]
    assert (shown["version"], shown["updated_at"]) == (15, "2027-01-15T08:00:00.000Z")
    assert shown["created_at"] == created != shown["updated_at"]


def test_names_are_not_unique_and_every_post_makes_a_route() -> None:
    to = api(seeded=False)
    ids = {
        content(send(to, "POST", "/v3/alert_routes", rich_v3()))["alert_route"]["id"] for _ in "ab"
    }

    assert len(ids) == 2
    assert to.store.names() == ["Everything", "Everything"]


def test_a_refused_payload_changes_nothing() -> None:
    one = store()
    before = one.names()

    with pytest.raises(RefusedError) as refused:
        one.create({})
    with pytest.raises(RefusedError):
        one.update(one.find("Informational").id, {})

    assert refused.value.status == 422
    assert one.names() == before


def test_deleted_is_gone_in_both_versions() -> None:
    to = api()
    route = to.store.find("Informational")

    assert send(to, "DELETE", f"/v2/alert_routes/{route.id}").status == 204
    for version in ("v2", "v3"):
        assert send(to, "GET", f"/{version}/alert_routes/{route.id}").status == 404
    assert send(to, "DELETE", f"/v3/alert_routes/{route.id}").status == 404
    with pytest.raises(KeyError):
        to.store.find("Informational")


def test_a_route_is_deleted_by_name_too() -> None:
    one = store()
    one.delete("Informational")

    assert "Informational" not in one.names()
    with pytest.raises(RefusedError):
        one.delete("Informational")


def test_an_edit_in_the_dashboard_is_seen_and_counted() -> None:
    to = api()
    route = to.store.find("Database Alerts")
    path = f"/v3/alert_routes/{route.id}"
    before = content(send(to, "GET", path))["alert_route"]

    to.store.edit("Database Alerts", lambda body: body.update(enabled=False))
    after = content(send(to, "GET", path))["alert_route"]

    assert (before["enabled"], after["enabled"]) == (True, False)
    assert after["version"] == before["version"] + 1


def test_an_edit_that_fails_changes_nothing() -> None:
    one = store()

    def fail(body: dict[str, Any]) -> None:
        body["name"] = "half done"
        raise LookupError

    with pytest.raises(LookupError):
        one.edit("Database Alerts", fail)
    assert one.find("Database Alerts").version == 5


def test_a_rename_changes_labels_and_no_version() -> None:
    to = api()
    route = to.store.find("Production Alerts")
    path = f"/v2/alert_routes/{route.id}"
    before = send(to, "GET", path).body.decode()

    to.store.rename(ident("escalation path", "Engineering On-Call"), "Product On-Call")
    to.store.rename(ALERTS_CHANNEL, "#incidents")
    after = send(to, "GET", path).body.decode()

    renamed = before.replace("Engineering On-Call", "Product On-Call")
    assert after == renamed.replace("#alerts", "#incidents") != before


def test_the_list_pages_by_cursor_even_when_the_route_of_the_cursor_is_gone() -> None:
    one = store()
    first, cursor = one.page("", 2)
    one.delete(cursor)
    second, end = one.page(cursor, 50)

    assert [route.body["name"] for route in first] == ["Production Alerts", "Production Warnings"]
    assert [route.body["name"] for route in second] == one.names()[1:]
    assert end == ""


def test_a_read_is_rendered_once_for_each_version() -> None:
    one = store()
    route = one.find("Informational")
    first = one.rendered(route, "v3")

    assert one.rendered(route, "v3") is first
    assert one.rendered(route, "v2") is not first
    one.edit("Informational", lambda body: body.update(name="Other"))
    assert one.rendered(route, "v3") != first


def test_a_read_is_found_by_name() -> None:
    assert store().read("Informational", "v2")["name"] == "Informational"
