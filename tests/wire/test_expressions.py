"""Expressions, also where a read shows less than was written."""

from typing import Any

import pytest

from reconciler.model import (
    Cast,
    Concatenate,
    Expression,
    Navigate,
    Plain,
    RawStep,
    Returns,
)
from reconciler.wire.expressions import (
    decode_expression,
    decode_step,
    encode_expression,
)
from reconciler.wire.reading import Reading

TEXT: Any = {"type": "String", "array": True}


def test_what_only_reads_have_is_no_part_of_an_expression() -> None:
    reading = Reading()
    read: Any = {
        "reference": "a",
        "label": "A",
        "root_reference": "alert.title",
        "returns": TEXT,
        "operations": [
            {
                "operation_type": "navigate",
                "returns": TEXT,
                "navigate": {"reference": "hop", "reference_label": "Owner"},
            }
        ],
    }

    expression = decode_expression(read, None, reading)

    assert expression == Expression("a", "A", "alert.title", (Navigate("hop"),))
    assert encode_expression(expression) == {
        "reference": "a",
        "label": "A",
        "root_reference": "alert.title",
        "operations": [{"operation_type": "navigate", "navigate": {"reference": "hop"}}],
    }
    assert reading.unknown == []
    assert reading.labels == {"hop": "Owner"}


def test_a_cast_without_a_body_is_known_from_its_result() -> None:
    reading = Reading()
    read: Any = {"operation_type": "cast", "returns": {**TEXT, "newer": 1}}

    assert decode_step(read, None, reading) == Cast(Returns("String", array=True))
    assert (reading.hidden, reading.unknown) == ([], [])


def test_a_concatenation_without_a_body_is_hidden() -> None:
    reading = Reading()
    read: Any = {
        "reference": "a",
        "root_reference": "alert.title",
        "operations": [
            {"operation_type": "first", "returns": TEXT},
            {"operation_type": "concatenate", "returns": TEXT},
        ],
    }

    expression = decode_expression(read, None, reading)

    assert expression.steps == (Plain("first"), Concatenate(None))
    assert reading.hidden == [("expressions", "a", "steps", 1)]
    written: Any = encode_expression(expression)
    assert written["operations"][1] == {"operation_type": "concatenate"}


@pytest.mark.parametrize("name", ["navigate", "filter", "parse", "branches", "cast"])
def test_other_steps_without_a_body_are_hidden_and_kept(name: str) -> None:
    reading = Reading()
    read: Any = {"operation_type": name}

    step = decode_step(read, None, reading, ("expressions", "a", "steps", 0))

    assert step == RawStep(f'{{"operation_type":"{name}"}}')
    assert reading.hidden == [("expressions", "a", "steps", 0)]


def test_branches_that_stand_alone_are_at_the_root() -> None:
    reading = Reading()
    read: Any = {
        "reference": "a",
        "root_reference": ".",
        "operations": [{"operation_type": "branches"}],
    }

    decode_expression(read, None, reading)

    assert reading.hidden == [("expressions", "a", "branches")]


def test_an_operation_that_nobody_knows_is_kept_whole() -> None:
    reading = Reading()
    read: Any = {"operation_type": "sort", "sort": {"by": "name"}, "returns": TEXT}

    step = decode_step(read, None, reading)

    assert step == RawStep('{"operation_type":"sort","sort":{"by":"name"}}')
    assert reading.unknown == []
    written: Any = encode_expression(Expression("a", "A", ".", (step,)))
    assert written["operations"] == [{"operation_type": "sort", "sort": {"by": "name"}}]


def test_a_body_that_the_operation_does_not_have_is_unknown() -> None:
    reading = Reading()
    read: Any = {"operation_type": "count", "filter": {"condition_groups": []}}

    decode_step(read, None, reading)

    assert reading.unknown == [((None, "filter"), {"condition_groups": []})]
