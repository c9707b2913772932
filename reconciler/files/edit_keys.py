"""New names for custom fields, which are keys of a route file: all else stays to the byte."""

from collections.abc import Mapping

import yaml

from reconciler.files.compose import compose
from reconciler.files.edit_text import Splice, spliced
from reconciler.files.emit_spelling import spelled


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
