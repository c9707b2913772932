"""`reconciler import`: live routes, a backup's or Terraform's, into files."""

from dataclasses import dataclass, replace

import click

from reconciler.adopt.channels import (
    config_lines,
    unnamed,
    with_account,
    with_known_names,
)
from reconciler.adopt.draft import Draft
from reconciler.adopt.importable import (
    Importable,
    drafts_of,
    of_account,
    of_folder,
    routes_of,
    with_names_of_account,
)
from reconciler.adopt.importing import Imported, all_of, pretended
from reconciler.adopt.terraform import Folder, read_terraform
from reconciler.backup.read import read_backup
from reconciler.cli.connection import key_of, reading, recorder_of
from reconciler.cli.imported import check_imported
from reconciler.cli.options import record_option
from reconciler.cli.outputs import show_findings, shown, write_output
from reconciler.cli.project import Project, read_project, settings_text
from reconciler.cli.shell import Shell
from reconciler.files.config import CONFIG_FILE
from reconciler.files.disk import make_folder, write_inside
from reconciler.files.schema import schema_text
from reconciler.files.write.route import PLACES, has_schema, with_modeline
from reconciler.live.survey import survey
from reconciler.model import has_errors
from reconciler.plan import exit_codes
from reconciler.plan.identify import identify
from reconciler.planning.planning import plan_seen
from reconciler.planning.recording import Recorder
from reconciler.report.adopt import bare_text, imported_text, skipped_text, unnamed_text


@dataclass(frozen=True, slots=True)
class Options:
    """Which routes, and how they are written."""

    names: tuple[str, ...]
    force: bool
    dry_run: bool


@click.command(
    "import",
    epilog="Example: reconciler import --all --dry-run    (prints the files, writes nothing)",
)
@click.argument("names", nargs=-1, metavar="[NAME|ID]...")
@click.option("--all", "everything", is_flag=True, help="Every live route.")
@click.option("--from-backup", type=click.Path(), metavar="DIR",
              help="Import from a backup folder. Needs no key.")  # fmt: skip
@click.option("--from-terraform", type=click.Path(), metavar="FILE",
              help="Import from `terraform show -json`. Needs no key.")  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite the files of declared routes.")
@record_option
@click.option("--dry-run", is_flag=True, help="Print the files; write nothing.")
@click.pass_obj
def import_command(
    shell: Shell,
    names: tuple[str, ...],
    everything: bool,
    from_backup: str | None,
    from_terraform: str | None,
    force: bool,
    record: str | None,
    dry_run: bool,
) -> int:
    """Write route files for live routes. Changes nothing in incident.io.

    Before it writes a file, import checks that the file means what is live. Then it
    plans the files, and fails if the plan has changes.
    """
    if from_backup and from_terraform:
        raise click.UsageError("use --from-backup or --from-terraform, not both")
    if everything and names:
        raise click.UsageError("name routes or use --all, not both")
    if not (from_backup or from_terraform or everything or names):
        raise click.UsageError("name the routes to import, or use --all")
    options = Options(names, force, dry_run)
    project = read_project(shell)
    if from_backup:
        path = shell.root / from_backup
        folder = routes_of(read_backup(path), path, project.config)
    elif from_terraform:
        folder = read_terraform(shell.root / from_terraform)
    else:
        recorder = recorder_of(shell, project.config, record)
        return _from_account(shell, recorder, project, options)
    return _from_folder(shell, project, folder, options)


def _from_account(shell: Shell, recorder: Recorder, project: Project, options: Options) -> int:
    with reading(shell) as client:
        names, config = options.names, project.config
        seen = survey(client, [*pretended(names)], config, undeclared=not names)
        importable = of_account(client, seen, config, project.lock, names)
    imported, code = _import(shell, project, importable, options, seen.identity.account)
    if options.dry_run or not imported.drafts:
        return code
    again = read_project(shell, tuple(draft.file for draft in imported.drafts))
    planned = plan_seen(seen, again.request(complete=False))
    recorder.record_files(again.files.texts, planned, "import")
    if planned.plan.changes or planned.plan.errors:
        shell.warn("error: the plan of the imported files has changes:")
        shell.say(shown(planned.plan, shell))
        return exit_codes.ERROR
    shell.note("plan of these files: no changes")
    return code


