"""`reconciler validate`, `fmt` and `table`: the route files alone, without a key."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from reconciler.cli.offline import findings_of
from reconciler.cli.options import base_option, format_option, output_option
from reconciler.cli.outputs import check_page, say_findings, say_junit, show_findings
from reconciler.cli.project import Project, read_project, sound
from reconciler.cli.shell import Shell
from reconciler.directory import LOCK
from reconciler.files import FileRefused, read_text, route_paths
from reconciler.files.config import CONFIG_FILE
from reconciler.files.disk import write_inside
from reconciler.files.write.fmt import format_text
from reconciler.model import Config, Finding, Position, has_errors
from reconciler.plan import exit_codes
from reconciler.plan.settings import loosened
from reconciler.report.findings import elsewhere_words, own_first
from reconciler.text import counted, difference


@click.command(
    "validate",
    epilog="Example: reconciler validate --format github    (annotations on a pull request)",
)
@click.argument("only", nargs=-1, metavar="[FILE]...")
@format_option(
    "text", "json", "github", "markdown", "junit", "codequality", words="Format of the findings."
)
@base_option("List findings new since this commit; count the others.")
@click.option("--offline", is_flag=True, hidden=True)
@click.pass_obj
def validate_command(
    shell: Shell, only: tuple[str, ...], form: str, base: str | None, offline: bool
) -> int:
    """Check the route files and reconciler.yaml, without a key.

    Names are looked up in directory.lock.json, if it exists. With `api: auto` a
    setting is an error only if neither version of the API supports it.
    """
    del offline  # validate is always offline; scripts may say so
    project = read_project(shell, only)
    findings = findings_of(project)
    shown, elsewhere = _own_first(shell, base, project, only) if base else (findings, ())
    if form == "junit":
        declared = (*project.files.declarations, *project.files.incomplete)
        say_junit(shell, shown, (declaration.file for declaration in declared))
    else:
        say_findings(shell, shown, form)
    if words := elsewhere_words(elsewhere):
        shell.note(words)
    if has_errors(findings):
        return exit_codes.ERROR
    routes = counted(len(project.files.declarations), "route")
    names = "" if project.lock else " (names were not looked up: there is no directory.lock.json)"
    shell.note(f"{routes} valid{names}")
    return exit_codes.DONE


def _own_first(
    shell: Shell, base: str, project: Project, only: tuple[str, ...]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings to show, and those to count. Raises BaseRefused."""
    from reconciler.git.commit import laid_out

    findings = findings_of(project)
    files = {finding.position.file for finding in findings if finding.position}
    with laid_out(shell.root, base, LOCK) as there:
        was = read_project(replace(shell, root=there), only)
        before = findings_of(was)
        untouched = {file for file in files if _bytes(shell.root / file) == _bytes(there / file)}
    allowed = _allows_more(project.config, was.config)
    return own_first((*findings, *allowed), before, untouched)


def _allows_more(now: Config, before: Config) -> Iterator[Finding]:
    """A fork's pull request gets no plan whose comment would show it."""
    for setting in loosened(now, before):
        yield Finding(
            "warning",
            "settings-loosened",
            f"`{setting.setting}` in reconciler.yaml now allows more: {setting.sentence}",
            "review it; after the merge it takes effect only if a reviewed plan shows it, or if "
            "you start the apply with the plan's digest",
            Position(CONFIG_FILE, 1, 1),
        )


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


@click.command("fmt", epilog="Example: reconciler fmt --check    (in CI: fails, writes nothing)")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--check", is_flag=True, help="Write nothing; fail if a file would change.")
@click.option("--diff", is_flag=True, help="Show the changed lines; write nothing.")
@click.pass_obj
def fmt_command(shell: Shell, files: tuple[str, ...], check: bool, diff: bool) -> int:
    """Rewrite route files in the canonical spelling. Comments stay.

    FILE: only these; by default all of routes/. The command reads each rewritten
    text again. If it does not mean the same, the file stays as it was.
    """
    paths, found = route_paths(shell.root, files)
    findings = list(found)
    changed = 0
    for path in paths:
        try:
            before = read_text(shell.root / path)
            after, found = format_text(before, str(path))
            findings += found
            if after is None or after == before:
                continue
            changed += 1
            if diff:
                shell.say(difference(before, after, f"{path} (current)", f"{path} (canonical)"))
            elif check:
                shell.say(f"would change {path}")
            else:
                write_inside(shell.root, path.as_posix(), after)
                shell.say(f"wrote {path}")
        except FileRefused as error:
            at = Position(str(path), 1, 1)
            findings.append(Finding("error", "file-refused", str(error), position=at))
    show_findings(shell, findings)
    if has_errors(findings):
        return exit_codes.ERROR
    if not changed:
        shell.note(f"{counted(len(paths), 'file')} in canonical form")
    elif check and not diff:
        shell.note("run `reconciler fmt` to rewrite them")
    return exit_codes.ERROR if changed and (check or diff) else exit_codes.DONE


@click.command(
    "table",
    epilog="Example: reconciler table --format markdown > docs/routes.md    (commit it)",
)
@format_option("text", "markdown", "json")
@output_option("--check", "Print nothing; fail if this page's table is out of date.")
@click.pass_obj
def table_command(shell: Shell, form: str, check: str | None) -> int:
    """Print the routing table: route, source, condition, escalation, Slack.

    In the order of `table.order` in reconciler.yaml, then by name. In Markdown, a link
    to its `page` follows.
    """
    from reconciler.report.table import routing_table, table_json, table_markdown, table_text

    project = sound(shell, read_project(shell))
    rows = routing_table(project.files.declarations, project.config)
    markdown = table_markdown(rows, project.config.page)
    if check is not None:
        return check_page(shell, check, markdown, "reconciler table")
    match form:
        case "markdown":
            shell.say(markdown)
        case "json":
            shell.say(table_json(rows))
        case _:
            shell.say(table_text(rows, width=shell.columns, unicode=shell.unicode))
    return exit_codes.DONE
