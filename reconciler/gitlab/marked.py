"""Our own notes and issues on GitLab, and what GitLab would do with a text in them.

A line that begins with `/` is a quick action (`/merge`, `/close`): GitLab carries it out with the
rights of the author, so no line of ours may begin so.
"""

import re
from collections.abc import Mapping

from reconciler.forge.folder import Folder
from reconciler.forge.marker import Marked, marker_values
from reconciler.model import Json, whole_at
from reconciler.text import cut_to_size

MOST_NOTE = 1_000_000  # characters; GitLab answers 400 to more
MOST_DESCRIPTION = 1_048_576
_QUICK = re.compile(r"^(?=[ \t]*/)", re.MULTILINE)
_UNSEEN = "\N{ZERO WIDTH SPACE}"  # an entity would show inside of a code block


def marked(
    row: Mapping[str, Json], kind: str, folder: Folder, me: int, text: str, key: str
) -> Marked | None:
    """The row, if it has this folder's marker and is by us: every user can paste a marker. `text`,
    `key`: the fields with the text and the number.
    """
    body, identity = row.get(text), row.get(key)
    if not isinstance(body, str) or not isinstance(identity, int):
        return None
    body = body.replace("\r\n", "\n")
    values = marker_values(body, kind, folder)
    if values is None or whole_at(row, "author", "id") != me:
        return None
    return Marked(identity, values, body, row.get("state") == "closed")


def sendable(text: str, most: int) -> str:
    """The text as GitLab takes it, and does nothing with it."""
    return cut_to_size(_QUICK.sub(_UNSEEN, text), most)
