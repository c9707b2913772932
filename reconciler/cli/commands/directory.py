"""`reconciler directory refresh` and `compile`: the lock file, and payloads with its ids."""

from dataclasses import replace
from datetime import UTC, datetime

import click

from reconciler.adopt.renamed import RENAMED, Respelled, respell_config, respell_file
from reconciler.cli.connection import key_of, reading, recorder_of
from reconciler.cli.options import api_option
from reconciler.cli.outputs import show_findings
from reconciler.cli.project import Project, read_project, settings_text
from reconciler.cli.shell import Shell
from reconciler.client import ReadClient
from reconciler.directory import (
    LOCK,
    Directory,
    emit_lock,
    moved_names,
    needs_after,
    resolve,
    resolve_owned,
    with_labels,
)
from reconciler.directory.former import as_in_the_lock
from reconciler.files.cases import read_cases
from reconciler.files.config import CONFIG_FILE
from reconciler.files.disk import write_inside
from reconciler.live.identity import check_account
from reconciler.live.survey import read_directory
from reconciler.model import ApiVersion, Config, Declaration, Finding, has_errors
from reconciler.plan import exit_codes
from reconciler.planning.payloads import payloads_of
from reconciler.planning.reading import read_for_lock
from reconciler.text import json_text, visible


@click.group("directory", epilog="Example: reconciler directory refresh")
def directory_command() -> None:
    """Store the account's names and ids in directory.lock.json."""


@directory_command.command("refresh", epilog="Example: reconciler directory refresh --rename")
@click.option("--check", is_flag=True, help="Write nothing; fail if the lock file is out of date.")
@click.option("--rename", is_flag=True,
              help="Write names that changed in incident.io into the files.")  # fmt: skip
@click.pass_obj
def refresh_command(shell: Shell, check: bool, rename: bool) -> int:
    """Read the account's names and write directory.lock.json.

    With this file, `validate` and `compile` know names without a key. If a name
    refers to something else later, that is an error, not a silent re-routing.
    The file holds no secrets; commit it.

    It has the id of each name, so a name that changed in incident.io is found by
    its id. --rename writes the new names into routes/ and reconciler.yaml, and
    changes nothing else there.
    """
    if check and rename:
        raise click.UsageError(
            "use --check or --rename, not both: --check writes nothing, --rename writes files"
        )
    project = read_project(shell)
    files = [finding for finding in project.findings if _concerns_files(finding)]
    if has_errors(files):
        show_findings(shell, files)
        return exit_codes.ERROR
    with reading(shell) as client:
        known = _read(shell, client, project)
    meant = as_in_the_lock(known, project.lock)
    moved = _moved(project, meant if rename else known)
    if rename and not _rename(shell, project, meant, known):
        return exit_codes.ERROR
    project = read_project(shell) if rename else project
    unknown = _unresolved(project, known)
    show_findings(shell, [*unknown, *moved])
    if any(finding.code == RENAMED for finding in unknown):
        # Only the lock knows the old names, without which the meaning of the files is unknown.
        shell.warn(
            f"error: {LOCK} was not written, because names changed in incident.io: "
            "run `reconciler directory refresh --rename`"
        )
        return exit_codes.ERROR
    return _write_lock(shell, project, known, unknown, check=check)


def _write_lock(
    shell: Shell, project: Project, directory: Directory, found: list[Finding], *, check: bool
) -> int:
    today = datetime.now(UTC).date().isoformat()
    dated = replace(with_labels(directory, ()), read_on=today)
    tests = read_cases(shell.root)[0] or ()
    text = emit_lock(dated, project.files.declarations, project.config, project.lock_text, tests)
    code = exit_codes.ERROR if has_errors(found) else exit_codes.DONE
    if text == project.lock_text:
        shell.note(f"{LOCK} is up to date")
        return code
    if check:
        state = "is out of date" if project.lock_text else "does not exist"
        shell.warn(f"error: {LOCK} {state}: run `reconciler directory refresh`")
        return exit_codes.ERROR
    write_inside(shell.root, LOCK, text)
    shell.say(f"wrote {LOCK}")
    return code


def _unresolved(project: Project, known: Directory) -> list[Finding]:
    found = [
        finding
        for declaration in project.files.declarations
        for finding in resolve(declaration, known, project.config)[1]
    ]
    return [*found, *resolve_owned(project.config, known, None)[1]]


