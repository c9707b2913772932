"""Questions on a terminal. In a pipe none is asked, and each answer is its default."""

import select
import sys
from collections.abc import Callable

import click

from reconciler.cli.shell import Shell
from reconciler.text import visible

_NOTICED_SECONDS = 0.2


def typed_line(shell: Shell) -> str:
    """A line of standard input; "" at its end. Python notices a signal before a read or during it,
    not one that comes in the instant between: so no read begins before there is something to read.
    """
    if not sys.stdin:  # the caller closed it
        return ""
    if shell.interactive:
        while not select.select([sys.stdin], [], [], _NOTICED_SECONDS)[0]:
            pass
    return sys.stdin.readline()


def ask(shell: Shell, question: str, default: str, takes: Callable[[str], str]) -> str:
    """The answer, in any case an accepted one. `takes` says what is wrong with one, "" for nothing.
    The end of the input is the default.
    """
    if not shell.interactive:
        return default
    while True:
        click.echo(f"{visible(question)} [{visible(default)}] ", nl=False, err=True)
        typed = typed_line(shell)
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
