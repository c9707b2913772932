"""Lines in colour. The one module of the reports that knows rich; imported when it is used."""

import io
from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.text import Text

from reconciler.report.lines import Line, Style
from reconciler.report.visible import plain_ascii

STYLES: Mapping[Style, str] = {
    "": "",
    "strong": "bold",
    "dim": "dim",
    "create": "green",
    "update": "yellow",
    "delete": "red",
    "error": "bold red",
    "warning": "yellow",
    "note": "cyan",
}


def coloured_text(lines: Iterable[Line], *, unicode: bool = True) -> str:
    """With the sixteen colours of every terminal, which follow the user's own theme."""
    console = Console(
        file=io.StringIO(),
        force_terminal=True,
        color_system="standard",
        width=10_000,
        no_color=False,
        legacy_windows=False,
    )
    with console.capture() as capture:
        for spans in lines:
            text = Text()
            for span in spans:
                words = span.text if unicode else plain_ascii(span.text)
                text.append(words, STYLES[span.style])
            text.rstrip()
            console.print(text, soft_wrap=True, markup=False, highlight=False, emoji=False)
    return capture.get()
