"""`fmt`: a file in its canonical spelling, with its comments where they were.

A comment belongs to a part of the route: on a line of its own to the part below it (or, where it
is indented deeper than that, to the part above), at the end of a line to the first part of that
line. Parts are found again by their path, so comments follow keys that move and conditions whose
spelling changes. A list or mapping with comments inside is written over several lines.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from reconciler.files.read.route import parse_route
from reconciler.files.write.layout import Comments, Note, lay_out
from reconciler.files.write.nodes import every
from reconciler.files.write.route import route_node, spells_again
from reconciler.files.yaml.comments import Comment, comments_of
from reconciler.model import Declaration, Finding, Path, Position, Positions

_BYTE_ORDER_MARK = "\ufeff"
_MOST_ROUNDS = 8  # two are usual, and four the most so far


def format_text(text: str, file: str) -> tuple[str | None, tuple[Finding, ...]]:
    """The text in canonical spelling; None, and why, where it has errors.

    The result is read again: unless it means the same and has every comment, there is none.
    """
    declaration, findings = parse_route(text, file)
    if declaration is None:
        return None, findings
    text = text.removeprefix(_BYTE_ORDER_MARK)
    for _ in range(_MOST_ROUNDS):
        spelled = lay_out(route_node(declaration), attached(text, declaration))
        if spelled == text:
            break
        again, _ = parse_route(spelled, file)
        if again is None or not _same(declaration, again, text, spelled):
            return None, (_refusal(file),)
        # A comment may stand elsewhere than where it would be read as belonging.
        text, declaration = spelled, again
    return text, ()


def attached(text: str, declaration: Declaration) -> Mapping[Path, Comments]:
    """The comments of a text, by the parts that they belong to; `declaration` was read from it."""
    parts = frozenset(node.path for node in every(route_node(declaration)) if node.path)
    return _Attachment(declaration.positions, parts).attach(comments_of(text))


def _same(before: Declaration, after: Declaration, text: str, spelled: str) -> bool:
    """Whether nothing was lost: neither meaning nor comments."""
    kept = _texts(comments_of(text)) == _texts(comments_of(spelled))
    return kept and _meaning(before) == _meaning(after)


def _meaning(declaration: Declaration) -> Declaration:
    """The declaration without positions, and without a default that the file spells out."""
    route = declaration.route
    if not spells_again(route):
        route = replace(route, escalate=replace(route.escalate, again=None))
    return replace(declaration, route=route, positions=Positions(""))


def _texts(comments: tuple[Comment, ...]) -> list[str]:
    return sorted(comment.text for comment in comments)


def _refusal(file: str) -> Finding:
    message = "the canonical spelling would change the meaning, so the file was not changed"
    hint = "this is a bug in reconciler: please report it with the file"
    return Finding("error", "fmt-changes-meaning", message, hint, Position(file, 1, 1))


_Where = Literal["before", "after", "below"]


def _starts(positions: Positions, parts: frozenset[Path]) -> dict[Path, tuple[int, int]]:
    """Line and column at which each part starts: where it or anything inside it first stands."""
    found: dict[Path, tuple[int, int]] = {}
    for path, place in positions.places.items():
        start = (place.line, place.column)
        for length in range(1, len(path) + 1):
            around = path[:length]
            if around in parts:
                found[around] = min(start, found.get(around, start))
    return found


def _first_of_lines(positions: Positions, parts: frozenset[Path]) -> dict[int, Path]:
    """The first and outermost part that stands in each line."""
    known = [
        (place.line, place.column, len(path), path)
        for path, place in positions.places.items()
        if path in parts
    ]
    known.sort(key=lambda part: part[:3], reverse=True)
    return {line: path for line, *_, path in known}


def _holds(around: Path, part: Path) -> bool:
    """Whether a part is inside another. Groups are inside `any`, though their paths do not say."""
    outer = around[:-1] if around[-1] == "any" else around
    return part[: len(outer)] == outer


class _Attachment:
    """Comments to parts; a part is a path that the canonical text spells."""

    def __init__(self, positions: Positions, parts: frozenset[Path]) -> None:
        self._lines = positions.lines
        self._spoken = {place.line for place in positions.places.values()}
        self._first_of_line = _first_of_lines(positions, parts)
        self._places = _starts(positions, parts)
        # What a part says may stand lines below its start; a comment between them is inside.
        known = {(*start, path) for path, start in self._places.items()} | {
            (place.line, place.column, path)
            for path, place in positions.places.items()
            if path in parts
        }
        ordered = sorted(known, key=lambda part: (*part[:2], len(part[2])))
        self._order = [path for *_, path in ordered]
        self._starts = [line for line, *_ in ordered]
        self._found: dict[Path, Comments] = {}

    def attach(self, comments: tuple[Comment, ...]) -> Mapping[Path, Comments]:
        """Every comment of the text, by the part that it belongs to."""
        first = self._starts[0]
        head = [comment for comment in comments if comment.line < first]
        for comment in head:
            self._add((), "before", comment, blank=True)
        if head and not self._lines[first - 2].strip():
            self._found[()].before.append((first, ""))
        run = _Run(-1, 0)
        for comment in comments[len(head) :]:
            run = self._attach(comment, run)
        return self._found

    def _attach(self, comment: Comment, run: "_Run") -> "_Run":
        first = None if comment.alone else self._first_of_line.get(comment.line)
        if first is not None:
            self._add(first, "after", comment)
            return run
        following = bisect_right(self._starts, comment.line)
        ahead = self._order[following] if following < len(self._order) else None
        level = self._indent(self._starts[following]) if ahead else 0
        indent, first_here = comment.indent, following != run.following
        if not first_here:  # later comments never move above earlier ones
            indent = min(indent, run.indent)
        behind = self._around(following - 1, indent)
        if behind is not None and first_here and self._ends_what_began_above(comment, following):
            self._add(behind, "after", comment)
            return _Run(following, indent)
        if behind is not None and indent > level and not (ahead and _holds(behind, ahead)):
            self._add(behind, "below", comment)
            return _Run(following, indent)
        if ahead is None:
            self._add((), "below", comment, blank=True)
        else:
            self._add(ahead, "before", comment, blank=len(ahead) == 1)
        return _Run(following, -1)

    def _ends_what_began_above(self, comment: Comment, following: int) -> bool:
        """Whether a comment without a part in its line is at the end of one of several lines:
        not after the key of the part ahead, and not after a default that is left out.
        """
        if comment.alone or comment.line in self._spoken:
            return False
        if following == len(self._starts):
            return True
        ahead = self._lines[self._starts[following] - 1]
        before = self._lines[comment.line - 1].rstrip().removesuffix(comment.text).rstrip()
        if before.endswith(":") and ahead.lstrip().startswith("-"):
            return False  # a list that is not indented
        return self._indent(self._starts[following]) <= comment.indent

    def _around(self, index: int, indent: int) -> Path | None:
        """The innermost part of at most this indent around it; on a shared line, the outermost."""
        path = self._order[index]
        around = [path[:length] for length in range(1, len(path) + 1)]
        fitting = [
            (self._places[part][0], -len(part), part)
            for part in around
            if part in self._places and self._indent(self._places[part][0]) <= indent
        ]
        return max(fitting)[2] if fitting else None

    def _indent(self, line: int) -> int:
        text = self._lines[line - 1]
        return len(text) - len(text.lstrip())

    def _add(self, part: Path, where: _Where, comment: Comment, *, blank: bool = False) -> None:
        comments = self._found.setdefault(part, Comments())
        listed: list[Note] = getattr(comments, where)
        if blank and comment.after_blank:
            listed.append((comment.line, ""))
        listed.append((comment.line, comment.text))


@dataclass(frozen=True, slots=True)
class _Run:
    """Comments with no part between them: what follows them, and how deep the next may be."""

    following: int
    indent: int
