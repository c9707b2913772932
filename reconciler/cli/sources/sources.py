"""`reconciler sources`: the inventory beside the account, and the table of URLs."""

import click

from reconciler.cli.connection import reading
from reconciler.cli.options import format_option, output_option
from reconciler.cli.outputs import check_page, show_findings
from reconciler.cli.project import read_project, read_settings, sound, sound_or_empty
from reconciler.cli.shell import Shell
from reconciler.cli.sources.senders import render_command, verify_command
from reconciler.cli.sources.tokens import tokens_command
from reconciler.live.identity import check_account
from reconciler.model import Json, has_errors
from reconciler.plan import exit_codes
from reconciler.plan.document import finding_document
from reconciler.sources.inventory import compare, mixed
from reconciler.sources.live import read_sources
from reconciler.sources.table import (
    LINE_COLUMNS,
    URL_COLUMNS,
    as_json,
    as_markdown,
    line_rows,
    to_paste,
    url_rows,
    why_empty,
)
from reconciler.text import aligned, json_text


@click.group(
    "sources",
    invoke_without_command=True,
    epilog="Example: reconciler sources --check    (in CI, with a read-only key)",
)
@click.option("--check", is_flag=True, help="Fail if the inventory differs from incident.io.")
@click.pass_context
def sources_command(context: click.Context, check: bool) -> int:
    """Alert sources, their senders, and their tokens.

    Without a command: `list`.
    """
    if context.invoked_subcommand is not None:
        return exit_codes.DONE
    return list_sources(context.obj, check=check, form="text")


@sources_command.command("list", epilog="Example: reconciler sources list --format json")
@click.option("--check", is_flag=True, help="Fail if the inventory differs from incident.io.")
@format_option("text", "json", "yaml", words="Output format; yaml: lines to add to the inventory.")
@click.pass_obj
def list_command(shell: Shell, check: bool, form: str) -> int:
    """Compare the inventory with the live sources and the routes. Reads only.

    Reports sources that are missing, renamed or not in the inventory, that have
    another type or URL, or that feed no route, or a route of another environment.
    """
    return list_sources(shell, check=check, form=form)


@sources_command.command(
    "table", epilog="Example: reconciler sources table --format markdown > docs/sources-table.md"
)
@format_option("text", "markdown", "json")
@output_option("--check", "Print nothing; fail if this page's table is out of date.")
@click.pass_obj
def table_command(shell: Shell, form: str, check: str | None) -> int:
    """Print environment, alert source and URL. Needs no key."""
    project = sound(shell, read_settings(shell))
    rows = url_rows(project.config)
    if check is not None:
        table = as_markdown(URL_COLUMNS, rows)
        return check_page(shell, check, table, "reconciler sources table")
    if form == "text":
        # Never wrapped: a URL in pieces cannot be copied.
        shell.say(aligned([URL_COLUMNS, *rows], width=None, unicode=shell.unicode))
    else:
        shell.say((as_json if form == "json" else as_markdown)(URL_COLUMNS, rows))
    if not rows:
        shell.warn(f"warning: {why_empty(project.config)}")
    return exit_codes.DONE


DAY_ONE = (
    "\nreconciler.yaml has no inventory of these sources yet. Route files do not need one. With "
    "an inventory, this command reports sources that are missing, renamed or of another "
    "environment, and checks tokens and senders. To begin:\n"
    "  reconciler sources list --format yaml >> reconciler.yaml"
)

sources_command.add_command(render_command)
sources_command.add_command(verify_command)
sources_command.add_command(tokens_command)


def list_sources(shell: Shell, *, check: bool, form: str) -> int:
    """Print the comparison; with `check`, its errors are a failure."""
    project = sound_or_empty(shell, read_project(shell))
    with reading(shell) as client:
        check_account(client, project.config)
        lives, local = read_sources(client), client.endpoint.is_loopback
    declarations = project.files.declarations
    lines = compare(project.config, lives, declarations, local=local)
    findings = tuple(finding for line in lines for finding in line.findings)
    findings += mixed(project.config, declarations)
    rows = line_rows(lines)
    if form == "json":
        sources: list[Json] = [
            {"name": name, "environment": environment, "type": kind, "state": state,
             "id": line.live.id if line.live else line.known.id if line.known else "",
             "routes": list(line.routes)}
            for line, (name, environment, kind, state, _) in zip(lines, rows, strict=True)
        ]  # fmt: skip
        documents: list[Json] = [finding_document(finding) for finding in findings]
        shell.say(json_text({"sources": sources, "findings": documents}))
    elif form == "yaml":
        extra = [line.live for line in lines if line.live and not line.known]
        head = "sources:\n" if extra and not project.config.sources else ""
        shell.say(head + to_paste(extra, local=local))
    else:
        shell.say(aligned([LINE_COLUMNS, *rows], width=shell.columns, unicode=shell.unicode))
        if not project.config.sources and not check:
            show_findings(
                shell, [finding for finding in findings if finding.code != "source-extra"]
            )
            shell.note(DAY_ONE)
            return exit_codes.DONE
        show_findings(shell, findings)
        extra = [line.live for line in lines if line.live and not line.known]
        if extra:
            pasted = to_paste(extra, local=local).rstrip()
            shell.note(f"to list them, add below `sources:` in reconciler.yaml:\n{pasted}")
    return exit_codes.ERROR if check and has_errors(findings) else exit_codes.DONE
