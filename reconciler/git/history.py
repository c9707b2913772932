"""The history of HEAD."""

import re
from dataclasses import dataclass
from pathlib import Path

from reconciler.files.yaml.compose import MAX_BYTES
from reconciler.git.commit import BaseRefused, contents, git
from reconciler.git.git import NoGit, git as ask

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class HeadHistory:
    """The history of the checkout around a folder; files are paths from that folder. What git
    cannot tell is not there. See `planning.request.History`.
    """

    root: Path

    def has(self, commit: str) -> bool:
        return self._is_ancestor(commit, "HEAD")

    def leads_to(self, commit: str) -> bool:
        return not self.has(commit) and self._is_ancestor("HEAD", commit)  # where it was fetched

    def texts(self, file: str) -> frozenset[str]:
        name = file.rpartition("/")[2]
        try:
            listed = git(self.root, "rev-list", "--objects", "--full-history", "HEAD", "--",
                         f":(literal){file}")  # fmt: skip
            rows = (row.partition(" ") for row in listed.decode("utf-8", "replace").splitlines())
            blobs = [blob for blob, _, path in rows if path.rpartition("/")[2] == name]
            found = contents(self.root, blobs, MAX_BYTES).values()
        except BaseRefused:
            return frozenset()
        return frozenset(one.decode("utf-8", "replace") for one in found if one is not None)

    def removed(self, file: str) -> bool:
        try:
            return bool(git(
                self.root, "log", "--no-show-signature", "--full-history", "--max-count=1",
                "--diff-filter=D", "--no-renames", "--format=%H", "HEAD", "--",
                f":(literal){file}",
            ))  # fmt: skip
        except BaseRefused:
            return False

    def _is_ancestor(self, one: str, other: str) -> bool:
        if not all(name == "HEAD" or _COMMIT.fullmatch(name) for name in (one, other)):
            return False
        try:
            return ask(self.root, "merge-base", "--is-ancestor", one, other).ok
        except NoGit:
            return False
