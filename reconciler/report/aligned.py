"""Rows in aligned columns: whole lines for a pipe, wrapped cells for a terminal, and below each
other where a terminal is too narrow for columns.
"""

from collections.abc import Sequence
from itertools import zip_longest

from reconciler.report.visible import columns, padded, plain_ascii, visible, wrapped

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
    """What is measured: a character that is written out takes more columns."""
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
