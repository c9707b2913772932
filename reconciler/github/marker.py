"""The hidden first line by which our own comments and issues are found again."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.github.api import GitHub, GitHubError
from reconciler.model.json import Json

BOT = "github-actions[bot]"
_MARKER = re.compile(r"<!-- reconciler:([a-z]+) v1((?: [a-z]+=[\w.-]*)*) -->")
_VALUE = re.compile(r"[\w.-]*")


@dataclass(frozen=True, slots=True)
class Marked:
    """A comment or an issue of ours: its id (or number), its values and its body."""

    id: int
    values: Mapping[str, str]
    body: str
    closed: bool = False

    @property
    def text(self) -> str:
        """The body without the marker."""
        return self.body.partition("\n")[2]


def marker(kind: str, values: Mapping[str, str]) -> str:
    """`<!-- reconciler:plan v1 sha=… digest=… -->`; values are plain words."""
    said = "".join(f" {key}={value}" for key, value in values.items() if _VALUE.fullmatch(value))
    return f"<!-- reconciler:{kind} v1{said} -->"


def marker_values(body: str, kind: str) -> Mapping[str, str] | None:
    """The values of the first line; None when it is no marker of this kind."""
    match = _MARKER.fullmatch(body.partition("\n")[0].strip())
    if match is None or match[1] != kind:
        return None
    pairs = (part.partition("=") for part in match[2].split())
    return {key: value for key, _, value in pairs}


def checksum(*parts: str) -> str:
    """What a marker says of a text that is long: 16 digits that change with it."""
    whole = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(whole).hexdigest()[:16]


def login_of(github: GitHub) -> str:
    """Who writes with this token. The token of a workflow may not ask: it is the bot's."""
    try:
        user = github.user()
    except GitHubError as error:
        if error.status in (403, 404):
            return BOT
        raise
    login = user.get("login") if isinstance(user, Mapping) else None
    return login if isinstance(login, str) and login else BOT


def marked(row: Mapping[str, Json], kind: str, author: str, key: str = "id") -> Marked | None:
    """The row, if it has our marker and is by us: anybody can paste a marker."""
    user, body, identity = row.get("user"), row.get("body"), row.get(key)
    by = user.get("login") if isinstance(user, Mapping) else None
    if by != author or not isinstance(body, str) or not isinstance(identity, int):
        return None
    body = body.replace("\r\n", "\n")
    values = marker_values(body, kind)
    return None if values is None else Marked(identity, values, body, row.get("state") == "closed")
