"""Literals and references, one or many."""

from typing import Any

import pytest

from reconciler.model import Binding, Literal, Reference, many, one, reference
from reconciler.wire.conditions import (
    decode_binding,
    decode_keys,
    decode_optional,
    encode_binding,
    encode_keys,
)
from reconciler.wire.reading import Reading


@pytest.mark.parametrize(
    ("binding", "written"),
    [
        (Binding(), {}),
        (Binding((), many=True), {"array_value": []}),
        (one("a"), {"value": {"literal": "a"}}),
        (reference("alert.title"), {"value": {"reference": "alert.title"}}),
        (many("a"), {"array_value": [{"literal": "a"}]}),
    ],
)
def test_a_binding_is_read_as_it_was_written(binding: Binding, written: Any) -> None:
    assert encode_binding(binding) == written
    assert decode_binding(written, None, Reading()) == binding


def test_two_values_are_an_array_in_any_case() -> None:
    two = Binding((Literal("a"), Reference("alert.title")))

    written = encode_binding(two)

    assert written == {"array_value": [{"literal": "a"}, {"reference": "alert.title"}]}


def test_labels_are_remembered_and_are_no_value() -> None:
    reading = Reading()
    node: Any = {
        "array_value": [
            {"literal": "01J", "label": "Engineering"},
            {"reference": "alert.title", "label": "Alert → Title"},
        ]
    }

    binding = decode_binding(node, None, reading)

    assert binding == Binding((Literal("01J"), Reference("alert.title")), many=True)
    assert reading.labels == {"01J": "Engineering", "alert.title": "Alert → Title"}
    assert reading.unknown == []


def test_a_value_that_only_repeats_the_array_is_an_echo() -> None:
    reading = Reading()

    binding = decode_binding(
        {"array_value": [{"literal": "a"}], "value": {"literal": "a"}}, None, reading
    )

    assert binding == many("a")
    assert reading.unknown == []


def test_another_value_beside_the_array_is_unknown() -> None:
    reading = Reading()

    decode_binding(
        {"array_value": [{"literal": "a"}], "value": {"literal": "b", "label": "B"}}, None, reading
    )

    assert reading.unknown == [((None, "value"), {"literal": "b"})]


def test_a_literal_beside_a_reference_is_unknown() -> None:
    reading = Reading()

    binding = decode_binding({"value": {"literal": "a", "reference": "alert.title"}}, None, reading)

    assert binding == reference("alert.title")
    assert reading.unknown == [(((None, "value"), "literal"), "a")]


@pytest.mark.parametrize(
    "nothing", [None, {}, {"value": None}, {"value": {}}, {"value": {"literal": None}}]
)
def test_a_binding_of_nothing_may_be_left_out(nothing: Any) -> None:
    assert decode_optional(nothing, None, Reading()) is None


def test_an_empty_text_is_a_value() -> None:
    assert decode_binding({"value": {"literal": ""}}, None, Reading()) == one("")


def test_grouping_keys_are_references() -> None:
    written: Any = [{"reference": "alert.title"}]

    assert encode_keys(("alert.title",)) == written
    assert decode_keys(written, None, Reading()) == ("alert.title",)
    assert decode_keys(None, None, Reading()) == ()
