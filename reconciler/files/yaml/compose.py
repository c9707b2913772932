"""Text to YAML nodes, without types, within limits.

Nothing a file holds can make this expensive: size, nesting and repetition are bounded while the
nodes are made, and anchors and aliases are refused (write it out), so no file can say more than it
is long. Columns and lines count characters from 1 once they are in a `Position`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import yaml

from reconciler.files.yaml.strict import LINE_BREAKS, Strict
from reconciler.model import Finding, Position

MAX_BYTES = 262_144  # of a route file; what people write is far below 10,000
MAX_NODES = 50_000  # texts, lists and mappings of a file: these are what costs time
MAX_FINDINGS = 200  # of one file; more of them do not help
MAX_DEPTH = 64
_FORBIDDEN = re.compile(
    "\r(?!\n)|[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd"
    "\U00010000-\U0010ffff]"
)
"""YAML 1.1 takes U+0085, U+2028 and U+2029 for line ends, YAML 1.2 for text; and many a tool takes
U+000D alone for text, against both. In a comment, the one reads a setting where the other, and a
reviewer, see none.
"""
_BYTE_ORDER_MARK = "\ufeff"
_WRONG_FILE = "is this the right file? A route is usually about ten lines"


@dataclass(frozen=True, slots=True)
class Composed:
    """The nodes of one document, or why there are none. `text` has no byte order mark."""

    text: str
    lines: tuple[str, ...]
    root: yaml.Node | None
    findings: tuple[Finding, ...] = ()


def compose(text: str, file: str, limit: int = MAX_BYTES) -> Composed:
    """Compose one document. Never raises: mistakes are among the findings."""
    text = text.removeprefix(_BYTE_ORDER_MARK)
    lines = tuple(LINE_BREAKS.split(text))
    finding = _unusable(text, file, limit)
    if finding is None:
        documents: list[yaml.Node] = []
        findings = tuple(islice(_read(text, file, documents), MAX_FINDINGS))
        if findings:
            return Composed(text, lines, None, _with_excerpts(findings, lines))
        if documents:
            return Composed(text, lines, documents[0])
        hint = "a route file starts with `name:`; delete the file if it is not needed"
        finding = Finding("error", "empty-file", "the file is empty", hint, Position(file, 1, 1))
    return Composed(text, lines, None, _with_excerpts((finding,), lines))


def decode(content: bytes, file: str, limit: int = MAX_BYTES) -> str | Finding:
    """The text of a file's bytes; a finding where it is too large or not UTF-8."""
    if len(content) > limit:
        return too_large(file, limit)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        position = _position_in(before, len(before), file)
        message = f"byte {error.start + 1} is not UTF-8 (0x{content[error.start]:02x})"
        return Finding("error", "not-utf8", message, "save the file as UTF-8", position)


def too_large(file: str, limit: int = MAX_BYTES) -> Finding:
    """The finding for a file over the limit, which is never read whole."""
    message = f"the file is larger than {limit // 1024} KiB and was not read"
    return Finding("error", "too-large", message, _WRONG_FILE, Position(file, 1, 1))


def _unusable(text: str, file: str, limit: int) -> Finding | None:
    """Faults that stop every YAML reader: size, characters that YAML does not allow."""
    if len(text) > limit:
        return too_large(file, limit)
    forbidden = _FORBIDDEN.search(text)
    if forbidden is None:
        return None
    message = f"the character U+{ord(forbidden[0]):04X} is not allowed in a YAML file"
    escape = f"\\x{ord(forbidden[0]):02x}" if ord(forbidden[0]) < 256 else "\\u…"
    hint = f'delete it, or write "{escape}" inside double quotes'
    position = _position_in(text, forbidden.start(), file)
    return Finding("error", "control-character", message, hint, position)


def _position_in(text: str, offset: int, file: str) -> Position:
    lines = LINE_BREAKS.split(text[:offset])
    return Position(file, len(lines), len(lines[-1]) + 1)


