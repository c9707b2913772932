"""Changing settings or names in reconciler.yaml, and the names of custom fields in a route file.
All else stays to the byte.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import yaml

from reconciler.files.config import CONFIG_FILE, parse_config
from reconciler.files.edit.text import Lines, Splice, spliced
from reconciler.files.write.nodes import spelled
from reconciler.files.yaml.compose import compose
from reconciler.files.yaml.strict import LINE_BREAKS
from reconciler.model import has_errors


def with_setting(text: str, key: Literal["account", "api"], value: str) -> str | None:
    """The text with this value; None for a text that is no mapping. Comments stay."""
    edited = _with_setting(text, key, value)
    if edited is None:
        return None
    config, findings = parse_config(edited, CONFIG_FILE)
    return edited if not has_errors(findings) and getattr(config, key) == value else None


def _with_setting(text: str, key: str, value: str) -> str | None:
    if not text.strip():
        return f"{key}: {value}\n"
    mark, whole = _whole(text)
    composed = compose(whole, CONFIG_FILE)
    root = composed.root
    if root is None:  # comments alone, or what cannot be read
        return f"{mark}{composed.text}{key}: {value}{ending_of(composed.text)}"
    if not isinstance(root, yaml.MappingNode):
        return None
    found = next((node for name, node in _entries(root) if name == key), None)
    if found is not None:
        new = spelled(value, flow=True) if root.flow_style else value
        splice = Splice(found.start_mark.index, found.end_mark.index, new)
    elif root.flow_style:
        splice = _in_braces(root, f"{key}: {spelled(value, flow=True)}")
    else:
        lines = Lines(composed.text)
        start = lines.start_of(root.start_mark.index)
        splice = Splice(start, start, f"{key}: {value}{lines.ending}")
    return f"{mark}{spliced(composed.text, [splice])}"


def _whole(text: str) -> tuple[str, str]:
    """The byte order mark, or nothing; the text with an end of its last line."""
    mark = text[: text.startswith("\ufeff")]
    text = text.removeprefix(mark)
    ended = not text or text.endswith(("\n", "\r"))
    return mark, text if ended else f"{text}{ending_of(text)}"


def ending_of(text: str) -> str:
    """How the lines of a text end."""
    first = LINE_BREAKS.search(text)
    return first[0] if first else "\n"


def _in_braces(node: yaml.MappingNode, pairs: str) -> Splice:
    """More pairs of a mapping in braces, before those that it has."""
    if node.value:
        at = node.value[0][0].start_mark.index
        return Splice(at, at, f"{pairs}, ")
    at = node.start_mark.index + 1
    return Splice(at, at, pairs)


def with_names(text: str, teams: Sequence[str], sources: Sequence[str]) -> str:
    """The text with these names of the teams in `owns` and of the sources, in the file's order. All
    else stays to the byte, and so does a text that cannot be read.
    """
    composed = compose(text, CONFIG_FILE)
    splices: list[Splice] = []
    for key, value in _entries(composed.root):
        if key == "owns":
            splices += _named([*_teams(value)], teams)
        elif key == "sources":
            pairs = [pair for source in _items(value) for pair in _entries(source)]
            splices += _named([node for inner, node in pairs if inner == "name"], sources)
    return (spliced(composed.text, splices) if splices else text) or text


def _teams(node: yaml.Node) -> Iterator[yaml.Node]:
    """Of `owns`: ours, then those of other repositories."""
    entries = dict(_entries(node))
    for rule in (node, *(_items(entries["elsewhere"]) if "elsewhere" in entries else ())):
        for key, names in _entries(rule):
            yield from _items(names) if key == "teams" else ()


def _entries(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return [(str(key.value), value) for key, value in pairs]


def _items(node: yaml.Node) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _named(nodes: Sequence[yaml.Node], names: Sequence[str]) -> list[Splice]:
    if len(nodes) != len(names):
        return []
    return [
        Splice(node.start_mark.index, node.end_mark.index, spelled(name, flow=True))
        for node, name in zip(nodes, names, strict=True)
        if isinstance(node, yaml.ScalarNode) and node.value != name
    ]


def with_ids(text: str, section: str, names: Mapping[str, str]) -> str | None:
    """The text with these names and their ids added to `channels` or `message_templates`. None
    where the text takes none.
    """
    mark, whole = _whole(text)
    composed = compose(whole, CONFIG_FILE)
    root, ending = composed.root, ending_of(whole)
    found = next((value for key, value in _entries(root) if key == section), None)
    pairs = ", ".join(_lines_of(names, "", flow=True))
    if found is None and isinstance(root, yaml.MappingNode) and root.flow_style:
        splice = _in_braces(root, f"{section}: {{{pairs}}}")
    elif found is None:
        added = [f"{section}:", *_lines_of(names, "  ")]
        gap = ending if composed.text.strip() else ""
        end = len(composed.text)
        splice = Splice(end, end, gap + "".join(f"{line}{ending}" for line in added))
    elif not isinstance(found, yaml.MappingNode):
        return None
    elif found.flow_style:
        splice = _in_braces(found, pairs)
    else:
        lines, last = Lines(composed.text), found.value[-1][1]
        at = lines.next_start(max(last.start_mark.index, last.end_mark.index - 1))
        added = _lines_of(names, " " * found.value[0][0].start_mark.column)
        splice = Splice(at, at, "".join(f"{line}{ending}" for line in added))
    edited = f"{mark}{spliced(composed.text, [splice])}"
    config, findings = parse_config(edited, CONFIG_FILE)
    there = config.channels if section == "channels" else config.message_templates
    return edited if not has_errors(findings) and names.items() <= there.items() else None


def _lines_of(names: Mapping[str, str], indent: str, *, flow: bool = False) -> list[str]:
    ids = {name: spelled(given, flow=True) if flow else given for name, given in names.items()}
    return [f"{indent}{spelled(name, flow=True)}: {given}" for name, given in ids.items()]


def with_custom_fields(text: str, names: Mapping[str, str]) -> str:
    """The text with the new names below `incident.custom_fields`, by their old ones."""
    composed = compose(text, "")
    mark = text[: len(text) - len(composed.text)]  # a byte order mark, or nothing
    node: yaml.Node | None = composed.root
    for key in ("incident", "custom_fields"):
        entries = node.value if isinstance(node, yaml.MappingNode) else ()
        node = next((value for name, value in entries if name.value == key), None)
    keys = [key for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    splices = [
        Splice(key.start_mark.index, key.end_mark.index, spelled(names[key.value], flow=True))
        for key in keys
        if isinstance(key, yaml.ScalarNode) and key.value in names
    ]
    edited = spliced(composed.text, splices) if splices else None
    return text if edited is None else mark + edited
