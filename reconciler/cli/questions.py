"""Questions on a terminal. In a pipe none is asked, and each answer is its default."""

import sys
from collections.abc import Callable

import click

from reconciler.cli.shell import Shell
from reconciler.text import visible


def ask(shell: Shell, question: str, default: str, takes: Callable[[str], str]) -> str:
    """The answer, in any case an accepted one. `takes` says what is wrong with one, "" for nothing.
    The end of the input is the default.
    """
    if not shell.interactive:
        return default
    while True:
        click.echo(f"{visible(question)} [{visible(default)}] ", nl=False, err=True)
        typed = sys.stdin.readline()
        if not typed.endswith("\n"):
            click.echo("", err=True)
        answer = typed.strip() or default
        wrong = takes(answer)
        if not wrong or not typed:
            return default if wrong else answer
        shell.warn(visible(wrong))


def ask_yes(shell: Shell, question: str, *, default: bool) -> bool:
    """Whether the answer is yes."""

    def takes(answer: str) -> str:
        return "" if answer.lower() in ("y", "yes", "n", "no") else "Type `yes` or `no`."

    return ask(shell, question, "yes" if default else "no", takes).lower() in ("y", "yes")
