"""What a folder holds: route files, reconciler.yaml, the lock file."""

from dataclasses import dataclass
from datetime import UTC, datetime

import click

from reconciler import __version__
from reconciler.apply.asked import Asked, Base
from reconciler.cli.shell import Shell
from reconciler.directory import Directory, parse_lock
from reconciler.files import RouteFiles, read_config, read_lock_text, read_routes
from reconciler.model.config import Config
from reconciler.model.finding import Finding

LOCK = "directory.lock.json"


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that was read, and everything that is wrong with it."""

    files: RouteFiles
    config: Config
    lock: Directory | None
    lock_text: str
    findings: tuple[Finding, ...]

    def asked(
        self,
        *,
        complete: bool,
        base: Base | None = None,
        scope: str = "all",
        applied: Base | None = None,
    ) -> Asked:
        """The plan to ask for. Without every file nothing counts as undeclared."""
        return Asked(
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
            applied,
        )


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


def base_of(shell: Shell, ref: str | None, *, revert_drift: bool) -> Base | None:
    """The commit that changes are counted from. Raises click.ClickException with what to do."""
    if ref is None:
        return None
    from reconciler.files.base import BaseRefused, read_base

    try:
        files = read_base(shell.root, ref)
    except BaseRefused as error:
        raise click.ClickException(str(error)) from None
    return Base(files.commit, files.declarations, files.config, files.broken, revert_drift)
