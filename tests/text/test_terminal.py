"""Colours as every terminal has them."""

from typing import get_args

from reconciler.text import Span, Style, line
from reconciler.text.lines import CODES, coloured_text


def test_every_style_has_a_colour_or_none() -> None:
    assert coloured_text([line(Span("bad", "error"), " and ", Span("good", "create"))]) == (
        "\x1b[1;31mbad\x1b[0m and \x1b[32mgood\x1b[0m\n"
    )
    assert {*CODES, ""} == {*get_args(Style)}


def test_brackets_and_colons_in_names_are_no_markup() -> None:
    assert coloured_text([line("[bold]a[/bold] :smile: 12")]) == "[bold]a[/bold] :smile: 12\n"


def test_long_lines_are_not_wrapped_again() -> None:
    assert coloured_text([line("a " * 400 + "b")]).count("\n") == 1


def test_no_line_ends_with_blanks() -> None:
    spans = line("a ", Span(" b ", "dim"), " ", Span("  ", "error"))
    assert coloured_text([spans, line(" ")]) == "a \x1b[2m b\x1b[0m\n\n"


def test_what_a_terminal_cannot_show_is_written_out_and_the_colour_stays() -> None:
    assert coloured_text([line(Span("→", "note"))], unicode=False) == "\x1b[36m->\x1b[0m\n"
