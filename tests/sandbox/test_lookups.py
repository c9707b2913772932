"""Names are found as the real look-ups find them: pages, filters, secrets for those who may."""

from typing import Any

import pytest

from reconciler.sandbox.account.seed import ident
from tests.sandbox.payloads import api, content, send


def get(path: str, key: str = "full") -> Any:
    answer = send(api(), "GET", path, key=key)
    assert answer.status == 200, answer.body
    return content(answer)


def problem(path: str) -> tuple[int, Any]:
    answer = send(api(), "GET", path)
    return answer.status, content(answer)["errors"][0].get("source")


def test_the_team_has_its_sources() -> None:
    sources = {one["name"]: one["id"] for one in get("/v2/alert_sources")["alert_sources"]}

    assert sources["Alertmanager (Production)"] == "01KHSNW67SZJ1KGWEMA9C0GPT7"
    assert sources["Alertmanager (Staging)"] == "01KH7FNXWPMH6KPCQTYJJY947G"
    assert sources["Checkly (Production)"] == "01HZ7GE7CASMF15RWV1QFCMKTQ"
    assert sources["Checkly (Staging)"] == "01KKZJERF1HQFJRE3XWFZ0NV19"
    assert len(sources) == 9


def test_only_who_may_update_a_source_sees_its_token() -> None:
    path = f"/v2/alert_sources/{ident('source', 'PlanetScale')}"

    assert get(path)["alert_source"]["secret_token"].startswith("sandbox-secret-")
    assert "secret_token" not in get(path, key="read-only")["alert_source"]
    assert "secret_token" not in get("/v2/alert_sources", key="read-only")["alert_sources"][0]


def test_a_source_without_a_token_shows_none() -> None:
    to = api()
    to.store.account.secrets.clear()

    shown = content(send(to, "GET", "/v2/alert_sources"))["alert_sources"]

    assert all("secret_token" not in source for source in shown)


def test_a_source_says_where_its_senders_post() -> None:
    source = get(f"/v2/alert_sources/{ident('source', 'PlanetScale')}")["alert_source"]

    assert source["alert_events_url"].endswith(f"/v2/alert_events/http/{source['id']}")


@pytest.mark.parametrize("name", ["sev0@", "Status Page Views"])
def test_a_source_that_nothing_posts_to_has_no_such_address(name: str) -> None:
    source = get(f"/v2/alert_sources/{ident('source', name)}")["alert_source"]

    assert "alert_events_url" not in source


@pytest.mark.parametrize(
    ("path", "noun"),
    [
        (f"/v2/alert_attributes/{ident('attribute', 'severity')}", "alert_attribute"),
        (f"/v2/escalation_paths/{ident('escalation path', 'Platform On-Call')}", "escalation_path"),
        (f"/v2/schedules/{ident('schedule', 'Platform On-Call')}", "schedule"),
        (f"/v2/users/{ident('user', 'lead@example.com')}", "user"),
        (f"/v2/alerts/{ident('alert', 'PodNotRunning')}", "alert"),
    ],
)
def test_one_is_shown_by_its_id(path: str, noun: str) -> None:
    assert get(path)[noun]["id"] == path.rpartition("/")[2]


@pytest.mark.parametrize(
    "path",
    [
        "/v2/alert_sources/nothing",
        "/v2/alert_attributes/nothing",
        f"/v2/escalation_paths/{ident('source', 'Axiom')}",
        "/v3/catalog_entries?catalog_type_id=nothing",
        "/v1/custom_field_options?custom_field_id=nothing",
    ],
)
def test_what_is_not_there_is_not_found(path: str) -> None:
    assert problem(path) == (404, None)


@pytest.mark.parametrize(
    ("path", "rows", "most"),
    [
        ("/v2/escalation_paths", "escalation_paths", 25),
        ("/v2/users", "users", 10000),
        ("/v3/teams", "teams", 250),
        (
            f"/v3/catalog_entries?catalog_type_id={ident('catalog type', 'Service')}",
            "catalog_entries",
            250,
        ),
        (
            f"/v1/custom_field_options?custom_field_id={ident('custom field', 'Root cause')}",
            "custom_field_options",
            250,
        ),
    ],
)
def test_lists_page_by_cursor_and_bound_their_pages(path: str, rows: str, most: int) -> None:
    joint = "&" if "?" in path else "?"
    whole = get(f"{path}{joint}page_size={most}")
    pages = []
    cursor = ""
    while True:
        page = get(f"{path}{joint}page_size=1" + (f"&after={cursor}" if cursor else ""))
        pages += page[rows]
        cursor = page["pagination_meta"].get("after", "")
        if not cursor:
            break

    assert pages == whole[rows]
    assert len(pages) > 1
    assert "after" not in whole["pagination_meta"]
    for size in (str(most + 1), "0", "-1", "many", "9" * 30):
        assert problem(f"{path}{joint}page_size={size}") == (422, {"field": "page_size"})
    assert problem(f"{path}{joint}after=nothing") == (422, {"field": "after"})


