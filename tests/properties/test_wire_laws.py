"""Laws of the two JSON spellings: nothing is lost on the way there and back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import given, strategies as st

from reconciler.model import ApiVersion, Route, canonical, canonical_pair
from reconciler.sandbox.account.seed import account
from reconciler.sandbox.routes.store import Store
from reconciler.sandbox.settings import Settings
from reconciler.wire.codec import codec
from tests.properties.ids_strategies import law, routes, shuffled, typed
from tests.wire.sdk import surplus, surplus_of_update

VERSIONS: Final[tuple[ApiVersion, ...]] = ("v2", "v3")
each_version = pytest.mark.parametrize("api", VERSIONS)
as_read: dict[str, Any] = {"id": "01J0000000000000000000ROUTE", "version": 1}


def stored(route: Route, api: ApiVersion, settings: Settings | None = None) -> dict[str, Any]:
    """The route's body as an incident.io that shares no code with us reads it back."""
    store = Store(account(), settings or Settings(seeded=False))
    made = store.create(codec(api).encode(route), api)
    return store.read(made.id, api)


@each_version
@law
@given(st.data())
def test_a_payload_says_nothing_that_the_api_does_not_know(
    api: ApiVersion, data: st.DataObject
) -> None:
    payload = codec(api).encode(data.draw(routes(api)))

    assert surplus(payload, api) == []
    assert surplus_of_update({**payload, "version": 7}, api) == []


@each_version
@law
@given(st.data())
def test_what_is_written_is_read_back(api: ApiVersion, data: st.DataObject) -> None:
    route = data.draw(routes(api))
    spelling = codec(api)

    live = spelling.decode({**spelling.encode(route), **as_read})

    assert canonical(typed(live.route)) == canonical(route)
    assert live.unknown == ()
    assert live.hidden == ()


@each_version
@law
@given(st.data())
def test_no_drift_after_the_server_has_stored_a_route(api: ApiVersion, data: st.DataObject) -> None:
    route = data.draw(routes(api))

    live = codec(api).decode(stored(route, api))

    one, other = canonical_pair(typed(live.route), route)
    assert one == other
    assert live.unknown == ()


@each_version
@law
@given(st.data())
def test_order_and_repetition_are_no_drift(api: ApiVersion, data: st.DataObject) -> None:
    route = data.draw(routes(api))

    one, other = canonical_pair(route, shuffled(route, data.draw))

    assert one == other


@each_version
@law
@given(st.data())
def test_what_a_version_can_say_is_no_finding(api: ApiVersion, data: st.DataObject) -> None:
    assert codec(api).expressible(data.draw(routes(api))) == ()


@each_version
@law
@given(st.data())
def test_a_put_of_an_unchanged_route_changes_nothing(api: ApiVersion, data: st.DataObject) -> None:
    spelling = codec(api)
    live = spelling.decode(stored(data.draw(routes(api)), api, Settings(hidden_bodies=True)))

    overlaid = spelling.overlay(spelling.encode(live.route), live)

    again = spelling.decode({**overlaid.payload, **as_read})
    assert canonical(again.route) == canonical(live.route)
    assert surplus(overlaid.payload, api) == []


@law
@given(routes("v2"))
def test_both_versions_say_the_same(route: Route) -> None:
    both = replace(route, incident=route.incident and replace(route.incident, workspace=None))
    spelled = [codec(api).decode({**codec(api).encode(both), **as_read}) for api in VERSIONS]

    assert canonical(typed(spelled[0].route)) == canonical(typed(spelled[1].route))


@each_version
@pytest.mark.parametrize("seed", [None, 0, 1])
@law
@given(st.data())
def test_a_put_of_an_unchanged_route_stores_what_was_stored(
    api: ApiVersion, seed: int | None, data: st.DataObject
) -> None:
    """To the byte: no spelling changes, and what reads add is not written (facts 3.7 to 3.11)."""
    spelling = codec(api)
    settings = Settings(seeded=False, hidden_bodies=True, shuffle_seed=seed)
    store = Store(account(), settings)
    made = store.create(spelling.encode(data.draw(routes(api))), api)
    before = shown(store, made.id, api)
    live = spelling.decode(store.read(made.id, api))

    payload = spelling.overlay(spelling.encode(live.route), live).payload
    store.update(made.id, {**payload, "version": 2}, api)

    assert shown(store, made.id, api) == before
    assert list(padding(payload)) == []


def shown(store: Store, identity: str, api: ApiVersion) -> Any:
    """What is stored of a route, with its sets comparable and without padding."""
    settings, store.settings = store.settings, replace(store.settings, shuffle_seed=None)
    body = store.read(identity, api)
    store.settings = settings
    return in_any_order({name: body[name] for name in body.keys() - {"version", "updated_at"}})


def in_any_order(node: Any) -> Any:
    if isinstance(node, list):
        return sorted((in_any_order(element) for element in node), key=repr)
    if isinstance(node, dict):
        parts = {name: in_any_order(part) for name, part in sorted(node.items())}
        return {name: part for name, part in parts.items() if part != {"autogenerated": False}}
    return node


def padding(node: Any, at: str = "") -> Iterator[str]:
    """Where a payload binds nothing."""
    if isinstance(node, list):
        for index, element in enumerate(node):
            yield from padding(element, f"{at}/{index}")
    elif isinstance(node, dict):
        if node in ({}, {"array_value": []}, {"value": {}}):
            yield at
        for name, part in node.items():
            yield from padding(part, f"{at}/{name}")
