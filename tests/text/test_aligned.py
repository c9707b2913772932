"""Rows in columns: lines stay whole in a pipe, and fit on a terminal."""

import pytest
from hypothesis import given, strategies as st

from reconciler.text import NARROWEST, aligned, columns

ROWS = [("Name", "What it says"), ("one", "a few words that go on"), ("two and more", "short")]


def test_in_a_pipe_a_row_is_a_line() -> None:
    assert aligned(ROWS, width=None, unicode=True) == (
        "Name          What it says\none           a few words that go on\ntwo and more  short\n"
    )


def test_on_a_terminal_the_widest_column_gives_way() -> None:
    assert aligned(ROWS, width=26, unicode=True) == (
        "Name          What it says\n"
        "one           a few words\n"
        "                that go on\n"
        "two and more  short\n"
    )


def test_what_fits_is_not_wrapped() -> None:
    assert aligned(ROWS, width=36, unicode=True) == aligned(ROWS, width=None, unicode=True)


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs"]), max_size=40)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4), st.integers(40, 120))
def test_no_line_is_wider_than_the_terminal(rows: list[tuple[str, str, str]], width: int) -> None:
    lines = aligned(rows, width=width, unicode=True).splitlines()

    assert max(map(columns, lines)) <= width


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=3), st.integers(20, 60))
def test_no_character_is_lost(rows: list[tuple[str, str]], width: int) -> None:
    def kept(text: str) -> list[str]:
        return sorted("".join(text.split()))

    wrapped = aligned(rows, width=width, unicode=True)

    assert kept(wrapped) == kept(aligned(rows, width=None, unicode=True))


@pytest.mark.parametrize("width", [1, 10, 2 * NARROWEST])
def test_a_terminal_that_is_too_narrow_gets_what_is_possible(width: int) -> None:
    lines = aligned(ROWS, width=width, unicode=True).splitlines()

    assert max(map(len, lines)) <= 2 * NARROWEST + 2


def test_characters_that_the_output_cannot_carry_are_written_out() -> None:
    assert aligned([("—",)], width=None, unicode=False) == "-\n"


def test_characters_that_are_written_out_are_measured_so() -> None:
    rows = [("Café", "one"), ("Plain", "two")]

    assert aligned(rows, width=None, unicode=False) == "Caf\\xe9  one\nPlain    two\n"
    lines = aligned([("é " * 30, "ü " * 30)], width=40, unicode=False).splitlines()
    assert max(map(len, lines)) <= 40


def test_a_word_that_is_cut_has_no_blank_inside_a_line() -> None:
    text = aligned([("a" * 80 + " tail", "b" * 80)], width=60, unicode=True)

    assert "a a" not in text


def test_where_ids_would_be_cut_each_cell_has_a_line_of_its_own() -> None:
    row = ("20260821T091200Z-0a1b2c", "2026-08-21 09:12 UTC", "apply", "", "Database Alerts")

    assert aligned([row], width=40, unicode=True) == (
        "20260821T091200Z-0a1b2c\n  2026-08-21 09:12 UTC\n  apply\n  Database Alerts\n"
    )
    assert row[0] in aligned([row], width=60, unicode=True)
