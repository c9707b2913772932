"""`reconciler migrate`: what changes in a move to the other version of the API."""

from collections.abc import Mapping
from dataclasses import replace

import click

from reconciler.adopt.draft import Names
from reconciler.adopt.migrate import Move, move_of
from reconciler.backup.routes import OTHER
from reconciler.cli.connection import asking
from reconciler.cli.options import format_option
from reconciler.cli.outputs import show_findings
from reconciler.cli.project import Project, read_project, settings_text
from reconciler.cli.shell import Shell
from reconciler.client import Forbidden, ReadClient
from reconciler.files.config import CONFIG_FILE
from reconciler.files.disk import write_inside
from reconciler.files.edit.config import with_setting
from reconciler.live.survey import Survey, read_lives, survey
from reconciler.model import ApiVersion, Live, has_errors
from reconciler.plan import exit_codes
from reconciler.plan.identify import identify
from reconciler.report.adopt import moves_json, moves_text


@click.command(
    "migrate", epilog="Example: reconciler migrate --to v3 --check    (fails if anything is lost)"
)
@click.option("--to", "target", type=click.Choice(["v2", "v3"]), required=True,
              help="The version to move to.")  # fmt: skip
@click.option(
    "--check", is_flag=True, help="Fail if a setting would be lost or differ, or is unknown."
)
@click.option("--write", is_flag=True, help="Set `api` in reconciler.yaml.")
@format_option("text", "json")
@click.pass_obj
def migrate_command(shell: Shell, target: ApiVersion, check: bool, write: bool, form: str) -> int:
    """Show, route by route, what a move to another API version changes or loses.

    Reads every live route through both versions, and changes nothing in
    incident.io. --write sets the new version in reconciler.yaml, if --check does
    not fail and every route could be compared.
    """
    project = read_project(shell)
    with asking(shell) as client:
        seen = survey(
            client, project.files.declarations, replace(project.config, api=OTHER[target]),
            undeclared=True,
        )  # fmt: skip
        others = _others(client, seen, target, shell)
    findings = [one for one in project.findings if one.code != "no-routes"]
    show_findings(shell, [*findings, *seen.findings])
    moves = _moves(project, seen, others or {}, target)
    compared = others is not None
    if form == "json":
        shell.say(moves_json(moves, target, compared=compared))
    else:
        shell.say(moves_text(moves, target, unicode=shell.unicode, compared=compared))
    affected = any(move.points for move in moves)
    unread = has_errors(findings)  # a file that cannot be read may hold what the version refuses
    unknown = bool(seen.unreadable) or unread or not compared
    wrong = bool(seen.unreadable) or (check and affected) or ((check or write) and unknown)
    if write and not wrong:
        _write(shell, target)
    elif write:
        why = "something would change" if affected and not unknown else "some settings are unknown"
        shell.warn(f"error: {why}, so {CONFIG_FILE} keeps its `api`")
    return exit_codes.ERROR if wrong else exit_codes.DONE


def _others(
    client: ReadClient, seen: Survey, target: ApiVersion, shell: Shell
) -> Mapping[str, Live] | None:
    """The same routes through the other version; None where the account does not have it yet."""
    try:
        return read_lives(client, target, sorted(seen.lives), seen.directory)
    except Forbidden as error:
        if not error.is_not_yet_available:
            raise
    shell.warn(f"this account has no API {target} yet: its routes are not compared")
    return None


def _moves(
    project: Project, seen: Survey, others: Mapping[str, Live], target: ApiVersion
) -> list[Move]:
    names = Names(seen.directory, project.config, seen.directory.display(project.config))
    pairs = identify(project.files.declarations, seen.listed, complete=False).pairs
    declared = {pair.id: pair.declaration for pair in pairs if not pair.declaration.absent}
    lives = sorted(seen.lives.values(), key=lambda live: (live.route.name, live.id))
    return [
        move_of(live, others.get(live.id), target, declared.get(live.id), names) for live in lives
    ]


def _write(shell: Shell, target: ApiVersion) -> None:
    text = settings_text(shell)
    edited = with_setting(text, "api", target)
    if edited is None:
        raise click.ClickException(f"{CONFIG_FILE} is not a mapping; add `api: {target}` yourself")
    if edited == text:
        shell.note(f"{CONFIG_FILE} already has `api: {target}`")
        return
    write_inside(shell.root, CONFIG_FILE, edited)
    shell.say(f"wrote {CONFIG_FILE}: api: {target}")
