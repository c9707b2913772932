"""Lines of styled text: what a report is before it is plain or coloured."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from reconciler.report.visible import columns, command_of, pieces, plain_ascii, visible, words

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
    """How many columns the line takes."""
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

    Law: a command in backticks is never broken. Where it does not fit, it stands on a line of its
    own, without them, to be pasted.
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
    return [tuple(spans) for spans in lines]


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
    text = "".join(_plain_line(spans) + "\n" for spans in lines)
    return text if unicode else plain_ascii(text)


def _plain_line(spans: Sequence[Span]) -> str:
    return "".join(span.text for span in spans).rstrip()


def render(lines: Iterable[Line], *, colour: bool = False, unicode: bool = True) -> str:
    """Coloured or plain; without colour there is no escape code in it."""
    if not colour:
        return plain_text(lines, unicode=unicode)
    from reconciler.report.terminal import coloured_text

    return coloured_text(lines, unicode=unicode)
