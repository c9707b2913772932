"""The route files and the settings as they were in a commit.

A file that had an error in that commit counts as it stood when it could be read last: a file with
an error is never applied, so its changes are counted from there, and a change that repairs it can
be planned.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.directory import LOCK, Directory, parse_lock
from reconciler.files.config import (
    CONFIG_FILE,
    MAX_BYTES as MAX_CONFIG_BYTES,
    config_text,
    parse_config,
)
from reconciler.files.read.route import parse_route
from reconciler.files.semantics import (
    MAX_BYTES as MAX_SEMANTICS_BYTES,
    joined,
    semantics_of,
)
from reconciler.files.tree import FOLDER, find_routes, real_path
from reconciler.files.yaml.compose import MAX_BYTES, decode
from reconciler.git.commit import (
    BaseRefused,
    commit_tree,
    commits_after,
    contents,
    full_hash,
    git,
)
from reconciler.git.git import git as ask
from reconciler.model import SEMANTICS_FILE, Config, Declaration, Finding, has_errors


@dataclass(frozen=True, slots=True)
class Base:
    """The files in the commit that changes are counted from. `broken`: its unreadable files and
    folders, whose declarations are unknown. `earlier`: files that are read from an older commit,
    where they had no error, with that commit; "" if none is.
    """

    commit: str  # the full hash
    declarations: tuple[Declaration, ...] = ()
    config: Config = field(default_factory=Config)
    broken: tuple[str, ...] = ()
    earlier: Mapping[str, str] = field(default_factory=dict)
    lock: Directory | None = None  # of that commit: what its names meant
    after: frozenset[str] = frozenset()  # the commits between it and today's files

    @property
    def guards(self) -> Config:
        """Its settings, for what guards a write: the strictest, where they are unreadable."""
        return Config() if CONFIG_FILE in self.broken else self.config

    @property
    def unread(self) -> tuple[str, ...]:
        """The route files and folders that cannot be read there, nor in an earlier commit."""
        lost = (file for file, commit in self.earlier.items() if not commit)
        return tuple(file for file in (*self.broken, *lost) if file != CONFIG_FILE)


@dataclass(frozen=True, slots=True)
class _Listed:
    """The blobs of route files in a commit. `settings`: that of reconciler.yaml, "" without;
    `semantics`: that of semantics.lock.yaml.
    """

    routes: Mapping[str, str]  # by path from the root
    settings: str
    semantics: str
    broken: tuple[str, ...]


def base_of(root: Path, ref: str) -> Base:
    """The base of a plan, with its lock file and the commits since. Raises BaseRefused."""
    base = _mended(root, read_base(root, ref))
    after = commits_after(root, base.commit)
    answer = ask(root, "show", f"{base.commit}:./{LOCK}")
    text = answer.output.decode("utf-8", "replace")
    return replace(base, after=after, lock=parse_lock(text, LOCK)[0] if answer.ok else None)


def read_base(root: Path, ref: str) -> Base:
    """The routes and reconciler.yaml of a commit, branch or tag. Raises BaseRefused."""
    sha = full_hash(root, ref)
    listed = _listed(root, sha)
    read = contents(root, [*listed.routes.values()], MAX_BYTES)
    broken = list(listed.broken)
    files = {path: read[blob] for path, blob in listed.routes.items()}
    declarations = tuple(_declared(files, broken))
    config, findings = _settings(root, listed) if listed.settings else (Config(), ())
    broken += [CONFIG_FILE] if has_errors(findings) and CONFIG_FILE not in broken else []
    return Base(sha, declarations, config, tuple(broken))


@dataclass(frozen=True, slots=True)
class Settings:
    """Those of a commit; the strictest where they cannot be read. `unknown`: why git lacks the
    commit, "" where it has it.
    """

    config: Config
    unknown: str = ""


def settings_of(root: Path, sha: str) -> Settings:
    """The settings in the commit that was applied last; "" where the record names none."""
    if not sha:
        return Settings(Config(), "the record names no commit")
    try:
        found = _read_file(root, sha, CONFIG_FILE)
    except BaseRefused:
        return Settings(Config(), f"git does not have commit {sha[:12]}")
    return Settings(found if isinstance(found, Config) else Config())


def _read_file(root: Path, sha: str, path: str) -> Declaration | Config | None:
    """A route file of a commit, or its settings; None if missing or broken. Raises BaseRefused."""
    listed = _listed(root, sha)
    blob = listed.settings if path == CONFIG_FILE else listed.routes.get(path, "")
    if not blob:
        return None
    if path == CONFIG_FILE:
        config, findings = _settings(root, listed)
        return None if has_errors(findings) else config
    return next(_declared({path: contents(root, [blob], MAX_BYTES)[blob]}, []), None)


def _listed(root: Path, sha: str) -> _Listed:
    tree = commit_tree(root, sha, (FOLDER, CONFIG_FILE, SEMANTICS_FILE))
    found, in_the_way = find_routes(tree)
    broken = [
        finding.position.file
        for finding in in_the_way
        if finding.position and finding.code != "no-routes"
    ]
    settings = ""
    try:
        settings = tree.blobs[real_path(tree, CONFIG_FILE)]
    except (OSError, KeyError):
        broken += [CONFIG_FILE] if tree.entry(CONFIG_FILE) is not None else []
    semantics = ""
    with suppress(OSError, KeyError):
        semantics = tree.blobs[real_path(tree, SEMANTICS_FILE)]
    routes = {file.file: tree.blobs[file.real] for file in found}
    return _Listed(routes, settings, semantics, tuple(broken))


def _declared(read: Mapping[str, bytes | None], broken: list[str]) -> Iterator[Declaration]:
    for path, content in read.items():
        text = decode(content, path) if content is not None else None
        declaration, findings = parse_route(text, path) if isinstance(text, str) else (None, ())
        if declaration is None or has_errors(findings):
            broken.append(path)
        else:
            yield declaration


def _settings(root: Path, listed: _Listed) -> tuple[Config, tuple[Finding, ...]]:
    """With what the commit's semantics.lock.yaml leaves; with an error there, it leaves all."""
    text = config_text(contents(root, [listed.settings], MAX_CONFIG_BYTES)[listed.settings])
    if isinstance(text, Finding):
        return Config(), (text,)
    config, findings = parse_config(text, CONFIG_FILE)
    if listed.semantics:
        content = contents(root, [listed.semantics], MAX_SEMANTICS_BYTES)[listed.semantics]
        config, _ = joined(config, semantics_of(content)[0])
    return config, findings


