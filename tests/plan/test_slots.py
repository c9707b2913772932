"""The plain form is injective: equal exactly when the canonical routes are."""

from hypothesis import given, settings

from reconciler.model import (
    Binding,
    Channels,
    Destination,
    Literal,
    Reference,
    Route,
    Target,
    canonical,
    many,
    one,
)
from reconciler.plan.compare.slots import (
    count_slots,
    destination_key,
    element_keys,
    facts,
    key_text,
    plain,
    slots,
    target_key,
)
from tests.plan.parts import production
from tests.properties.ids_strategies import routes


@given(routes("v3"), routes("v3"))
@settings(max_examples=60)
def test_equal_plain_forms_are_equal_routes(one_: Route, other: Route) -> None:
    first, second = canonical(one_), canonical(other)

    assert (plain(slots(first, {})) == plain(slots(second, {}))) == (first == second)


def test_names_are_no_part_of_the_plain_form() -> None:
    route = canonical(production())

    assert plain(slots(route, {})) == plain(slots(route, {"01PROD": "Alertmanager"}))


def test_the_second_of_one_key_is_counted_and_cannot_be_faked() -> None:
    assert element_keys(["x", "x"], str) == ["x", "x#2"]
    assert element_keys(["x", "x#2"], str) == ["x", "x##2"]


def test_keys_tell_literals_from_references() -> None:
    literal = Target("path", one('["x"]'))
    reference = Target("path", Binding((Reference("x"),)))

    assert (
        len({target_key(literal), target_key(reference), target_key(Target("path", one("x")))}) == 3
    )
    assert target_key(Target("user", one("a@example.com"))) == "user a@example.com"
    both = Destination(Channels(one("C01")), Channels(many("a", "b")))
    assert destination_key(both).startswith("slack C01 ms_teams [")


def test_facts_leave_out_what_is_none() -> None:
    assert facts(Literal("x")) == {"is": "Literal", "text": "x", "exact": False}
    assert facts(Destination()) == {"is": "Destination", "when": []}
    assert key_text(None) == "null"


def test_slots_are_counted_with_their_elements() -> None:
    # name, enabled, private, when, cancel_when_resolved; a source and its when; a target;
    # a destination, its when, visibility and summarise_groups
    assert count_slots(slots(canonical(production()), {})) == 12
