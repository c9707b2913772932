"""A text is as long as GitHub counts it, and fits once it is cut."""

import pytest
from hypothesis import given, strategies as st

from reconciler.text import cut_to_size, size


@pytest.mark.parametrize(("text", "length"), [("", 0), ("route", 5), ("é", 1), ("🚨", 2)])
def test_an_emoji_counts_twice(text: str, length: int) -> None:
    assert size(text) == length


@given(st.text(), st.integers(0, 20))
def test_a_cut_text_fits_and_is_a_beginning_of_it(text: str, most: int) -> None:
    kept = cut_to_size(text, most)

    assert size(kept) <= most
    assert text.startswith(kept)
    assert kept == text or size(text[: len(kept) + 1]) > most
