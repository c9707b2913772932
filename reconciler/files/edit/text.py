"""Replacing parts of a text by offsets, so that every other character stays as it is."""

import re
from bisect import bisect_right
from dataclasses import dataclass

import yaml

from reconciler.files.yaml.comments import Comment, comments_of
from reconciler.files.yaml.strict import LINE_BREAKS

_BLOCK_SCALARS = frozenset({"|", ">"})


@dataclass(frozen=True, slots=True)
class Splice:
    """Characters `start` to `end` become `text`."""

    start: int
    end: int
    text: str


class Lines:
    """A text by lines and comments. It ends with a line end."""

    def __init__(self, text: str) -> None:
        self.text = text
        first = LINE_BREAKS.search(text)
        self.ending = first[0] if first else "\n"
        self._starts = [0, *(ending.end() for ending in LINE_BREAKS.finditer(text))]
        self._comments = [(self._offset(comment), comment) for comment in comments_of(text)]

    def start_of(self, offset: int) -> int:
        return self._starts[bisect_right(self._starts, offset) - 1]

    def next_start(self, offset: int) -> int:
        return self._starts[bisect_right(self._starts, offset)]

    def indent_at(self, offset: int) -> int:
        start = self.start_of(offset)
        found = re.compile(" *").match(self.text, start)
        return len(found[0]) if found else 0

    def is_first(self, offset: int) -> bool:
        return not self.text[self.start_of(offset) : offset].strip(" ")

    def comments_in(self, start: int, end: int) -> list[tuple[int, Comment]]:
        """The comments that start between two offsets, each with its own."""
        return [pair for pair in self._comments if start <= pair[0] < end]

    def with_comments(self, start: int, end: int, column: int) -> tuple[int, int]:
        """Whole lines, with the comment lines right above them that are not indented more than
        `column`, and those right below them that are.
        """
        alone = {
            self._starts[comment.line - 1]: comment
            for _, comment in self._comments
            if comment.alone
        }
        while start and self.start_of(start - 1) in alone:
            above = alone[self.start_of(start - 1)]
            if above.indent > column:
                break
            start = self.start_of(start - 1)
        while end in alone and alone[end].indent > column:
            end = self.next_start(end)
        return start, end

    def numbers(self, start: int, end: int) -> range:
        """The lines, from 1, of the text between two offsets."""
        first = bisect_right(self._starts, start)
        return range(first, max(first, bisect_right(self._starts, end - 1)) + 1)

    def _offset(self, comment: Comment) -> int:
        start = self._starts[comment.line - 1]
        following = self._starts[comment.line : comment.line + 1]
        return self.text.rindex(comment.text, start, *following)


def end_of(node: yaml.Node, text: str) -> int:
    """Where the last character of a node's own text ends. The mark of a list or a mapping in block
    style is further down, at whatever comes next.
    """
    if isinstance(node, yaml.ScalarNode):
        end: int = node.end_mark.index
        if node.style in _BLOCK_SCALARS:
            return len(text[:end].rstrip())
        return end
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return end_of(last[1] if isinstance(last, tuple) else last, text)


def spliced(text: str, splices: list[Splice]) -> str | None:
    """The text with all of them carried out; None where two of them overlap."""
    done: list[str] = []
    at = 0
    for splice in sorted(splices, key=lambda part: (part.start, part.end)):
        if splice.start < at:
            return None
        done += (text[at : splice.start], splice.text)
        at = splice.end
    done.append(text[at:])
    return "".join(done)
