"""The official Terraform provider is a client of the sandbox: its calls, in its order."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from incident_io import models

from reconciler import sandbox
from reconciler.model import ApiVersion, canonical
from reconciler.wire.codec import codec
from tests.sandbox import terraform
from tests.sandbox.payloads import api, content, pointers, send
from tests.sandbox.sdk import call, unknown
from tests.wire.sdk import surplus

Payload = Callable[[], dict[str, Any]]
ROUTES: list[tuple[ApiVersion, Payload]] = [
    ("v3", terraform.v3),
    ("v3", terraform.v3_off),
    ("v3", terraform.v3_standalone),
    ("v2", terraform.v2),
    ("v2", terraform.v2_off),
]
each_route = pytest.mark.parametrize(("version", "payload"), ROUTES)
CLAIMS = "/v2/managed_resources"


@each_route
@pytest.mark.parametrize("seed", [None, 0, 1])
def test_a_resource_lives_from_create_to_destroy(
    version: ApiVersion, payload: Payload, seed: int | None
) -> None:
    to = api(shuffle_seed=seed)
    routes = f"/{version}/alert_routes"
    made = send(to, "POST", routes, payload())
    assert made.status == 201, made.body
    route = content(made)["alert_route"]
    assert send(to, "POST", CLAIMS, terraform.claim(route["id"])).status == 200

    shown = content(send(to, "GET", f"{routes}/{route['id']}"))["alert_route"]
    update = {**payload(), "is_private": True, "version": shown["version"] + 1}
    put = send(to, "PUT", f"{routes}/{route['id']}", update)
    assert put.status == 200, put.body
    assert send(to, "POST", CLAIMS, terraform.claim(route["id"])).status == 200

    assert content(put)["alert_route"]["is_private"] is True
    assert send(to, "DELETE", f"{routes}/{route['id']}").status == 204


@each_route
def test_what_it_sends_is_what_the_sdk_knows(version: ApiVersion, payload: Payload) -> None:
    assert surplus(payload(), version) == []


@each_route
@pytest.mark.parametrize("seed", [None, 0, 1])
def test_an_empty_list_beside_a_value_changes_nothing(
    version: ApiVersion, payload: Payload, seed: int | None
) -> None:
    """Fact 3.10: the route is the one that plain bindings make."""
    to = api(shuffle_seed=seed)

    def stored(sent: Any) -> Any:
        body = to.store.read(to.store.create(sent, version), version)
        return canonical(codec(version).decode(body).route)

    assert stored(payload()) == stored(without_empty_lists(payload()))


def without_empty_lists(node: Any) -> Any:
    if isinstance(node, list):
        return [without_empty_lists(part) for part in node]
    if not isinstance(node, dict):
        return node
    inner = {name: without_empty_lists(part) for name, part in node.items()}
    if "value" in inner:
        inner.pop("array_value", None)
    return {name: part for name, part in inner.items() if part != {"array_value": []}}


@pytest.mark.parametrize(
    ("annotations", "manager"),
    [
        ({"incident.io/terraform/version": "1.14.3"}, "terraform"),
        ({"example.com/file": "routes/a.yaml"}, "external"),
        ({}, "dashboard"),
    ],
)
def test_a_claim_says_who_keeps_a_route(annotations: dict[str, str], manager: str) -> None:
    to = api()
    route_id = to.store.find("Informational").id

    answer = send(to, "POST", CLAIMS, terraform.claim(route_id) | {"annotations": annotations})

    claim = content(answer)["managed_resource"]
    assert (claim["managed_by"], claim["annotations"]) == (manager, annotations)
    assert (claim["resource_type"], claim["resource_id"]) == ("alert_route", route_id)
    assert to.managed.claims["alert_route", route_id] == claim


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"resource_type": "route"}, "/resource_type"),
        ({"resource_id": ""}, "/resource_id"),
        ({"annotations": {"a": 1}}, "/annotations/a"),
        ({"annotations": None}, "/annotations"),
        ({"managed_by": "terraform"}, "/managed_by"),
    ],
)
def test_what_a_claim_cannot_say(change: dict[str, Any], pointer: str) -> None:
    assert pointers(send(api(), "POST", CLAIMS, terraform.claim("01R") | change)) == [pointer]


@pytest.mark.parametrize("kind", ["alert_route", "alert_source", "escalation_path"])
def test_what_is_not_there_cannot_be_claimed(kind: str) -> None:
    payload = terraform.claim("01GONE") | {"resource_type": kind}

    assert send(api(), "POST", CLAIMS, payload).status == 404


def test_what_the_sandbox_does_not_have_is_taken_on_trust() -> None:
    payload = terraform.claim("01SCHEDULE") | {"resource_type": "schedule"}

    assert send(api(), "POST", CLAIMS, payload).status == 200


def test_a_claim_needs_the_right_to_write_and_has_no_read() -> None:
    to = api()
    claim = terraform.claim(to.store.find("Informational").id)

    assert send(to, "POST", CLAIMS, claim, key="read-only").status == 403
    assert send(to, "GET", CLAIMS).status == 405
    assert send(to, "DELETE", f"{CLAIMS}/01R").status == 404


def test_a_claim_locks_nothing_for_the_api_and_no_read_shows_it() -> None:
    to = api()
    route = to.store.find("Informational")
    before = json.dumps(to.store.read(route))

    send(to, "POST", CLAIMS, terraform.claim(route.id))

    assert json.dumps(to.store.read(route)) == before
    update = terraform.v3() | {"version": route.version + 1}
    assert send(to, "PUT", f"/v3/alert_routes/{route.id}", update).status == 200


def test_the_sdk_knows_the_answer_to_a_claim() -> None:
    with sandbox.start() as running:
        route_id = running.state.find("Informational").id
        payload = models.ManagedResourcesCreateManagedResourcePayloadV2.from_dict(
            terraform.claim(route_id)
        )
        answer = call(
            running.url, running.key, "managed_resources_v2/create_managed_resource", body=payload
        )

        assert (answer.status_code, unknown(answer.parsed)) == (200, [])
        assert answer.parsed.managed_resource.managed_by == "terraform"
        assert running.managed["alert_route", route_id]["managed_by"] == "terraform"
