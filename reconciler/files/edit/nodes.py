"""Canonical nodes beside a file's own: which are the same, how values are held and spelled.

A comment explains a part of the route. When a part of the file is written anew, the comment stands
beside its part again; the comment of a removed part goes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import yaml

from reconciler.files.write.layout import Comments, Note, block_lines
from reconciler.files.write.nodes import Entries, Items, Node, Text, every
from reconciler.model import Path


@dataclass(frozen=True, slots=True)
class Host:
    """The holder of a value: the entry of a mapping or the dash of a list, in block style."""

    start: int  # offset of the key or the dash
    indent: int
    key: yaml.Node | None = None  # None: a dash
    name: str = ""


def key_host(key: yaml.Node, name: str) -> Host:
    """The entry that a key begins; `name` is the key as the canonical spelling has it."""
    return Host(key.start_mark.index, key.start_mark.column, key, name)


def in_brackets(node: Node, host: Host) -> bool:
    """Whether the canonical spelling puts the value in brackets or braces."""
    if host.key is None:
        head = block_lines(Items((node,), inline=False), host.indent)[0].lstrip()[2:]
    else:
        entry = Entries(((host.name, node),), inline=False)
        head = block_lines(entry, host.indent)[0].lstrip()[len(key_text(host.name)) + 1 :]
    return not isinstance(node, Text) and head[:1] in ("[", "{")


def key_text(name: str) -> str:
    """The key and its colon, as the canonical line starts."""
    node = Entries(((name, Text("x")),), inline=False)
    return block_lines(node, 0)[0].removesuffix(" x")


def pairs(old: Sequence[Node], new: Sequence[Node]) -> list[tuple[int | None, Node]]:
    """Each new item with the place of the old one that it is a change of, if any."""
    heads, wanted = [_head(node) for node in old], [_head(node) for node in new]
    found: list[tuple[int | None, Node]] = []
    for _, i, i_end, j, j_end in SequenceMatcher(None, heads, wanted, False).get_opcodes():
        matched = i_end - i == j_end - j
        found += [(i + k if matched else None, node) for k, node in enumerate(new[j:j_end])]
    return found


def _head(node: Node) -> object:
    """The identity of an item: its text, or its first entry."""
    match node:
        case Entries(((name, value), *_)):
            return name, plain(value)
        case _:
            return plain(node)


def plain(node: Node) -> object:
    """The node without its place, for comparing."""
    match node:
        case Text(text, _, bare):
            return text, bare
        case Items(items):
            return "list", tuple(plain(item) for item in items)
        case Entries(entries):
            return "mapping", tuple((name, plain(value)) for name, value in entries)


def renamed_keys(old: Entries, new: Entries) -> dict[str, str]:
    """The new names of expressions that are called otherwise and compute the same, with their old
    ones. Of several that compute the same none is taken.
    """
    if old.path != ("expressions",):
        return {}
    gone, come = dict(old.entries), dict(new.entries)
    gone, come = ({k: v for k, v in side.items() if k not in other}
                  for side, other in ((gone, come), (come, gone)))  # fmt: skip
    found: dict[str, str] = {}
    for name, value in come.items():
        same = [key for key, was in gone.items() if _computes(was) == _computes(value)]
        twins = [key for key, other in come.items() if _computes(other) == _computes(value)]
        if len(same) == len(twins) == 1:
            found[name] = same[0]
    return found


def _computes(expression: Node) -> object:
    """All of it but its label."""
    if not isinstance(expression, Entries):
        return plain(expression)
    return tuple((name, plain(part)) for name, part in expression.entries if name != "label")


def respelled(raw: yaml.ScalarNode, old: Text, new: Text, *, flow: bool) -> str:
    """The new text; in quotes that the old one had without need, if they hold it."""
    canonical = new.spelled(flow=flow)
    quote = raw.style if raw.style in ("'", '"') else ""
    needless = quote and not old.bare and old.spelled(flow=flow) == old.text
    if needless and not new.bare and canonical == new.text and not {quote, "\\"} & set(new.text):
        return f"{quote}{new.text}{quote}"
    return canonical


def in_long_form(keys: Collection[str], old: Node, new: Node) -> tuple[Entries, Entries] | None:
    """Both as mappings, where a file has `escalate: {to: [...]}`, and the canonical form a list."""
    if "to" not in keys or not isinstance(old, Items):
        return None
    before = Entries((("to", old),), old.path)
    match new:
        case Items():
            return before, Entries((("to", new),), new.path)
        case Entries():
            return before, new
        case _:
            return None


_Words = tuple[tuple[Path, str], ...]
"""All words in an item of a list, by their paths from there."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Comments by the new text's parts, and those of removed parts."""

    notes: Mapping[Path, Comments]
    gone: tuple[str, ...]

    def strays(self, node: Node) -> list[Note]:
        """Comments of parts that the node lacks: a file may spell out a default."""
        inside = {part.path for part in every(node)}
        found = [comments for path, comments in self.notes.items() if path not in inside]
        notes = (
            note
            for comments in found
            for note in (*comments.before, *comments.after, *comments.below)
        )
        return sorted(note for note in notes if note[1])


