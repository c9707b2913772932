"""A decoded route: its identity, what is unknown, hidden, and how things are called."""

from typing import Any

import pytest

from reconciler.model import ApiVersion, RawStep, UnknownField
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute
from tests.wire.corpus import CORPUS, body_of, slugs
from tests.wire.sdk import surplus

NEW_VALUES = ("expression-new-operation", "new-values")
"""Routes with values that the SDK of today does not know."""


@pytest.mark.parametrize(("api", "slug"), CORPUS)
def test_a_route_of_the_corpus_can_be_written_again(api: Any, slug: str) -> None:
    spelling = codec(api)
    live = spelling.decode(body_of(api, slug))

    if slug in NEW_VALUES:
        assert spelling.decode({**spelling.encode(live.route), "id": "a", "version": 1})
    else:
        assert surplus(spelling.encode(live.route), api) == []
    assert bool(live.hidden) == (slug == "expression-hidden-bodies")
    expected = slug.startswith("newer") or slug.endswith(("-paths", "-array"))
    assert bool(live.unknown) == expected


def test_the_corpus_is_large_enough() -> None:
    assert len(slugs("v2")) > 40
    assert len(slugs("v3")) > 40


def test_identity_version_and_time_are_the_bodys() -> None:
    body = body_of("v3", "grouped")

    live = codec("v3").decode(body)

    assert (live.id, live.version, live.api) == (body["id"], body["version"], "v3")
    assert live.updated_at == body["updated_at"]
    assert live.body is body


def test_unknown_fields_stand_at_the_nearest_place_of_the_file() -> None:
    live = codec("v3").decode(body_of("v3", "newer-api"))

    found = {field.pointer: field.path for field in live.unknown}
    assert found["/managed_resource"] == ()
    assert found["/alert_sources/1/priority"] == ("sources", 1)
    assert found["/grouping_config/default/ai_enabled"] == ("group",)
    assert found["/expressions/0/cache_seconds"] == ("expressions", "team-path")
    assert found["/incident_config/template/custom_fields/1/locked"] == (
        "incident",
        "custom_fields",
        "01JI3IMPACT",
    )
    assert len(live.unknown) == 13


def test_v2_labels_tell_the_names_of_ids() -> None:
    labels = codec("v2").decode(body_of("v2", "severity-on-one-source")).labels

    assert labels["01JC1PATHENGINEERING000001"] == "Engineering On-Call"
    assert labels["C0ALERTS1"] == "#alerts"
    assert labels["alert.attributes.01JA7SEVERITY0000000000001"] == "Alert → Severity"


def test_null_for_absent_is_absent() -> None:
    for api in ("v2", "v3"):
        route = codec(api).decode(body_of(api, "nulls")).route
        assert (route.owners, route.sources, route.when, route.notify) == ((), (), (), ())


@pytest.mark.parametrize("api", ["v2", "v3"])
@pytest.mark.parametrize("body", [None, [], "route"])
def test_what_is_no_object_is_no_route(api: Any, body: Any) -> None:
    with pytest.raises(UnreadableRoute) as caught:
        codec(api).decode(body)

    assert caught.value.pointer == ""


@pytest.mark.parametrize("name", ["id", "version"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_route_has_an_id_and_a_version(name: str, value: Any) -> None:
    body = body_of("v3", "minimal") | {name: value}

    with pytest.raises(UnreadableRoute) as caught:
        codec("v3").decode(body)

    assert caught.value.pointer == f"/{name}"


def test_an_operation_of_a_newer_api_is_kept() -> None:
    route = codec("v3").decode(body_of("v3", "expression-new-operation")).route

    assert route.expressions[0].steps[0] == RawStep(
        '{"deduplicate":{"by":"name"},"operation_type":"deduplicate"}'
    )


def test_unknown_field_carries_its_value() -> None:
    live = codec("v3").decode(body_of("v3", "newer-incident-template"))

    assert live.unknown == (
        UnknownField(
            "/incident_config/incident_template",
            {"value": {"literal": "01JH9STANDALONE"}},
            ("incident",),
        ),
    )


@pytest.mark.parametrize("api", ["v2", "v3"])
@pytest.mark.parametrize("given", [True, False, None])
def test_an_incident_that_says_nothing_of_declining_declines(
    api: ApiVersion, given: bool | None
) -> None:
    body = body_of(api, "incident-declines")
    body["incident_config"]["auto_decline_enabled"] = given

    incident = codec(api).decode(body).route.incident

    assert incident is not None
    assert incident.decline_when_resolved is (given is not False)
