"""`reconciler github record`: the record of what was applied, from GitHub and to it."""

from collections.abc import Callable, Mapping
from datetime import datetime

import click

from reconciler.cli.connection import recorder_of
from reconciler.cli.shell import Shell
from reconciler.git.git import NoGit
from reconciler.github.api import NoPlace, place_of
from reconciler.github.remote import Remote, fetch_records, push_records, reached
from reconciler.model import Config
from reconciler.plan import exit_codes
from reconciler.record.objects import RecordRefused
from reconciler.text import visible


@click.group(
    "record",
    short_help="Exchange the record of what was applied with GitHub",
    epilog="Example: reconciler github record fetch",
)
def record_command() -> None:
    """Exchange the record of what was applied with GitHub, by git and the job's token.

    All of refs/reconciler/ is exchanged. Nothing of the checkout's settings counts, and
    the token is in the environment of that one call of git.
    """


@record_command.command(
    "fetch",
    short_help="Fetch the record, before a plan or an apply",
    epilog="Example: reconciler github record fetch",
)
@click.pass_obj
def fetch_command(shell: Shell) -> int:
    """Fetch the record from GitHub, before a plan or an apply.

    Needs `permissions: contents: read`. What this checkout knows besides stays.
    """
    _tell(shell, "fetched", _exchanged(shell, fetch_records, "the record on GitHub is unknown"))
    return exit_codes.DONE


@record_command.command(
    "push",
    short_help="Push the record, after an apply",
    epilog="Example: reconciler github record push",
)
@click.pass_obj
def push_command(shell: Shell) -> int:
    """Push the record to GitHub, after an apply.

    Needs `permissions: contents: write`. What other runs recorded meanwhile is joined,
    route by route. What a run wrote that was killed before it could record it is
    recorded first.
    """
    why = "GitHub does not have the record of what was applied"
    recorder_of(shell, Config(), "remote").record_killed()
    _tell(shell, "pushed", _exchanged(shell, push_records, why))
    return exit_codes.DONE


def _exchanged(
    shell: Shell, exchange: Callable[[Remote, datetime], Mapping[str, str]], failed: str
) -> Mapping[str, str]:
    try:
        with reached(shell.root, place_of(shell.environment)) as remote:
            return exchange(remote, shell.now())
    except (NoPlace, NoGit) as error:
        raise click.ClickException(str(error)) from None
    except RecordRefused as error:
        raise click.ClickException(f"{failed}: {visible(str(error))}") from None


def _tell(shell: Shell, done: str, records: Mapping[str, str]) -> None:
    shell.note(
        "\n".join(f"{ref} {done}" for ref in records) or f"no record {done}: there is no record yet"
    )