def _read(text: str, file: str, inside: list[yaml.Node]) -> Iterator[Finding]:
    """Syntax errors, and parts of YAML that this format lacks, from the flat stream of events. It
    puts the document, whose nodes have the tag "" whatever they look like, into `inside`; good only
    where there are no findings.
    """
    strict = Strict(text)
    around: list[tuple[yaml.CollectionNode, list[yaml.Node]]] = []  # what is open, and its siblings
    documents = nodes = 0
    try:
        for event in iter(yaml.CBaseLoader(text).get_event, None):
            slip = strict.take(event)
            if slip is not None:
                message, at = f"this is not YAML: {slip.message}", _position_in(text, slip.at, file)
                yield Finding("error", "yaml-syntax", message, slip.hint, at)
                return
            if isinstance(event, yaml.AliasEvent):
                yield _shorthand(event, "alias", f"*{event.anchor}", file)
                continue
            if isinstance(event, _STARTS):
                nodes += 1
                start: Any = event.start_mark
                end: Any = event.end_mark
                if isinstance(event, yaml.ScalarEvent):
                    node = yaml.ScalarNode("", event.value, start, end, event.style)
                    inside.append(node)
                else:
                    opened = _COLLECTIONS[type(event)]("", [], start, None, event.flow_style)
                    inside.append(opened)
                    around.append((opened, inside))
                    inside = opened.value
                if len(around) > MAX_DEPTH:
                    yield _too_deep(_at(event, file))
                    return
                if nodes > MAX_NODES:
                    yield _too_many(_at(event, file))
                    return
                if event.anchor is not None or event.tag not in _UNTAGGED:
                    yield from _decorations(event, file)
            elif isinstance(event, yaml.CollectionEndEvent):
                closed, inside = around.pop()
                closed.end_mark = event.end_mark
                if isinstance(closed, yaml.MappingNode):
                    closed.value = [*zip(*[iter(closed.value)] * 2, strict=False)]
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    message = "a second YAML document starts here; each file has one route"
                    hint = "move it into a file of its own"
                    yield Finding("error", "several-documents", message, hint, _at(event, file))
                    return
    except yaml.MarkedYAMLError as error:
        yield _syntax(error, text, file)


_STARTS = (yaml.ScalarEvent, yaml.CollectionStartEvent)
_COLLECTIONS: Mapping[type, type[yaml.CollectionNode]] = {
    yaml.MappingStartEvent: yaml.MappingNode,
    yaml.SequenceStartEvent: yaml.SequenceNode,
}
_UNTAGGED = (None, "!")


def _decorations(event: yaml.NodeEvent, file: str) -> Iterator[Finding]:
    if event.anchor is not None:
        yield _shorthand(event, "anchor", f"&{event.anchor}", file)
    tag = getattr(event, "tag", None)
    if tag not in _UNTAGGED:
        name = tag.replace("tag:yaml.org,2002:", "!!")
        message = f"`{name}` is a YAML tag; route files have none"
        hint = "leave the tag out; quote the value if it must be text"
        yield Finding("error", "tag", message, hint, _at(event, file))


def _shorthand(event: yaml.Event, what: str, spelling: str, file: str) -> Finding:
    message = f"`{spelling}` is a YAML {what}; route files have none"
    hint = "write the value out here"
    if what == "anchor":
        hint = "leave it out, and write the value out in each place"
    hint += f'; quote it if it is text: "{spelling}"'
    return Finding("error", what, message, hint, _at(event, file))


def _too_many(position: Position) -> Finding:
    message = f"the file has more than {MAX_NODES} values, and the rest was not read"
    return Finding("error", "too-large", message, _WRONG_FILE, position)


def _too_deep(position: Position) -> Finding:
    message = f"nested more than {MAX_DEPTH} levels deep"
    hint = "no route needs this; look for a bracket that is never closed"
    return Finding("error", "too-deep", message, hint, position)


def _at(event: yaml.Event, file: str) -> Position:
    mark = event.start_mark
    return Position(file, mark.line + 1, mark.column + 1) if mark else Position(file, 1, 1)


def _syntax(error: yaml.MarkedYAMLError, text: str, file: str) -> Finding:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Finding("error", "yaml-syntax", str(error), position=Position(file, 1, 1))
    if "nesting" in (error.problem or ""):
        return _too_deep(Position(file, mark.line + 1, mark.column + 1))
    lines = LINE_BREAKS.split(text)
    line = lines[mark.line] if mark.line < len(lines) else ""
    indentation = line[: len(line) - len(line.lstrip())]
    if "\t" in indentation:
        position = Position(file, mark.line + 1, indentation.index("\t") + 1)
        message = "a tab in the indentation"
        return Finding("error", "tab", message, "indent with spaces, two for each level", position)
    what = ", ".join(part for part in (error.context, error.problem) if part)
    return Finding(
        "error",
        "yaml-syntax",
        f"this is not YAML: {what}",
        _syntax_hint(line[mark.column : mark.column + 1], error.problem or ""),
        Position(file, mark.line + 1, mark.column + 1),
    )


def _syntax_hint(character: str, problem: str) -> str:
    if "mapping values are not allowed" in problem:
        return "put a text that contains `: ` in double quotes, or check the indentation"
    if "cannot start any token" in problem:
        return f"put a text that starts with `{character}` in double quotes"
    if "escape character" in problem:
        return r"write a backslash inside double quotes as \\"
    if problem.startswith("did not find expected"):
        return "check indentation, brackets and quotes here and in the line before"
    return "check indentation, brackets and quotes"


def _with_excerpts(findings: tuple[Finding, ...], lines: tuple[str, ...]) -> tuple[Finding, ...]:
    def line_of(finding: Finding) -> str:
        line = finding.position.line if finding.position else 0
        return lines[line - 1] if 0 < line <= len(lines) else ""

    return tuple(replace(finding, excerpt=line_of(finding)) for finding in findings)
