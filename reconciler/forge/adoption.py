"""The request to merge that takes live edits into the files: opened, edited, closed, never doubled.

Its branch only ever moves forward: whatever another author pushed onto it stays, and ends our part
in it.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from reconciler.forge.api import ForgeError
from reconciler.forge.folder import Folder
from reconciler.forge.marker import APP, Marked, checksum, marker

KIND = "adoption"
BRANCH = "reconciler/live-edits"
TRAILER = "Reconciler: live edits"
Done = Literal["opened", "updated", "unchanged", "closed", "left", "declined"]


@dataclass(frozen=True, slots=True)
class File:
    """One file of the repository, whole. `mode` is git's: `100644` or `100755`."""

    path: str  # from the top of the repository, with slashes
    mode: str
    content: str


@dataclass(frozen=True, slots=True)
class Adoption:
    """The new files, and the commit that they were pulled at. No files: there is no live edit."""

    base: str  # a commit that the forge has
    branch: str
    title: str
    body: str
    files: tuple[File, ...]

    @property
    def content(self) -> str:
        """A checksum of the files."""
        return checksum(*sorted(f"{file.path}\0{file.mode}\0{file.content}" for file in self.files))

    @property
    def words(self) -> str:
        """A checksum of title and body."""
        return checksum(self.title, self.body)

    @property
    def message(self) -> str:
        """Of the commit."""
        return f"{self.title}\n\n{TRAILER}\n"

    def parents(self, head: str | None) -> tuple[str, ...]:
        """Of the commit: what the branch has, and the base."""
        return (self.base,) if head in (None, self.base) else (head or "", self.base)


@dataclass(frozen=True, slots=True)
class There:
    """The branch and our newest request of it."""

    head: str | None  # the branch's commit, None where there is no branch
    request: Marked | None = None
    merged: bool = False
    foreign: bool = False  # another author has one open


class Proposals(Protocol):
    """The requests to merge of a repository on a forge, and their branches. Raises ForgeError."""

    @property
    def folder(self) -> Folder:
        """Whose live edits they take."""

    @property
    def target(self) -> str:
        """The branch that is applied."""

    def look(self, branch: str) -> There:
        """What is there."""

    def message(self, commit: str) -> str:
        """Of a commit."""

    def commit(self, adoption: Adoption, head: str | None) -> str:
        """A commit of the files on top of the base, and after what the branch has."""

    def move(self, branch: str, commit: str, head: str | None) -> None:
        """Never by force: what another author pushed in between makes the forge refuse it."""

    def open(self, adoption: Adoption, body: str) -> None:
        """Open one. Its marker is the first line of the body."""

    def edit(self, request: Marked, title: str, body: str) -> None:
        """Say something else."""

    def close(self, request: Marked, body: str) -> None:
        """Close it."""


def put_adoption(proposals: Proposals, adoption: Adoption) -> Done:
    """Make the request hold these files. Raises ForgeError.

    "left": another author pushed to the branch, so it is theirs. "declined": a reviewer closed the
    same edits without merging them. Not to be called where live edits could not be read.
    """
    if adoption.branch == proposals.target:
        raise ForgeError(f"the branch {adoption.branch} cannot be merged into itself")
    there = proposals.look(adoption.branch)
    if there.request is not None and not there.request.closed:
        return _update(proposals, adoption, there, there.request)
    if not adoption.files:
        return "unchanged"
    if there.foreign:
        return "left"
    closed = there.request
    if closed and not there.merged and closed.values.get("files") == adoption.content:
        return "declined"
    _own(proposals, adoption.branch, there.head)
    commit = proposals.commit(adoption, there.head)
    proposals.move(adoption.branch, commit, there.head)
    proposals.open(adoption, _body(proposals, adoption, commit, there, ""))
    return "opened"


def _update(proposals: Proposals, adoption: Adoption, there: There, request: Marked) -> Done:
    """With the open one. An earlier run may have been killed between its two writes."""
    commit = request.values.get("commit")
    if there.head not in (commit, request.values.get("before") or None):
        return "left"
    if not adoption.files:
        first = marker(KIND, {**proposals.folder.values, **request.app})
        body = f"{first}\nThe files and incident.io match again.\n"
        proposals.close(request, body)
        return "closed"
    app = request.app.get(APP, "")
    if commit and there.head == commit and request.values.get("files") == adoption.content:
        if request.values.get("text") == adoption.words:
            return "unchanged"
        proposals.edit(request, adoption.title, _body(proposals, adoption, commit, there, app))
        return "updated"
    made = proposals.commit(adoption, there.head)
    proposals.edit(request, adoption.title, _body(proposals, adoption, made, there, app))
    proposals.move(adoption.branch, made, there.head)
    return "updated"


def _own(proposals: Proposals, branch: str, head: str | None) -> None:
    """A branch of that name without a request of ours must end in a commit of ours."""
    if head is not None and TRAILER not in proposals.message(head).splitlines():
        raise ForgeError(
            f"the branch {branch} has commits that reconciler did not make; "
            "delete it, or use another branch with --branch"
        )


def _body(proposals: Proposals, adoption: Adoption, commit: str, there: There, app: str) -> str:
    values = {"files": adoption.content, "text": adoption.words, "commit": commit,
              "before": there.head or "", **proposals.folder.values}  # fmt: skip
    return f"{marker(KIND, values | ({APP: app} if app else {}))}\n{adoption.body}"
