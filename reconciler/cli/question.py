"""The one question that commands ask before they write. It is answered by the word `yes`, whole."""

import sys

import click

from reconciler.cli.shell import Shell
from reconciler.report.visible import visible


def allowed(shell: Shell, question: str) -> bool:
    """Ask on standard error; true for a yes, and for nothing else, an end of the input included."""
    click.echo(f"{visible(question)} Only `yes` is taken for a yes: ", nl=False, err=True)
    answer = sys.stdin.readline() if sys.stdin else ""  # None: closed by whoever started us
    if not shell.interactive:
        click.echo("", err=True)
    return answer.strip().lower() == "yes"
