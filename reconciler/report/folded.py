"""Prose for a terminal: broken at blanks only, so that addresses and paths can be copied."""

import textwrap


def folded(text: str, columns: int | None, indent: str = "") -> str:
    """Each line of the text folded to so many columns, later ones indented; None leaves it."""
    if columns is None:
        return text
    lines = [
        textwrap.fill(
            line,
            max(columns, len(indent) + 1),
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.splitlines()
    ]
    return "\n".join(lines)