def _from_folder(shell: Shell, project: Project, folder: Folder, options: Options) -> int:
    """Names come from the account when there is a key, else from the lock file."""
    importable = of_folder(folder, options.names, project.lock)
    if key_of(shell) is not None:
        with reading(shell) as client:
            importable = with_names_of_account(client, importable, project.config)
    elif project.lock is None:
        shell.note("no API key and no directory.lock.json: the files keep ids")
    imported, code = _import(shell, project, importable, options)
    if imported.drafts and not options.dry_run:
        shell.note("`reconciler plan` shows how they differ from the live routes")
    return code


def _import(
    shell: Shell, project: Project, importable: Importable, options: Options, account: str = ""
) -> tuple[Imported, int]:
    """Write or print the files, and report. With `account` reconciler.yaml gets it, too."""
    project, settings = _with_settings(shell, project, importable, options, account)
    imported = drafts_of(shell.root, project.files, project.config, importable, force=options.force)
    show_findings(shell, [*project.mistakes, *importable.findings, *imported.findings])
    check_imported(shell.root, project.config, account, imported)
    for name in imported.bare:
        shell.note(bare_text(name))
    for declaration in imported.skipped:
        shell.note(skipped_text(declaration))
    _write(shell, imported, settings, dry_run=options.dry_run)
    lives = [draft.live for draft in imported.drafts]
    lines = config_lines(unnamed(lives, project.config, importable.labels), project.config)
    if lines:
        shell.note(unnamed_text(lines))
    shell.note(imported_text(imported, dry_run=options.dry_run))
    anew = {draft.file for draft in imported.drafts}
    kept = [
        finding
        for finding in project.mistakes
        if not finding.position or finding.position.file not in anew
    ]
    wrong = has_errors((*kept, *importable.findings, *imported.findings)) or importable.unreadable
    return imported, exit_codes.ERROR if wrong else exit_codes.DONE


def _with_settings(
    shell: Shell, project: Project, importable: Importable, options: Options, account: str
) -> tuple[Project, str]:
    """The project with the names that labels tell, and reconciler.yaml with them and the account;
    "" where nothing is to be written.
    """
    if has_errors(project.findings_of(CONFIG_FILE)):
        return project, ""
    declared = {pair.id for pair in identify(all_of(project.files), importable.listed).pairs}
    wanted = [live for live in importable.lives if options.force or live.id not in declared]
    config, text = with_known_names(
        project.config, wanted, importable.labels, lambda: settings_text(shell)
    )
    text = with_account(project.config, account, text, lambda: settings_text(shell))
    return replace(project, config=config), text


def _write(shell: Shell, imported: Imported, settings: str, *, dry_run: bool) -> None:
    """reconciler.yaml before the route files, which use its names. Raises FileRefused."""
    drafts = imported.drafts
    settings = settings if drafts else ""
    if dry_run:
        shell.say(f"# {CONFIG_FILE}\n{settings}" if settings else "")
        for draft in drafts:
            shell.say(f"# {draft.file}\n{with_modeline(draft.text, shell.root, draft.file)}")
        return
    if settings:
        write_output(shell.root / CONFIG_FILE, settings)
        shell.say(f"wrote {CONFIG_FILE}")
    if drafts and not has_schema(shell.root):
        write_output(shell.root / PLACES[0], schema_text("route"))
        shell.say(f"wrote {PLACES[0]}")  # editors find it by the first line of each file
    for draft in drafts:
        _write_file(shell, draft)


def _write_file(shell: Shell, draft: Draft) -> None:
    make_folder((shell.root / draft.file).parent)
    write_inside(shell.root, draft.file, with_modeline(draft.text, shell.root, draft.file))
    shell.say(f"wrote {draft.file}")
