"""The request to merge that takes live edits into the files."""

from dataclasses import dataclass

from reconciler.forge.marker import checksum

BRANCH = "reconciler/live-edits"


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
