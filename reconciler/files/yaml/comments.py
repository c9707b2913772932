"""The comments of a file's text. YAML readers drop them; `fmt` must not."""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from reconciler.files.yaml.strict import LINE_BREAKS

_MARK = "#"
_BLOCK_STYLES = frozenset({"|", ">"})


@dataclass(frozen=True, slots=True)
class Comment:
    """`text` starts with `#`. `indent`: characters before it, on a line of its own, else those
    before the line's first character. `after_blank`: the line before it is blank.
    """

    line: int  # from 1
    indent: int
    text: str
    alone: bool
    after_blank: bool


def comments_of(text: str) -> tuple[Comment, ...]:
    """All comments, in order. The text must be YAML that `compose` accepts."""
    spans = _Spans(text)
    found: list[Comment] = []
    blank = False
    for number, (start, line) in enumerate(_lines(text), start=1):
        at = spans.first_outside(start, start + len(line))
        if at is not None:
            before = text[start:at]
            alone = not before.strip(" \t")
            indent = len(before) if alone else len(before) - len(before.lstrip(" \t"))
            comment = text[at : start + len(line)].rstrip()
            found.append(Comment(number, indent, comment, alone, blank))
        blank = not line.strip()
    return tuple(found)


class _Spans:
    """Where the text's scalars are, in order, from the first line to the last."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._spans = _scalar_spans(text)
        self._next = next(self._spans, None)

    def first_outside(self, start: int, end: int) -> int | None:
        """The first `#` outside scalars: a comment, even without a space before it (`[a,#b`)."""
        at = start
        while (at := self._text.find(_MARK, at, end)) >= 0:
            while self._next is not None and self._next[1] <= at:
                self._next = next(self._spans, None)
            if self._next is None or at < self._next[0]:
                return at
            at = self._next[1]
        return None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Every line and the offset at which it starts."""
    start = 0
    for ending in LINE_BREAKS.finditer(text):
        yield start, text[start : ending.start()]
        start = ending.end()
    yield start, text[start:]


def _scalar_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the scalars are, without the line of a block's `|`, which may end with a comment."""
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        if not isinstance(token, yaml.ScalarToken):
            continue
        start, end = token.start_mark.index, token.end_mark.index
        if token.style in _BLOCK_STYLES:
            ending = LINE_BREAKS.search(text, start)
            start = ending.end() if ending else end
        yield start, end