def test_a_user_is_found_by_email_without_case() -> None:
    (user,) = get("/v2/users?email=LEAD@example.com")["users"]

    assert user["email"] == "lead@example.com"
    assert get("/v2/users?email=nobody@example.com")["users"] == []
    assert get("/v2/users?slack_user_id=U0")["users"] == []


def test_who_left_is_listed_when_that_is_asked_for() -> None:
    to = api()
    gone = ident("user", "lead@example.com")
    to.store.deactivate(gone)

    def found(query: str) -> list[tuple[str, bool]]:
        rows = content(send(to, "GET", f"/v2/users?page_size=100{query}"))["users"]
        return [(row["id"], row["is_active"]) for row in rows]

    assert gone not in dict(found(""))
    assert dict(found("&include_inactive=true"))[gone] is False
    assert len(found("&include_inactive=true")) == len(found("")) + 1
    assert found("&email=lead@example.com") == found("&include_inactive=false&email=LEAD@x") == []
    assert found("&email=lead@example.com&include_inactive=true") == [(gone, False)]


@pytest.mark.parametrize("identifier", ["api", ident("entry", "Service api")])
def test_an_entry_is_found_by_its_identifiers(identifier: str) -> None:
    query = f"catalog_type_id={ident('catalog type', 'Service')}&identifier={identifier}"
    found = get(f"/v3/catalog_entries?{query}")

    assert [entry["name"] for entry in found["catalog_entries"]] == ["api"]
    assert found["pagination_meta"]["total_record_count"] == 1
    assert found["catalog_type"]["name"] == "Service"


def test_a_list_of_something_needs_to_know_of_what() -> None:
    assert problem("/v3/catalog_entries") == (422, {"field": "catalog_type_id"})
    assert problem("/v1/custom_field_options") == (422, {"field": "custom_field_id"})


def test_an_entry_has_its_values_each_with_its_label_of_today() -> None:
    path = f"/v3/catalog_entries?catalog_type_id={ident('catalog type', 'Service')}"
    values = {one["name"]: one["attribute_values"] for one in get(path)["catalog_entries"]}
    owner, tier, depends = (
        ident("catalog attribute", f"Service {name}") for name in ("Owner", "Tier", "Depends on")
    )

    assert values["api"][owner] == {
        "value": {"literal": ident("entry", "Team Engineering"), "label": "Engineering"}
    }
    assert [one["label"] for one in values["gateway"][depends]["array_value"]] == ["api", "vault"]
    assert values["search"][tier] == {}


def test_priorities_are_a_ranked_catalog_type() -> None:
    path = f"/v3/catalog_entries?catalog_type_id={ident('catalog type', 'Alert Priority')}"
    found = get(path)

    assert [entry["name"] for entry in found["catalog_entries"]] == ["P1", "P2", "P3", "P4", "P5"]
    assert found["catalog_type"]["ranked"] is True


def test_resources_are_the_primitives_and_the_catalog() -> None:
    resources = get("/v3/catalog_resources")["resources"]
    engine = {one["engine_resource_type"]: one["category"] for one in resources}

    assert engine["String"] == "primitive"
    assert engine[f'CatalogEntry["{ident("catalog type", "Team")}"]'] == "custom"


def test_a_past_alert_is_listed_without_its_priority() -> None:
    (alert,) = get("/v2/alerts")["alerts"]

    assert alert["title"] == "PodNotRunning"
    assert "priority" not in alert


def test_a_schedule_may_have_nobody_on_call() -> None:
    def shifts(name: str) -> list[str]:
        shown = get(f"/v2/schedules/{ident('schedule', name)}")["schedule"]["current_shifts"]
        return [one["user"]["name"] for one in shown]

    assert shifts("Engineering On-Call") == ["On-call Engineer"]
    assert shifts("Platform On-Call") == []
