"""The route files and the settings as they were in a commit.

A file that had an error in that commit counts as it stood when it could be read last: a file with
an error is never applied, so its changes are counted from there, and a change that repairs it can
be planned.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.files.config import (
    CONFIG_FILE,
    MAX_BYTES as MAX_CONFIG_BYTES,
    config_text,
    parse_config,
)
from reconciler.files.read.route import parse_route
from reconciler.files.tree import FOLDER, RouteFile, find_routes, real_path
from reconciler.files.yaml.compose import MAX_BYTES, decode
from reconciler.git.commit import BaseRefused, CommitTree, commit_tree, contents, git
from reconciler.model import Config, Declaration, Finding, has_errors


@dataclass(frozen=True, slots=True)
class BaseFiles:
    """What the files said in `commit`. `broken` are the paths of those files and folders that could
    not be read: it is unknown what they declared.
    """

    commit: str  # the full hash
    declarations: tuple[Declaration, ...] = ()
    config: Config = field(default_factory=Config)
    broken: tuple[str, ...] = ()
    earlier: Mapping[str, str] = field(default_factory=dict)  # by path: the commit it is read from


@dataclass(frozen=True, slots=True)
class _Listed:
    """What stands where in a commit. `settings` is what git calls reconciler.yaml, "" without."""

    routes: Mapping[str, str]  # by path from the root: what git calls the content
    settings: str
    broken: tuple[str, ...]


def read_base(root: Path, ref: str) -> BaseFiles:
    """The routes and reconciler.yaml of a commit, branch or tag. Raises BaseRefused."""
    commit = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if not commit:
        raise BaseRefused(
            f"git does not find the commit `{ref}` here; fetch it first in a shallow clone "
            "(actions/checkout: `fetch-depth: 0`)"
        )
    sha = commit.decode("ascii").strip()
    listed = _listed(commit_tree(root, sha, (FOLDER, CONFIG_FILE)))
    wanted = listed.routes
    settings = [listed.settings] if listed.settings else []
    read = contents(root, [*wanted.values()], MAX_BYTES)
    broken = list(listed.broken)
    declarations = list(_declared({path: read[one] for path, one in wanted.items()}, broken))
    told = [_settings(one) for one in contents(root, settings, MAX_CONFIG_BYTES).values()]
    config, findings = told[0] if told else (Config(), ())
    broken += [CONFIG_FILE] if has_errors(findings) and CONFIG_FILE not in broken else []
    return BaseFiles(sha, tuple(declarations), config, tuple(broken))


def read_file_of(root: Path, sha: str, path: str) -> Declaration | Config | None:
    """One route file of a commit, or its settings; None where it is not there, or has an error.
    Raises BaseRefused.
    """
    listed = _listed(commit_tree(root, sha, (FOLDER, CONFIG_FILE)))
    blob = listed.settings if path == CONFIG_FILE else listed.routes.get(path, "")
    if not blob:
        return None
    if path == CONFIG_FILE:
        config, findings = _settings(contents(root, [blob], MAX_CONFIG_BYTES)[blob])
        return None if has_errors(findings) else config
    content = contents(root, [blob], MAX_BYTES)[blob]
    return next(_declared({path: content}, []), None)


def has_route_file(root: Path, sha: str, path: str) -> bool:
    """Whether a commit has a route file there, with or without errors: no folder, and no link to
    what only the machine had. Raises BaseRefused.
    """
    return path in _listed(commit_tree(root, sha, (FOLDER, CONFIG_FILE))).routes


def _listed(tree: CommitTree) -> _Listed:
    found, in_the_way = find_routes(tree)
    broken = [one.position.file for one in in_the_way if one.position and one.code != "no-routes"]
    settings = ""
    try:
        settings = tree.blobs[real_path(tree, CONFIG_FILE)]
    except (OSError, KeyError):
        broken += [CONFIG_FILE] if tree.entry(CONFIG_FILE) is not None else []
    return _Listed(_identities(tree, found), settings, tuple(broken))


def _identities(tree: CommitTree, found: Sequence[RouteFile]) -> dict[str, str]:
    return {one.file: tree.blobs[one.real] for one in found}


def _declared(read: Mapping[str, bytes | None], broken: list[str]) -> Iterator[Declaration]:
    for path, content in read.items():
        text = decode(content, path) if content is not None else None
        declaration, findings = parse_route(text, path) if isinstance(text, str) else (None, ())
        if declaration is None or has_errors(findings):
            broken.append(path)
        else:
            yield declaration


def _settings(content: bytes | None) -> tuple[Config, tuple[Finding, ...]]:
    text = config_text(content)
    return (Config(), (text,)) if isinstance(text, Finding) else parse_config(text, CONFIG_FILE)


MOST_VERSIONS = 20  # of one file; a file that was broken more often needs its author


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
            if whole and all(has_route_file(root, one, path) for one in versions):
                files = _with(files, path, "")  # it was never applied, so it is new
    return files


def _with(files: BaseFiles, path: str, commit: str) -> BaseFiles:
    broken = tuple(one for one in files.broken if one != path)
    return replace(files, broken=broken, earlier={**files.earlier, path: commit})


def _is_shallow(root: Path) -> bool:
    """Whether history ends before its beginning: then it is unknown what a file said before."""
    return git(root, "rev-parse", "--is-shallow-repository").strip() != b"false"


def _versions(root: Path, commit: str, path: str) -> Iterator[str]:
    """The commits that changed the file, as the branch saw them, the newest first."""
    limit = f"--max-count={MOST_VERSIONS}"
    listed = git(root, "rev-list", "--first-parent", limit, commit, "--", f":(literal){path}")
    yield from listed.decode("ascii").split()
