"""The one notion of equality: no drift that nobody made, and no drift that is missed."""

import copy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from reconciler.model import ApiVersion, canonical, canonical_pair
from reconciler.wire.codec import codec
from tests.properties.ids_strategies import law, routes, shuffled
from tests.wire.corpus import CORPUS, at, body_of, edits, is_display, places

SAID_TWICE = ["drop /condition_groups/0", "drop /condition_groups/1"]
"""One group repeats the other, so dropping either means the same (fact 3.8)."""

each_route = pytest.mark.parametrize(("api", "slug"), CORPUS)


def meaning(api: ApiVersion, body: dict[str, Any]) -> Any:
    """What a read says: the canonical route, and what we do not know."""
    live = codec(api).decode(body)
    return canonical(live.route), {(field.pointer, repr(field.value)) for field in live.unknown}


@each_route
def test_each_single_edit_of_a_live_route_is_seen(api: ApiVersion, slug: str) -> None:
    body = body_of(api, slug)
    before = meaning(api, body)

    missed = [edit for edit, edited in edits(body) if meaning(api, edited) == before]

    assert missed == (SAID_TWICE if slug == "repeated-conditions" else [])


@each_route
def test_renamed_things_are_no_drift(api: ApiVersion, slug: str) -> None:
    body = body_of(api, slug)
    renamed = copy.deepcopy(body)
    for tokens in places(body):
        if tokens[-1:] in (("label",), ("reference_label",)) and is_display(body, tokens):
            at(renamed, tokens[:-1])[tokens[-1]] = "renamed"

    assert meaning(api, renamed)[0] == meaning(api, body)[0]


@law
@given(st.data())
def test_the_canonical_form_is_idempotent(data: st.DataObject) -> None:
    route = canonical(data.draw(routes("v2") | routes("v3")))

    assert canonical(route) == route


@law
@given(st.data())
def test_the_canonical_form_ignores_the_order_of_sets(data: st.DataObject) -> None:
    route = data.draw(routes("v3"))

    assert canonical(shuffled(route, data.draw)) == canonical(route)


@law
@given(routes("v3"), routes("v3"))
def test_meeting_is_symmetric_and_keeps_differences(one: Any, other: Any) -> None:
    met_one, met_other = canonical_pair(one, other)
    back_other, back_one = canonical_pair(other, one)

    assert (met_one == met_other) == (back_one == back_other)
    assert canonical_pair(one, one)[0] == canonical_pair(one, one)[1]
    named = replace(one, name=f"{one.name}!")
    assert canonical_pair(one, named)[0] != canonical_pair(one, named)[1]
