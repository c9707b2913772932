"""Colours, and rich only where they are wanted."""

import subprocess
import sys

from reconciler.report.lines import Span, line
from reconciler.report.terminal import STYLES, coloured_text


def test_every_style_has_a_colour_or_none() -> None:
    assert coloured_text([line(Span("bad", "error"), " and ", Span("good", "create"))]) == (
        "\x1b[1;31mbad\x1b[0m and \x1b[32mgood\x1b[0m\n"
    )
    assert STYLES[""] == ""


def test_brackets_and_colons_in_names_are_no_markup() -> None:
    assert coloured_text([line("[bold]a[/bold] :smile: 12")]) == "[bold]a[/bold] :smile: 12\n"


def test_long_lines_are_not_wrapped_again() -> None:
    assert coloured_text([line("a " * 400 + "b")]).count("\n") == 1


def test_rich_is_imported_for_colour_only() -> None:
    program = (
        "import sys\n"
        "from reconciler.report.plan_text import plan_text\n"
        "from reconciler.report.lines import line, render\n"
        "render([line('a')])\n"
        "assert 'rich' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
