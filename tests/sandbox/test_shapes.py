"""A shape finds everything that is wrong with a value, and where."""

import pytest

from reconciler.sandbox.routes.shapes import AnyThing, Flag, Many, Shape, Text, Thing, Whole, look

ANIMAL = Thing(
    required={"name": Text(may_be_empty=False), "legs": Whole(0, 8)},
    optional={"tame": Flag(), "sounds": Many(Text(frozenset({"moo", "miaow"})))},
    ignored=frozenset({"comment"}),
    later=frozenset({"chip"}),
)


def found(shape: Shape, value: object, *, later: bool = False) -> list[tuple[str, str]]:
    return [(one.pointer, one.code) for one in look(shape, value, later=later)]


def test_a_value_of_the_right_shape_passes() -> None:
    cow = {"name": "Cow", "legs": 4, "tame": True, "sounds": ["moo"], "comment": {"any": 1}}

    assert found(ANIMAL, cow) == []


def test_all_problems_are_found_in_one_run() -> None:
    assert found(ANIMAL, {"name": "", "legs": 9, "tame": "yes", "sounds": ["moo", "woof", 1]}) == [
        ("/name", "is_required"),
        ("/legs", "invalid_range"),
        ("/tame", "invalid_field_type"),
        ("/sounds/1", "invalid_enum"),
        ("/sounds/2", "invalid_field_type"),
    ]


def test_required_and_unknown_fields_are_named() -> None:
    assert found(ANIMAL, {"legs": 4, "a/b~c": 1}) == [
        ("/name", "missing_field"),
        ("/a~1b~0c", "unknown_field"),
    ]


def test_a_later_field_is_known_only_to_a_later_api() -> None:
    cat = {"name": "Cat", "legs": 4, "chip": "A1"}

    assert found(ANIMAL, cat) == [("/chip", "unknown_field")]
    assert found(ANIMAL, cat, later=True) == []


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (Whole(), True),
        (Whole(), "1"),
        (Many(Flag()), {}),
        (ANIMAL, []),
        (AnyThing(), None),
        (Text(), None),
    ],
)
def test_another_type_is_refused(shape: Shape, value: object) -> None:
    assert found(shape, value) == [("", "invalid_field_type")]


def test_any_object_passes_where_all_do() -> None:
    assert found(AnyThing(), {"whatever": [1]}) == []
