"""`reconciler import`: live routes into files."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from reconciler.adopt.channels import config_lines, known_names, unnamed, witnesses
from reconciler.adopt.draft import Draft, Names
from reconciler.adopt.importing import (
    Checkout,
    Imported,
    RenamedRoutes,
    chosen,
    import_routes,
    renamed_routes,
)
from reconciler.adopt.terraform import Body, Folder, read_terraform, routes_in
from reconciler.backup.read import read_backup
from reconciler.cli import exit_codes
from reconciler.cli.commands.plan import shown
from reconciler.cli.connection import asking, key_of
from reconciler.cli.outputs import show_findings, write_output
from reconciler.cli.project import Project, read_project
from reconciler.cli.recording import Keeping, keeping, record_files, record_option
from reconciler.cli.shell import Shell
from reconciler.client import ApiError, ReadClient
from reconciler.directory import Directory, needs_after
from reconciler.directory.directory import looks_like_id
from reconciler.files import FileRefused, read_text, route_paths
from reconciler.files.config import CONFIG_FILE, is_account
from reconciler.files.disk import stays_inside, write_inside
from reconciler.files.edit.config import with_ids, with_setting
from reconciler.files.schema import schema_text
from reconciler.files.writing import PLACES, has_schema, with_modeline
from reconciler.live.identity import own_identity
from reconciler.live.survey import Survey, read_directory, read_lives, survey
from reconciler.model import (
    ApiVersion,
    Declaration,
    Finding,
    Listed,
    Live,
    Position,
    Positions,
    Route,
    has_errors,
)
from reconciler.plan.identify import identify
from reconciler.planning.planning import plan_seen
from reconciler.text import counted
from reconciler.text.visible import visible


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was asked for on the command line."""

    names: tuple[str, ...]
    force: bool
    dry_run: bool


@dataclass(frozen=True, slots=True)
class _Source:
    """The routes to import, all routes that anybody knows of, and the account's names."""

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
              help="From a folder of backup JSON; needs no key.")  # fmt: skip
@click.option("--from-terraform", type=click.Path(), metavar="FILE",
              help="From the output of `terraform show -json`; needs no key.")  # fmt: skip
