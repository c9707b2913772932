"""`reconciler migrate`: what moving to the other version of the API means."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import click

from reconciler.adopt.draft import Names
from reconciler.adopt.migrate import Move, Point, move_of
from reconciler.cli import exit_codes
from reconciler.cli.connection import asking
from reconciler.cli.outputs import show_findings, write_file
from reconciler.cli.project import Project, read_project
from reconciler.cli.shell import Shell
from reconciler.client import Forbidden, ReadClient
from reconciler.files import FileRefused, read_text
from reconciler.files.config import CONFIG_FILE
from reconciler.files.edit.config import with_setting
from reconciler.live.survey import Survey, read_lives, survey
from reconciler.model import ApiVersion, Json, Live, has_errors
from reconciler.plan.identify import identify
from reconciler.text import counted, json_text, plain_ascii, visible

_OTHER: Mapping[str, ApiVersion] = {"v3": "v2", "v2": "v3"}
_WORDS = {
    "lost": "would be lost",
    "differs": "reads differently",
    "dormant": "is inactive, and the first write removes it",
    "unknown": "is unknown, and the first write removes it",
}


@click.command(
    "migrate", epilog="Example: reconciler migrate --to v3 --check    (fails if anything is lost)"
)
@click.option("--to", "target", type=click.Choice(["v2", "v3"]), required=True,
              help="The version to move to.")  # fmt: skip
@click.option(
    "--check", is_flag=True, help="Fail if a setting would be lost or differ, or is unknown."
)
@click.option("--write", is_flag=True, help="Set `api` in reconciler.yaml.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
              show_default=True, help="Format of standard output.")  # fmt: skip
@click.pass_obj
def migrate_command(shell: Shell, target: ApiVersion, check: bool, write: bool, form: str) -> int:
    """Show, route by route, what moving to another API version changes or loses.

    Reads every live route through both versions. Changes nothing in incident.io;
    with --write, reconciler.yaml names the new version, unless --check fails or
    a route could not be compared.
    """
    project = read_project(shell)
    with asking(shell) as client:
        seen = survey(
            client, project.files.declarations, replace(project.config, api=_OTHER[target]),
            undeclared=True,
        )  # fmt: skip
        others = _others(client, seen, target, shell)
    findings = [one for one in project.findings if one.code != "no-routes"]
    show_findings(shell, [*findings, *seen.findings])
    moves = _moves(project, seen, others or {}, target)
    compared = others is not None
    if form == "json":
        shell.say(_json(moves, target, compared=compared))
    else:
        shell.say(_text(moves, target, shell, compared=compared))
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


def _text(moves: Sequence[Move], target: ApiVersion, shell: Shell, *, compared: bool) -> str:
    lines: list[str] = []
    for move in moves:
        if move.points:
            lines.append(f"{visible(move.name)}  {move.id}")
            lines += [f"  {_point(point)}" for point in move.points]
            lines.append("")
    affected = sum(bool(move.points) for move in moves)
    total = counted(len(moves), "route")
    if compared:
        lines.append(f"Checked for API {target}: {affected} of {total} need attention.")
    else:
        other = _OTHER[target]
        lines.append(f"Checked through {other} only: {affected} of {total} need attention.")
    text = "\n".join(lines)
    return text if shell.unicode else "\n".join(map(plain_ascii, lines))


def _point(point: Point) -> str:
    at = f"  {point.position.file}:{point.position.line}" if point.position else ""
    return f"{visible(point.title)} {_WORDS[point.kind]}: {visible(point.words)}{at}"


def _json(moves: Sequence[Move], target: ApiVersion, *, compared: bool) -> str:
    document: dict[str, Json] = {
        "format_version": 1,
        "to": target,
        "compared": compared,
        "routes": [
            {
                "name": move.name,
                "id": move.id,
                "points": [
                    {
                        "kind": point.kind,
                        "field": point.title,
                        "message": point.words,
                        "file": point.position.file if point.position else "",
                        "line": point.position.line if point.position else 0,
                    }
                    for point in move.points
                ],
            }
            for move in moves
        ],
    }
    return json_text(document)


def _write(shell: Shell, target: ApiVersion) -> None:
    path = shell.root / CONFIG_FILE
    try:
        text = read_text(path) if path.exists() else ""
    except FileRefused as error:
        raise click.ClickException(str(error)) from None
    edited = with_setting(text, "api", target)
    if edited is None:
        raise click.ClickException(f"{CONFIG_FILE} is not a mapping; add `api: {target}` yourself")
    if edited == text:
        shell.note(f"{CONFIG_FILE} already has `api: {target}`")
        return
    write_file(shell.root, CONFIG_FILE, edited)
    shell.say(f"wrote {CONFIG_FILE}: api: {target}")
