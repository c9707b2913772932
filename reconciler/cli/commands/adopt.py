"""`reconciler pull` and `migrate`: live edits, and another version of the API, for the files."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import click

from reconciler.adopt.draft import Names
from reconciler.adopt.migrate import Moves, moves_of
from reconciler.adopt.pull import Pulled, Taken, pull_routes
from reconciler.backup.routes import OTHER
from reconciler.cli.connection import reading, recorder_of
from reconciler.cli.options import base_option, format_option, output_option, record_option
from reconciler.cli.outputs import check_outputs, show_findings, write_output
from reconciler.cli.project import Project, read_project, settings_text
from reconciler.cli.shell import Shell
from reconciler.client import Forbidden, ReadClient
from reconciler.files import FileRefused
from reconciler.files.config import CONFIG_FILE
from reconciler.files.disk import write_inside
from reconciler.files.edit.config import with_setting
from reconciler.git.base import base_of
from reconciler.live.survey import Survey, read_lives, survey
from reconciler.model import ApiVersion, Live, has_errors
from reconciler.plan import exit_codes
from reconciler.planning.planning import plan_seen
from reconciler.planning.reading import read_all, with_record
from reconciler.report.adopt import (
    moves_json,
    moves_text,
    pulled_count,
    pulled_json,
    pulled_lines,
    pulled_markdown,
)
from reconciler.text import difference


@click.command(
    "pull", epilog='Example: reconciler pull "Database Alerts" --diff    (shows it, writes nothing)'
)
@click.argument("only", nargs=-1, metavar="[FILE|NAME]...")
@base_option("Take only live edits made since this commit.")
@click.option("--diff", is_flag=True, help="Show the changed lines; write nothing.")
@record_option
@output_option("--markdown", "Also write the body of a pull request.")
@format_option("text", "json")
@click.pass_obj
def pull_command(
    shell: Shell,
    only: tuple[str, ...],
    base: str | None,
    diff: bool,
    record: str | None,
    markdown: str | None,
    form: str,
) -> int:
    """Write live edits into the route files. Changes nothing in incident.io.

    Pull edits only the lines concerned: order, quotes and comments stay. If only
    the file changed since the last apply, or since --base, it keeps its value. If
    both sides changed, that is a conflict: pull leaves it to you.
    """
    check_outputs(shell.root, {"--markdown": markdown})
    project = read_project(shell, only)
    recorder = recorder_of(shell, project.config, record)
    request = project.request(
        complete=False,
        base=base_of(shell.root, base) if base is not None else None,
        recorded=recorder.recorded(),
    )
    with reading(shell) as client:
        seen, request = read_all(client, request)
        request, seen = with_record(client, request, seen)
    taken = pull_routes(request, seen, project.files, base or "the last apply")
    taken = replace(taken, findings=(*project.findings, *taken.findings))
    if not diff:
        _write(shell, taken.written)
        if taken.written:  # these files say now what is live, as if applied
            again = read_project(shell, tuple(pulled.declaration.file for pulled in taken.written))
            planned = plan_seen(seen, again.request(complete=False))
            recorder.record_files(again.files.texts, planned, "pull")
    if markdown:
        left = [
            *taken.conflicts,
            *(finding for finding in taken.findings if finding.level == "error"),
        ]
        write_output(shell.root / markdown, pulled_markdown(taken.pulled, left))
    _show(shell, project, taken, diff=diff, form=form)
    if has_errors(taken.findings):
        return exit_codes.ERROR
    return exit_codes.CONFLICT if taken.conflicts else exit_codes.DONE


def _write(shell: Shell, pulled: Sequence[Pulled]) -> None:
    """Each file whole or not at all. Raises FileRefused, with the files written before."""
    done: list[str] = []
    for pull in pulled:
        try:
            write_inside(shell.root, pull.declaration.file, pull.text or "")
        except FileRefused as error:
            before = f". Changed before that: {', '.join(done)}" if done else ""
            raise FileRefused(f"{error}{before}") from None
        done.append(pull.declaration.file)


def _show(shell: Shell, project: Project, taken: Taken, *, diff: bool, form: str) -> None:
    show_findings(shell, [*taken.findings, *taken.conflicts])
    if form == "json":
        shell.say(pulled_json(taken))
        return
    for pulled in taken.written:
        for line in pulled_lines(pulled, unicode=shell.unicode):
            shell.say(line)
        if diff:
            file = pulled.declaration.file
            old, new = f"{file} (current)", f"{file} (live v{pulled.live.version})"
            shell.say(difference(project.files.texts[file], pulled.text or "", old, new))
    shell.say(pulled_count(taken, diff=diff))


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
    with reading(shell) as client:
        seen = survey(
            client, project.files.declarations, replace(project.config, api=OTHER[target]),
            undeclared=True,
        )  # fmt: skip
        others = _others(client, seen, target, shell)
    findings = project.mistakes
    show_findings(shell, [*findings, *seen.findings])
    names = Names(seen.directory, project.config, seen.directory.display(project.config))
    declarations = project.files.declarations
    moves = moves_of(seen.lives, others or {}, target, declarations, seen.listed, names)
    unread = bool(seen.unreadable) or has_errors(findings)
    found = Moves(moves, others is not None, unread)
    if form == "json":
        shell.say(moves_json(moves, target, compared=found.compared))
    else:
        shell.say(moves_text(moves, target, unicode=shell.unicode, compared=found.compared))
    wrong = bool(seen.unreadable) or (check and found.affected)
    wrong = wrong or ((check or write) and found.unknown)
    if write and not wrong:
        _set_api(shell, target)
    elif write:
        changes = found.affected and not found.unknown
        why = "something would change" if changes else "some settings are unknown"
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


def _set_api(shell: Shell, target: ApiVersion) -> None:
    text = settings_text(shell)
    edited = with_setting(text, "api", target)
    if edited is None:
        raise click.ClickException(f"{CONFIG_FILE} is not a mapping; add `api: {target}` yourself")
    if edited == text:
        shell.note(f"{CONFIG_FILE} already has `api: {target}`")
        return
    write_inside(shell.root, CONFIG_FILE, edited)
    shell.say(f"wrote {CONFIG_FILE}: api: {target}")
