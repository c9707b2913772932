"""The issue about live edits: opened, edited, closed and re-opened, never doubled."""

from collections.abc import Mapping
from typing import Literal, Protocol

from reconciler.forge.folder import Folder
from reconciler.forge.marker import Marked, checksum, is_newer, marker, run_of

KIND = "drift"
LABEL = "reconciler-drift"
TITLE = "Alert routes have live edits in incident.io"
Done = Literal["opened", "re-opened", "updated", "closed", "unchanged", "left"]


class Issues(Protocol):
    """The issues of a repository on a forge. Raises ForgeError."""

    @property
    def folder(self) -> Folder:
        """Whose issue it is."""

    @property
    def run_url(self) -> str:
        """The address of this run, "" outside of one."""

    def find(self) -> Marked | None:
        """Our open one, else the one that was closed last."""

    def open(self, title: str, body: str) -> None:
        """Open one, with LABEL."""

    def edit(self, found: Marked, body: str) -> None:
        """Say something else; a closed one is opened again."""

    def close(self, found: Marked, body: str) -> None:
        """The same, and close it."""


def put_drift(issues: Issues, text: str, page: str = "") -> Done:
    """Make the issue say this, above the link to the page; "" closes it. Raises ForgeError.

    Not to be called where live edits could not be read: that neither opens nor closes the issue.
    "left": a later run wrote it, and this one, of older files, was only started again.
    """
    found, run, folder = issues.find(), issues.run_url, issues.folder
    if found is not None and is_newer(found, run):
        return "left"
    if not text.strip():
        if found is None or found.closed:
            return "unchanged"
        first = marker(KIND, {**folder.values, **found.app, **run_of(run)})
        issues.close(found, f"{first}\nThere are no live edits{folder.place} any more.\n")
        return "closed"
    app: Mapping[str, str] = found.app if found else {}
    seen = f"\n<sub>[Last checked here]({run})</sub>\n" if run else ""
    first = marker(KIND, {"text": checksum(text), **folder.values, **app, **run_of(run)})
    about = f"The routes{folder.place}: run the commands there.\n\n" if folder.path else ""
    body = f"{first}\n{about}{text}{page}{seen}"
    if found is None:
        issues.open(f"{TITLE}{folder.title}", body)
        return "opened"
    issues.edit(found, body)
    return "re-opened" if found.closed else "updated"