@dataclass(frozen=True, slots=True)
class Moves:
    """Which new item of a list is which old item."""

    new: frozenset[Path]
    texts: frozenset[Path]  # of these, those that are spelled as one word
    places: Mapping[Path, Mapping[int, int]]

    def now(self, path: Path) -> Path | None:
        """Where an old part is now; None where it is gone."""
        moved: Path = ()
        for length, step in enumerate(path):
            if isinstance(step, int):
                place = self.places.get(path[:length], {}).get(step)
                if place is None:
                    return None
                moved = (*moved, place)
            else:
                moved = (*moved, step)
        return self._nearest(moved)

    def _nearest(self, path: Path) -> Path | None:
        """A part that is spelled: this one, the first inside it, or the one around it, which says
        it in fewer words. None where a key is gone.
        """
        if path in self.new:
            return path
        inside = sorted((inner for inner in self.new if inner[: len(path)] == path), key=str)
        if inside:
            return min(inside, key=len)
        around = (path[:length] for length in range(len(path) - 1, 0, -1))
        near = next((outer for outer in around if outer in self.new), None)
        return near if isinstance(path[-1], int) or near in self.texts else None


def moves(old: Node, new: Node) -> Moves:
    """Items of the same words are the same; others pair up in order, if as many came as went."""
    before, after = _lists(old), _lists(new)
    places = {path: _paired(items, after.get(path, {})) for path, items in before.items()}
    parts = [node for node in every(new) if node.path]
    texts = frozenset(node.path for node in parts if node.path and isinstance(node, Text))
    return Moves(frozenset(node.path for node in parts if node.path), texts, places)


def carried(notes: Mapping[Path, Comments], lines: range, moved: Moves) -> Carried:
    """The comments that stand in these lines of the old text."""
    found: dict[Path, Comments] = defaultdict(Comments)
    gone: list[str] = []
    for path, comments in notes.items():
        place = moved.now(path)
        for where in ("before", "after", "below"):
            listed: list[Note] = [note for note in getattr(comments, where) if note[0] in lines]
            if place is None:
                gone += [text for _, text in listed if text]
            elif listed:
                getattr(found[place], where).extend(listed)
    return Carried(found, tuple(gone))


def _lists(node: Node) -> dict[Path, dict[int, _Words]]:
    """Every list, by its path: the words of each of its items."""
    found: dict[Path, dict[int, list[tuple[Path, str]]]] = {}
    for path, text in _all_words(node, ()):
        for length, step in enumerate(path):
            if isinstance(step, int):
                items = found.setdefault(path[:length], {})
                items.setdefault(step, []).append((path[length + 1 :], text))
    return {
        path: {place: tuple(words) for place, words in items.items()}
        for path, items in found.items()
    }


def _all_words(node: Node, around: Path) -> Iterator[tuple[Path, str]]:
    """All texts and keys, with the path of the part that they are in; no lists, because the same
    words may be spelled with one list more.
    """
    path = node.path or around
    if isinstance(node, Text):
        yield path, node.text
    elif isinstance(node, Entries):
        for name, value in node.entries:
            yield path, name
            yield from _all_words(value, path)
    else:
        for item in node.items:
            yield from _all_words(item, path)


def _paired(old: Mapping[int, _Words], new: Mapping[int, _Words]) -> dict[int, int]:
    waiting: dict[_Words, list[int]] = defaultdict(list)
    for place, words in new.items():
        waiting[words].append(place)
    found = {}
    for place, words in old.items():
        if waiting[words]:
            found[place] = waiting[words].pop(0)
    went = [place for place in old if place not in found]
    came = [place for place in new if place not in found.values()]
    return found | (dict(zip(went, came, strict=True)) if len(went) == len(came) else {})
