"""`reconciler import`: live routes, a backup's or Terraform's, into files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from reconciler.adopt.channels import (
    config_lines,
    unnamed,
    with_account,
    with_known_names,
    witnesses,
)
from reconciler.adopt.draft import Draft, Names
from reconciler.adopt.importing import (
    Imported,
    all_of,
    checkout_of,
    chosen,
    import_routes,
    pretended,
    within_reach,
)
from reconciler.adopt.terraform import Body, Folder, read_terraform, routes_in
from reconciler.backup.read import read_backup
from reconciler.cli.commands.plan import shown
from reconciler.cli.connection import key_of, reading, recorder_of
from reconciler.cli.options import record_option
from reconciler.cli.outputs import show_findings, write_output
from reconciler.cli.project import Project, read_project, settings_text
from reconciler.cli.shell import Shell
from reconciler.client import ApiError, ReadClient
from reconciler.directory import Directory, needs_after, resolve_owned
from reconciler.files import route_paths
from reconciler.files.config import CONFIG_FILE
from reconciler.files.disk import make_folder, write_inside
from reconciler.files.schema import schema_text
from reconciler.files.write.route import PLACES, has_schema, with_modeline
from reconciler.live.identity import own_identity
from reconciler.live.survey import Survey, read_directory, read_lives, survey
from reconciler.model import Finding, Listed, Live, has_errors
from reconciler.plan import exit_codes
from reconciler.plan.identify import identify
from reconciler.plan.owns import not_imported, not_ours
from reconciler.planning.planning import plan_seen
from reconciler.planning.recording import Recorder
from reconciler.report.adopt import bare_text, imported_text, skipped_text, unnamed_text


@dataclass(frozen=True, slots=True)
class Options:
    """Which routes, and how they are written."""

    names: tuple[str, ...]
    force: bool
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Source:
    """The routes to import, all known routes, and the account's names."""

    lives: tuple[Live, ...]
    listed: tuple[Listed, ...]
    directory: Directory
    findings: tuple[Finding, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    unreadable: bool = False
    old: bool = False  # the names are those of the lock file, which may not know every id
    live: bool = False  # all that is live was listed: what is not there is not live


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
        folder = _backed_up(shell.root / from_backup, project)
    elif from_terraform:
        folder = read_terraform(shell.root / from_terraform)
    else:
        recorder = recorder_of(shell, project.config, record)
        return _from_account(shell, recorder, project, options)
    return _from_folder(shell, project, folder, options)


def _from_account(shell: Shell, recorder: Recorder, project: Project, options: Options) -> int:
    with reading(shell) as client:
        seen, source = _read_account(client, project, options)
    imported, code = _import(shell, project, source, options, seen.identity.account)
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


def _read_account(client: ReadClient, project: Project, options: Options) -> tuple[Survey, Source]:
    names = options.names
    seen = survey(client, [*pretended(names)], project.config, undeclared=not names)
    return seen, source_of(client, seen, project, names)


def source_of(
    client: ReadClient, seen: Survey, project: Project, names: Sequence[str] = ()
) -> Source:
    """The routes of these names that were read; all of them without any."""
    listed = seen.listed or ()
    routes, findings = chosen(listed, names)
    config = project.config
    owned, unknown = resolve_owned(config, seen.directory, project.lock)
    display = seen.directory.display(config)
    foreign = not_ours(listed, seen.lives, owned, display)
    others = [seen.lives[row.id] for row in routes if row.id in foreign and row.id in seen.lives]
    refused = [not_imported(live, owned, display) for live in others] if names else ()
    findings = (*findings, *unknown, *refused)
    listed = tuple(row for row in listed if row.id not in foreign)
    routes = tuple(row for row in routes if row.id not in foreign)
    lives = tuple(seen.lives[route.id] for route in routes if route.id in seen.lives)
    labels: Mapping[str, str] = {}
    if seen.api == "v3":
        named = witnesses(lives, unnamed(lives, config, {}))
        labels = _labels_of_v2(client, named, seen.directory) if named else {}
    return Source(
        lives,
        listed,
        seen.directory,
        (*seen.findings, *findings),
        labels,
        bool(seen.unreadable),
        live=True,
    )


def _labels_of_v2(
    client: ReadClient, lives: Sequence[Live], directory: Directory
) -> Mapping[str, str]:
    """Names of channels, which v3 does not return; none where v2 does not answer."""
    try:
        found = read_lives(client, "v2", [live.id for live in lives], directory)
    except ApiError:
        return {}
    return {given: label for live in found.values() for given, label in live.labels.items()}


def _backed_up(path: Path, project: Project) -> Folder:
    """Of a backup of both versions the routes of the one that plans will use."""
    backup = read_backup(path)
    bodies = [Body(f"{path}/{entry.file}", entry.api, entry.body) for entry in backup.entries]
    folder = routes_in(bodies, "v2" if project.config.api == "v2" else "v3")
    return replace(folder, findings=(*backup.findings, *folder.findings))


def _from_folder(shell: Shell, project: Project, folder: Folder, options: Options) -> int:
    """Names come from the account when there is a key, else from the lock file."""
    rows = tuple(Listed(live.id, live.route.name, live.route.enabled) for live in folder.lives)
    routes, unknown = chosen(rows, options.names)
    ids = {route.id for route in routes}
    lives = tuple(live for live in folder.lives if live.id in ids)
    directory, findings = project.lock or Directory(), (*folder.findings, *unknown)
    old = key_of(shell) is None
    if not old:
        with reading(shell) as client:
            directory = _directory_of(client, project, lives)
    elif project.lock is None:
        shell.note("no API key and no directory.lock.json: the files keep ids")
    source = Source(lives, rows, directory, findings, folder.labels, old=old)
    imported, code = _import(shell, project, source, options)
    if imported.drafts and not options.dry_run:
        shell.note("`reconciler plan` shows how they differ from the live routes")
    return code


def _directory_of(client: ReadClient, project: Project, lives: Sequence[Live]) -> Directory:
    account = own_identity(client, project.config).account
    return read_directory(
        client, lambda known: needs_after(known, (), lives, project.config), account
    )


def _import(
    shell: Shell, project: Project, source: Source, options: Options, account: str = ""
) -> tuple[Imported, int]:
    """Write or print the files, and report. With `account` reconciler.yaml gets it, too."""
    project, settings = _with_settings(shell, project, source, options, account)
    imported = drafts_of(shell.root, project, source, force=options.force)
    show_findings(shell, [*errors_of(project), *source.findings, *imported.findings])
    for name in imported.bare:
        shell.note(bare_text(name))
    for declaration in imported.skipped:
        shell.note(skipped_text(declaration))
    _write(shell, imported, settings, dry_run=options.dry_run)
    lives = [draft.live for draft in imported.drafts]
    lines = config_lines(unnamed(lives, project.config, source.labels), project.config)
    if lines:
        shell.note(unnamed_text(lines))
    shell.note(imported_text(imported, dry_run=options.dry_run))
    anew = {draft.file for draft in imported.drafts}
    kept = [
        finding
        for finding in errors_of(project)
        if not finding.position or finding.position.file not in anew
    ]
    wrong = has_errors((*kept, *source.findings, *imported.findings)) or source.unreadable
    return imported, exit_codes.ERROR if wrong else exit_codes.DONE


def _with_settings(
    shell: Shell, project: Project, source: Source, options: Options, account: str
) -> tuple[Project, str]:
    """The project with the names that labels tell, and reconciler.yaml with them and the account;
    "" where nothing is to be written.
    """
    if has_errors(project.findings_of(CONFIG_FILE)):
        return project, ""
    declared = {pair.id for pair in identify(all_of(project.files), source.listed).pairs}
    wanted = [live for live in source.lives if options.force or live.id not in declared]
    config, text = with_known_names(
        project.config, wanted, source.labels, lambda: settings_text(shell)
    )
    text = with_account(project.config, account, text, lambda: settings_text(shell))
    return replace(project, config=config), text


def drafts_of(root: Path, project: Project, source: Source, *, force: bool) -> Imported:
    """The files that may be written, and why the others may not."""
    names = Names(source.directory, project.config, source.directory.display(project.config))
    paths = frozenset(path.as_posix() for path in route_paths(root)[0])
    lives, listed = source.lives, source.listed
    checkout = checkout_of(project.files, paths, lives, listed, names, complete=source.live)
    spare = replace(names, directory=Directory()) if source.old else None
    imported = import_routes(lives, listed, checkout, names, force=force, spare=spare)
    return within_reach(root, checkout, imported)


def errors_of(project: Project) -> list[Finding]:
    """The findings about the files; that there are none yet is why users import."""
    return [finding for finding in project.findings if finding.code != "no-routes"]


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
