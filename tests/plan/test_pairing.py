"""Elements without names are paired by what they share; each is told once."""

from collections.abc import Hashable, Sequence

import pytest
from hypothesis import given, strategies as st

from reconciler.plan.compare.elements import MOST_TRIED, pairs

Group = tuple[str, ...]
groups = st.lists(st.lists(st.sampled_from("abcdef"), max_size=4).map(tuple), unique=True)


def paired(old: Sequence[Group], new: Sequence[Group]) -> list[tuple[Group | None, Group | None]]:
    return pairs(old, new, tuple, (len,))


def g(text: str) -> Group:
    return tuple(text)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["ab", "cd"], ["ab", "ce"], [("cd", "ce")]),
        (["ab"], ["abc"], [("ab", "abc")]),
        (["ab", "xyz"], ["xyq", "aq"], [("ab", "aq"), ("xyz", "xyq")]),
        (["ab"], ["cd"], [("ab", "cd")]),  # of one shape
        (["ab"], ["cde"], [("ab", None), (None, "cde")]),
        ([], ["a"], [(None, "a")]),
    ],
)
def test_each_becomes_what_it_shares_most_with(
    old: list[str], new: list[str], expected: list[tuple[str | None, str | None]]
) -> None:
    found = paired([g(one) for one in old], [g(one) for one in new])

    assert found == [(a if a is None else g(a), b if b is None else g(b)) for a, b in expected]


@given(groups, groups)
def test_what_differs_is_told_once_and_the_rest_is_not(old: list[Group], new: list[Group]) -> None:
    found = paired(old, new)

    assert sorted(a for a, _ in found if a is not None) == sorted(set(old) - set(new))
    assert sorted(b for _, b in found if b is not None) == sorted(set(new) - set(old))
    assert all(a != b for a, b in found)
    assert found == paired(old, new)


def test_the_work_grows_with_the_size_and_not_with_its_square() -> None:
    looked_at = 0

    def parts(one: tuple[str, int]) -> Sequence[Hashable]:
        nonlocal looked_at

        class Counting(str):
            __slots__ = ()

            def __eq__(self, other: object) -> bool:
                nonlocal looked_at
                looked_at += 1
                return str.__eq__(self, other)

            def __hash__(self) -> int:
                return str.__hash__(self)

        return (Counting("shared by all"),)

    count = 2_000
    old = [("old", number) for number in range(count)]
    new = [("new", number) for number in range(count)]

    found = pairs(old, new, parts, ())

    assert found == list(zip(old, new, strict=True))
    assert looked_at < count * MOST_TRIED
