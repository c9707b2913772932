"""Ids are ULIDs, and the same in every run."""

from hypothesis import given, strategies as st

from reconciler.sandbox.account.account import ULID, base32, named_ulid, numbered_ulid


@given(st.text())
def test_a_name_has_one_id(name: str) -> None:
    assert ULID.fullmatch(named_ulid(name))
    assert named_ulid(name) == named_ulid(name) != named_ulid(name + "!")


@given(st.integers(0, 10**6))
def test_numbers_sort_as_their_ids(number: int) -> None:
    assert ULID.fullmatch(numbered_ulid(number))
    assert numbered_ulid(number) < numbered_ulid(number + 1)


def test_base32_is_crockfords() -> None:
    assert base32(31 * 32 + 18, 4) == "00ZJ"
