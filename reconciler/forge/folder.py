"""The folder of a run in its repository: several share its requests to merge, issues and branches.

Whatever a run leaves on a forge has the folder in its name, so that it is found by this folder
alone. The top of the repository has none, so that its names are those of a repository with one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from reconciler.text import code

FOLDER = "folder"  # the value of a marker that names the folder
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_HARMLESS = re.compile(r"[\w ./-]{1,60}")  # in a title, where `#12` and `@name` would act


@dataclass(frozen=True, slots=True)
class Folder:
    """`path` is from the top of the repository, with slashes; "" for the top."""

    path: str = ""

    @property
    def suffix(self) -> str:
        """For the name of an artifact, a file or a branch: ASCII letters, digits, `_` and `-`, and
        unique by 16 digits of a hash, as a plan of that name counts as reviewed. "" for the top.
        """
        if not self.path:
            return ""
        unique = sha256(self.path.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        shown = _UNSAFE.sub("-", self.path).strip("-")[:40]
        return f"-{shown or 'x'}-{unique}"

    @property
    def values(self) -> Mapping[str, str]:
        """For a marker; none for the top."""
        return {FOLDER: self.suffix.removeprefix("-")} if self.path else {}

    @property
    def place(self) -> str:
        """In Markdown, behind a word: " in `production`"; "" for the top."""
        return f" in {code(self.path)}" if self.path else ""

    @property
    def title(self) -> str:
        """The same at the end of a title, in which nothing acts."""
        if not self.path:
            return ""
        return f" in {self.path if _HARMLESS.fullmatch(self.path) else self.suffix[1:]}"


TOP = Folder()
