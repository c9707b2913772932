"""`reconciler fmt`: the canonical spelling, comments kept."""

import sys
from pathlib import Path

import click

from reconciler.cli import exit_codes
from reconciler.cli.shell import Shell
from reconciler.files import FileRefused, format_text, read_text, route_files, write_atomically
from reconciler.model.finding import Finding, has_errors
from reconciler.report import findings_text


@click.command("fmt", epilog="Example: reconciler fmt --check    (in CI: fails, writes nothing)")
@click.argument("files", nargs=-1, type=click.Path())
@click.option("--check", is_flag=True, help="Write nothing; fail when a file would change.")
@click.option("--diff", is_flag=True, help="Show the lines that would change; write nothing.")
@click.pass_obj
def fmt_command(shell: Shell, files: tuple[str, ...], check: bool, diff: bool) -> int:
    """Rewrite route files in the canonical spelling. Comments stay.

    FILES are route files; without any, all of routes/. A `-` reads standard input.
    """
    if files == ("-",):
        return _standard_input(shell)
    paths, findings = route_files(shell.root, files)
    problems: list[Finding] = list(findings)
    changed: list[str] = []
    for path in paths:
        outcome = _format(shell.root / path, str(path), diff=diff, write=not (check or diff))
        problems += outcome.findings
        if outcome.changed:
            changed.append(str(path))
            shell.say(outcome.text if diff else f"{'would change' if check else 'wrote'} {path}")
    if problems:
        shell.warn(findings_text(tuple(problems), colour=False, width=shell.width))
    if has_errors(problems):
        return exit_codes.ERROR
    if not changed:
        shell.note(f"{len(paths)} files in canonical spelling")
    return exit_codes.ERROR if changed and (check or diff) else exit_codes.DONE
