"""Senders' YAML: read with positions, and merged as Helm merges values.

Maps are merged key by key, lists and scalars are replaced, and null takes the key away. Scalars
stay text: nothing here needs to know that `on` may be true.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from reconciler.model import Finding, Position

MOST_NODES = 200_000
NULLS = ("", "~", "null", "Null", "NULL")
_MERGE = "<<"


@dataclass(frozen=True, slots=True)
class Tree:
    """A value and where it stands: a mapping, a list, a text, or None for null."""

    value: "Mapping[str, Tree] | tuple[Tree, ...] | str | None"
    at: Position

    def get(self, *keys: str) -> "Tree | None":
        """The value under these keys; None where one is not there or is no mapping."""
        found: Tree | None = self
        for key in keys:
            found = found.value.get(key) if found and isinstance(found.value, Mapping) else None
        return found

    def text(self, *keys: str) -> str:
        """The text under these keys; "" for anything else."""
        found = self.get(*keys)
        return found.value.strip() if found and isinstance(found.value, str) else ""

    def place(self, *keys: str) -> Position:
        """Where the value under these keys stands; where this one does if there is none."""
        found = self.get(*keys)
        return found.at if found else self.at

    def items(self, *keys: str) -> "tuple[Tree, ...]":
        """The list under these keys; () for anything else."""
        found = self.get(*keys)
        return found.value if found and isinstance(found.value, tuple) else ()


def read_trees(text: str, file: str) -> tuple[tuple[Tree, ...], tuple[Finding, ...]]:
    """Each document that is not empty. Raises nothing; text that is not YAML is a finding, which
    does not quote it.
    """
    try:
        nodes = [node for node in yaml.compose_all(text, yaml.SafeLoader) if node is not None]
        reading = _Reading(file)
        trees = [tree for tree in map(reading.tree, nodes) if tree.value is not None]
    except (yaml.YAMLError, _TooMuch, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        at = Position(file, mark.line + 1, mark.column + 1) if mark else Position(file, 1, 1)
        template = "{{" in text
        hint = "render it first: `helm template …`" if template else "look at the YAML around here"
        return (), (Finding("error", "sender-unreadable", "this is not plain YAML", hint, at),)
    return tuple(trees), ()


def merged(trees: Sequence[Tree]) -> Tree | None:
    """All of them, the later over the earlier; None for none."""
    result: Tree | None = None
    for tree in trees:
        result = tree if result is None else _over(result, tree)
    return None if result is None else _without_nulls(result)


def walk(tree: Tree, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Tree]]:
    """Every value with the keys that lead to it; items of a list have their number."""
    yield path, tree
    if isinstance(tree.value, Mapping):
        for key, inner in tree.value.items():
            yield from walk(inner, (*path, key))
    elif isinstance(tree.value, tuple):
        for place, inner in enumerate(tree.value):
            yield from walk(inner, (*path, str(place)))


def _over(base: Tree, new: Tree) -> Tree:
    if not isinstance(base.value, Mapping) or not isinstance(new.value, Mapping):
        return new
    both = dict(base.value)
    for key, value in new.value.items():
        both[key] = _over(both[key], value) if key in both else value
    return Tree(both, new.at)


def _without_nulls(tree: Tree) -> Tree:
    if not isinstance(tree.value, Mapping):
        return tree
    kept = {key: _without_nulls(v) for key, v in tree.value.items() if v.value is not None}
    return Tree(kept, tree.at)


class _TooMuch(Exception):
    """Aliases make the document larger than any configuration is."""


class _Reading:
    def __init__(self, file: str) -> None:
        self._file = file
        self._left = MOST_NODES

    def tree(self, node: yaml.Node) -> Tree:
        self._left -= 1
        if self._left < 0:
            raise _TooMuch
        mark = node.start_mark
        at = Position(self._file, mark.line + 1, mark.column + 1)
        if isinstance(node, yaml.MappingNode):
            return Tree(self._mapping(node), at)
        if isinstance(node, yaml.SequenceNode):
            return Tree(tuple(self.tree(item) for item in node.value), at)
        text = str(node.value)
        plain = isinstance(node, yaml.ScalarNode) and not node.style
        return Tree(None if plain and text in NULLS else text, at)

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Tree]:
        """The last of two equal keys counts, as it does for Helm; `<<` gives what is not there."""
        found: dict[str, Tree] = {}
        defaults: list[Tree] = []
        for key, value in node.value:
            if key.value == _MERGE and isinstance(key, yaml.ScalarNode):
                given = self.tree(value)
                defaults += given.value if isinstance(given.value, tuple) else [given]
            elif isinstance(key, yaml.ScalarNode):
                found[key.value] = self.tree(value)
        for default in defaults:
            if isinstance(default.value, Mapping):
                found = {**default.value, **found}
        return found
