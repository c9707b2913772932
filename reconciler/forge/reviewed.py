"""Which plans were reviewed: the artifacts of merged requests to merge.

The text of a comment never counts: people can edit it.
"""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from reconciler.forge.api import TOO_LARGE, ForgeError
from reconciler.forge.since import Since
from reconciler.model import Finding, Json
from reconciler.plan.saved import SavedPlan, parse_plan

PLAN_FILE = "plan.json"
NO_ARTIFACT = "there is no plan artifact of {0} (artifacts expire)"
FROM_FORK = "it came from a fork, and forks cannot make plans"
# A torn archive, its torn contents (bzip2 raises OSError), one that is encrypted or packed in a way
# that Python does not know (NotImplementedError, a RuntimeError).
_UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError)
_NO_USE = (404, 410, TOO_LARGE)  # however often it is asked for
MOST_PLAN = 64 * 1024 * 1024  # bytes, unpacked


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A merged request to merge; `plan` is the text of its plan, "" with the reason in `why`."""

    number: int
    head: str
    plan: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """The requests behind some commits, and the commits that have none."""

    requests: tuple[Reviewed, ...]
    without: tuple[str, ...]


class Requests(Protocol):
    """The requests to merge of a repository on a forge. Raises ForgeError."""

    def behind(self, commit: str, subject: str) -> Mapping[int, Mapping[str, Json]]:
        """The merged ones that brought a commit to the applied branch, by number."""

    def reviewed(self, number: int, row: Mapping[str, Json]) -> Reviewed:
        """One of them with its plan."""


def merged_since(requests: Requests, since: Since) -> Merged:
    """The requests behind the commits, with their plans. Raises ForgeError."""
    reviewed: dict[int, Reviewed] = {}
    without: list[str] = []
    for commit in since.commits:
        found = requests.behind(commit, since.subjects.get(commit, ""))
        if not found:
            without.append(commit)
        for number, row in found.items():
            if number not in reviewed:
                reviewed[number] = requests.reviewed(number, row)
    return Merged(tuple(reviewed.values()), tuple(without))


def with_plan(
    number: int, head: str, name: str, download: Callable[[], bytes], file: str = PLAN_FILE
) -> Reviewed:
    """The request with the plan inside its artifact, or why there is none. `name`: as people call
    the request. Raises ForgeError.
    """
    try:
        text = _unpacked(download(), file)
    except ForgeError as error:
        if error.status not in _NO_USE:
            raise  # it is unknown: the run fails, and can be started again
        return Reviewed(number, head, why=f"its plan could not be downloaded: {error}")
    plan = parse_plan(text, f"the plan of {name}") if text else None
    if isinstance(plan, SavedPlan):
        return Reviewed(number, head, text)
    missing = f"its artifact does not contain {file.rpartition('/')[2]}"
    return Reviewed(number, head, why=plan.message if isinstance(plan, Finding) else missing)


def _unpacked(archive: bytes, file: str) -> str:
    """The plan inside the archive, "" when there is none that can be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            if packed.getinfo(file).file_size > MOST_PLAN:
                return ""
            return packed.read(file).decode("utf-8")
    except (*_UNREADABLE, KeyError, UnicodeDecodeError):
        return ""
