"""`reconciler replay`: what would have happened to the alerts of the last days."""

from collections.abc import Mapping
from dataclasses import dataclass

import click

from reconciler.cli.connection import reading, recorder_of
from reconciler.cli.options import compare_options, days_option, format_option, refresh_option
from reconciler.cli.project import Project, anew, read_project, sound
from reconciler.cli.shell import Shell
from reconciler.client import ApiError, ReadClient
from reconciler.directory import LOCK
from reconciler.git.base import base_of
from reconciler.live.identity import own_identity
from reconciler.model import did_you_mean, known_names
from reconciler.past.replayed import Replay, ReplayRequest, replayed_alerts
from reconciler.plan import exit_codes
from reconciler.planning.planning import plan_routes
from reconciler.planning.request import nothing_recorded
from reconciler.planning.sides import Sides, of_account, of_files
from reconciler.report.findings import findings_text
from reconciler.report.replay import replay_json, replay_markdown, replay_text


@dataclass(frozen=True, slots=True)
class _Answer:
    """Both sides, the account's address, and what was compared in words."""

    sides: Sides
    account: str
    compared: str


@click.command(
    "replay",
    epilog="Example: reconciler replay --days 7 --format markdown",
)
@days_option(14, "Alerts of so many days.")
@compare_options
@refresh_option
@format_option("text", "markdown", "json")
@click.pass_obj
def replay_command(
    shell: Shell,
    days: int,
    base: str | None,
    live: bool,
    source: str | None,
    refresh: bool,
    form: str,
) -> int:
    """Send past alerts through the live and the planned routes.

    Counts the alerts that would have paged differently if the next apply had been
    live. Alerts are read once and kept below .reconciler/alerts/, without titles of
    private alerts; an interrupted run goes on where it ended. It needs a key that
    may read alerts, and changes nothing.

    Ends with 0 if no alert would have paged differently. Ends with 2 if an alert
    would have, or if that is unknown.
    """
    if base is not None and live:
        raise click.UsageError("use --base or --live, not both")
    project = sound(shell, read_project(shell))
    with reading(shell) as client:
        answer = (
            _of_account(shell, client, project, live=live)
            if base is None
            else _of_files(shell, client, project, base)
        )
        only = _source(answer.sides, source) if source is not None else ""
        wanted = ReplayRequest(
            shell.root, answer.account, days, shell.now(), only, anew(shell) or refresh
        )
        found = _replayed(shell, client, wanted, answer)
    shell.say(_shown(found, shell, form))
    same = not (found.replayed.different or found.replayed.undecided)
    return exit_codes.DONE if same else exit_codes.CHANGES_PENDING


def _of_account(shell: Shell, client: ReadClient, project: Project, *, live: bool) -> _Answer:
    recorded = recorder_of(shell, project.config, None).recorded()
    request = project.request(complete=True, recorded=nothing_recorded if live else recorded)
    planned = plan_routes(client, request)
    if planned.plan.blocking:  # a guard is none: it may be what the replay is asked about
        shell.warn(findings_text(planned.plan.blocking))
        raise click.ClickException("the plan has errors: correct them first")
    sides = of_account(client, planned, request)
    words = "live routes with the files" if live else "live routes with what apply would write"
    return _Answer(sides, planned.survey.identity.account, words)


def _of_files(shell: Shell, client: ReadClient, project: Project, ref: str) -> _Answer:
    if project.lock is None:
        raise click.ClickException(
            f"there is no {LOCK}, which has the names that files use: "
            "run `reconciler directory refresh`, and commit the file"
        )
    base = base_of(shell.root, ref)
    sides, findings = of_files(project.request(complete=True, base=base), project.lock)
    if sides is None:
        shell.warn(findings_text([finding for finding in findings if finding.level == "error"]))
        raise click.ClickException("the files have errors: correct them first")
    account = own_identity(client, project.config).account
    return _Answer(sides, account, f"the files of {base.commit[:12]} with today's")


def _replayed(shell: Shell, client: ReadClient, wanted: ReplayRequest, answer: _Answer) -> Replay:
    kept = 0

    def keep(count: int) -> None:
        nonlocal kept
        kept = count

    try:
        return replayed_alerts(client, wanted, answer.sides, answer.compared, keep, shell.warn)
    except (ApiError, KeyboardInterrupt):
        if kept:
            shell.warn(f"{kept:,} alerts are kept: run it again to go on from there")
        raise


def _source(sides: Sides, text: str) -> str:
    """By id or by name. Raises click.UsageError: with near names, or where several have it."""
    sources: Mapping[str, str] = sides.world.sources
    found = [text] if text in sources else [key for key, name in sources.items() if name == text]
    if len(found) > 1:
        ids = ", ".join(sorted(found))
        raise click.UsageError(f'{len(found)} alert sources are named "{text}": use an id: {ids}')
    if found:
        return found[0]
    names = sorted(sources.values())
    near = did_you_mean(text, names) or known_names(names)
    raise click.UsageError(f'no alert source is named "{text}"{f"; {near}" if near else ""}')


def _shown(found: Replay, shell: Shell, form: str) -> str:
    if form == "json":
        return replay_json(found)
    if form == "markdown":
        return replay_markdown(found)
    return replay_text(found, width=shell.width, colour=shell.colour, unicode=shell.unicode)
