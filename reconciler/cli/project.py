"""A folder: its route files, reconciler.yaml and lock file; and where it is."""

import os
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from reconciler import __version__
from reconciler.cli.folders import among_others
from reconciler.cli.outputs import show_findings
from reconciler.cli.shell import Shell
from reconciler.directory import LATER, LOCK, Directory, parse_lock
from reconciler.directory.directory import SOURCE
from reconciler.directory.findings import unresolved
from reconciler.directory.lookup import Known, Lookup, Missing, Unchecked
from reconciler.files import RouteFiles, read_config, read_lock_text, read_routes, read_text
from reconciler.files.config import CONFIG_FILE
from reconciler.files.reasons import not_yet
from reconciler.files.tree import FOLDER
from reconciler.git.base import Base
from reconciler.model import Config, Finding, has_errors
from reconciler.plan import exit_codes
from reconciler.plan.settings import loosened, standing
from reconciler.planning.request import PlanRequest, Recorded, nothing_recorded


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that was read, and its findings."""

    files: RouteFiles
    config: Config
    lock: Directory | None
    lock_text: str
    findings: tuple[Finding, ...]

    @property
    def mistakes(self) -> list[Finding]:
        """The findings of commands that need no route: that there is none yet is why users call
        them.
        """
        return [finding for finding in self.findings if finding.code != "no-routes"]

    def findings_of(self, file: str) -> tuple[Finding, ...]:
        return tuple(
            finding
            for finding in self.findings
            if finding.position and finding.position.file == file
        )

    def as_base(self) -> Base:
        """Today's files as what changes are counted from: every difference is a live edit."""
        return Base("", self.files.declarations, self.config, lock=self.lock)

    def request(
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
        """The input of a plan. Without every file nothing counts as undeclared. The settings that
        guard a write count as they stood `before`, or in the base, with the approvals since whose
        digests are `agreed` (None: all of them).
        """
        request = PlanRequest(
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
            return request
        config = standing(self.config, before, agreed)
        return replace(request, config=config, loosened=loosened(self.config, before))


def read_project(shell: Shell, only: tuple[str, ...] = ()) -> Project:
    """Read the folder; `only` names files or routes. Raises nothing: see `findings`."""
    config, config_findings = read_config(shell.root)
    files = read_routes(shell.root, only)
    lock, lock_text, lock_findings = read_lock(shell)
    early = not_yet(config.assume, datetime.now(UTC).date())
    shared = among_others(shell.root, config, (*files.declarations, *files.beside))
    findings = (*config_findings, *early, *files.findings, *lock_findings, *shared)
    return Project(files, config, lock, lock_text, findings)


def read_lock(shell: Shell) -> tuple[Directory | None, str, tuple[Finding, ...]]:
    """The lock file, with its text. Raises nothing."""
    text, findings = read_lock_text(shell.root / LOCK)
    if not text:
        return None, text, findings
    lock, more = parse_lock(text, LOCK)
    return lock, text, (*findings, *more)


def read_settings(shell: Shell) -> Project:
    """`reconciler.yaml` alone, which may be missing, for commands that need no route. Raises
    nothing.
    """
    config, findings = read_config(shell.root)
    return Project(RouteFiles((), (), "", complete=False), config, None, "", findings)


def sound(shell: Shell, project: Project) -> Project:
    """The project. Shows its findings and ends the command if they have errors."""
    if has_errors(project.findings):
        show_findings(shell, project.findings)
        raise click.exceptions.Exit(exit_codes.ERROR)
    return project


def sound_or_empty(shell: Shell, project: Project) -> Project:
    """The same for a command that tells something without any route, as on the first day."""
    return sound(shell, replace(project, findings=tuple(project.mistakes)))


def source_named(directory: Directory, config: Config, name: str) -> str:
    """The id of an alert source. Raises click.UsageError, with the names that are known."""
    lookup = Lookup(directory, config)
    answer = lookup.find(SOURCE, name, ())
    if isinstance(answer, Known):
        return answer.id
    if isinstance(answer, Unchecked):  # of a source that was not read nothing can be proved
        answer = Missing()
    raise click.UsageError(on_one_line(unresolved(SOURCE, name, answer, lookup, ())))


def on_one_line(finding: Finding) -> str:
    """Of a mistake in an argument, which has no place to be shown."""
    join = " " if finding.hint.startswith("(") else "; "
    return join.join(filter(None, (finding.message.removesuffix(LATER), finding.hint)))


def settings_text(shell: Shell) -> str:
    """The text of reconciler.yaml, "" where there is none. Raises FileRefused."""
    path = shell.root / CONFIG_FILE
    return read_text(path) if path.exists() else ""


def find_root(start: Path) -> Path:
    """`start`, or the nearest folder above it with `reconciler.yaml` or, in the same repository of
    git, `routes/`. Follows no link.
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


def check_plan_file(shell: Shell, file: str) -> None:
    """Raises click.ClickException where there is no such file."""
    if not os.path.lexists(shell.root / file):
        made = "`reconciler plan --out FILE` creates a plan file"
        raise click.ClickException(f"{file}: file not found; {made}")


def folder_of(shell: Shell, folder: str) -> Path:
    """The folder. Raises click.ClickException if a link in the checkout leads out of it."""
    place = shell.root / folder
    root = os.path.realpath(shell.root)
    real, typed = os.path.realpath(place), os.path.normpath(Path(root) / folder)
    inside = os.path.commonpath([root, real]) == root
    if not Path(folder).is_absolute() and real != typed and not inside:
        raise click.ClickException(
            f"{folder}: this symbolic link leads out of the project, to {real}; "
            "use that path instead"
        )
    return place


def anew(shell: Shell) -> bool:
    """Whether kept alerts count for nothing: in CI the checkout, and so the file, may be of the
    author of a pull request.
    """
    return bool(shell.environment.get("CI"))
