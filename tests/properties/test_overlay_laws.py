"""Nothing that the live route has and we do not know is lost in a PUT."""

import copy
import json
from typing import Any

from hypothesis import given, strategies as st

from reconciler.model import canonical
from reconciler.wire.codec import codec
from reconciler.wire.reading import as_written
from tests.properties.ids_strategies import law, shuffled
from tests.wire.corpus import CORPUS, at, body_of, carriers

as_read = {"id": "01J0000000000000000000ROUTE", "version": 1}


def values_of(unknown: tuple[Any, ...]) -> list[str]:
    """Unknown fields as a multiset of names and values, without labels: the server adds these to
    a read, and a write has none (fact 2.5).
    """
    return sorted(
        f"{field.pointer.rsplit('/', 1)[1]} {json.dumps(as_written(field.value))}"
        for field in unknown
    )


@law
@given(st.sampled_from(CORPUS), st.data(), st.booleans())
def test_each_unknown_field_survives_a_put(
    route: tuple[Any, str], data: st.DataObject, reorder: bool
) -> None:
    api, slug = route
    body = body_of(api, slug)
    chosen = data.draw(st.lists(st.sampled_from(carriers(body)), min_size=1, max_size=4))
    for number, tokens in enumerate(chosen):
        at(body, tokens)[f"newer_{number}"] = {"deep": [number]}
    spelling = codec(api)
    live = spelling.decode(body)
    sent = shuffled(live.route, data.draw) if reorder else live.route

    overlaid = spelling.overlay(spelling.encode(sent), live)

    assert overlaid.lost == ()
    assert overlaid.ambiguous == ()
    assert overlaid.carried == live.unknown
    again = spelling.decode({**overlaid.payload, **as_read})
    assert values_of(again.unknown) == values_of(live.unknown)
    assert canonical(again.route) == canonical(live.route)


@law
@given(st.sampled_from(CORPUS), st.data())
def test_the_overlay_changes_neither_payload_nor_live_body(
    route: tuple[Any, str], data: st.DataObject
) -> None:
    api, slug = route
    body = body_of(api, slug)
    at(body, data.draw(st.sampled_from(carriers(body))))["newer"] = [1]
    before = copy.deepcopy(body)
    spelling = codec(api)
    live = spelling.decode(body)
    payload = spelling.encode(live.route)
    sent = copy.deepcopy(payload)

    spelling.overlay(payload, live)

    assert (payload, body) == (sent, before)
