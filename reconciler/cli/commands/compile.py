"""`reconciler compile`: the payloads that files stand for."""

import click

from reconciler.cli.connection import key_of, reading
from reconciler.cli.outputs import show_findings
from reconciler.cli.project import read_project
from reconciler.cli.shell import Shell
from reconciler.directory import LOCK, Directory, needs_after, resolve
from reconciler.live.identity import check_account
from reconciler.live.survey import read_directory
from reconciler.model import ApiVersion, Config, Declaration, Finding, Json, has_errors
from reconciler.plan import exit_codes
from reconciler.planning.request import inexpressible
from reconciler.text import json_text
from reconciler.wire.codec import codec

NO_NAMES = (
    f"error: no key and no {LOCK}: set INCIDENT_API_KEY, or run `reconciler directory refresh` "
    "once with a key and commit the lock file"
)


@click.command(
    "compile", epilog="Example: reconciler compile routes/production-alerts.yaml --api v3"
)
@click.argument("file", required=False, metavar="[FILE]")
@click.option("--api", type=click.Choice(["v2", "v3"]), default=None,
              help="API version; by default from reconciler.yaml, or v3.")  # fmt: skip
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
    payloads, findings = _payloads(declarations, directory, project.config, version)
    show_findings(shell, findings)
    if has_errors(findings):
        return exit_codes.ERROR
    one = len(payloads) == 1 and file is not None and not (shell.root / file).is_dir()
    shell.say(json_text(next(iter(payloads.values())) if one else payloads))
    return exit_codes.DONE


def _payloads(
    declarations: tuple[Declaration, ...], directory: Directory, config: Config, api: ApiVersion
) -> tuple[dict[str, Json], tuple[Finding, ...]]:
    """The payload of each file, by path, and what is wrong with it."""
    payloads: dict[str, Json] = {}
    findings: list[Finding] = []
    for declaration in declarations:
        if declaration.absent and len(declarations) > 1:
            continue  # it has no payload
        resolved, found = resolve(declaration, directory, config)
        findings += [*found, *inexpressible(resolved, Config(api=api))]
        payloads[declaration.file] = codec(api).encode(resolved.route)
    return payloads, tuple(findings)


def _live_directory(
    shell: Shell, declarations: tuple[Declaration, ...], config: Config
) -> Directory:
    with reading(shell) as client:
        check_account(client, config)
        return read_directory(
            client, lambda known: needs_after(known, declarations, (), config), account=""
        )
