"""What git knows of the repository around a folder: its remote, its default branch, what no
commit has yet; and the commit of a tag elsewhere.
"""

from collections.abc import Sequence
from pathlib import Path

from reconciler.git.git import NoGit, git

SECONDS = 20.0  # that another machine may take


def remote_name(root: Path) -> str:
    """`origin`, else the first remote; "" without one."""
    names = _line(root, "remote").split()
    return "origin" if "origin" in names else next(iter(names), "")


def remote_url(root: Path) -> str:
    """The address of that remote; "" without one."""
    name = remote_name(root)
    return _line(root, "remote", "get-url", "--", name) if name else ""


def default_branch(root: Path) -> str:
    """That of the remote, as a clone knows it; else the branch that is checked out where it has no
    commit yet or is called as usual; else `main`.
    """
    remote = remote_name(root)
    known = _line(root, "symbolic-ref", "--quiet", f"refs/remotes/{remote}/HEAD") if remote else ""
    if known:
        return known.removeprefix(f"refs/remotes/{remote}/")
    here = _line(root, "symbolic-ref", "--quiet", "--short", "HEAD")
    unborn = here and not _line(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    return here if unborn or here == "master" else "main"


def uncommitted(root: Path, paths: Sequence[str]) -> tuple[str, ...]:
    """The new files that no commit has, among these paths and below them. All paths begin at the
    top of the repository.
    """
    wanted = (f":(top,literal){path}" for path in paths)
    options = ("--porcelain", "-z", "--no-renames", "--untracked-files=all")
    answer = git(root, "status", *options, "--", *wanted)
    rows = answer.output.decode("utf-8", "surrogateescape").split("\0") if answer.ok else []
    return tuple(row[3:] for row in rows if row[:1] in ("?", "A"))


def commit_of_tag(root: Path, url: str, tag: str) -> str:
    """The full hash behind a tag of another repository; "" where that cannot be told."""
    try:
        wanted = (f"refs/tags/{tag}", f"refs/tags/{tag}^{{}}")
        answer = git(root, "ls-remote", "--", url, *wanted, seconds=SECONDS)
    except NoGit:
        return ""
    rows = [row.split("\t") for row in answer.output.decode("utf-8", "replace").splitlines()]
    hashes = {row[1]: row[0] for row in rows if len(row) == 2} if answer.ok else {}
    return hashes.get(wanted[1]) or hashes.get(wanted[0], "")


def _line(root: Path, *arguments: str) -> str:
    """One call's output, "" where git has none, or is not there."""
    try:
        answer = git(root, *arguments)
    except NoGit:
        return ""
    return answer.output.decode("utf-8", "surrogateescape").strip() if answer.ok else ""
