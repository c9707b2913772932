"""Lines of the inventory in reconciler.yaml, for sources as the account has them."""

import json
from collections.abc import Iterable
from urllib.parse import urlsplit

from reconciler.text import visible

ORIGIN = "https://api.incident.io"


def inventory_lines(sources: Iterable[tuple[str, str, str]], *, local: bool) -> str:
    """What stands below `sources:`. Each source is its name, its id and its URL, "" without one.
    `local`: the account is a sandbox, and the real one has another origin.
    """
    lines: list[str] = []
    for name, identity, url in sources:
        lines += [f"  - name: {json.dumps(name, ensure_ascii=False)}", f"    id: {identity}"]
        try:
            parts = urlsplit(url)
        except ValueError:  # what is live is only a text, too
            continue
        if url:
            origin = ORIGIN if local else f"{parts.scheme}://{parts.hostname or ''}"
            lines.append(f"    url: {origin}{parts.path}")
    return "".join(f"{visible(line)}\n" for line in lines)
