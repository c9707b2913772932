"""`reconciler directory refresh`: the committed copy of names and ids."""

from dataclasses import replace
from datetime import UTC, datetime

import click

from reconciler.cli import exit_codes
from reconciler.cli.connection import asking
from reconciler.cli.findings import show_findings
from reconciler.cli.outputs import write_output
from reconciler.cli.project import LOCK, Project, read_project
from reconciler.cli.shell import Shell
from reconciler.client import ReadClient
from reconciler.directory import Directory, emit_lock, resolve
from reconciler.directory.labels import with_labels
from reconciler.directory.needs import needs_for_lock
from reconciler.live.identity import read_identity
from reconciler.live.survey import read_directory
from reconciler.model.finding import Finding, has_errors


@click.group("directory", epilog="Example: reconciler directory refresh")
def directory_command() -> None:
    """Keep the names and ids of the account, in directory.lock.json."""


@directory_command.command("refresh", epilog="Example: reconciler directory refresh --check")
@click.option("--check", is_flag=True, help="Write nothing; fail when the lock is out of date.")
@click.pass_obj
def refresh_command(shell: Shell, check: bool) -> int:
    """Read the account's names and write directory.lock.json.

    With it, `validate` and `compile` know names without a key, and a name that
    means something else one day is an error instead of a silent re-routing.
    It holds no secrets; commit it.
    """
    project = read_project(shell)
    files = [finding for finding in project.findings if _concerns_files(finding)]
    if has_errors(files):
        show_findings(shell, files)
        return exit_codes.ERROR
    with asking(shell) as client:
        directory = _read(client, project)
    text = emit_lock(directory, project.files.declarations, project.config, project.lock_text)
    unknown = [
        finding
        for declaration in project.files.declarations
        for finding in resolve(declaration, directory, project.config)[1]
    ]
    show_findings(shell, unknown)
    if text == project.lock_text:
        shell.note(f"{LOCK} is up to date")
        return exit_codes.ERROR if has_errors(unknown) else exit_codes.DONE
    if check:
        shell.warn(f"error: {LOCK} is out of date: run `reconciler directory refresh`")
        return exit_codes.ERROR
    write_output(shell.root / LOCK, text)
    shell.say(f"wrote {LOCK}")
    return exit_codes.ERROR if has_errors(unknown) else exit_codes.DONE


def _concerns_files(finding: Finding) -> bool:
    """A lock that cannot be read is what this command puts right."""
    return finding.position is None or finding.position.file != LOCK


def _read(client: ReadClient, project: Project) -> Directory:
    declarations, config = project.files.declarations, project.config
    account = read_identity(client).account
    directory = read_directory(
        client, lambda known: needs_for_lock(known, declarations, config), account
    )
    today = datetime.now(UTC).date().isoformat()
    return replace(with_labels(directory, ()), read_on=today)
