"""The sandbox over real HTTP, with the official SDK as its client."""

from collections.abc import Iterator
from typing import Any

import incident_io.models as models
import pytest
from incident_io.types import UNSET

from reconciler import sandbox
from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.sandbox.payloads import rich_v2, rich_v3
from tests.sandbox.sdk import call, unknown


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningSandbox]:
    """For tests that only look."""
    with sandbox.start() as running:
        running.state.create(rich_v3())
        yield running


@pytest.fixture
def own() -> Iterator[RunningSandbox]:
    """For tests that write."""
    with sandbox.start() as running:
        yield running


LOOK_UPS: list[tuple[str, dict[str, Any]]] = [
    ("utilities_v1/identity", {}),
    ("alert_sources_v2/list", {}),
    ("alert_attributes_v2/list", {}),
    ("escalations_v2/list_paths", {}),
    ("users_v2/list", {}),
    ("teams_v3/list", {}),
    ("severities_v1/list", {}),
    ("incident_types_v1/list", {}),
    ("custom_fields_v2/list", {}),
    ("custom_field_options_v1/list", {"custom_field_id": ident("custom field", "Region")}),
    ("catalog_v3/list_types", {}),
    ("catalog_v3/list_entries", {"catalog_type_id": ident("catalog type", "Team")}),
    ("catalog_v3/list_resources", {}),
    ("alerts_v2/list", {}),
    ("alert_routes_v2/list", {"page_size": 2}),
    ("alert_routes_v3/list", {"page_size": 2}),
]


@pytest.mark.parametrize(("where", "parameters"), LOOK_UPS, ids=[one for one, _ in LOOK_UPS])
def test_the_sdk_knows_every_field_of_a_look_up(
    shared: RunningSandbox, where: str, parameters: dict[str, Any]
) -> None:
    answer = call(shared.url, shared.key, where, **parameters)

    assert answer.status_code == 200
    assert unknown(answer.parsed) == []


@pytest.mark.parametrize(
    ("where", "thing_id"),
    [
        ("alert_sources_v2/show", ident("source", "sev0@")),
        ("alert_attributes_v2/show", ident("attribute", "team")),
        ("escalations_v2/show_path", ident("escalation path", "Engineering On-Call")),
        ("schedules_v2/show", ident("schedule", "Engineering On-Call")),
        ("users_v2/show", ident("user", "lead@example.com")),
        ("alerts_v2/show", ident("alert", "PodNotRunning")),
    ],
)
def test_the_sdk_knows_every_field_of_a_detail(
    shared: RunningSandbox, where: str, thing_id: str
) -> None:
    answer = call(shared.url, shared.key, where, thing_id)

    assert answer.status_code == 200
    assert unknown(answer.parsed) == []


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_the_sdk_knows_every_field_of_a_route(shared: RunningSandbox, version: str) -> None:
    for name in shared.state.names():
        route_id = shared.state.find(name).id
        answer = call(shared.url, shared.key, f"alert_routes_{version}/show", route_id)

        assert answer.status_code == 200
        assert unknown(answer.parsed) == []
        assert answer.parsed.alert_route.name == name


def test_what_the_sdk_does_not_know_would_be_seen() -> None:
    with sandbox.start(sandbox.Settings(extra_fields=True, shuffle_seed=None)) as running:
        route_id = running.state.find("Production Alerts").id
        answer = call(running.url, running.key, "alert_routes_v3/show", route_id)

    source = "/alert_route/alert_sources"
    destination = "/alert_route/message_config/destinations/0"
    assert set(unknown(answer.parsed)) == {
        "/alert_route/managed_resource",
        f"{source}/0/condition_groups/0/conditions/0/evaluation",
        *(f"{source}/{place}/sampling" for place in range(4)),
        "/alert_route/escalation_config/escalation_targets/0/urgency",
        f"{destination}/thread_replies",
        f"{destination}/slack_targets/mentions",
        "/alert_route/grouping_config/default/quiet_hours",
        "/alert_route/incident_config/retrospective_days",
    }


