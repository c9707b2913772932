"""Canonical nodes beside a file's own: what is the same, what holds a value, its spelling."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import yaml

from reconciler.files.emit_layout import block_lines
from reconciler.files.emit_nodes import Entries, Items, Node, Text


@dataclass(frozen=True, slots=True)
class Host:
    """What holds a value: the entry of a mapping or the dash of a list, in block style."""

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
    """What an item is known by: its text, or its first entry."""
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
    gone, come = ({k: v for k, v in one.items() if k not in other}
                  for one, other in ((gone, come), (come, gone)))  # fmt: skip
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
    """Both as mappings, for a file that writes `escalate: {to: [...]}`, with these keys, where the
    canonical spelling is the list alone.
    """
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
