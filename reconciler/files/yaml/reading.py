"""Reading one document: typed getters over YAML nodes that collect findings and positions.

Every getter takes a node and its path. For a mistake it adds a finding and returns None, so that
the rest of the file is still read. Nothing here raises.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import yaml

from reconciler.files.yaml.compose import MAX_FINDINGS
from reconciler.files.yaml.strict import is_integer, misread
from reconciler.model import (
    Finding,
    Level,
    Path,
    Position,
    format_duration,
    near_matches,
    parse_duration,
)

T = TypeVar("T")
Entry = tuple[yaml.ScalarNode, yaml.Node]
"""A key and its value, as nodes."""


def near(word: str, known: Iterable[str]) -> str:
    """`did you mean "x"?` for the nearest known words, "" when none is near."""
    return meant_perhaps(near_matches(word, known))


def meant_perhaps(words: Iterable[str]) -> str:
    """`did you mean "x" or "y"?`, "" for none."""
    offered = " or ".join(f"`{word}`" for word in words)
    return f"did you mean {offered}?" if offered else ""


class Reading:
    """The findings and positions of one file, so far."""

    def __init__(self, file: str, lines: tuple[str, ...]) -> None:
        self.file = file
        self.lines = lines
        self.findings: list[Finding] = []
        self.places: dict[Path, Position] = {}
        self.references: list[tuple[str, Position, Path]] = []

    @property
    def full(self) -> bool:
        """Whether no further finding will be shown: then looking for a hint is waste."""
        return len(self.findings) > MAX_FINDINGS

    def position(self, node: yaml.Node) -> Position:
        """Where a node starts; its end too when it is on the same line."""
        start, end = node.start_mark, node.end_mark
        same = isinstance(node, yaml.ScalarNode) and start.line == end.line
        end_column = end.column + 1 if same and end.column > start.column else 0
        return Position(self.file, start.line + 1, start.column + 1, end_column)

    def place(self, path: Path, node: yaml.Node) -> None:
        """Remember where a path stands."""
        self.places[path] = self.position(node)

    def add(
        self, level: Level, code: str, message: str, hint: str, at: Position, path: Path
    ) -> None:
        """Add a finding; over the limit only the fact that there are more."""
        if len(self.findings) < MAX_FINDINGS:
            inside = 0 < at.line <= len(self.lines)
            excerpt = self.lines[at.line - 1] if inside else ""
            self.findings.append(Finding(level, code, message, hint, at, excerpt, path))
        elif len(self.findings) == MAX_FINDINGS:
            message = f"more than {MAX_FINDINGS} findings in this file; the others are not shown"
            self.findings.append(Finding("error", "too-many-findings", message, "", at))

    def error(self, code: str, message: str, node: yaml.Node, path: Path, hint: str = "") -> None:
        """A mistake that must be corrected, at a node."""
        self.add("error", code, message, hint, self.position(node), path)

    def warn(self, code: str, message: str, node: yaml.Node, path: Path, hint: str = "") -> None:
        """A probable mistake."""
        self.add("warning", code, message, hint, self.position(node), path)

    def note(self, code: str, message: str, node: yaml.Node, path: Path) -> None:
        """Information."""
        self.add("note", code, message, "", self.position(node), path)

    def text(self, node: yaml.Node, path: Path) -> str | None:
        """A text slot: quoted text, or plain text that no YAML reads as another type."""
        if not isinstance(node, yaml.ScalarNode):
            self._wrong_kind(node, path, "a text")
            return None
        self.places[path] = self.position(node)
        value: str = node.value
        if node.style:
            return value
        meaning = misread(value)
        if meaning is None:
            return value
        if value == "":
            self.empty_value(node, path)
        else:
            message = f"`{value}` is {meaning} to many YAML readers; expected a text"
            self.error("quote-it", message, node, path, f'quote it: "{value}"')
        return None

    def words(self, node: yaml.Node, path: Path) -> str | None:
        """A text with the spaces around it cut off, which must not be empty."""
        text = self.text(node, path)
        if text is None:
            return None
        trimmed = text.strip()
        if not trimmed:
            self.error("empty-text", "the text is empty", node, path)
            return None
        return trimmed

    def reference(self, node: yaml.Node, path: Path) -> str | None:
        """A reference in the file's grammar; kept for the check of expressions."""
        text = self.words(node, path)
        if text is not None:
            self.references.append((text, self.places[path], path))
        return text

    def flag(self, node: yaml.Node, path: Path) -> bool | None:
        """true or false, plain and in lower case."""
        if isinstance(node, yaml.ScalarNode):
            self.places[path] = self.position(node)
            if not node.style and node.value in ("true", "false"):
                return bool(node.value == "true")
            if not node.style and node.value == "":
                self.empty_value(node, path)
                return None
            word = node.value.lower()
            better = "true" if word in ("true", "yes", "on", "y", "1") else "false"
            certain = word in ("true", "false", "yes", "no", "on", "off", "y", "n", "0", "1")
            hint = f"write {better}" if certain else "write true or false"
            shown = f'"{node.value}"' if node.style else node.value
            self.error("not-true-or-false", f"`{shown}` is not true or false", node, path, hint)
            return None
        self._wrong_kind(node, path, "true or false")
        return None

    def duration(self, node: yaml.Node, path: Path, bounds: tuple[int, int]) -> int | None:
        """Seconds from `90s`, `30m`, `2h`, within bounds (both allowed)."""
        text = self.text(node, path)
        if text is None:
            return None
        seconds = parse_duration(text)
        if seconds is None:
            unit = f": {text}s or {text}m" if is_integer(text) and not text.startswith("-") else ""
            hint = f"write it with a unit{unit or ', as in 90s, 30m or 2h'}"
            self.error("duration", f"`{text}` is not a duration", node, path, hint)
            return None
        low, high = bounds
        if not low <= seconds <= high:
            hint = f"from {format_duration(low)} to {format_duration(high)}"
            self.error("out-of-range", f"`{text}` is out of range", node, path, hint)
            return None
        return seconds

    def count(self, node: yaml.Node, path: Path) -> int | None:
        """A whole number from 0 on."""
        if isinstance(node, yaml.ScalarNode) and not node.style:
            self.place(path, node)
            if is_integer(node.value) and not node.value.startswith("-") and len(node.value) < 10:
                return int(node.value)
        self.error("not-a-number", "expected a whole number, 0 or more", node, path)
        return None

    def word(self, node: yaml.Node, path: Path, known: tuple[str, ...]) -> str | None:
        """A known word, or `{raw: WORD}` for an unknown one."""
        if isinstance(node, yaml.MappingNode):
            return self._raw_word(node, path, known)
        text = self.text(node, path)
        if text is None or text in known:
            return text
        hint = near(text, known) or f"one of {', '.join(known)}"
        hint += f"; if it is new in incident.io, write {{raw: {text}}}"
        self.error("unknown-word", f"unknown value `{text}`", node, path, hint)
        return None

    def _raw_word(self, node: yaml.MappingNode, path: Path, known: tuple[str, ...]) -> str | None:
        entries = self.mapping(node, path, ("raw",))
        if entries is None or "raw" not in entries:
            if not node.value:
                self.error("wrong-kind", "expected a word", node, path)
            return None
        word = self.words(entries["raw"][1], path)
        if word is not None and word not in known:
            message = f"`{word}` is a value that this version does not know; it is sent unchanged"
            self.note("raw-word", message, entries["raw"][1], path)
        return word

    def sequence(self, node: yaml.Node, path: Path, example: str) -> list[yaml.Node] | None:
        if isinstance(node, yaml.SequenceNode):
            nodes: list[yaml.Node] = node.value
            return nodes
        self._wrong_kind(node, path, "a list", example)
        return None

    def each(
        self,
        node: yaml.Node,
        path: Path,
        example: str,
        read: Callable[["Reading", yaml.Node, Path], T | None],
    ) -> tuple[T, ...]:
        """The elements of a list, without those that could not be read."""
        nodes = self.sequence(node, path, example) or ()
        found = [read(self, item, (*path, place)) for place, item in enumerate(nodes)]
        return tuple(element for element in found if element is not None)

    def texts(self, node: yaml.Node, path: Path, example: str) -> tuple[str, ...]:
        return self.each(node, path, example, Reading.words)

    def mapping(
        self, node: yaml.Node, path: Path, known: tuple[str, ...]
    ) -> dict[str, Entry] | None:
        """The entries of a mapping with fixed keys; each value that is no scalar is placed."""
        if not isinstance(node, yaml.MappingNode):
            self._wrong_kind(node, path, f"a mapping with {_listed(known)}")
            return None
        found: dict[str, Entry] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name not in known:
                self._unknown_key(key, (*path, str(name)), known)
            elif name in found:
                self._duplicate(key, found[name][0], path)
            else:
                found[name] = (key, value)
                self._place_entry((*path, name), key, value)
        return found

    def free_mapping(self, node: yaml.Node, path: Path, what: str) -> dict[str, Entry] | None:
        """The entries of a mapping whose keys are names."""
        if not isinstance(node, yaml.MappingNode):
            self._wrong_kind(node, path, what)
            return None
        found: dict[str, Entry] = {}
        for key, value in node.value:
            name = self.key(key, path)
            if name is None:
                continue
            if name in found:
                self._duplicate(key, found[name][0], path)
                continue
            found[name] = (key, value)
            self._place_entry((*path, name), key, value)
        return found

    def json_mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, yaml.Node]:
        """The entries of a mapping that stands for a JSON object: any text is a key."""
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.error("key-is-no-text", "a key must be a text", key, path)
            elif key.value in found:
                self.error("duplicate-key", f"`{key.value}` is written twice", key, path)
            else:
                found[key.value] = value
        return found

    def within(
        self,
        entries: Mapping[str, Entry],
        path: Path,
        key: str,
        read: Callable[["Reading", yaml.Node, Path], T | None],
    ) -> T | None:
        """The value of a key of a mapping; None where the key is not there."""
        return read(self, entries[key][1], (*path, key)) if key in entries else None

    def key(self, key: yaml.Node, path: Path) -> str | None:
        """A key that is a name: a text, trimmed, not empty."""
        if not isinstance(key, yaml.ScalarNode):
            self.error("key-is-no-text", "a key must be a text", key, path)
            return None
        name: str = key.value.strip()
        meaning = None if key.style else misread(key.value)
        if meaning is not None and name:
            message = f"the key `{name}` is {meaning} to many YAML readers"
            self.error("quote-it", message, key, path, f'quote it: "{name}"')
            return None
        if not name:
            self.error("empty-text", "a key without a name", key, path)
            return None
        return name

    def empty_value(self, node: yaml.Node, path: Path) -> None:
        """Nothing after the colon: an unfinished line, or a comment that was meant as text."""
        line = node.start_mark.line
        after = self.lines[line][node.start_mark.column :] if line < len(self.lines) else ""
        comment = after.strip()
        if comment.startswith("#") and not comment.startswith("# "):
            hint = f'a # starts a comment; if it is text, quote it: "{comment}"'
        else:
            hint = "leave the key out, or give it a value"
        self.error("empty-value", "the value is missing", node, path, hint)

    def missing(self, node: yaml.Node, path: Path, key: str, hint: str) -> None:
        """The error of a missing key."""
        self.error("missing-key", f"`{key}` is missing", node, path, hint)

    def needs(
        self,
        node: yaml.Node,
        path: Path,
        entries: Mapping[str, Entry],
        keys: Iterable[str],
        hint: str,
    ) -> bool:
        """Whether all keys are there; each missing one is an error."""
        missing = [key for key in keys if key not in entries]
        for key in missing:
            self.missing(node, path, key, hint)
        return not missing

    def _place_entry(self, path: Path, key: yaml.Node, value: yaml.Node) -> None:
        if not isinstance(value, yaml.ScalarNode):
            self.places[path] = self.position(key)

    def _unknown_key(self, key: yaml.Node, path: Path, known: tuple[str, ...]) -> None:
        if self.full:
            return  # it would not be shown, and looking for near keys would take seconds
        if not isinstance(key, yaml.ScalarNode):
            self.error("key-is-no-text", "a key must be a text", key, path[:-1])
            return
        hint = near(key.value, known) or f"known keys: {_listed(known)}"
        if key.value == "<<":
            hint = "merge keys are not supported: write the content out"
        self.error("unknown-key", f"unknown key `{key.value}`", key, path, hint)

    def _duplicate(self, key: yaml.Node, first: yaml.Node, path: Path) -> None:
        at = self.position(first)
        name = str(key.value)
        message = f"`{name}` is written twice, first in line {at.line}, column {at.column}"
        self.error("duplicate-key", message, key, (*path, name), "keep one of them")

    def _wrong_kind(self, node: yaml.Node, path: Path, meant: str, example: str = "") -> None:
        if isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("", "~", "null"):
            self.empty_value(node, path)
            return
        kind = {yaml.ScalarNode: "a text", yaml.SequenceNode: "a list"}.get(type(node), "a mapping")
        hint = f"write it as `{example}`" if example else ""
        self.error("wrong-kind", f"expected {meant}, found {kind}", node, path, hint)


def _listed(known: tuple[str, ...]) -> str:
    return ", ".join(f"`{key}`" for key in known)


BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MAY_HAVE = re.compile(rf"{BIDI_CONTROLS.pattern}|\\[uU]")  # written as they are, or escaped


def warn_of_direction(reading: Reading, text: str, root: yaml.Node) -> None:
    """A warning at each value or key with a character that turns the direction of a text (Unicode's
    property Bidi_Control): its reader sees another name. Names in Arabic or Hebrew need none.
    """
    if not _MAY_HAVE.search(text):
        return
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.ScalarNode):
            if found := dict.fromkeys(BIDI_CONTROLS.findall(node.value)):
                listed = ", ".join(f"U+{ord(character):04X}" for character in found)
                message = f"this text has characters that change the reading direction ({listed})"
                hint = "the text may look like another text; delete these characters"
                reading.warn("direction-control", message, node, (), hint)
        elif isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def in_file_order(finding: Finding) -> tuple[int, int]:
    """The key to sort the findings of a file by."""
    position = finding.position
    return (position.line, position.column) if position else (0, 0)
