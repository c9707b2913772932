"""The record of what was applied, exchanged with a forge by git."""

from collections.abc import Callable, Mapping
from datetime import datetime

import click

from reconciler.cli.connection import recorder_of
from reconciler.cli.shell import Shell
from reconciler.forge.api import NoPlace
from reconciler.forge.remote import GitPlace, Remote, fetch_records, push_records, reached
from reconciler.model import Config
from reconciler.plan import exit_codes
from reconciler.record.repository import RecordRefused

PlaceOf = Callable[[Mapping[str, str]], GitPlace]
"""Where a job's environment says that the repository is. Raises NoPlace."""


def fetch_record(shell: Shell, place_of: PlaceOf) -> int:
    """Before a plan or an apply; an exit code. Raises RecordRefused."""
    _note(
        shell, "fetched", _exchanged(shell, place_of, fetch_records, "the record on {0} is unknown")
    )
    return exit_codes.DONE


def push_record(shell: Shell, place_of: PlaceOf) -> int:
    """After an apply; of a run that was killed before it recorded its writes, these first; an exit
    code. Raises RecordRefused.
    """
    recorder_of(shell, Config(), "remote").record_killed()
    why = "{0} does not have the record of what was applied"
    _note(shell, "pushed", _exchanged(shell, place_of, push_records, why))
    return exit_codes.DONE


def _exchanged(
    shell: Shell,
    place_of: PlaceOf,
    exchange: Callable[[Remote, datetime], Mapping[str, str]],
    failed: str,
) -> Mapping[str, str]:
    try:
        place = place_of(shell.environment)
    except NoPlace as error:
        raise click.ClickException(str(error)) from None
    try:
        with reached(shell.root, place) as remote:
            return exchange(remote, shell.now())
    except RecordRefused as error:
        raise RecordRefused(f"{failed.format(place.forge)}: {error}") from None


def _note(shell: Shell, done: str, records: Mapping[str, str]) -> None:
    shell.note(
        "\n".join(f"{ref} {done}" for ref in records) or f"no record {done}: there is no record yet"
    )
