"""Lines in colour: the sixteen colours of every terminal, which follow the user's own theme."""

from collections.abc import Iterable, Mapping

from reconciler.text.lines import Line, Span, Style
from reconciler.text.visible import plain_ascii

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
