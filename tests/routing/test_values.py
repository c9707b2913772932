"""Values that are not known: what follows for what is made of them."""

from reconciler.routing.reading import ALL, NO, UNKNOWN, YES
from reconciler.routing.text import Texts, is_set
from reconciler.routing.values import (
    MOST_CANDIDATES,
    Unknown,
    Value,
    any_of,
    chained,
    changed,
    in_all,
    judged,
    union,
)

NOT_GIVEN = Unknown("not given", "severity")
EITHER = Unknown("case", "who", (("a",), ("b",)))
PERHAPS = Unknown("case", "who", ((), ("b",)))
HALF = 0xFF


def first_letter(texts: Texts) -> Value:
    return tuple(text[:1] for text in texts)


def test_one_of_the_same_is_known() -> None:
    assert any_of(EITHER, [("a",), ("a",)]) == ("a",)
    assert any_of(EITHER, [("a",), Unknown("several", "x", (("a",),))]) == ("a",)


def test_one_of_anything_is_anything() -> None:
    assert any_of(EITHER, [("a",), NOT_GIVEN]) == Unknown("case", "who")


def test_too_many_candidates_are_anything() -> None:
    many: list[Value] = [(str(number),) for number in range(MOST_CANDIDATES + 1)]
    assert any_of(EITHER, many) == Unknown("case", "who")


def test_a_change_is_one_of_each_candidate() -> None:
    assert changed(in_all(NOT_GIVEN), first_letter) == in_all(NOT_GIVEN)
    same = Unknown("case", "who", (("ab",), ("ac",)))
    assert changed(in_all(same), first_letter) == in_all(("a",))
    other = Unknown("case", "who", (("ab",), ("cd",)))
    assert changed(in_all(other), first_letter) == in_all(Unknown("case", "who", (("a",), ("c",))))


def test_a_change_keeps_the_readings_apart() -> None:
    two = ((HALF, ("ab",)), (ALL & ~HALF, ("cd",)))
    assert changed(two, first_letter) == ((HALF, ("a",)), (ALL & ~HALF, ("c",)))
    assert changed(two, lambda _: ()) == in_all(())


def test_a_change_that_depends_on_the_reading() -> None:
    def in_half(texts: Texts) -> tuple[tuple[int, Value], ...]:
        return (HALF, texts), (ALL & ~HALF, ())

    assert chained(in_all(("a",)), in_half) == ((HALF, ("a",)), (ALL & ~HALF, ()))
    assert chained(in_all(EITHER), in_half) == ((HALF, EITHER), (ALL & ~HALF, ()))
    assert chained(in_all(NOT_GIVEN), in_half) == in_all(NOT_GIVEN)


def test_a_union_with_what_is_not_known() -> None:
    assert union(("a",), ("b", "a")) == ("a", "b")
    assert union(NOT_GIVEN, ("b",)) == NOT_GIVEN
    assert union(("a",), EITHER) == Unknown("case", "who", (("a",), ("a", "b")))
    assert union(PERHAPS, PERHAPS) == Unknown("case", "who", ((), ("b",)))


def test_a_test_is_known_where_all_candidates_agree() -> None:
    assert judged(in_all(EITHER), is_set) == YES
    assert judged(in_all(PERHAPS), is_set) == UNKNOWN
    assert judged(in_all(NOT_GIVEN), is_set) == UNKNOWN
    assert judged(((HALF, ("a",)), (ALL & ~HALF, ())), is_set) == (HALF, ALL & ~HALF)
    assert judged(in_all(()), is_set) == NO