@pytest.mark.parametrize(("version", "rich"), [("v2", rich_v2), ("v3", rich_v3)])
def test_a_route_lives_from_create_to_delete(own: RunningSandbox, version: str, rich: Any) -> None:
    room = f"alert_routes_{version}"

    def payload(kind: str, body: dict[str, Any]) -> Any:
        return getattr(models, f"AlertRoutes{kind}Payload{version.upper()}").from_dict(body)

    made = call(own.url, own.key, f"{room}/create", body=payload("Create", rich()))
    assert (made.status_code, unknown(made.parsed)) == (201, [])
    route_id = made.parsed.alert_route.id

    renamed = payload("Update", rich() | {"name": "Renamed", "version": 2})
    put = call(own.url, own.key, f"{room}/update", route_id, body=renamed)
    assert (put.status_code, put.parsed.alert_route.name) == (200, "Renamed")

    again = call(own.url, own.key, f"{room}/update", route_id, body=renamed)
    assert (again.status_code, again.parsed.type_) == (409, "conflict")

    assert call(own.url, own.key, f"{room}/delete", route_id).status_code == 204
    assert call(own.url, own.key, f"{room}/show", route_id).parsed.type_ == "not_found"


def test_the_sdk_walks_all_pages(shared: RunningSandbox) -> None:
    names = []
    after: Any = UNSET
    while True:
        page = call(shared.url, shared.key, "alert_routes_v3/list", page_size=3, after=after).parsed
        names += [route.name for route in page.alert_routes]
        after = page.pagination_meta.after
        if after is UNSET:
            break

    assert names == shared.state.names()


def test_an_error_is_the_sdks_error(shared: RunningSandbox) -> None:
    refused = call(shared.url, shared.powerless_key, "alert_routes_v3/list")

    assert isinstance(refused.parsed, models.ErrorResponse)
    assert unknown(refused.parsed) == []
    assert refused.parsed.type_ == "resource_forbidden"
    assert refused.headers["X-Request-ID"] == refused.parsed.request_id


def test_a_429_is_the_sdks_too(own: RunningSandbox) -> None:
    own.fault("status", status=429, retry_after=7)
    refused = call(own.url, own.key, "utilities_v1/identity")

    assert refused.headers["Retry-After"] == "7"
    assert unknown(refused.parsed) == []
    assert refused.parsed.rate_limit.limit == 1200


def test_an_event_is_posted_with_the_sources_token(own: RunningSandbox) -> None:
    source_id = ident("source", "Axiom")
    shown = call(own.url, own.key, "alert_sources_v2/show", source_id).parsed.alert_source
    event = models.AlertEventsCreateHTTPPayloadV2.from_dict({"title": "T", "status": "firing"})

    answer = call(own.url, shown.secret_token, "alert_events_v2/create_http", source_id, body=event)

    assert answer.status_code == 202
    assert shown.alert_events_url == f"{own.url}/v2/alert_events/http/{source_id}"
    assert [one.source_id for one in own.events] == [source_id]


def test_requests_are_logged_and_counted(own: RunningSandbox) -> None:
    call(own.url, own.key, "alert_routes_v2/list", page_size=2)
    call(own.url, "wrong", "utilities_v1/identity")

    assert [(one.method, one.path, one.status) for one in own.requests] == [
        ("GET", "/v2/alert_routes?page_size=2", 200),
        ("GET", "/v1/identity", 401),
    ]
    assert own.requests[0].request_id != own.requests[1].request_id
    assert (own.count("GET"), own.count("GET", "page_size=2$"), own.count("PUT")) == (2, 1, 0)


def test_the_read_only_key_reads(shared: RunningSandbox) -> None:
    assert call(shared.url, shared.read_only_key, "alert_routes_v3/list").status_code == 200


def test_a_sandbox_for_measuring_has_many_routes_and_may_have_only_them() -> None:
    with sandbox.start(sandbox.Settings(routes=120, seeded=False)) as running:
        names = running.state.names()

    assert len(names) == 120
    assert (names[0], names[-1]) == ("Generated 00001", "Generated 00120")
