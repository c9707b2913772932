"""`reconciler import`: live routes into files."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from reconciler.adopt.channels import unnamed, witnesses
from reconciler.adopt.importing import (
    chosen,
    pretended,
)
from reconciler.adopt.terraform import Body, Folder, read_terraform, routes_in
from reconciler.backup.read import read_backup
from reconciler.cli import exit_codes
from reconciler.cli.commands.plan import shown
from reconciler.cli.connection import asking, key_of
from reconciler.cli.imports import (
    Source,
    Wish,
    make_drafts,
    name_account,
    name_channels,
    report,
    write_drafts,
)
from reconciler.cli.keeping import Keeping, keeping, record_option
from reconciler.cli.project import Project, read_project
from reconciler.cli.recording import record_files
from reconciler.cli.shell import Shell
from reconciler.client import ApiError, ReadClient
from reconciler.directory import Directory, needs_after
from reconciler.live.identity import own_identity
from reconciler.live.survey import Survey, read_directory, read_lives, survey
from reconciler.model import (
    ApiVersion,
    Listed,
    Live,
)
from reconciler.planning.planning import plan_seen


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

    Each file is read again before it is written and must mean what is live; after
    writing, the files are planned and must plan to no changes.
    """
    if from_backup and from_terraform:
        raise click.UsageError("use --from-backup or --from-terraform, not both")
    if everything and names:
        raise click.UsageError("name routes or use --all, not both")
    if not (from_backup or from_terraform or everything or names):
        raise click.UsageError("name the routes to import, or use --all")
    wish = Wish(names, force, dry_run)
    project = read_project(shell)
    if from_backup:
        folder = _backed_up(shell.root / from_backup, project)
    elif from_terraform:
        folder = read_terraform(shell.root / from_terraform)
    else:
        return _from_account(keeping(shell, project.config, record), project, wish)
    return _from_folder(shell, project, folder, wish)


def _from_account(kept: Keeping, project: Project, wish: Wish) -> int:
    shell = kept.shell
    with asking(shell) as client:
        seen, source = _read_account(client, project, wish)
    project, settings = name_channels(shell, project, source, wish)
    settings = name_account(shell, project, seen.identity.account, settings)
    imported = make_drafts(shell, project, source, wish)
    written = write_drafts(shell, imported, settings, wish)
    code = report(shell, project, source, imported, wish)
    if not written:
        return code
    again = read_project(shell, tuple(draft.file for draft in imported.drafts))
    planned = plan_seen(seen, again.asked(complete=False))
    plan = planned.plan
    record_files(kept, again.files.texts, planned, "import")
    if plan.changes or plan.errors:
        shell.warn("error: the plan of the imported files has changes:")
        shell.say(shown(plan, shell))
        return exit_codes.ERROR
    shell.note("plan of these files: no changes")
    return code


def _read_account(client: ReadClient, project: Project, wish: Wish) -> tuple[Survey, Source]:
    wanted = [*pretended(wish.names)]
    seen = survey(client, wanted, project.config, undeclared=not wish.names)
    listed = seen.listed or ()
    routes, findings = chosen(listed, wish.names)
    lives = tuple(seen.lives[route.id] for route in routes if route.id in seen.lives)
    labels: Mapping[str, str] = {}
    if seen.api == "v3":
        asked = witnesses(lives, unnamed(lives, project.config, {}))
        labels = _labels_of_v2(client, asked, seen.directory) if asked else {}
    return seen, Source(
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


def _from_folder(shell: Shell, project: Project, folder: Folder, wish: Wish) -> int:
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
        shell.note("no API key and no directory.lock.json: the files keep ids")
    old = key_of(shell) is None
    source = Source(lives, rows, directory, tuple(findings), folder.labels, old=old)
    project, settings = name_channels(shell, project, source, wish)
    imported = make_drafts(shell, project, source, wish)
    written = write_drafts(shell, imported, settings, wish)
    code = report(shell, project, source, imported, wish)
    if written:
        shell.note("`reconciler plan` shows how they differ from the live routes")
    return code


def _directory_of(client: ReadClient, project: Project, lives: Sequence[Live]) -> Directory:
    account = own_identity(client, project.config).account
    return read_directory(
        client, lambda known: needs_after(known, (), lives, project.config), account
    )
