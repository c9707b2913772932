"""`reconciler validate`: everything that can be known without a key."""

import click

from reconciler.apply.offline import offline_findings
from reconciler.cli import exit_codes
from reconciler.cli.findings import say_findings
from reconciler.cli.project import read_project
from reconciler.cli.shell import Shell
from reconciler.files import schema_findings
from reconciler.model.finding import has_errors
from reconciler.report.plural import counted


@click.command(
    "validate",
    epilog="Example: reconciler validate --format github    (annotations on a pull request)",
)
@click.argument("only", nargs=-1, metavar="[FILE]...")
@click.option("--format", "form", type=click.Choice(["text", "json", "github", "markdown"]),
              default="text", show_default=True, help="How findings are printed.")  # fmt: skip
@click.option("--offline", is_flag=True, hidden=True)
@click.pass_obj
def validate_command(shell: Shell, only: tuple[str, ...], form: str, offline: bool) -> int:
    """Check the route files and reconciler.yaml, without a key.

    Names are looked up in directory.lock.json, when it is there. With `api: auto`
    an error is shown only where neither version of the API can say what a file says.
    """
    del offline  # validate never asks anybody; the option says so aloud in scripts
    project = read_project(shell, only)
    findings = (
        *project.findings,
        *schema_findings(project.files.declarations),
        *offline_findings(
            (*project.files.declarations, *project.files.incomplete), project.config, project.lock
        ),
    )
    say_findings(shell, findings, form)
    if has_errors(findings):
        return exit_codes.ERROR
    routes = counted(len(project.files.declarations), "route")
    names = "" if project.lock else " (names were not looked up: there is no directory.lock.json)"
    shell.note(f"{routes} valid{names}")
    return exit_codes.DONE
