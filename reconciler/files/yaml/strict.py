"""Text that YAML 1.2 forbids, or reads otherwise, and the parser lets pass.

PyYAML's parser is made for YAML 1.1 and lax here and there: an unclosed quote that swallows the
next lines is the worst of it. Editors and other readers refuse such a file, or see another one, so
it is an error here. The rules go along the parser's events and look at the text between them.

Files are composed without resolving types, so `no` stays the text "no" here. Another YAML reader of
the same file (an editor, a linter) may see something else, so a plain scalar that YAML 1.1 or 1.2
reads as another type must be quoted. Only a decimal integer without leading zero needs no quotes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import yaml

LINE_BREAKS = re.compile("\r?\n")
_NOT_IN_GAPS = re.compile("[#?]")
_END_OF_LINE = re.compile("\r?\n|$")
_HEADER = re.compile(r"[|>][-+0-9]*")
_BLANK = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake at an offset of the text."""

    at: int
    message: str
    hint: str


class Mark(Protocol):
    """A place in the text, as the parser gives it."""

    index: int
    line: int
    column: int


class Strict:
    """One walk along the events of a text, from the first to the last."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0  # up to where the text has been looked at
        self._blocks: list[int] = []  # columns of the lists and mappings in block style
        self._block: int | None = None  # where the last scalar began, if its end may be the file's
        self._flow = 0  # how many brackets and braces are open

    def take(self, event: yaml.Event) -> Slip | None:
        """The mistake in the event, or before it."""
        start, end = event.start_mark, event.end_mark
        if start is None or end is None:
            return None  # the parser gives every event both
        if isinstance(event, yaml.ScalarEvent):
            slip = self._gap(start.index) or self._scalar(event.style or "", start, end)
            self._at = max(self._at, end.index)
            return slip
        if isinstance(event, yaml.CollectionStartEvent):
            self._start(start, in_brackets=bool(event.flow_style))
            return None
        if isinstance(event, yaml.CollectionEndEvent):
            return self._end(end)
        if isinstance(event, yaml.DocumentStartEvent) and (event.version or event.tags):
            return _DIRECTIVE
        return self._last() if isinstance(event, yaml.StreamEndEvent) else None

    def _start(self, start: Mark, *, in_brackets: bool) -> None:
        if not in_brackets:
            self._blocks.append(start.column)
            return
        self._flow += 1
        if self._flow == 1:
            self._opened = start.index

    def _end(self, end: Mark) -> Slip | None:
        if not self._flow:
            self._blocks.pop()
            return None
        slip = self._gap(end.index)
        self._flow -= 1
        if slip or self._flow:
            return slip
        return self._indented(self._opened, end.index, in_text=False)

    def _last(self) -> Slip | None:
        slip = self._gap(len(self._text))
        if slip or self._block is None or self._text.endswith("\n"):
            return slip
        message = "the file ends in a block of text, and its last line has no line end"
        return Slip(self._block, message, "end the file with a line end, or write `|-`")

    def _scalar(self, style: str, start: Mark, end: Mark) -> Slip | None:
        self._block = None
        if style in ("|", ">"):
            return self._block_scalar(start)
        if not style and start.index < end.index:
            first, ends = self._text[start.index], _FLOW_ENDS if self._flow else _ENDS
            if first in "-?:" and self._text[start.index + 1 : start.index + 2] in ends:
                return Slip(start.index, f"`{first}` alone is not a text", f'quote it: "{first}"')
        if start.line == end.line:
            return None
        return self._indented(start.index, end.index, in_text=True)

    def _gap(self, end: int) -> Slip | None:
        """Between scalars stand indicators, spaces and comments."""
        at, self._at = self._at, max(self._at, end)
        while found := _NOT_IN_GAPS.search(self._text, at, self._at):
            at = found.end()
            if found[0] == "#":
                if found.start() and self._text[found.start() - 1] not in _BLANK:
                    return _glued(found.start())
                at = self._line_end(at)
            elif self._flow and self._text[at : at + 1] not in _ENDS:
                return Slip(
                    found.start(),
                    "some readers read a `?` inside brackets as a key, others as text",
                    "put a text that starts with `?` in double quotes",
                )
        return None

    def _block_scalar(self, mark: Mark) -> Slip | None:
        start, line = mark.index, mark.index - mark.column
        if not self._text[line:start].strip(_BLANK) and mark.column < self._needed():
            return Slip(start, "this block is not indented more than its key", _INDENT)
        header = _HEADER.match(self._text, start)
        after = header.end() if header else start
        if self._text[after : after + 1] == "#":
            return _glued(after)
        if "-" not in self._text[start:after]:
            self._block = start
        if any(character.isdigit() for character in self._text[start:after]):
            return None
        return self._leading_lines(self._line_end(start))

    def _leading_lines(self, at: int) -> Slip | None:
        """Blank lines above a block's first line say how far it is indented, to some readers."""
        longest, place = 0, at
        for line, text in self._lines_from(at):
            indent = len(text) - len(text.lstrip(" "))
            if indent < len(text):
                if not longest > indent >= self._needed():
                    return None
                message = "this blank line has more spaces than the text below it"
                return Slip(place, message, "remove the spaces")
            if indent > longest:
                longest, place = indent, line
        return None

    def _indented(self, start: int, end: int, *, in_text: bool) -> Slip | None:
        """Whatever goes on in further lines has to be indented more than what it belongs to."""
        needed, at = self._needed(), start
        while needed and (found := LINE_BREAKS.search(self._text, at, end)):
            at = found.end()
            line = self._text[at : min(end, self._line_end(at))]
            spaces = len(line) - len(line.lstrip(" "))
            rest = line[spaces:] if in_text else line.lstrip(" \t")
            if spaces >= needed or not rest:
                continue
            if not in_text and (rest[0] == "#" or (rest[0] in "]}" and spaces == needed - 1)):
                continue  # the bracket in its key's column is against the letter; all write it so
            return self._not_indented(start, at + spaces)
        return None

    def _not_indented(self, start: int, at: int) -> Slip:
        if self._text[start] in "'\"":
            hint = "close it there; a text of several lines is indented more than its key"
            return Slip(start, "this quote is not closed in the lines that belong to it", hint)
        if self._text[start] in "[{":
            return Slip(at, "this line is inside brackets and not indented enough", _INDENT)
        return Slip(
            at, "the text above goes on in this line, which is not indented enough", _INDENT
        )

    def _needed(self) -> int:
        """How many spaces a further line begins with."""
        return self._blocks[-1] + 1 if self._blocks else 0

    def _line_end(self, at: int) -> int:
        found = _END_OF_LINE.search(self._text, at)
        return found.start() if found else len(self._text)

    def _lines_from(self, at: int) -> Iterator[tuple[int, str]]:
        """The lines after that of an offset, with where they start."""
        for found in LINE_BREAKS.finditer(self._text, at):
            end = self._line_end(found.end())
            yield found.end(), self._text[found.end() : end]


