"""Every field that the official SDK knows of a route is modelled, carried, or for display.

A field that a newer SDK adds is in none of these tables, and fails here until somebody decides.
"""

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

import attrs
import pytest

from reconciler.model import ApiVersion, canonical
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute
from tests.wire.corpus import VERSIONS, Body, Tokens, at, body_of, pointer, slugs
from tests.wire.sdk import surplus_of_update
from tests.wire.sdk_fields import READS, WRITES, Field, all_fields, instances, name_of, typed_fields

CARRIED: dict[Field, Any] = {
    ("AlertRouteIncidentConfig", "incident_template"): {"value": {"literal": "01JH9STANDALONE"}},
    ("AlertRouteIncidentConfig", "membership_teams"): {"array_value": [{"literal": "01JTEAM"}]},
    ("GroupingSettings", "ai_enabled"): True,
}
"""Not in the model: noticed, and sent back by every update. With a value of each."""

DISPLAY: dict[Field, Any] = {
    ("ConditionOperation", "label"): "is one of",
    ("ConditionSubject", "label"): "Alert → Title",
    ("EngineParamBindingValue", "label"): "A name",
    ("Expression", "returns"): {"type": "String", "array": True},
    ("ExpressionConcatenateOpts", "reference_label"): "Alert → Team",
    ("ExpressionNavigateOpts", "reference_label"): "Team",
    ("ExpressionOperation", "returns"): {"type": "String", "array": True},
}
"""In reads alone: no meaning, and no write has them."""

SERVER = {("Route", name) for name in ("id", "version", "created_at", "updated_at")}
TYPES = {("ReturnsMeta", "type"), ("ReturnsMeta", "array")}
"""Of a read's `returns` for display, of a step's own for the model."""

WRITTEN_AS_TEXT = {
    ("ConditionOperation", "value"),
    ("ConditionSubject", "reference"),
}
"""In a write the condition says these itself."""

each_version = pytest.mark.parametrize("api", VERSIONS)
SWITCHED_ON = {
    "AlertRouteIncidentConfig": "incident-without-template",
    "GroupingSettings": "grouped",
}
"""A route of the corpus in which the model's part is switched on."""


def meaning(api: ApiVersion, body: Body) -> Any:
    return canonical(codec(api).decode(body).route)


@cache
def modelled(api: ApiVersion) -> frozenset[Field]:
    """Fields of which some change in some route of the corpus changes what the route means."""
    found: set[Field] = set()
    for slug in slugs(api):
        body = body_of(api, slug)
        before = meaning(api, body)
        for tokens, model in instances(body, READS[api]):
            for name in at(body, tokens).keys() & typed_fields(model).keys():
                field = name_of(model), name
                if field not in found and _counts(api, body, (*tokens, name), before):
                    found.add(field)
    return frozenset(found)


def _counts(api: ApiVersion, body: Body, tokens: Tokens, before: Any) -> bool:
    for value in _others(at(body, tokens)):
        edited = copy.deepcopy(body)
        at(edited, tokens[:-1])[tokens[-1]] = value
        try:
            if meaning(api, edited) != before:
                return True
        except UnreadableRoute:
            return True
    return False


def _others(value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, str):
        yield f"{value} edited"
    elif isinstance(value, list):
        yield value[1:]
    else:
        yield None
        yield _edited(value)


def _edited(node: Any) -> Any:
    """The same structure with every text in it changed."""
    if isinstance(node, dict):
        return {name: _edited(part) for name, part in node.items()}
    if isinstance(node, list):
        return [_edited(part) for part in node]
    return f"{node} edited" if isinstance(node, str) else node


@each_version
def test_every_field_of_a_read_is_decided(api: ApiVersion) -> None:
    known = modelled(api) | CARRIED.keys() | DISPLAY.keys() | SERVER | TYPES

    assert all_fields(READS[api]) - known == set()


@each_version
def test_no_field_is_decided_twice(api: ApiVersion) -> None:
    assert modelled(api) & (CARRIED.keys() | SERVER) == set()


@each_version
def test_what_only_a_read_has_is_for_display_or_the_servers(api: ApiVersion) -> None:
    read, written = all_fields(READS[api]), all_fields(WRITES[api])
    owned = SERVER - {("Route", "version")}

    assert read - written - owned == ((DISPLAY.keys() & read) | WRITTEN_AS_TEXT)
    assert written - read == set()


@each_version
def test_nothing_for_display_is_meaning_or_sent(api: ApiVersion) -> None:
    """In every route of the corpus, in every place, whether the corpus shows it there or not."""
    spelling = codec(api)
    for slug in slugs(api):
        body = body_of(api, slug)
        before = meaning(api, body)
        unknown = len(spelling.decode(body).unknown)
        for tokens, model in list(instances(body, READS[api])):
            for name in typed_fields(model):
                if (name_of(model), name) in DISPLAY:
                    at(body, tokens)[name] = copy.deepcopy(DISPLAY[name_of(model), name])
        live = spelling.decode(body)
        if live.hidden or slug in ("new-values", "expression-new-operation"):
            continue

        payload = spelling.overlay(spelling.encode(live.route), live).payload

        assert len(live.unknown) == unknown, slug
        assert meaning(api, body) == before, slug
        if not slug.startswith("newer-api"):
            assert surplus_of_update({**payload, "version": 2}, api) == [], slug


@pytest.mark.parametrize(
    ("field", "slug"),
    [(field, SWITCHED_ON[field[0]]) for field in CARRIED if field in all_fields(READS["v3"])],
)
def test_what_is_carried_is_noticed_and_sent_back(field: Field, slug: str) -> None:
    spelling = codec("v3")
    body = body_of("v3", slug)
    (place,) = (at_ for at_, model in instances(body, READS["v3"]) if name_of(model) == field[0])
    at(body, place)[field[1]] = CARRIED[field]
    live = spelling.decode(body)

    overlaid = spelling.overlay(spelling.encode(live.route), live)

    assert [one.pointer for one in live.unknown] == [pointer((*place, field[1]))]
    assert at(overlaid.payload, place)[field[1]] == CARRIED[field]
    assert surplus_of_update({**overlaid.payload, "version": 2}, "v3") == []


def test_a_field_that_an_sdk_adds_is_found() -> None:
    newer = attrs.make_class(
        "AlertRouteV3", {"paging_pause": attrs.field(default=False)}, bases=(READS["v3"],)
    )
    newer.__module__ = READS["v3"].__module__

    assert all_fields(newer) - all_fields(READS["v3"]) == {("Route", "paging_pause")}
