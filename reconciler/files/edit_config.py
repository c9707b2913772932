"""Changing `api:` in reconciler.yaml, and nothing else in it."""

import yaml

from reconciler.files.compose import compose
from reconciler.files.config import CONFIG_FILE
from reconciler.files.edit_text import Lines, Splice, spliced
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
