"""Lines of styled text: a report before it is plain or coloured, and rows in aligned columns.

Colours are the sixteen of every terminal, which follow the user's own theme. Rows are whole lines
for a pipe, wrapped cells for a terminal, and below each other where it is too narrow for columns.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import zip_longest
from typing import Literal

from reconciler.text.visible import (
    columns,
    command_of,
    padded,
    pieces,
    plain_ascii,
    visible,
    words,
    wrapped,
)

Style = Literal["", "strong", "dim", "create", "update", "delete", "error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line; its text is shown as it is, so it must be visible."""

    text: str
    style: Style = ""


Line = tuple[Span, ...]


def line(*parts: Span | str) -> Line:
    """Strings become spans without style. All text passes `visible` here and nowhere else."""
    spans = (Span(part) if isinstance(part, str) else part for part in parts)
    return tuple(Span(visible(span.text), span.style) for span in spans)


def line_width(spans: Line) -> int:
    return sum(columns(span.text) for span in spans)


def beside(first: Line, second: Line, width: int, indent: str) -> list[Line]:
    """Both in one line if they fit, else the second indented below the first."""
    if not second:
        return fitted(first, width, indent)
    joined = (*first, Span("  "), *second)
    if line_width(joined) <= width:
        return [joined]
    return [*fitted(first, width, indent), *fitted((Span(indent), *second), width, indent)]


def fitted(spans: Line, width: int, indent: str) -> list[Line]:
    """The line, wrapped at blanks where it is too wide; every word keeps its style.

    Law: a command in backticks is never broken. Where it has a line to itself, it stands there
    without them, to be pasted.
    """
    if line_width(spans) <= width:
        return [spans]
    lines: list[list[Span]] = [[]]
    used = 0
    for word in _words(spans, max(width - len(indent), 1)):
        size = columns(word.text)
        command = command_of(word.text)
        if command and columns(word.text.lstrip()) + len(indent) > width:
            if plain_text([tuple(lines[-1])]).strip():
                lines.append([])
            lines[-1] = [Span(indent), Span(command, word.style)]
            used = width + 1  # the next word begins a line
            continue
        if used + size > width:
            word = Span(word.text.lstrip(), word.style)
            if plain_text([tuple(lines[-1])]).strip():
                lines.append([])
            lines[-1] = [Span(indent)]  # a line of blanks alone gives way
            used, size = len(indent), columns(word.text)
        lines[-1].append(word)
        used += size
    return [_to_paste(tuple(spans)) for spans in lines]


def _to_paste(spans: Line) -> Line:
    """Without the backticks, where a command has the line to itself."""
    blanks = [span for span in spans if not span.text.strip()]
    words = [span for span in spans if span.text.strip()]
    command = command_of(words[0].text.lstrip()) if len(words) == 1 else ""
    return (*blanks, Span(command, words[0].style)) if command else spans


def _words(spans: Line, longest: int) -> Iterator[Span]:
    """Words with the blanks before them; longer ones in pieces, but no command."""
    for span in spans:
        for word in words(span.text):
            blanks = word[: len(word) - len(word.lstrip(" "))]
            core = word[len(blanks) :]
            first, *rest = [core] if command_of(core) else pieces(core, longest)
            yield Span(blanks + first, span.style)
            for piece in rest:
                yield Span(piece, span.style)


def plain_text(lines: Iterable[Line], *, unicode: bool = True) -> str:
    """Without colour; ends with a newline unless there is no line."""
    text = "".join("".join(span.text for span in spans).rstrip() + "\n" for spans in lines)
    return text if unicode else plain_ascii(text)


def render(lines: Iterable[Line], *, colour: bool = False, unicode: bool = True) -> str:
    """Coloured or plain; without colour there is no escape code in it."""
    return coloured_text(lines, unicode=unicode) if colour else plain_text(lines, unicode=unicode)


GAP = "  "
NARROWEST = 8  # columns; narrower, a word is cut at every syllable
WHOLE = 26  # columns; a word no longer than an id is never cut, so that it can be copied


