"""Which operations a type has, and the names under which the server keeps them (fact 3.6)."""

import pytest

from reconciler.sandbox.account import seed
from reconciler.sandbox.routes.operations import label, operations, stored_operation

CATALOG = seed.engine_type("Service")


@pytest.mark.parametrize(
    ("operation", "type_name", "stored"),
    [
        ("one_of", "String", "contains_one_of"),
        ("one_of", "Link", "contains_one_of"),
        ("one_of", "TemplatedText", "contains_one_of"),
        ("one_of", CATALOG, "one_of"),
        ("one_of", "Number", "one_of"),
        ("contains", CATALOG, "name_contains"),
        ("contains", "String", "contains"),
        ("is_set", "String", "is_set"),
    ],
)
def test_aliases_are_stored_under_the_servers_name(
    operation: str, type_name: str, stored: str
) -> None:
    assert stored_operation(operation, type_name) == stored


@pytest.mark.parametrize(
    ("type_name", "has", "has_not"),
    [
        ("String", "contains", "is_true"),
        ("Bool", "is_true", "contains"),
        ("Number", "gte", "contains"),
        (CATALOG, "one_of", "gte"),
        (seed.engine_type("Alert Priority"), "gte", "is_true"),
        ("Timestamp", "is_set", "contains"),
    ],
)
def test_each_type_has_its_own_operations(type_name: str, has: str, has_not: str) -> None:
    allowed = operations(type_name, seed.account())

    assert has in allowed
    assert has_not not in allowed


def test_labels_are_words() -> None:
    assert (label("contains_one_of"), label("ends_with")) == ("contains one of", "ends with")