def _moved(project: Project, directory: Directory) -> list[Finding]:
    """The names that refer to another object from now on: no later plan calls that an error."""
    if project.lock is None:
        return []
    hint = "routes with this name now refer to the new object: check `reconciler plan`"
    owned = resolve_owned(project.config, directory, project.lock)[1]
    moved = [
        *moved_names(project.lock, directory, project.files.declarations, project.config),
        *(finding for finding in owned if finding.code == "name-moved"),
    ]
    return [replace(finding, level="warning", hint=hint) for finding in moved]


def _rename(shell: Shell, project: Project, meant: Directory, known: Directory) -> bool:
    """Write today's names into the files; False, and errors, where a user has to edit a file."""
    files = project.files
    edits = [
        respell_file(files.texts[declaration.file], declaration, meant, known, project.config)
        for declaration in files.declarations
    ]
    changed = [respelled for respelled in edits if respelled is not None]
    stuck = [respelled for respelled in changed if respelled.text is None]
    for respelled in changed:
        if respelled.text is not None:
            write_inside(shell.root, respelled.declaration.file, respelled.text)
            _report(shell, respelled)
    text = settings_text(shell)
    edited = respell_config(text, project.config, meant)
    if edited != text:
        write_inside(shell.root, CONFIG_FILE, edited)
        shell.say(f"wrote {CONFIG_FILE}")
    for respelled in stuck:
        show_findings(shell, respelled.findings)
        file = respelled.declaration.file
        shell.warn(f"error: {file}: not edited; change these names in the file yourself")
    return not stuck


def _report(shell: Shell, respelled: Respelled) -> None:
    shell.say(f"wrote {respelled.declaration.file}")
    for message in dict.fromkeys(finding.message for finding in respelled.findings):
        shell.note(f"  {visible(message)}")


def _concerns_files(finding: Finding) -> bool:
    """A lock that cannot be read is what this command puts right."""
    return finding.position is None or finding.position.file != LOCK


def _read(shell: Shell, client: ReadClient, project: Project) -> Directory:
    recorded = recorder_of(shell, project.config, "local").recorded()
    tests = read_cases(shell.root)[0] or ()
    declarations = project.files.declarations
    return read_for_lock(client, declarations, tests, project.config, project.lock, recorded)


NO_NAMES = (
    f"error: no key and no {LOCK}: set INCIDENT_API_KEY, or run `reconciler directory refresh` "
    "once with a key and commit the lock file"
)


@click.command(
    "compile", epilog="Example: reconciler compile routes/production-alerts.yaml --api v3"
)
@click.argument("file", required=False, metavar="[FILE]")
@api_option("API version; by default from reconciler.yaml, or v3.")
@click.option("--offline", is_flag=True, help="Look up names only in directory.lock.json.")
@click.pass_obj
def compile_command(shell: Shell, file: str | None, api: ApiVersion | None, offline: bool) -> int:
    """Print the API payload of one route file, as a POST would send it.

    Without FILE, or for a folder, print the payloads of all files, by path.
    """
    project = read_project(shell, (file,) if file is not None else ())
    declarations = project.files.declarations
    if has_errors(project.findings) or not declarations:
        show_findings(shell, project.findings)
        return exit_codes.ERROR
    version: ApiVersion = api or ("v2" if project.config.api == "v2" else "v3")
    directory = project.lock
    if not offline and key_of(shell) is not None:
        directory = _live_directory(shell, declarations, project.config)
    if directory is None:
        shell.warn(NO_NAMES)
        return exit_codes.ERROR
    payloads, findings = payloads_of(declarations, directory, project.config, version)
    show_findings(shell, findings)
    if has_errors(findings):
        return exit_codes.ERROR
    single = len(payloads) == 1 and file is not None and not (shell.root / file).is_dir()
    shell.say(json_text(next(iter(payloads.values())) if single else payloads))
    return exit_codes.DONE


def _live_directory(
    shell: Shell, declarations: tuple[Declaration, ...], config: Config
) -> Directory:
    with reading(shell) as client:
        check_account(client, config)
        return read_directory(
            client, lambda known: needs_after(known, declarations, (), config), account=""
        )
