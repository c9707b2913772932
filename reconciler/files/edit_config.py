"""Changing `api:`, or names, in reconciler.yaml, and nothing else in it."""

from collections.abc import Sequence

import yaml

from reconciler.files.compose import compose
from reconciler.files.config import CONFIG_FILE
from reconciler.files.edit_text import Lines, Splice, spliced
from reconciler.files.emit_spelling import spelled
from reconciler.model.config import ApiChoice


def with_api(text: str, api: ApiChoice) -> str | None:
    """The text with this API version; None for a text that is no mapping. Comments stay."""
    if not text.strip():
        return f"api: {api}\n"
    whole = text if text.endswith(("\n", "\r")) else f"{text}\n"
    composed = compose(whole, CONFIG_FILE)
    root = composed.root
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        return None
    for key, value in root.value:
        if key.value == "api":
            splice = Splice(value.start_mark.index, value.end_mark.index, api)
            return spliced(composed.text, [splice])
    lines = Lines(composed.text)
    start = lines.start_of(root.start_mark.index)
    return spliced(composed.text, [Splice(start, start, f"api: {api}{lines.ending}")])


def with_names(text: str, teams: Sequence[str], sources: Sequence[str]) -> str:
    """The text with these names of the teams in `owns` and of the sources, in the file's order. All
    else stays to the byte, and so does a text that cannot be read.
    """
    composed = compose(text, CONFIG_FILE)
    splices: list[Splice] = []
    for key, value in _entries(composed.root):
        if key == "owns":
            for inner, names in _entries(value):
                splices += _named(_items(names) if inner == "teams" else [], teams)
        elif key == "sources":
            pairs = [pair for source in _items(value) for pair in _entries(source)]
            splices += _named([node for inner, node in pairs if inner == "name"], sources)
    return (spliced(composed.text, splices) if splices else text) or text


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
