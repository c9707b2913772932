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
from reconciler.model import has_errors


def with_setting(text: str, key: Literal["account", "api"], value: str) -> str | None:
    """The text with this value; None for a text that is no mapping. Comments stay."""
    row = f"{key}: {value}"
    if not text.strip():
        return f"{row}\n"
    whole = text if text.endswith(("\n", "\r")) else f"{text}\n"
    composed = compose(whole, CONFIG_FILE)
    root = composed.root
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        return None
    for name, node in _entries(root):
        if name == key:
            splice = Splice(node.start_mark.index, node.end_mark.index, value)
            return spliced(composed.text, [splice])
    lines = Lines(composed.text)
    start = lines.start_of(root.start_mark.index)
    return spliced(composed.text, [Splice(start, start, f"{row}{lines.ending}")])


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
    where the section is there in a form that takes no lines; nothing else changes.
    """
    whole = text if not text or text.endswith(("\n", "\r")) else f"{text}\n"
    composed = compose(whole, CONFIG_FILE)
    lines = Lines(composed.text) if composed.text else None
    ending = lines.ending if lines else "\n"
    found = next((value for key, value in _entries(composed.root) if key == section), None)
    if found is None or lines is None:
        added = [f"{section}:", *_lines_of(names, "  ")]
        gap = ending if composed.text.strip() else ""
        edited = composed.text + gap + "".join(f"{line}{ending}" for line in added)
    elif isinstance(found, yaml.MappingNode) and not found.flow_style and found.value:
        last = found.value[-1][1]
        at = lines.next_start(max(last.start_mark.index, last.end_mark.index - 1))
        added = _lines_of(names, " " * found.value[0][0].start_mark.column)
        splice = Splice(at, at, "".join(f"{line}{ending}" for line in added))
        edited = spliced(composed.text, [splice]) or ""
    else:
        return None
    config, findings = parse_config(edited, CONFIG_FILE)
    there = config.channels if section == "channels" else config.message_templates
    return edited if not has_errors(findings) and names.items() <= there.items() else None


def _lines_of(names: Mapping[str, str], indent: str) -> list[str]:
    return [f"{indent}{spelled(name, flow=True)}: {given}" for name, given in names.items()]


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
