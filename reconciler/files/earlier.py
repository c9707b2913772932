"""What files said before they were broken: a commit that nobody can read whole, read all the same.

A file with an error is never applied. So what it said when it could be read last is what its
changes are counted from, and a change that mends it can be planned.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from reconciler.files.base import BaseFiles, is_route_file, read_file_of
from reconciler.files.commit import git
from reconciler.model.config import Config

MOST_VERSIONS = 20  # of one file; who breaks a file more often than that mends it by hand


def mended(root: Path, files: BaseFiles) -> BaseFiles:
    """The same, with the last version of each broken file that can be read; `earlier` says of
    which commit, "" where no version ever could. Raises BaseRefused.
    """
    for path in files.broken if not _is_shallow(root) else ():
        versions = [*_versions(root, files.commit, path)]
        for commit in versions[1:]:  # the first is the broken one
            said = read_file_of(root, commit, path)
            if said is not None:
                files = _with(files, path, commit)
                if isinstance(said, Config):
                    files = replace(files, config=said)
                else:
                    files = replace(files, declarations=(*files.declarations, said))
                break
        else:
            whole = 0 < len(versions) < MOST_VERSIONS
            if whole and all(is_route_file(root, one, path) for one in versions):
                files = _with(files, path, "")  # it was never applied, so it is new
    return files


def _with(files: BaseFiles, path: str, commit: str) -> BaseFiles:
    broken = tuple(one for one in files.broken if one != path)
    return replace(files, broken=broken, earlier={**files.earlier, path: commit})


def _is_shallow(root: Path) -> bool:
    """Whether history ends before its beginning: then nobody knows what a file said before."""
    return git(root, "rev-parse", "--is-shallow-repository").strip() != b"false"


def _versions(root: Path, commit: str, path: str) -> Iterator[str]:
    """The commits that changed the file, as the branch saw them, the newest first."""
    limit = f"--max-count={MOST_VERSIONS}"
    listed = git(root, "rev-list", "--first-parent", limit, commit, "--", f":(literal){path}")
    yield from listed.decode("ascii").split()
