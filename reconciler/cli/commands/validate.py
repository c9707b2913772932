"""`reconciler validate`: everything that can be known without a key."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from reconciler.cli import exit_codes
from reconciler.cli.outputs import say_findings
from reconciler.cli.project import LOCK, Project, read_project
from reconciler.cli.shell import Shell
from reconciler.files import schema_findings
from reconciler.files.config import CONFIG_FILE
from reconciler.model import Config, Finding, Position, has_errors
from reconciler.plan.settings import loosened
from reconciler.planning.offline import offline_findings
from reconciler.report.findings import elsewhere_words, own_first
from reconciler.text import counted


@click.command(
    "validate",
    epilog="Example: reconciler validate --format github    (annotations on a pull request)",
)
@click.argument("only", nargs=-1, metavar="[FILE]...")
@click.option("--format", "form", type=click.Choice(["text", "json", "github", "markdown"]),
              default="text", show_default=True, help="Format of the findings.")  # fmt: skip
@click.option("--base", metavar="REF",
              help="List findings new since this commit; count the others.")  # fmt: skip
@click.option("--offline", is_flag=True, hidden=True)
@click.pass_obj
def validate_command(
    shell: Shell, only: tuple[str, ...], form: str, base: str | None, offline: bool
) -> int:
    """Check the route files and reconciler.yaml, without a key.

    Names are looked up in directory.lock.json, when it is there. With `api: auto`
    an error is shown only where neither version of the API can say what a file says.
    """
    del offline  # validate never asks anybody; the option says so aloud in scripts
    project = read_project(shell, only)
    findings = findings_of(project)
    beside: tuple[tuple[Finding, ...], tuple[Finding, ...]] = (findings, ())
    shown, elsewhere = _own_first(shell, base, project, only) if base else beside
    say_findings(shell, shown, form)
    if said := elsewhere_words(elsewhere):
        shell.note(said)
    if has_errors(findings):
        return exit_codes.ERROR
    routes = counted(len(project.files.declarations), "route")
    names = "" if project.lock else " (names were not looked up: there is no directory.lock.json)"
    shell.note(f"{routes} valid{names}")
    return exit_codes.DONE


def findings_of(project: Project) -> tuple[Finding, ...]:
    """Everything that can be known of these files without a key."""
    return (
        *project.findings,
        *schema_findings(project.files.declarations),
        *offline_findings(
            (*project.files.declarations, *project.files.incomplete), project.config, project.lock
        ),
    )


def _own_first(
    shell: Shell, base: str, project: Project, only: tuple[str, ...]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """What to show and what to count. Raises click.ClickException."""
    from reconciler.git.commit import BaseRefused, laid_out

    findings = findings_of(project)
    files = {one.position.file for one in findings if one.position}
    try:
        with laid_out(shell.root, base, LOCK) as there:
            was = read_project(replace(shell, root=there), only)
            before = findings_of(was)
            untouched = {one for one in files if _bytes(shell.root / one) == _bytes(there / one)}
    except BaseRefused as error:
        raise click.ClickException(str(error)) from None
    allowed = _allows_more(project.config, was.config)
    return own_first((*findings, *allowed), before, untouched)


def _allows_more(now: Config, before: Config) -> Iterator[Finding]:
    """A fork's pull request gets no plan whose comment would say it."""
    for one in loosened(now, before):
        yield Finding(
            "warning",
            "settings-loosened",
            f"`{one.setting}` in reconciler.yaml now allows more: {one.sentence}",
            "review it; after the merge it takes effect only if a reviewed plan shows it, or if "
            "you start the apply workflow with the plan's digest",
            Position(CONFIG_FILE, 1, 1),
        )


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
