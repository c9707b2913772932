"""A value has one node for each meaning: bare where the slot allows it, else the long form."""

import json

import pytest

from reconciler.files.write.layout import flow_text
from reconciler.files.write.nodes import binding_node, flag, json_node, returns_node, texts, word
from reconciler.model import Binding, Literal, Returns, many, one, reference

PATH = ("a",)


@pytest.mark.parametrize(
    ("binding", "as_value", "as_array"),
    [
        (one("b"), "b", "{value: b}"),
        (many("b"), "[b]", "b"),
        (many("b", "c"), "[b, c]", "[b, c]"),
        (many(), "[]", "[]"),
        (Binding(), "{}", "{}"),
        (reference("b"), "{reference: b}", "{value: {reference: b}}"),
        (Binding((Literal("b", exact=True),)), "{literal: b}", "{value: {literal: b}}"),
    ],
)
def test_a_binding_in_slots_of_both_shapes(binding: Binding, as_value: str, as_array: str) -> None:
    assert flow_text(binding_node(binding, PATH, many=False)) == as_value
    assert flow_text(binding_node(binding, PATH, many=True)) == as_array


@pytest.mark.parametrize(
    ("returns", "spelled"),
    [
        (Returns("String"), "String"),
        (Returns("String", array=True), "[String]"),
        (Returns("Service", catalog=True), "{catalog: Service}"),
        (Returns("Service", array=True, catalog=True), "[{catalog: Service}]"),
        (Returns('CatalogEntry["01"]'), "'CatalogEntry[\"01\"]'"),
    ],
)
def test_a_type(returns: Returns, spelled: str) -> None:
    assert flow_text(returns_node(returns, PATH)) == spelled


def test_words_and_flags_are_bare() -> None:
    assert flow_text(word("max", ("max",), PATH)) == "max"
    assert flow_text(word("min", ("max",), PATH)) == "{raw: min}"
    assert flow_text(flag(True, PATH)) == "true"
    assert flow_text(texts(("true", "b"), PATH)) == '["true", b]'


def test_json_keeps_numbers_and_texts_apart() -> None:
    value = {"a": [1, "1", 1.5, "1.5", None, "null", True, "true", -2, "-2", {}, []], "": ""}

    spelled = flow_text(json_node(json.dumps(value), PATH))

    assert spelled == (
        '{a: [1, "1", 1.5, "1.5", null, "null", true, "true", -2, "-2", {}, []], "": ""}'
    )
