"""What the history of HEAD contains."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from reconciler.files.yaml.compose import MAX_BYTES
from reconciler.git.commit import BaseRefused, contents, git
from reconciler.git.git import NoGit, git as ask

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class HeadHistory:
    """The history of the checkout around a folder. Files are paths from that folder. What git does
    not tell is not there.
    """

    root: Path

    def has(self, commit: str) -> bool:
        """Whether HEAD is the commit, or came after it."""
        return _is_ancestor(self.root, commit, "HEAD")

    def leads_to(self, commit: str) -> bool:
        """Whether the commit came after HEAD: only known where it was fetched."""
        return not self.has(commit) and _is_ancestor(self.root, "HEAD", commit)

    def texts(self, file: str) -> frozenset[str]:
        """What the file said in HEAD and in the commits before."""
        return _texts(self.root, file)

    def removed(self, file: str) -> bool:
        """Whether a commit of HEAD's history removed the file."""
        return bool(
            _or(b"", lambda: git(
                self.root, "log", "--no-show-signature", "--full-history", "--max-count=1",
                "--diff-filter=D", "--no-renames", "--format=%H", "HEAD", "--",
                f":(literal){file}",
            ))
        )  # fmt: skip


def _is_ancestor(root: Path, one: str, other: str) -> bool:
    if not all(name == "HEAD" or _COMMIT.fullmatch(name) for name in (one, other)):
        return False
    try:
        return ask(root, "merge-base", "--is-ancestor", one, other).ok
    except NoGit:
        return False


def _texts(root: Path, file: str) -> frozenset[str]:
    def read() -> frozenset[str]:
        listed = git(root, "rev-list", "--objects", "--full-history", "HEAD", "--",
                     f":(literal){file}")  # fmt: skip
        rows = (row.partition(" ") for row in listed.decode("utf-8", "replace").splitlines())
        name = file.rpartition("/")[2]
        blobs = [blob for blob, _, path in rows if path.rpartition("/")[2] == name]
        found = contents(root, blobs, MAX_BYTES).values()
        return frozenset(one.decode("utf-8", "replace") for one in found if one is not None)

    return _or(frozenset(), read)


def _or(nothing: Answer, read: Callable[[], Answer]) -> Answer:
    try:
        return read()
    except (BaseRefused, NoGit):
        return nothing
