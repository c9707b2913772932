"""`reconciler table`: the routing table of the files."""

import click

from reconciler.cli import exit_codes
from reconciler.cli.outputs import show_findings
from reconciler.cli.project import read_project
from reconciler.cli.shell import Shell
from reconciler.files import FileRefused, read_text
from reconciler.model import has_errors
from reconciler.report.table import (
    holds_table,
    routing_table,
    table_json,
    table_markdown,
    table_text,
)


@click.command(
    "table",
    epilog="Example: reconciler table --format markdown > docs/routes.md    (commit it)",
)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text",
              show_default=True, help="What is printed.")  # fmt: skip
@click.option("--check", type=click.Path(dir_okay=False), metavar="FILE",
              help="Print nothing; fail if this page's table is out of date.")  # fmt: skip
@click.pass_obj
def table_command(shell: Shell, form: str, check: str | None) -> int:
    """Print the routing table: route, source, condition, escalation, Slack.

    In the order of `table.order` in reconciler.yaml, then by name.
    """
    project = read_project(shell)
    if has_errors(project.findings):
        show_findings(shell, project.findings)
        return exit_codes.ERROR
    rows = routing_table(project.files.declarations, project.config)
    if check is None:
        tables = {"markdown": table_markdown, "json": table_json}
        if form in tables:
            shell.say(tables[form](rows))
        else:
            shell.say(table_text(rows, width=shell.columns, unicode=shell.unicode))
        return exit_codes.DONE
    try:
        page = read_text(shell.root / check)
    except FileRefused as error:
        shell.warn(f"error: {error}")
        return exit_codes.ERROR
    if holds_table(page, rows):
        shell.note(f"{check} is up to date")
        return exit_codes.DONE
    shell.warn(
        f"error: the table in {check} is out of date; replace it with the output of:\n"
        "  reconciler table --format markdown"
    )
    return exit_codes.ERROR
