"""Payloads of a plan: what nobody knows is carried, or the route is refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reconciler import sandbox as sandboxes
from reconciler.directory import Directory
from reconciler.model import Config, Declaration, Grouping, Live, Position, Positions, Route
from reconciler.plan.change import Change, Create, Delete, Update
from reconciler.plan.compare.differences import differences
from reconciler.planning.payloads import payloads_of, prepare
from reconciler.wire.codec import codec
from tests.apply.account import live
from tests.wire.corpus import body_of

FILE = "routes/production-alerts.yaml"


@pytest.fixture(scope="module")
def seen() -> Live:
    with sandboxes.start(sandboxes.Settings(extra_fields=True)) as sandbox:
        return live(sandbox, "Production Alerts")


def declaration(route: Route) -> Declaration:
    places = {("name",): Position(FILE, 2, 7), ("sources", 0): Position(FILE, 4, 5)}
    return Declaration(route, Positions(FILE, places))


def update(seen: Live, edit: Callable[[Route], Route]) -> Change:
    after = edit(seen.route)
    return Update(declaration(after), seen, after, differences(after, seen.route), 0)


def without_first_source(route: Route) -> Route:
    return replace(route, sources=route.sources[1:])


def test_a_create_is_the_whole_payload_and_a_delete_has_none(seen: Live) -> None:
    create = Create(declaration(seen.route), seen.route, ())

    (made, gone), findings = prepare([create, Delete(seen, None)], "v3")

    assert made.payload == codec("v3").encode(seen.route)
    assert gone.payload is None
    assert findings == ()


def test_what_is_unknown_is_carried_in_an_update(seen: Live) -> None:
    (one,), findings = prepare([update(seen, lambda route: replace(route, enabled=False))], "v3")

    assert one.payload is not None
    assert one.payload["enabled"] is False
    assert one.payload["managed_resource"] == {"managed_by": "dashboard", "source_url": None}
    assert "/managed_resource" in [field.pointer for field in one.carried]
    assert "version" not in one.payload
    assert findings == ()


def test_what_goes_with_a_removed_element_is_a_warning_at_its_line(seen: Live) -> None:
    _, findings = prepare([update(seen, without_first_source)], "v3")

    assert {(one.level, one.code, one.route) for one in findings} == {
        ("warning", "unknown-removed", "Production Alerts")
    }
    assert all(one.position and one.position.file == FILE for one in findings)


def test_an_unknown_field_that_may_belong_to_two_elements_refuses_the_route() -> None:
    body: Any = body_of("v3", "same-channel-twice")
    body["message_config"]["destinations"][0]["newer"] = 1
    seen = codec("v3").decode(body)
    first, second = seen.route.notify
    edited = (replace(first, when=()), replace(second, when=((),)))

    _, findings = prepare([update(seen, lambda route: replace(route, notify=edited))], "v3")

    (finding,) = findings
    assert (finding.level, finding.code) == ("error", "guard-ambiguous-unknown")
    assert "/message_config/destinations/0/newer" in finding.message
    assert finding.position is not None


def test_the_payloads_of_files_are_those_of_routes_that_are_kept(seen: Live) -> None:
    kept, gone = declaration(seen.route), replace(declaration(Route("b")), absent=True)
    gone = replace(gone, positions=Positions("routes/b.yaml"))

    payloads, _ = payloads_of([kept, gone], Directory(), Config(), "v3")
    alone, _ = payloads_of([gone], Directory(), Config(), "v3")

    assert payloads == {FILE: codec("v3").encode(seen.route)}
    assert alone.keys() == {"routes/b.yaml"}


def test_what_the_version_lacks_is_found_whatever_the_settings_choose() -> None:
    fixed = declaration(Route("a", group=Grouping(window_seconds=600, extend="fixed")))

    _, in_v2 = payloads_of([fixed], Directory(), Config(api="v3"), "v2")
    _, in_v3 = payloads_of([fixed], Directory(), Config(api="v2"), "v3")

    assert [finding.level for finding in in_v2] == ["error"]
    assert in_v3 == ()
