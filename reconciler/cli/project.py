"""What a folder holds: route files, reconciler.yaml, the lock file.

Also here: the folder to work in, where none is named: the nearest one that holds route files'
settings.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from reconciler import __version__
from reconciler.cli.shell import Shell
from reconciler.directory import Directory, parse_lock
from reconciler.files import RouteFiles, read_config, read_lock_text, read_routes
from reconciler.files.config import CONFIG_FILE
from reconciler.files.tree import FOLDER
from reconciler.model import Config, Finding
from reconciler.plan.settings import loosened, standing
from reconciler.planning.request import Base, PlanRequest, Recorded, nothing_recorded

LOCK = "directory.lock.json"


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that was read, and everything that is wrong with it."""

    files: RouteFiles
    config: Config
    lock: Directory | None
    lock_text: str
    findings: tuple[Finding, ...]

    def findings_of(self, file: str) -> tuple[Finding, ...]:
        """Those about one file."""
        return tuple(one for one in self.findings if one.position and one.position.file == file)

    def as_base(self) -> Base:
        """Today's files as what changes are counted from: every difference is a live edit."""
        return Base("", self.files.declarations, self.config, lock=self.lock)

    def asked(
        self,
        *,
        complete: bool,
        base: Base | None = None,
        scope: str = "all",
        agreed: Collection[str] | None = None,
        recorded: Recorded = nothing_recorded,
        revert_drift: bool = False,
        before: Config | None = None,
    ) -> PlanRequest:
        """The plan to ask for. Without every file nothing counts as undeclared. The settings that
        guard a write count as they stood `before`, or in the base, with the approvals since whose
        digests are `agreed` (None: all of them).
        """
        asked = PlanRequest(
            self.files.declarations,
            self.config,
            self.files.digest,
            datetime.now(UTC).date(),
            __version__,
            self.lock,
            self.findings,
            complete and self.files.complete,
            scope,
            base,
            beside=self.files.beside,
            recorded=recorded,
            revert_drift=revert_drift,
            all_read=self.files.complete,
        )
        before = base.guards if base else before
        if before is None:
            return asked
        config = standing(self.config, before, agreed)
        return replace(asked, config=config, loosened=loosened(self.config, before))


def read_project(shell: Shell, only: tuple[str, ...] = ()) -> Project:
    """Read the folder; `only` names files or routes. Raises nothing: see `findings`."""
    config, config_findings = read_config(shell.root)
    files = read_routes(shell.root, only)
    lock_text, lock_findings = read_lock_text(shell.root / LOCK)
    lock = None
    if lock_text:
        lock, parse_findings = parse_lock(lock_text, LOCK)
        lock_findings = (*lock_findings, *parse_findings)
    findings = (*config_findings, *files.findings, *lock_findings)
    return Project(files, config, lock, lock_text, findings)


def read_settings(shell: Shell) -> Project:
    """`reconciler.yaml` alone, for commands that need no route: none of theirs stands in the way.
    It may be missing. Raises nothing: see `findings`.
    """
    config, findings = read_config(shell.root)
    return Project(RouteFiles((), (), "", complete=False), config, None, "", findings)


def base_of(shell: Shell, ref: str | None) -> Base | None:
    """The commit that changes are counted from. Raises click.ClickException with what to do."""
    if ref is None:
        return None
    from reconciler.git.base import mended, read_base
    from reconciler.git.commit import BaseRefused, commits_after

    try:
        files = mended(shell.root, read_base(shell.root, ref))
        after = commits_after(shell.root, files.commit)
    except BaseRefused as error:
        raise click.ClickException(str(error)) from None
    return Base(
        files.commit,
        files.declarations,
        files.config,
        files.broken,
        files.earlier,
        _lock_of(shell, files.commit),
        after,
    )


def settings_of(shell: Shell, commit: str) -> Config | None:
    """The settings as they stood in a commit, the strictest where that had none that anybody can
    read; None where git does not have it.
    """
    from reconciler.git.base import read_file_of
    from reconciler.git.commit import BaseRefused

    try:
        found = read_file_of(shell.root, commit, CONFIG_FILE) if commit else None
    except BaseRefused:
        return None
    return found if isinstance(found, Config) else Config() if commit else None


def _lock_of(shell: Shell, commit: str) -> Directory | None:
    """The lock file as it was: a name that a file has no more may have meant what its new one does
    now.
    """
    from reconciler.git.git import git

    said = git(shell.root, "show", f"{commit}:./{LOCK}")
    return parse_lock(said.output.decode("utf-8", "replace"), LOCK)[0] if said.ok else None


def find_root(start: Path) -> Path:
    """`start`, or the nearest folder above it that has `reconciler.yaml` or, in the same
    repository of git, `routes/`. `start` itself where there is none. Follows no link.
    """
    here = start.absolute()
    above = (here, *here.parents)
    repository = next((folder for folder in above if (folder / ".git").exists()), None)
    for folder in above:
        inside = repository is not None and (folder == repository or repository in folder.parents)
        if (folder / CONFIG_FILE).is_file() or (inside and (folder / FOLDER).is_dir()):
            return start if folder == here else folder
        if folder == repository:
            break
    return start
