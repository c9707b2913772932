"""The comments of a file's text. YAML readers drop them; `fmt` must not."""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from reconciler.files.compose import LINE_BREAKS

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
    opaque = _scalar_spans(text)
    span = next(opaque, None)
    found: list[Comment] = []
    blank = False
    for number, (start, line) in enumerate(_lines(text), start=1):
        at = start
        hash_at = -1
        while hash_at < 0 and (at := text.find(_MARK, at, start + len(line))) >= 0:
            while span is not None and span[1] <= at:
                span = next(opaque, None)
            if span is not None and span[0] <= at:
                at = span[1]
            elif at == start or text[at - 1] in " \t":
                hash_at = at
            else:
                at += 1
        if hash_at >= 0:
            before = text[start:hash_at]
            alone = not before.strip(" \t")
            indent = len(before) if alone else len(before) - len(before.lstrip(" \t"))
            comment = text[hash_at : start + len(line)].rstrip()
            found.append(Comment(number, indent, comment, alone, blank))
        blank = not line.strip()
    return tuple(found)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Every line and the offset at which it starts."""
    start = 0
    for ending in LINE_BREAKS.finditer(text):
        yield start, text[start : ending.start()]
        start = ending.end()
    yield start, text[start:]


def _scalar_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the text's scalars are. Of a block scalar the line of its `|` is left out: that line
    may end with a comment.
    """
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        if not isinstance(token, yaml.ScalarToken):
            continue
        start, end = token.start_mark.index, token.end_mark.index
        if token.style in _BLOCK_STYLES:
            ending = LINE_BREAKS.search(text, start)
            start = ending.end() if ending else end
        if start < end:
            yield start, end
