"""The hidden first line by which our own comments and issues are found again."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.forge.folder import FOLDER, Folder

APP = "app"  # the value of a marker that names the App which wrote it
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
    def app(self) -> Mapping[str, str]:
        """Its App, for the marker of the next edit."""
        return {key: value for key, value in self.values.items() if key == APP}

    @property
    def text(self) -> str:
        """The body without the marker."""
        return self.body.partition("\n")[2]


def marker(kind: str, values: Mapping[str, str]) -> str:
    """`<!-- reconciler:plan v1 sha=… digest=… -->`; values are plain words."""
    pairs = "".join(f" {key}={value}" for key, value in values.items() if _VALUE.fullmatch(value))
    return f"<!-- reconciler:{kind} v1{pairs} -->"


def marker_values(body: str, kind: str, folder: Folder) -> Mapping[str, str] | None:
    """The values of the first line; None when it is no marker of this kind and this folder."""
    match = _MARKER.fullmatch(body.partition("\n")[0].strip())
    if match is None or match[1] != kind:
        return None
    pairs = (part.partition("=") for part in match[2].split())
    values = {key: value for key, _, value in pairs}
    ours = values.get(FOLDER) == folder.values.get(FOLDER)
    return values if ours else None


def checksum(*parts: str) -> str:
    """16 digits that stand for a long text in a marker, and change with it."""
    whole = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(whole).hexdigest()[:16]


def run_of(run_url: str) -> Mapping[str, str]:
    """The number of a run, for a marker; its address ends with it. On GitHub a run that is started
    again keeps it.
    """
    number = run_url.rpartition("/")[2]
    return {"run": number} if number.isdigit() else {}


def is_newer(found: Marked, run_url: str) -> bool:
    """Whether a later run wrote it than this one, which was started again."""
    ours, theirs = run_of(run_url).get("run", ""), found.values.get("run", "")
    return bool(ours) and theirs.isdigit() and int(theirs) > int(ours)
