"""`reconciler calibrate`: which readings of incident.io past alerts leave."""

from dataclasses import replace
from datetime import date

import click

from reconciler.cli.connection import reading, recorder_of
from reconciler.cli.options import days_option, format_option, refresh_option
from reconciler.cli.outputs import show_findings
from reconciler.cli.project import anew, read_settings, sound
from reconciler.cli.shell import Shell
from reconciler.client import ApiError, ReadClient
from reconciler.files.disk import write_inside
from reconciler.files.semantics import emit_semantics, joined
from reconciler.model import SEMANTICS_FILE, Config, Semantics
from reconciler.past.calibrated import (
    Account,
    Calibration,
    Wanted,
    calibrated,
    deleted_since,
    read_account,
)
from reconciler.plan import exit_codes
from reconciler.report.calibrate import calibrate_json, calibrate_text
from reconciler.routing.ruled_out import Disagreement


def _day(_context: click.Context, _option: click.Parameter, value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a day; write it like 2026-11-01") from None


@click.command(
    "calibrate",
    epilog="Example: reconciler calibrate --days 30 --whole-since 2026-11-01",
)
@days_option(30, "Compare the alerts of so many days.")
@click.option("--whole-since", callback=_day, metavar="DAY",
              help="No route was deleted since this day, as you know.")  # fmt: skip
@refresh_option
@click.option("--check", is_flag=True, help="Write nothing; end with 1 if the file would change.")
@format_option("text", "json")
@click.pass_obj
def calibrate_command(
    shell: Shell,
    days: int,
    whole_since: date | None,
    refresh: bool,
    check: bool,
    form: str,
) -> int:
    """Learn from past alerts how incident.io compares texts.

    Compares what happened to alerts (pages, incidents) with what the live routes do
    in each reading of what incident.io does not document, drops the readings that
    are contradicted, and writes those that are left to semantics.lock.yaml, with the
    alerts that show it. Every later verdict rests on that file. It needs a key that
    may read alerts and escalations, and changes nothing in incident.io.

    Ends with 1 if the past contradicts the file or a pin of `assume`, and with 2 if
    no reading explains an alert.
    """
    project = sound(shell, read_settings(shell))
    config = project.config
    if whole_since is not None and whole_since > shell.now().date():
        raise click.UsageError(f"--whole-since {whole_since} is in the future")
    with reading(shell) as client:
        account = read_account(client, config, shell.now())
        _check_account(config, account)
        if whole_since is not None:
            _check_record(shell, config, account, whole_since)
        wanted = Wanted(shell.root, days, whole_since, anew(shell) or refresh)
        found = _calibrated(shell, client, account, config, wanted)
    return _answered(shell, config, found, form, check=check)


def _check_account(config: Config, account: Account) -> None:
    if config.account:
        return
    add = f"add `account: {account.address}` to it" if account.address else "add it"
    raise click.ClickException(
        "what past alerts show counts for one account alone, and reconciler.yaml names none: " + add
    )


def _check_record(shell: Shell, config: Config, account: Account, day: date) -> None:
    record = recorder_of(shell, config, None).record(account.address)
    gone = [*deleted_since(record.entries.values(), account.seen.lives, day)]
    if gone:
        more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
        raise click.ClickException(
            f'--whole-since {day}: the record shows that "{gone[0]}"{more} was live on that day '
            "or later, and is not live now; name a day after it was deleted"
        )


def _calibrated(
    shell: Shell, client: ReadClient, account: Account, config: Config, wanted: Wanted
) -> Calibration:
    kept = 0

    def keep(count: int) -> None:
        nonlocal kept
        kept = count

    try:
        return calibrated(client, account, config, wanted, keep, shell.warn)
    except (ApiError, KeyboardInterrupt):
        if kept:
            shell.warn(f"{kept:,} alerts are kept: run it again to go on from there")
        raise


def _answered(shell: Shell, config: Config, found: Calibration, form: str, *, check: bool) -> int:
    """Shows the answer, and writes the file. Raises FileRefused."""
    lock = found.lock
    new = lock if isinstance(lock, Semantics) and lock != found.known else None
    _, against = joined(replace(config, semantics=None), new)
    state, words = "unchanged", f"{SEMANTICS_FILE} stays as it is."
    if isinstance(lock, Disagreement):
        state = "contradicted"
        words = (
            f"{SEMANTICS_FILE} is not written: these alerts rule out every reading that the "
            "file leaves. incident.io may compare differently now, or a route was deleted. Look "
            "at the alerts. To start again, delete the file and run this command again."
        )
    elif lock is None:
        state, words = "none", f"Nothing is ruled out, so there is no {SEMANTICS_FILE} to write."
    elif against:
        state, words = "refused", f"{SEMANTICS_FILE} is not written: `assume` says otherwise."
    elif new and check:
        state, words = "outdated", f"{SEMANTICS_FILE} would change; without --check it is written."
    elif new:
        write_inside(shell.root, SEMANTICS_FILE, emit_semantics(new))
        state, words = "written", f"Wrote {SEMANTICS_FILE}. Commit it: every verdict rests on it."
    if form == "json":
        shell.say(calibrate_json(found, state))
    else:
        shell.say(
            calibrate_text(
                found, words, width=shell.width, colour=shell.colour, unicode=shell.unicode
            )
        )
    show_findings(shell, against)
    if state in ("contradicted", "refused", "outdated"):
        return exit_codes.ERROR
    unexplained = found.found.wrong or found.found.disagreeing
    return exit_codes.CHANGES_PENDING if unexplained else exit_codes.DONE
