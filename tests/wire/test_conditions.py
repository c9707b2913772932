"""Conditions are written as texts and read as objects."""

from typing import Any

from reconciler.model import Binding, Condition, many
from reconciler.wire.conditions import decode_condition, decode_groups, encode_groups
from reconciler.wire.reading import Reading

READ: Any = {
    "subject": {"label": "Alert → Severity", "reference": "alert.attributes.01J", "icon": "tag"},
    "operation": {"label": "contains one of", "value": "contains_one_of"},
    "param_bindings": [{"array_value": [{"literal": "critical"}]}, {}],
}


def test_a_read_condition_loses_its_labels_and_nothing_else() -> None:
    reading = Reading()

    condition = decode_condition(READ, None, reading)

    assert condition == Condition(
        "alert.attributes.01J", "contains_one_of", (many("critical"), Binding())
    )
    assert reading.labels == {
        "alert.attributes.01J": "Alert → Severity",
        "contains_one_of": "contains one of",
    }
    assert reading.unknown == []


def test_groups_are_read_as_they_were_written() -> None:
    groups = ((Condition("alert.title", "is_set"),), ())

    assert decode_groups(encode_groups(groups), None, Reading()) == groups


def test_absent_groups_are_none_and_an_empty_group_is_one() -> None:
    assert decode_groups(None, None, Reading()) == ()
    assert decode_groups([{"conditions": None}], None, Reading()) == ((),)