@click.option("--force", is_flag=True, help="Write the files of declared routes anew.")
@record_option
@click.option("--dry-run", is_flag=True, help="Print the files instead of writing them.")
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

    Each file is read again before it is written and must mean what is live; after
    writing, the files are planned and must plan to no changes.
    """
    if from_backup and from_terraform:
        raise click.UsageError("--from-backup and --from-terraform: one at a time")
    if everything and names:
        raise click.UsageError("name routes, or take them --all")
    if not (from_backup or from_terraform or everything or names):
        raise click.UsageError("name the routes to import, or take them --all")
    wish = _Wish(names, force, dry_run)
    project = read_project(shell)
    if from_backup:
        folder = _backed_up(shell.root / from_backup, project)
    elif from_terraform:
        folder = read_terraform(shell.root / from_terraform)
    else:
        return _from_account(keeping(shell, project.config, record), project, wish)
    return _from_folder(shell, project, folder, wish)


def _from_account(kept: Keeping, project: Project, wish: _Wish) -> int:
    shell = kept.shell
    with asking(shell) as client:
        seen, source = _read_account(client, project, wish)
    project, settings = _with_names(shell, project, source, wish)
    settings = _with_account(shell, project, seen.identity.account, settings)
    imported = _import(shell, project, source, wish)
    written = _write(shell, imported, settings, wish)
    code = _report(shell, project, source, imported, wish)
    if not written:
        return code
    again = read_project(shell, tuple(draft.file for draft in imported.drafts))
    planned = plan_seen(seen, again.asked(complete=False))
    plan = planned.plan
    record_files(kept, again.files.texts, planned, "import")
    if plan.changes or plan.errors:
        shell.warn("error: the files do not plan to no changes:")
        shell.say(shown(plan, shell))
        return exit_codes.ERROR
    shell.note("plan of these files: no changes")
    return code


def _read_account(client: ReadClient, project: Project, wish: _Wish) -> tuple[Survey, _Source]:
    wanted = [*_pretended(wish.names)]
    seen = survey(client, wanted, project.config, undeclared=not wish.names)
    listed = seen.listed or ()
    routes, findings = chosen(listed, wish.names)
    lives = tuple(seen.lives[route.id] for route in routes if route.id in seen.lives)
    labels: Mapping[str, str] = {}
    if seen.api == "v3":
        asked = witnesses(lives, unnamed(lives, project.config, {}))
        labels = _labels_of_v2(client, asked, seen.directory) if asked else {}
    return seen, _Source(
        lives,
        listed,
        seen.directory,
        (*seen.findings, *findings),
        labels,
        bool(seen.unreadable),
        live=True,
    )


def _pretended(names: Sequence[str]) -> Iterator[Declaration]:
    """Declarations that make the survey read the routes of these names or ids."""
    for name in names:
        yield Declaration(Route(name), Positions(""))
        if looks_like_id(name):
            yield Declaration(Route(name), Positions(""), id=name)


def _labels_of_v2(
    client: ReadClient, lives: Sequence[Live], directory: Directory
) -> Mapping[str, str]:
    """Names of channels, which reads of v3 have not; none where v2 does not answer."""
    version: ApiVersion = "v2"
    try:
        found = read_lives(client, version, [live.id for live in lives], directory)
    except ApiError:
        return {}
    return {given: label for live in found.values() for given, label in live.labels.items()}


def _backed_up(path: Path, project: Project) -> Folder:
    """Of a backup of both versions the routes of the one that plans will use."""
    backup = read_backup(path)
    bodies = [Body(f"{path}/{one.file}", one.api, one.body) for one in backup.entries]
    folder = routes_in(bodies, "v2" if project.config.api == "v2" else "v3")
    return replace(folder, findings=(*backup.findings, *folder.findings))


def _from_folder(shell: Shell, project: Project, folder: Folder, wish: _Wish) -> int:
    """Names come from the account when there is a key, else from the lock file."""
    rows = tuple(Listed(live.id, live.route.name, live.route.enabled) for live in folder.lives)
    routes, unknown = chosen(rows, wish.names)
    ids = {route.id for route in routes}
    lives = tuple(live for live in folder.lives if live.id in ids)
    directory, findings = project.lock or Directory(), [*folder.findings, *unknown]
    if key_of(shell) is not None:
        with asking(shell) as client:
            directory = _directory_of(client, project, lives)
    elif project.lock is None:
        shell.note("no key and no directory.lock.json: ids stay ids")
    old = key_of(shell) is None
    source = _Source(lives, rows, directory, tuple(findings), folder.labels, old=old)
    project, settings = _with_names(shell, project, source, wish)
    imported = _import(shell, project, source, wish)
    written = _write(shell, imported, settings, wish)
    code = _report(shell, project, source, imported, wish)
    if written:
        shell.note("`reconciler plan` shows how they differ from what is live")
    return code


def _directory_of(client: ReadClient, project: Project, lives: Sequence[Live]) -> Directory:
    account = own_identity(client, project.config).account
    return read_directory(
        client, lambda known: needs_after(known, (), lives, project.config), account
    )


def _import(shell: Shell, project: Project, source: _Source, wish: _Wish) -> Imported:
    names = Names(source.directory, project.config, source.directory.display(project.config))
    checkout = _checkout(shell, project, source, names)
    spare = replace(names, directory=Directory()) if source.old else None
    imported = import_routes(
        source.lives, source.listed, checkout, names, force=wish.force, spare=spare
    )
    imported = _within_reach(shell, checkout, imported)
    show_findings(shell, [*_shown(project), *source.findings, *imported.findings])
    for name in imported.bare:
        shell.note(
            f'"{visible(name)}": ids stay ids, as directory.lock.json does not know all of them; '
            "`reconciler directory refresh` asks the account"
        )
    for declaration in imported.skipped:
        what = "says `state: absent`" if declaration.absent else "declares it already"
        shell.note(f'skipped "{visible(declaration.route.name)}": {declaration.file} {what}')
    return imported


def _shown(project: Project) -> list[Finding]:
    """What the files have wrong; to begin without any is what import is for."""
    return [one for one in project.findings if one.code != "no-routes"]


def _with_names(
    shell: Shell, project: Project, source: _Source, wish: _Wish
) -> tuple[Project, str]:
    """The project with the names of channels and templates that labels tell, and the text of
    reconciler.yaml that has them; "" where nothing is to be written.
    """
    declared = {pair.id for pair in identify(_declarations(project), source.listed).pairs}
    wanted = [one for one in source.lives if wish.force or one.id not in declared]
    known = known_names(unnamed(wanted, project.config, source.labels), project.config)
    path = shell.root / CONFIG_FILE
    if not known or has_errors(project.findings_of(CONFIG_FILE)):
        return project, ""
    text = read_text(path) if path.exists() else ""
    for section, names in known.items():
        edited = with_ids(text, section, names)
        if edited is None:
            return project, ""
        text = edited
    channels = {**project.config.channels, **known.get("channels", {})}
    templates = {**project.config.message_templates, **known.get("message_templates", {})}
    config = replace(project.config, channels=channels, message_templates=templates)
    return replace(project, config=config), text


def _with_account(shell: Shell, project: Project, account: str, settings: str) -> str:
    """The text of reconciler.yaml that names the account, too; from then on no other is planned."""
    unknown = not is_account(account)  # the API does not tell, or not as it should
    if unknown or project.config.account or has_errors(project.findings_of(CONFIG_FILE)):
        return settings
    path = shell.root / CONFIG_FILE
    text = settings or (read_text(path) if path.exists() else "")
    return with_setting(text, "account", account.rstrip("/")) or settings


def _write_settings(shell: Shell, text: str, wish: _Wish) -> None:
    """Before the route files, which use its names."""
    if text and wish.dry_run:
        shell.say(f"# {CONFIG_FILE}\n{text}")
    elif text:
        write_output(shell.root / CONFIG_FILE, text)
        shell.say(f"wrote {CONFIG_FILE}")


def _declarations(project: Project) -> tuple[Declaration, ...]:
    return (*project.files.declarations, *project.files.incomplete)


def _checkout(shell: Shell, project: Project, source: _Source, names: Names) -> Checkout:
    files = project.files
    identified = identify(_declarations(project), source.listed, complete=False)
    declared = {pair.id: pair.declaration for pair in identified.pairs}
    read = {declaration.file for declaration in files.declarations}
    paths = frozenset(path.as_posix() for path in route_paths(shell.root)[0])
    renamed = RenamedRoutes()
    if source.live:
        gone = [one for one in identified.creates if one.file in read]
        undeclared = [live for live in source.lives if live.id not in declared]
        renamed = renamed_routes(gone, undeclared, names)
    return Checkout(declared, paths, paths - read, renamed)


def _within_reach(shell: Shell, checkout: Checkout, imported: Imported) -> Imported:
    """Without the drafts whose place is taken by what is no route file of this folder: written
    through a link, a file elsewhere would be lost, and no plan would ever read it.
    """

    def taken(draft: Draft) -> bool:
        target = shell.root / draft.file
        strange = os.path.lexists(target) and draft.file not in checkout.files
        return strange or not stays_inside(shell.root, draft.file)

    blocked = [draft for draft in imported.drafts if taken(draft)]
    return replace(
        imported,
        drafts=tuple(draft for draft in imported.drafts if draft not in blocked),
        findings=(*imported.findings, *map(_blocked, blocked)),
    )


def _blocked(draft: Draft) -> Finding:
    message = (
        f'"{draft.name}" belongs in {draft.file}, but that is a folder, or a link to a place '
        "where no route file is read"
    )
    hint = "move it away, and import again: `import` writes through no link"
    position = Position(draft.file, 1, 1)
    return Finding("error", "file-exists", message, hint, position, route=draft.name)


def _write(shell: Shell, imported: Imported, settings: str, wish: _Wish) -> bool:
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


def _report(
    shell: Shell, project: Project, source: _Source, imported: Imported, wish: _Wish
) -> int:
    """The lines for reconciler.yaml, the count, the exit code."""
    lives = [draft.live for draft in imported.drafts]
    lines = config_lines(unnamed(lives, project.config, source.labels), project.config)
    if lines:
        shell.note(
            "incident.io does not tell the names of these channels and templates, so files have "
            "their ids. To use names, replace each id on the left by its name, add these lines to "
            f"reconciler.yaml, and import again with --force:\n{lines}"
        )
    routes = counted(len(imported.drafts), "route")
    verb = "would be imported" if wish.dry_run else "imported"
    skipped = len(imported.skipped)
    others = f", {skipped} skipped (`reconciler pull` takes live edits)" if skipped else ""
    shell.note(f"{routes} {verb}{others}")
    anew = {draft.file for draft in imported.drafts}
    kept = [one for one in _shown(project) if not one.position or one.position.file not in anew]
    wrong = has_errors((*kept, *source.findings, *imported.findings)) or source.unreadable
    return exit_codes.ERROR if wrong else exit_codes.DONE
