"""The route files as they were in a commit, read with git and never checked out."""

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.files.compose import decode
from reconciler.files.config import CONFIG_FILE, parse_config
from reconciler.files.route import parse_route
from reconciler.files.tree import FOLDER
from reconciler.model.config import Config
from reconciler.model.declaration import Declaration
from reconciler.model.finding import Finding, has_errors

_SUFFIXES = (".yaml", ".yml")
_ORDINARY = ("100644", "100755")  # git's modes of files that are no links


class BaseRefused(OSError):
    """The commit cannot be read; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class BaseFiles:
    """What the files said in `commit`. `broken` are the paths of those that could not be read:
    nobody knows what they declared.
    """

    commit: str  # the full hash
    declarations: tuple[Declaration, ...] = ()
    config: Config = field(default_factory=Config)
    broken: tuple[str, ...] = ()


def read_base(root: Path, ref: str, unlike: str = "") -> BaseFiles:
    """The routes and reconciler.yaml of a commit, branch or tag; with `unlike` only the routes
    whose files are others than in that commit. Raises BaseRefused.
    """
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if not commit:
        raise BaseRefused(
            f"git knows no commit `{ref}` here; in a shallow clone fetch it first "
            "(actions/checkout: `fetch-depth: 0`)"
        )
    sha = commit.decode("ascii").strip()
    declarations: list[Declaration] = []
    broken: list[str] = []
    config = Config()
    known = frozenset(_listed(root, unlike)) if unlike else frozenset()
    wanted = [one for one in _listed(root, sha) if one not in known or one[0] == CONFIG_FILE]
    contents = _contents(root, [identity for _, identity in wanted])
    for (path, _), content in zip(wanted, contents, strict=True):
        text = decode(content, path)
        if path == CONFIG_FILE:
            config, findings = parse_config("" if isinstance(text, Finding) else text, path)
            broken += [path] if isinstance(text, Finding) or has_errors(findings) else []
            continue
        declaration, findings = (None, ()) if isinstance(text, Finding) else parse_route(text, path)
        if declaration is None or has_errors(findings):
            broken.append(path)
        else:
            declarations.append(declaration)
    return BaseFiles(sha, tuple(declarations), config, tuple(broken))


def commits_after(root: Path, base: str) -> frozenset[str]:
    """The full hashes of what HEAD has and the base has not. Raises BaseRefused."""
    return frozenset(_git(root, "rev-list", f"{base}..HEAD").decode("ascii").split())


def _listed(root: Path, sha: str) -> Iterator[tuple[str, str]]:
    """The wanted files' paths, from the root, and what git calls their contents."""
    listed = _git(root, "ls-tree", "-r", "-z", sha, "--", FOLDER, CONFIG_FILE)
    for row in listed.split(b"\0"):
        about, _, path = row.decode("utf-8", "surrogateescape").partition("\t")
        mode, _, identity = about.partition(" blob ")
        if mode in _ORDINARY and _is_wanted(path):
            yield path, identity


def _is_wanted(path: str) -> bool:
    parts = path.split("/")
    hidden = any(part.startswith(".") for part in parts)
    return path == CONFIG_FILE or (path.endswith(_SUFFIXES) and not hidden)


def _contents(root: Path, identities: Sequence[str]) -> Iterator[bytes]:
    """Blobs by `git cat-file --batch`: a header line with the size, the content, a newline."""
    if not identities:
        return
    output = _git(root, "cat-file", "--batch", stdin="".join(f"{one}\n" for one in identities))
    at = 0
    for _ in identities:
        end = output.index(b"\n", at)
        size = int(output[at:end].rsplit(b" ", 1)[1])
        yield output[end + 1 : end + 1 + size]
        at = end + size + 2


def _git(root: Path, *arguments: str, stdin: str = "") -> bytes:
    """What git prints; nothing for a question that it answers with no. Raises BaseRefused."""
    command = ["git", "-C", str(root), *arguments]
    try:
        ended = subprocess.run(command, input=stdin.encode(), capture_output=True, check=False)
    except FileNotFoundError:
        raise BaseRefused("git is not installed; a base needs it") from None
    if ended.returncode and "rev-parse" not in arguments:
        said = ended.stderr.decode("utf-8", "replace").strip()
        raise BaseRefused(f"git {arguments[0]} failed: {said}")
    if ended.returncode and b"not a git repository" in ended.stderr:
        raise BaseRefused(f"{root} is in no git repository; a base needs one")
    return ended.stdout if not ended.returncode else b""
