"""Canonical nodes to lines, with the comments that belong to them.

Two spaces for each level, a list below its key indented like the rest. Lists and mappings that
are `inline` stand on one line where they fit and hold neither comments nor texts of several lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.files.write.nodes import (
    Entries,
    Items,
    Node,
    Text,
    block_header,
    every,
    inner,
    spelled,
)
from reconciler.model import Path

WIDTH = 100
LONGEST_KEY = 1000  # YAML reads no longer `key:`; such a key is written after `? `
_STEP = 2


Note = tuple[int, str]
"""A comment with its `#`, or "" for a blank line, and the line on which it stood."""


@dataclass(slots=True)
class Comments:
    """The comments of one node.

    `before`: on lines of their own above it; `after`: at the end of its first line; `below`: on
    lines of their own after all of it. Of the root, `before` and `below` are the file's ends.
    """

    before: list[Note] = field(default_factory=list)
    after: list[Note] = field(default_factory=list)
    below: list[Note] = field(default_factory=list)


@dataclass(slots=True)
class _Line:
    indent: int
    text: str | None  # None: no line, only the comments
    before: list[Note] = field(default_factory=list)
    after: list[Note] = field(default_factory=list)


def lay_out(root: Node, comments: Mapping[Path, Comments]) -> str:
    own = comments.get((), Comments())
    lines: list[str] = []
    _add_comments(lines, own.before, 0)
    for line in _Layout(comments).block(root, 0):
        _add_line(lines, line)
    _add_comments(lines, own.below, 0)
    return "".join(f"{line}\n" for line in lines)


def block_lines(
    node: Node, indent: int, comments: Mapping[Path, Comments] | None = None
) -> list[str]:
    """The lines of a part of a file, for a place with this indent."""
    lines: list[str] = []
    for line in _Layout(comments or {}).block(node, indent):
        _add_line(lines, line)
    return lines


def flow_text(node: Node) -> str:
    return _Layout({})._flow(node, flow=True)


def _add_line(lines: list[str], line: _Line) -> None:
    """A second comment at the end of one line does not fit there, and none may stand after one
    that came later: then all of them go above the line.
    """
    above, beside = line.before, line.after
    if len(beside) > 1 or any(note > end for end in beside for note in above):
        above, beside = sorted([*above, *beside]), []
    _add_comments(lines, above, line.indent)
    if line.text is not None:
        text = " " * line.indent + line.text if line.text else ""
        lines.append("  ".join([text, *(comment for _, comment in beside)]))


def _add_comments(lines: list[str], comments: list[Note], indent: int) -> None:
    """No blank line at the top, and never two of them."""
    for _, comment in comments:
        if comment:
            lines.append(" " * indent + comment)
        elif lines and lines[-1]:
            lines.append("")


class _Layout:
    """Lines for nodes; knows the comments."""

    def __init__(self, comments: Mapping[Path, Comments]) -> None:
        self._comments = {path: found for path, found in comments.items() if path}

    def block(self, node: Node, indent: int) -> list[_Line]:
        """The lines of a list or mapping in block style, or of a scalar that stands alone."""
        match node:
            case Entries(entries) if entries:
                parts = [self._entry(key, value, indent) for key, value in entries]
            case Items(items) if items:
                parts = [self._item(item, indent) for item in items]
            case _:
                return [_Line(indent, self._flow(node))]
        return [line for part in parts for line in part]

    def _entry(self, key: str, value: Node, indent: int) -> list[_Line]:
        name = spelled(key, flow=True)
        explicit = len(name) > LONGEST_KEY
        lines = self._valued("" if explicit else f"{name}:", value, indent)
        if explicit:
            lines[0].text = f":{lines[0].text}"
            lines.insert(0, _Line(indent, f"? {name}"))
        return self._commented(value, lines)

    def _valued(self, key: str, value: Node, indent: int) -> list[_Line]:
        """`key:` and what comes after it, on the same line or below."""
        if isinstance(value, Text) and value.in_block:
            first, *rest = self._text_block(value, indent + _STEP)
            return [_Line(indent, f"{key} {first.text}"), *rest]
        if self._is_inline(value, indent + len(key) + 1):
            return [_Line(indent, f"{key} {self._flow(value)}")]
        return [_Line(indent, key), *self.block(value, indent + _STEP)]

    def _item(self, item: Node, indent: int) -> list[_Line]:
        """A mapping of one key needs no braces after the dash."""
        single = isinstance(item, Entries) and len(item.entries) == 1
        if isinstance(item, Text) and item.in_block:
            lines = self._text_block(item, indent + _STEP)
        elif not single and self._is_inline(item, indent + _STEP):
            lines = [_Line(indent, self._flow(item))]
        else:
            lines = self.block(item, indent + _STEP)
        lines[0].text = f"- {lines[0].text}"
        lines[0].indent = indent
        return self._commented(item, lines)

    def _text_block(self, text: Text, indent: int) -> list[_Line]:
        lines = text.text.removesuffix("\n").split("\n")
        header = _Line(indent, block_header(text.text))
        return [header, *(_Line(indent, line) for line in lines)]

    def _commented(self, node: Node, lines: list[_Line]) -> list[_Line]:
        comments = self._of(node)
        lines[0].before = [*comments.before, *lines[0].before]
        lines[0].after = [*comments.after, *lines[0].after]
        if comments.below:
            lines = [*lines, _Line(lines[0].indent, None, list(comments.below))]
        return lines

    def _is_inline(self, node: Node, column: int) -> bool:
        if isinstance(node, Text):
            return True
        if not inner(node):
            return True
        if not node.inline or any(self._stands_alone(part) for part in every(node)):
            return False
        if any(self._of(part) != Comments() for part in every(node) if part is not node):
            return False
        return column + len(self._flow(node)) <= WIDTH

    def _stands_alone(self, node: Node) -> bool:
        if isinstance(node, Text):
            return node.in_block
        return not node.inline and bool(inner(node))

    def _of(self, node: Node) -> Comments:
        return Comments() if node.path is None else self._comments.get(node.path, Comments())

    def _flow(self, node: Node, *, flow: bool = False) -> str:
        match node:
            case Items(items):
                return f"[{', '.join(self._flow(item, flow=True) for item in items)}]"
            case Entries(entries):
                pairs = (f"{spelled(k, flow=True)}: {self._flow(v, flow=True)}" for k, v in entries)
                return f"{{{', '.join(pairs)}}}"
            case Text():
                return node.spelled(flow=flow)
