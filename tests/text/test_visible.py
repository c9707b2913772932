"""Nothing in a name reaches a terminal raw, and every width is respected."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from reconciler.text.visible import columns, cut, padded, pieces, plain_ascii, visible, wrapped

ANYTHING = st.text(st.characters(), max_size=40)
RAW = {"Cc", "Cs", "Zl", "Zp", "Co", "Cn"}


@given(ANYTHING)
def test_no_control_character_survives(text: str) -> None:
    shown = visible(text)

    assert not any(unicodedata.category(character) in RAW for character in shown)
    formats = {c for c in shown if unicodedata.category(c) == "Cf"}
    assert formats <= {"\u200c", "\u200d"}
    assert visible(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Production", "Production"),
        ("Zürich → 東京 👩‍🚒", "Zürich → 東京 👩‍🚒"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
    ],
)
def test_dangerous_characters_are_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_what_cannot_be_encoded_is_written_out() -> None:
    assert plain_ascii("v1 → v2 … é") == "v1 -> v2 ... \\xe9"


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("東京", 4), ("e\u0301", 1), ("👩‍🚒", 4)])
def test_columns(text: str, width: int) -> None:
    assert columns(text) == width
    assert columns(padded(text, 9)) == 9


def test_padding_never_cuts() -> None:
    assert padded("東京", 2) == "東京"


@given(ANYTHING, st.integers(2, 20))
def test_a_cut_text_fits(text: str, width: int) -> None:
    shown = cut(visible(text), width)

    assert columns(shown) <= width
    assert (shown == visible(text)) == (columns(visible(text)) <= width)


@given(ANYTHING, st.integers(2, 20))
def test_wrapped_lines_fit_and_lose_no_word(text: str, width: int) -> None:
    lines = wrapped(visible(text), width)

    assert all(columns(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == visible(text).replace(" ", "")


def test_long_words_are_cut_in_pieces() -> None:
    assert wrapped("a bcdefgh i", 4) == ["a", "bcde", "fgh", "i"]
    assert pieces("東京都", 3) == ["東", "京", "都"]
    assert pieces("東", 1) == ["東"]
