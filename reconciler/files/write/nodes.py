"""The nodes of a canonical file, before they become lines, and how each text in them is spelled:
plain where every reader of YAML agrees, quoted elsewhere.

A node's `path` is the place of the route that it spells, in the long form that positions use. By it
comments of an older text find their node; None: no comment is ever meant for it alone.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from reconciler.files.yaml.strict import is_integer, misread
from reconciler.model import Binding, Json, Literal, Path, Returns, Value

T = TypeVar("T")
_SPECIAL_FIRST = frozenset("-?:,[]{}#&*!|>'\"%@`")
_AMBIGUOUS = re.compile(r": | #|:$|^\.\.\.|^---")
_FLOW_AMBIGUOUS = re.compile(r"[,\[\]{}:?]")
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
"""Characters that a reader of the file would not see, or that reorder its text. Not a property
of Unicode's tables, so that every version of Python spells alike; joiners are parts of emoji.
"""


def spelled(text: str, *, flow: bool = False) -> str:
    if _is_plain(text, flow=flow):
        return text
    quotable = ('"' in text or "\\" in text) and "'" not in text
    if quotable and not _HIDDEN.search(text):
        return f"'{text}'"
    return f'"{"".join(map(_escaped, text))}"'


def fits_block(text: str) -> bool:
    """Whether a `|` block holds exactly this text, and shows all of it."""
    lines = text.removesuffix("\n").split("\n")
    return (
        "\n" in text
        and text[0] not in "\n "
        and bool(lines[-1])
        and not any(map(_HIDDEN.search, lines))
        and all(line == line.rstrip() for line in lines)
    )


def block_header(text: str) -> str:
    """`|` for a text that ends with a line end, `|-` for one that does not."""
    return "|" if text.endswith("\n") else "|-"


def _is_plain(text: str, *, flow: bool) -> bool:
    return (
        misread(text) is None
        and text == text.strip()
        and text[0] not in _SPECIAL_FIRST
        and not _AMBIGUOUS.search(text)
        and not (flow and _FLOW_AMBIGUOUS.search(text))
        and not _HIDDEN.search(text)
    )


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char.encode("unicode_escape").decode("ascii") if _HIDDEN.match(char) else char


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar. `bare`: a word of the format (true, a number), written as it is."""

    text: str
    path: Path | None = None
    bare: bool = False

    @property
    def in_block(self) -> bool:
        """Whether it is written in lines of its own."""
        return not self.bare and fits_block(self.text)

    def spelled(self, *, flow: bool) -> str:
        return self.text if self.bare else spelled(self.text, flow=flow)


@dataclass(frozen=True, slots=True)
class Items:
    """A list. `inline`: on one line where it fits."""

    items: tuple["Node", ...]
    path: Path | None = None
    inline: bool = True


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping. `inline`: on one line where it fits."""

    entries: tuple[tuple[str, "Node"], ...]
    path: Path | None = None
    inline: bool = True


Node = Text | Items | Entries


def inner(node: Node) -> tuple[Node, ...]:
    match node:
        case Items(items):
            return items
        case Entries(entries):
            return tuple(value for _, value in entries)
        case _:
            return ()


def every(node: Node) -> Iterator[Node]:
    """The node and all nodes inside it, in the order of the file."""
    yield node
    for part in inner(node):
        yield from every(part)


def flag(value: bool, path: Path | None) -> Text:
    return Text("true" if value else "false", path, bare=True)


def word(text: str, known: Sequence[str], path: Path) -> Node:
    """A word of incident.io; `{raw: WORD}` where this version does not know it."""
    return Text(text, path) if text in known else Entries((("raw", Text(text)),), path)


def listed(
    parts: Sequence[T], path: Path, node: Callable[[T, Path], Node], *, inline: bool = False
) -> Items:
    """A list with a node for each part."""
    nodes = (node(part, (*path, place)) for place, part in enumerate(parts))
    return Items(tuple(nodes), path, inline=inline)


def texts(values: Sequence[str], path: Path) -> Items:
    return listed(values, path, Text, inline=True)


def value(given: Value, path: Path | None) -> Node:
    """A literal as it is, `{literal: X}` or `{reference: R}`."""
    if not isinstance(given, Literal):
        return Entries((("reference", Text(given.path)),), path)
    if given.exact:
        return Entries((("literal", Text(given.text)),), path)
    return Text(given.text, path)


def values(binding: Binding, path: Path) -> Items:
    return listed(binding.values, path, value, inline=True)


def binding_node(binding: Binding, path: Path, *, many: bool) -> Node:
    """The content of a slot; `many` is the shape that a single value has there."""
    if len(binding.values) == 1 and binding.many == many:
        return value(binding.values[0], path)
    if binding.many or len(binding.values) > 1:
        return values(binding, path)
    if not binding.values:
        return Entries((), path)
    return Entries((("value", value(binding.values[0], None)),), path)


def returns_node(returns: Returns, path: Path) -> Node:
    """`String`, `{catalog: Service}`, or either in brackets."""
    if not returns.array:
        return _type(returns, path)
    return Items((_type(returns, None),), path)


def _type(returns: Returns, path: Path | None) -> Node:
    if returns.catalog:
        return Entries((("catalog", Text(returns.type)),), path)
    return Text(returns.type, path)


def json_node(text: str, path: Path) -> Node:
    """A JSON text as YAML that reads as the same JSON."""
    parsed: Json = json.loads(text)
    return _json(parsed, path)


def _json(parsed: Json, path: Path | None) -> Node:
    if isinstance(parsed, str):
        # Here a plain integer is a number, so a text of digits needs its quotes.
        return Text(f'"{parsed}"', path, bare=True) if is_integer(parsed) else Text(parsed, path)
    if isinstance(parsed, Mapping):
        return Entries(tuple((key, _json(part, None)) for key, part in parsed.items()), path)
    if isinstance(parsed, Sequence):
        return Items(tuple(_json(part, None) for part in parsed), path)
    return Text(json.dumps(parsed), path, bare=True)
