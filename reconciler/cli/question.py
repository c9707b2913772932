"""The one question that commands ask before they write. It is answered by the word `yes`, whole."""

import sys

import click

from reconciler.cli.shell import Shell
from reconciler.report.visible import visible


def allowed(shell: Shell, question: str) -> bool:
    """Ask on standard error; true for a yes, and for nothing else, an end of the input included."""
    click.echo(f"{visible(question)} Type `yes` to continue: ", nl=False, err=True)
    answer = sys.stdin.readline() if sys.stdin else ""  # None: closed by whoever started us
    if not (shell.interactive and answer.endswith("\n")):  # nobody typed the end of this line
        click.echo("", err=True)
    return answer.strip().lower() == "yes"
