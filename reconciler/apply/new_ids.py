"""Files that name the id of a route which has another one now, because it was created again."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from reconciler.files import RouteFiles
from reconciler.files.work_tree import write_inside
from reconciler.model.declaration import Declaration


def update_ids(root: Path, files: RouteFiles, ids: Mapping[str, str]) -> tuple[str, ...]:
    """Write the new ids into the files that have the old ones; returns their paths. Nothing but
    the id changes. Raises FileRefused.
    """
    written: list[str] = []
    for declaration, new in _concerned(files.declarations, ids):
        text = _replaced(files.texts[declaration.file], declaration, new)
        if text is not None:
            write_inside(root, declaration.file, text)
            written.append(declaration.file)
    return tuple(written)


def still_old(
    texts: Mapping[str, str], ids: Mapping[str, str], written: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """Files, by path, that have an old id and were not written, each with that id: those with an
    error, and those that spell it in a way that nobody edits without asking.
    """
    left = {file: text for file, text in texts.items() if file not in set(written)}
    return tuple(
        (file, old)
        for file, text in left.items()
        for old in ids
        if re.search(rf"(?<!\w){re.escape(old)}(?!\w)", text)
    )


def _concerned(
    declarations: Iterable[Declaration], ids: Mapping[str, str]
) -> Iterable[tuple[Declaration, str]]:
    return [(one, ids[one.id]) for one in declarations if one.id and one.id in ids]


def _replaced(text: str, declaration: Declaration, new: str) -> str | None:
    """The text with the id exchanged where it stands; None where it is not found there."""
    position = declaration.positions.at(("id",))
    lines = text.splitlines(keepends=True)
    if not declaration.id or position.line > len(lines):
        return None
    line = lines[position.line - 1]
    if declaration.id not in line:
        return None
    lines[position.line - 1] = line.replace(declaration.id, new, 1)
    return "".join(lines)
