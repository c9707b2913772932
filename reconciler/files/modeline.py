"""The first line of a route file, which tells editors where its schema is."""

import os
from pathlib import Path

PREFIX = "# yaml-language-server: $schema="
PLACES = ("route.schema.json", "reconciler/files/schema/route.schema.json")
"""Where a checkout may have the schema: printed by `reconciler schema`, or this very repository."""


def modeline(root: Path, file: str) -> str:
    """The line for a file (its path from the root), with its newline; "" where the checkout has
    no schema: a line that points nowhere makes editors complain.
    """
    for place in PLACES:
        if (root / place).is_file():
            relative = os.path.relpath(place, Path(file).parent)
            return f"{PREFIX}{Path(relative).as_posix()}\n"
    return ""


def has_schema(root: Path) -> bool:
    """Whether the checkout has the schema where the line can lead to it."""
    return any((root / place).is_file() for place in PLACES)


def with_modeline(text: str, root: Path, file: str) -> str:
    """A route's canonical text under the line that holds in this checkout."""
    first, newline, rest = text.partition("\n")
    body = rest if newline and first.startswith(PREFIX) else text
    return modeline(root, file) + body
