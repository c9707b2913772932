"""The files of a commit, read with git and never checked out; and the history of HEAD."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import dirname
from tempfile import TemporaryDirectory

from reconciler.files.config import CONFIG_FILE
from reconciler.files.tree import FOLDER, Kind, Link
from reconciler.files.yaml.compose import MAX_BYTES
from reconciler.git.git import NoGit, git as ask

_LINK, _SUBMODULE = "120000", "160000"


class BaseRefused(OSError):
    """The commit cannot be read; the text says why and what to do."""


class NotHere(OSError):
    """A submodule: what is in it is in no commit of this repository."""


@dataclass(frozen=True, slots=True)
class CommitTree:
    """A commit's files, as `files.tree` walks them: their blobs, and where links lead."""

    top: str
    blobs: Mapping[str, str]
    links: Mapping[str, str]
    submodules: frozenset[str]
    folders: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def entry(self, path: str) -> Kind | Link | None:
        """The kind of what has this path. A submodule is a folder."""
        if path in self.links:
            return Link(self.links[path])
        if path in self.blobs:
            return "file"
        return "folder" if path in self.folders or path in self.submodules else None

    def names(self, path: str) -> Sequence[str]:
        """The names in a folder. Raises NotHere for a submodule."""
        if path in self.submodules:
            raise NotHere(f"{path} is a submodule")
        if path not in self.folders:
            raise NotADirectoryError(20, "not a directory")
        return self.folders[path]

    def is_folder_elsewhere(self, _path: str) -> bool:
        """Nothing of it was a route file in the checkout of that commit either."""
        return False


def commit_tree(root: Path, sha: str, wanted: Sequence[str]) -> CommitTree:
    """The files of these paths; of the whole folder if one is a link. Raises BaseRefused."""
    rows = _rows(root, sha, wanted)
    if any(mode == _LINK for mode, _, _ in rows):
        rows = _rows(root, sha, ())
    links = [(path, identity) for mode, identity, path in rows if mode == _LINK]
    targets = contents(root, [identity for _, identity in links])
    submodules = frozenset(path for mode, _, path in rows if mode == _SUBMODULE)
    blobs = {path: identity for mode, identity, path in rows if mode not in (_LINK, _SUBMODULE)}
    return CommitTree(
        os.path.realpath(root),
        blobs,
        {path: _text(targets[identity] or b"") for path, identity in links},
        submodules,
        _folders([path for _, _, path in rows]),
    )


def contents(root: Path, identities: Sequence[str], limit: int = 0) -> dict[str, bytes | None]:
    """Blobs; None for one of more than `limit` bytes, which is not read. Raises BaseRefused."""
    found: dict[str, bytes | None] = {}
    wanted = list(dict.fromkeys(identities))
    if limit and wanted:
        rows = git(root, "cat-file", "--batch-check=%(objectsize)", stdin=_lines(wanted))
        sizes = dict(zip(wanted, rows.splitlines(), strict=True))
        found = {path: None for path, size in sizes.items() if size.isdigit() and int(size) > limit}
        wanted = [path for path in wanted if path not in found]
    if not wanted:
        return found
    return found | blobs_in(git(root, "cat-file", "--batch", stdin=_lines(wanted)), wanted)


def blobs_in(output: bytes, identities: Sequence[str]) -> dict[str, bytes]:
    """The blobs in an answer of `git cat-file --batch`. Raises BaseRefused for a lost one. For
    each, git prints a header line that ends with the size, the content, and a line end.
    """
    found: dict[str, bytes] = {}
    at = 0
    for identity in identities:
        end = output.find(b"\n", at)
        header = output[at:end].split(b" ")
        if len(header) != 3 or header[1] != b"blob":
            raise BaseRefused(f"git has lost the object {identity}")
        size = int(header[2])
        found[identity] = output[end + 1 : end + 1 + size]
        at = end + size + 2
    return found