def aligned(rows: Sequence[Sequence[str]], *, width: int | None, unicode: bool) -> str:
    """Each row a line, two blanks between its cells.

    With a `width` that the lines do not fit, the widest columns give way: their cells go on
    below, indented; where ids would be cut each cell has a line of its own. Without one (a pipe) a
    row stays one line, for `grep` and `cut`.
    """
    written = [[_shown(cell, unicode=unicode) for cell in row] for row in rows]
    by_column = list(zip(*written, strict=True))
    widths = [max(map(columns, cells)) for cells in by_column]
    if width is not None:
        words = [_longest_word(cells) for cells in by_column]
        room = width - len(GAP) * (len(widths) - 1)
        if sum(min(*sizes, WHOLE) for sizes in zip(widths, words, strict=True)) > room:
            return "".join(f"{line}\n" for row in written for line in _stacked(row, width))
        widths = _fitted(widths, words, room)
    return "".join(f"{line}\n" for row in written for line in _lines(row, widths))


def _shown(cell: str, *, unicode: bool) -> str:
    """The text to measure: a character that is written out takes more columns."""
    return visible(cell) if unicode else plain_ascii(visible(cell))


def _stacked(row: Sequence[str], width: int) -> list[str]:
    """The first cell, and the others below it, indented."""
    first, *others = row
    below = [line for cell in others if cell for line in wrapped(cell, max(width - len(GAP), 1))]
    return [*wrapped(first, max(width, 1)), *(f"{GAP}{line}".rstrip() for line in below)]


def _fitted(widths: Sequence[int], words: Sequence[int], room: int) -> list[int]:
    """The widest give way first, one column at a time: down to their longest words, then on."""
    fitted = list(widths)
    for floors in (
        [min(pair) for pair in zip(widths, words, strict=True)],
        [NARROWEST] * len(widths),
    ):
        while sum(fitted) > room:
            left = [size - floor for size, floor in zip(fitted, floors, strict=True)]
            widest = max(range(len(fitted)), key=lambda place: (left[place] > 0, fitted[place]))
            if left[widest] <= 0:
                break
            fitted[widest] -= 1
    return fitted


def _longest_word(cells: Sequence[str]) -> int:
    """With the indent that a word further down has."""
    return max((columns(word) + 2 for cell in cells for word in cell.split(" ")), default=0)


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    cells = [_cell(text, width) for text, width in zip(row, widths, strict=True)]
    return [
        GAP.join(map(padded, parts, widths)).rstrip() for parts in zip_longest(*cells, fillvalue="")
    ]


def _cell(text: str, width: int) -> list[str]:
    if columns(text) <= width:
        return [text]
    first = wrapped(text, width)[0]
    rest = text[text.index(first) + len(first) :].lstrip(" ")  # joined lines would cut words
    return [first, *(f"  {line}" for line in wrapped(rest, width - 2))] if rest else [first]


def difference(before: str, after: str, old: str, new: str, around: int = 3) -> str:
    """A unified diff of two texts that are named `old` and `new`; "" where they are equal."""
    was, is_ = (text.splitlines(keepends=True) for text in (before, after))
    rows = unified_diff(was, is_, old, new, n=around)
    return "".join(row if row.endswith("\n") else f"{row}\n" for row in rows)


# The codes of ECMA-48 (select graphic rendition).
CODES: Mapping[Style, str] = {
    "strong": "1",
    "dim": "2",
    "create": "32",
    "update": "33",
    "delete": "31",
    "error": "1;31",
    "warning": "33",
    "note": "36",
}


def coloured_text(lines: Iterable[Line], *, unicode: bool = True) -> str:
    """Every line ends with a newline, and none with blanks."""
    return "".join(f"{_coloured(spans, unicode)}\n" for spans in lines)


def _coloured(spans: Line, unicode: bool) -> str:
    shown: list[str] = []
    for span in reversed(spans):
        words = span.text if shown else span.text.rstrip()
        if words:
            shown.append(_styled(Span(words if unicode else plain_ascii(words), span.style)))
    return "".join(reversed(shown))


def _styled(span: Span) -> str:
    code = CODES.get(span.style)
    return f"\x1b[{code}m{span.text}\x1b[0m" if code else span.text