_INDENT = "indent it with spaces, more than the line that it belongs to"
_ENDS = ("", *_BLANK)
_FLOW_ENDS = (*_ENDS, *",[]{}")
_DIRECTIVE = Slip(
    0, "a `%` line is a YAML directive; files of this tool have no directives", "remove the line"
)


def _glued(at: int) -> Slip:
    message = "a `#` without a space before it does not start a comment"
    return Slip(at, message, "put a space before it, or put the text in double quotes")


_TRUTH = frozenset(
    word
    for lower in ("y", "yes", "n", "no", "true", "false", "on", "off")
    for word in (lower, lower.capitalize(), lower.upper())
)
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_FIRST = frozenset("-+.0123456789~=<yYnNtTfFoO")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(
    r"[-+]?(?:0[bB][01_]+|0[oO]?[0-7_]+|0[xX][0-9a-fA-F_]+"
    r"|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
    r"|(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)"
)
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?(?:(?:[Tt]|[ \t]+)\d\d?:\d\d.*)?")


def is_integer(text: str) -> bool:
    """Whether a plain scalar is a decimal integer in every YAML."""
    return _INTEGER.fullmatch(text) is not None


def misread(text: str) -> str | None:
    """The type that some YAML readers give the plain scalar; None if it is text to all of them."""
    if text and text[0] not in _FIRST:
        return None
    if text in _NOTHING:
        return "nothing (null)"
    if text in _TRUTH:
        return "true or false"
    if is_integer(text):
        return None
    if _NUMBER.fullmatch(text):
        return "a number"
    if _DATE.fullmatch(text):
        return "a date"
    if text in ("=", "<<"):
        return "a YAML directive"
    return None
