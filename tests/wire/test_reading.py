"""What is new is collected; what is no route is refused, with the place."""

from typing import Any

import pytest

from reconciler.wire.reading import (
    Reading,
    UnreadableRoute,
    as_flag,
    as_list,
    as_object,
    as_text,
    as_texts,
    as_whole,
    pointer_of,
    required,
)

PLACE = ((None, "a/b"), 3)


def test_a_place_is_spelled_as_a_json_pointer() -> None:
    assert pointer_of(None) == ""
    assert pointer_of((PLACE, "c~d")) == "/a~1b/3/c~0d"


def test_new_fields_are_collected_and_null_ones_say_nothing() -> None:
    reading = Reading()

    reading.notice({"known": 1, "new": [2], "empty": None}, frozenset({"known"}), PLACE)

    assert reading.unknown == [((PLACE, "new"), [2])]


def test_only_labels_that_say_something_are_kept() -> None:
    reading = Reading()

    reading.label("01J", "Engineering")
    reading.label("", "nothing")
    reading.label("02J", None)
    reading.label("03J", "")

    assert reading.labels == {"01J": "Engineering"}


@pytest.mark.parametrize(
    ("read", "value", "result"),
    [
        (as_text, "a", "a"),
        (as_text, None, ""),
        (as_text, True, "true"),
        (as_text, False, "false"),
        (as_text, 5, "5"),
        (as_text, 0.5, "0.5"),
        (as_list, None, ()),
        (as_texts, ["a", 1], ("a", "1")),
        (as_whole, None, 0),
        (as_whole, 60, 60),
        (as_whole, 60.0, 60),
        (as_whole, "60", 60),
    ],
)
def test_other_spellings_of_a_value_are_tolerated(read: Any, value: Any, result: Any) -> None:
    assert read(value, None) == result


@pytest.mark.parametrize(
    ("value", "flag"),
    [(True, True), (False, False), ("true", True), ("false", False), (None, True)],
)
def test_a_flag_that_is_absent_is_its_default(value: Any, flag: bool) -> None:
    assert as_flag(value, None, default=True) is flag


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (as_object, None, "expected an object, not null"),
        (as_object, [], "expected an object, not a list"),
        (as_list, {}, "expected a list, not an object"),
        (as_text, [], "expected a string, not a list"),
        (as_whole, 0.5, "expected an integer, not a number"),
        (as_whole, True, "expected an integer, not a boolean"),
        (as_whole, "a", "expected an integer, not a text"),
    ],
)
def test_another_structure_is_no_route(read: Any, value: Any, message: str) -> None:
    with pytest.raises(UnreadableRoute) as caught:
        read(value, PLACE)

    assert (caught.value.pointer, caught.value.message) == ("/a~1b/3", message)
    assert str(caught.value) == f"/a~1b/3: {message}"


def test_a_flag_is_not_guessed() -> None:
    with pytest.raises(UnreadableRoute, match="expected true or false, not a text"):
        as_flag("yes", None, default=True)


def test_what_a_route_cannot_be_without_is_required() -> None:
    assert required({"name": "a"}, "name") == "a"
    with pytest.raises(UnreadableRoute, match="/a~1b/3/name: this is missing"):
        required({"name": None}, "name", PLACE)
