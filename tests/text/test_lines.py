"""Lines keep their width, their words and their styles."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given, strategies as st

from reconciler.text import (
    Span,
    beside,
    columns,
    fitted,
    folded,
    line,
    line_width,
    plain_text,
    render,
)

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
spans = st.builds(Span, st.text(), st.sampled_from(["", "strong", "error", "create"]))


@example([Span("abcd"), Span(" " + "e" * 10)], 12)  # the first word is as wide as the indent
@example([Span(" " * 20), Span("e" * 10)], 12)
@given(st.lists(spans), st.integers(12, 60))
def test_fitted_lines_fit(parts: list[Span], width: int) -> None:
    whole = line(*(replace(span, text=span.text.replace("`", "'")) for span in parts))
    lines = fitted(whole, width, "    ")

    assert all(line_width(one) <= width for one in lines)
    letters = re.sub(r"\s", "", plain_text([whole]))
    assert re.sub(r"\s", "", plain_text(lines)) == letters


# What a person pastes: a program, and words that may have blanks inside quotes.
arguments = st.text("abz-/.é", min_size=1, max_size=9)
commands = st.lists(
    st.one_of(arguments, st.lists(arguments, min_size=1).map(lambda all_: f"'{'  '.join(all_)}'")),
    min_size=1,
    max_size=12,
).map(lambda rest: f"reconciler {' '.join(rest)}")
sentences = st.lists(st.text("abcdefgh", min_size=1, max_size=14), max_size=12).map(" ".join)


@pytest.mark.parametrize("fold", ["fitted", "folded"])
@given(sentences, commands, st.sampled_from(["", ".", ",", ";", ":", "?"]), sentences,
       st.integers(20, 100))  # fmt: skip
def test_a_command_is_never_broken_and_stands_alone_where_it_does_not_fit(
    fold: str, before: str, command: str, end: str, after: str, width: int
) -> None:
    text = f"{before} `{command}`{end} {after}".strip()
    rows = (
        plain_text(fitted(line(text), width, "  "))
        if fold == "fitted"
        else folded(text, width, "  ")
    ).splitlines()

    (at,) = [row for row in rows if command in row]
    if columns(text) > width < columns(f"  `{command}`{end}"):
        assert at.strip() == command
    assert all(columns(row) <= width for row in rows if row != at)
    assert re.sub(r"[\s`.,;:?]", "", "".join(rows)) == re.sub(r"[\s`.,;:?]", "", text)


def test_a_command_that_has_a_line_to_itself_is_ready_to_paste() -> None:
    text = "if this is intended, add to `approvals` in the file: `- {route: A, allow: delete}`"

    first, second = plain_text(fitted(line("  ", text), 60, "  ")).splitlines()

    assert first == "  if this is intended, add to `approvals` in the file:"
    assert second == "  - {route: A, allow: delete}"


@given(st.lists(st.lists(spans).map(lambda parts: line(*parts)), max_size=5))
def test_colour_only_adds_colour(lines: list[tuple[Span, ...]]) -> None:
    coloured = ESCAPE.sub("", render(lines, colour=True))
    plain = render(lines)

    assert [text.rstrip() for text in coloured.split("\n")] == plain.split("\n")
    assert "\x1b" not in plain


def test_two_parts_stand_side_by_side_where_they_fit() -> None:
    first, second = line("Production"), line("routes/a.yaml:1")

    assert plain_text(beside(first, second, 80, "  ")) == "Production  routes/a.yaml:1\n"
    assert plain_text(beside(first, second, 20, "  ")) == "Production\n  routes/a.yaml:1\n"
    assert plain_text(beside(first, (), 80, "  ")) == "Production\n"


def test_without_unicode_everything_is_ascii() -> None:
    assert render([line("v1 → v2 é")], unicode=False) == "v1 -> v2 \\xe9\n"
    assert "v1 -> v2" in render([line(Span("v1 → v2", "dim"))], unicode=False, colour=True)
