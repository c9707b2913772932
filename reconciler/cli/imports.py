"""Live routes as files of the folder: made, written or printed, and told."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import click

from reconciler.adopt.channels import config_lines, unnamed, with_account, with_known_names
from reconciler.adopt.draft import Draft, Names
from reconciler.adopt.importing import (
    Imported,
    all_of,
    checkout_of,
    import_routes,
    within_reach,
)
from reconciler.cli import exit_codes
from reconciler.cli.outputs import show_findings, write_output
from reconciler.cli.project import Project
from reconciler.cli.shell import Shell
from reconciler.directory import Directory
from reconciler.files import FileRefused, read_text, route_paths
from reconciler.files.config import CONFIG_FILE
from reconciler.files.disk import write_inside
from reconciler.files.schema import schema_text
from reconciler.files.writing import PLACES, has_schema, with_modeline
from reconciler.model import (
    Finding,
    Listed,
    Live,
    has_errors,
)
from reconciler.plan.identify import identify
from reconciler.report.imported import bare_text, imported_text, skipped_text, unnamed_text


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    names: tuple[str, ...]
    force: bool
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Source:
    """The routes to import, all routes that anybody knows of, and the account's names."""

    lives: tuple[Live, ...]
    listed: tuple[Listed, ...]
    directory: Directory
    findings: tuple[Finding, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    unreadable: bool = False
    old: bool = False  # the names are those of the lock file, which may not know every id
    live: bool = False  # all that is live was listed: what is not there is not live


def make_drafts(shell: Shell, project: Project, source: Source, wish: Wish) -> Imported:
    """The files that may be written, after what stands in the way of the others was told."""
    names = Names(source.directory, project.config, source.directory.display(project.config))
    paths = frozenset(path.as_posix() for path in route_paths(shell.root)[0])
    checkout = checkout_of(
        project.files, paths, source.lives, source.listed, names, complete=source.live
    )
    spare = replace(names, directory=Directory()) if source.old else None
    imported = import_routes(
        source.lives, source.listed, checkout, names, force=wish.force, spare=spare
    )
    imported = within_reach(shell.root, checkout, imported)
    show_findings(shell, [*_shown(project), *source.findings, *imported.findings])
    for name in imported.bare:
        shell.note(bare_text(name))
    for declaration in imported.skipped:
        shell.note(skipped_text(declaration))
    return imported


def _shown(project: Project) -> list[Finding]:
    """What the files have wrong; to begin without any is what import is for."""
    return [one for one in project.findings if one.code != "no-routes"]


def name_channels(
    shell: Shell, project: Project, source: Source, wish: Wish
) -> tuple[Project, str]:
    """The project with the names that labels tell, and reconciler.yaml with them; see
    `with_known_names`.
    """
    declared = {pair.id for pair in identify(all_of(project.files), source.listed).pairs}
    wanted = [one for one in source.lives if wish.force or one.id not in declared]
    if has_errors(project.findings_of(CONFIG_FILE)):
        return project, ""
    config, text = with_known_names(
        project.config, wanted, source.labels, lambda: _settings_text(shell)
    )
    return replace(project, config=config), text


def name_account(shell: Shell, project: Project, account: str, settings: str) -> str:
    """The text of reconciler.yaml that names the account, too; see `with_account`."""
    if has_errors(project.findings_of(CONFIG_FILE)):
        return settings
    return with_account(project.config, account, settings, lambda: _settings_text(shell))


def _settings_text(shell: Shell) -> str:
    path = shell.root / CONFIG_FILE
    return read_text(path) if path.exists() else ""


def _write_settings(shell: Shell, text: str, wish: Wish) -> None:
    """Before the route files, which use its names."""
    if text and wish.dry_run:
        shell.say(f"# {CONFIG_FILE}\n{text}")
    elif text:
        write_output(shell.root / CONFIG_FILE, text)
        shell.say(f"wrote {CONFIG_FILE}")


def write_drafts(shell: Shell, imported: Imported, settings: str, wish: Wish) -> bool:
    """Write the files, or print them; whether there is something to plan."""
    if imported.drafts:
        _write_settings(shell, settings, wish)
    if wish.dry_run:
        for draft in imported.drafts:
            shell.say(f"# {draft.file}\n{with_modeline(draft.text, shell.root, draft.file)}")
        return False
    if imported.drafts and not has_schema(shell.root):
        write_output(shell.root / PLACES[0], schema_text("route"))
        shell.say(f"wrote {PLACES[0]}")  # editors find it by the first line of each file
    for draft in imported.drafts:
        _write_file(shell, draft)
    return bool(imported.drafts)


def _write_file(shell: Shell, draft: Draft) -> None:
    target = shell.root / draft.file
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_inside(shell.root, draft.file, with_modeline(draft.text, shell.root, draft.file))
    except FileRefused as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise click.ClickException(f"{target.parent} cannot be made: {why}") from None
    shell.say(f"wrote {draft.file}")


def report(shell: Shell, project: Project, source: Source, imported: Imported, wish: Wish) -> int:
    """The lines for reconciler.yaml, the count, the exit code."""
    lives = [draft.live for draft in imported.drafts]
    lines = config_lines(unnamed(lives, project.config, source.labels), project.config)
    if lines:
        shell.note(unnamed_text(lines))
    shell.note(imported_text(imported, dry_run=wish.dry_run))
    anew = {draft.file for draft in imported.drafts}
    kept = [one for one in _shown(project) if not one.position or one.position.file not in anew]
    wrong = has_errors((*kept, *source.findings, *imported.findings)) or source.unreadable
    return exit_codes.ERROR if wrong else exit_codes.DONE
