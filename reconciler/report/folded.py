"""Prose for a terminal: broken at blanks only, so that addresses and paths can be copied."""

from collections.abc import Iterator

from reconciler.report.visible import columns, command_of, words


def folded(text: str, width: int | None, indent: str = "") -> str:
    """Each line of the text folded to so many columns, later ones indented; None leaves it.

    Law: a command in backticks is never broken. Where it does not fit, it stands on a line of its
    own, without them, to be pasted.
    """
    if width is None:
        return text
    return "\n".join(row for line in text.splitlines() for row in _rows(line, width, indent))


def _rows(line: str, width: int, indent: str) -> Iterator[str]:
    row, head = "", ""
    for word in words(line.rstrip()):
        bare = word.lstrip(" ")
        command = command_of(word)
        if command and len(indent) + columns(bare) > width:
            if row.strip():
                yield row
            yield indent + command
            row, head = "", indent
        elif row.strip() and columns(row + word) > width:
            yield row
            row = indent + bare
        elif head and not row:
            row = head + bare
        else:
            row += word
    if row.strip() or not line.strip():
        yield row