MOST_VERSIONS = 20  # of one file; a file that was broken more often needs its author


def _mended(root: Path, base: Base) -> Base:
    """With the last readable version of each broken file. Raises BaseRefused."""
    for path in base.broken if not _is_shallow(root) else ():
        versions = [*_versions(root, base.commit, path)]
        for commit in versions[1:]:  # the first is the broken one
            found = _read_file(root, commit, path)
            if isinstance(found, Config):
                base = replace(_read_from(base, path, commit), config=found)
                break
            if found is not None:
                declarations = (*base.declarations, found)
                base = replace(_read_from(base, path, commit), declarations=declarations)
                break
        else:
            whole = 0 < len(versions) < MOST_VERSIONS
            # Without errors or with: no folder, and no link to what only that machine had.
            if whole and all(path in _listed(root, version).routes for version in versions):
                base = _read_from(base, path, "")  # it was never applied, so it is new
    return base


def _read_from(base: Base, path: str, commit: str) -> Base:
    broken = tuple(file for file in base.broken if file != path)
    return replace(base, broken=broken, earlier={**base.earlier, path: commit})


def _is_shallow(root: Path) -> bool:
    """Whether history ends before its beginning: then the earlier texts of a file are unknown."""
    return git(root, "rev-parse", "--is-shallow-repository").strip() != b"false"


def _versions(root: Path, commit: str, path: str) -> Iterator[str]:
    """The commits that changed the file, as the branch saw them, the newest first."""
    limit = f"--max-count={MOST_VERSIONS}"
    listed = git(root, "rev-list", "--first-parent", limit, commit, "--", f":(literal){path}")
    yield from listed.decode("ascii").split()