def full_hash(root: Path, ref: str) -> str:
    """The commit that a branch, a tag or a hash names. Raises BaseRefused."""
    commit = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if not commit:
        raise BaseRefused(
            f"git does not find the commit `{ref}` here; fetch it first in a shallow clone "
            "(actions/checkout: `fetch-depth: 0`)"
        )
    return commit.decode("ascii").strip()


def commits_after(root: Path, base: str) -> frozenset[str]:
    """The full hashes of what HEAD has and the base has not. Raises BaseRefused."""
    return frozenset(git(root, "rev-list", f"{base}..HEAD").decode("ascii").split())


def git(root: Path, *arguments: str, stdin: str = "") -> bytes:
    """The output of git; nothing where it answers no. Raises BaseRefused."""
    try:
        answer = ask(root, *arguments, stdin=stdin)
    except NoGit:
        raise BaseRefused("--base needs git, but git is not installed") from None
    if answer.ok:
        return answer.output
    if "not a git repository" in answer.complaint:
        raise BaseRefused(f"{root.resolve()} is not in a git repository; --base needs one")
    if answer.complaint or arguments[0] != "rev-parse":
        raise BaseRefused(f"git {arguments[0]} failed: {answer.complaint}")
    return b""


def _rows(root: Path, sha: str, wanted: Sequence[str]) -> list[tuple[str, str, str]]:
    listed = git(root, "ls-tree", "-r", "-z", sha, *(["--", *wanted] if wanted else []))
    return rows_in(listed)


def rows_in(listed: bytes) -> list[tuple[str, str, str]]:
    """Mode, identity and path of all files in an answer of `git ls-tree -r -z`."""
    rows = []
    for row in listed.split(b"\0")[:-1]:
        about, _, path = _text(row).partition("\t")
        mode, _, identity = about.split(" ")
        rows.append((mode, identity, path))
    return rows


def _folders(paths: Sequence[str]) -> dict[str, Sequence[str]]:
    found: dict[str, dict[str, None]] = {"": {}}
    for path in paths:
        at = path
        while at:
            folder, name = dirname(at), at.rpartition("/")[2]
            known = folder in found
            found.setdefault(folder, {})[name] = None
            at = folder if not known else ""
    return {folder: tuple(names) for folder, names in found.items()}


def _lines(identities: Sequence[str]) -> str:
    return "".join(f"{identity}\n" for identity in identities)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


@contextmanager
def laid_out(root: Path, ref: str, *more: str) -> Iterator[Path]:
    """The routes, reconciler.yaml and `more` files of a commit in a folder, until the block ends;
    without links. Raises BaseRefused.
    """
    wanted = (FOLDER, CONFIG_FILE, *more)
    blobs = {
        path: blob
        for path, blob in commit_tree(root, full_hash(root, ref), wanted).blobs.items()
        if path in wanted or path.startswith(f"{FOLDER}/")
    }
    read = contents(root, [*blobs.values()], MAX_BYTES)
    with TemporaryDirectory(prefix="reconciler-") as folder:
        for path, blob in blobs.items():
            if {"", ".", ".."} & {*path.split("/")}:  # no path that git itself would write
                continue
            place = Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(read[blob] or b"")
        yield Path(folder)


_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class HeadHistory:
    """The history around a folder, for `planning.request.History`; paths are from that folder."""

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
        return frozenset(
            content.decode("utf-8", "replace") for content in found if content is not None
        )

    def removed(self, file: str) -> bool:
        try:
            return bool(git(
                self.root, "log", "--no-show-signature", "--full-history", "--max-count=1",
                "--diff-filter=D", "--no-renames", "--format=%H", "HEAD", "--",
                f":(literal){file}",
            ))  # fmt: skip
        except BaseRefused:
            return False

    def _is_ancestor(self, commit: str, other: str) -> bool:
        if not all(name == "HEAD" or _COMMIT.fullmatch(name) for name in (commit, other)):
            return False
        try:
            return ask(self.root, "merge-base", "--is-ancestor", commit, other).ok
        except NoGit:
            return False
