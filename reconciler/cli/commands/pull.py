"""`reconciler pull`: live edits into the files."""

from collections.abc import Sequence
from dataclasses import replace

import click

from reconciler.adopt.pull import Pulled, Taken, pull_routes
from reconciler.cli.connection import asking, recorder_of
from reconciler.cli.options import format_option, output_option, record_option
from reconciler.cli.outputs import check_outputs, show_findings, write_output
from reconciler.cli.project import Project, read_project
from reconciler.cli.shell import Shell
from reconciler.files import FileRefused
from reconciler.files.disk import write_inside
from reconciler.git.base import base_of
from reconciler.model import has_errors
from reconciler.plan import exit_codes
from reconciler.planning.planning import plan_seen
from reconciler.planning.reading import read_all, with_record
from reconciler.report.adopt import pulled_count, pulled_json, pulled_lines, pulled_markdown
from reconciler.text import difference


@click.command(
    "pull", epilog='Example: reconciler pull "Database Alerts" --diff    (shows it, writes nothing)'
)
@click.argument("only", nargs=-1, metavar="[FILE|NAME]...")
@click.option("--base", metavar="REF",
              help="Take only live edits made since this commit.")  # fmt: skip
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
    with asking(shell) as client:
        seen, request = read_all(client, request)
        request, seen = with_record(client, request, seen)
    taken = pull_routes(request, seen, project.files, base or "the last apply")
    taken = replace(taken, findings=(*project.findings, *taken.findings))
    if not diff:
        _write(shell, taken.written)
        if taken.written:  # these files say now what is live, as if applied
            again = read_project(shell, tuple(one.declaration.file for one in taken.written))
            planned = plan_seen(seen, again.request(complete=False))
            recorder.record_files(again.files.texts, planned, "pull")
    if markdown:
        left = [*taken.conflicts, *(one for one in taken.findings if one.level == "error")]
        write_output(shell.root / markdown, pulled_markdown(taken.pulled, left))
    _show(shell, project, taken, diff=diff, form=form)
    if has_errors(taken.findings):
        return exit_codes.ERROR
    return exit_codes.CONFLICT if taken.conflicts else exit_codes.DONE


def _write(shell: Shell, pulled: Sequence[Pulled]) -> None:
    """Each file whole or not at all. Raises FileRefused, with the files written before."""
    done: list[str] = []
    for one in pulled:
        try:
            write_inside(shell.root, one.declaration.file, one.text or "")
        except FileRefused as error:
            before = f". Changed before that: {', '.join(done)}" if done else ""
            raise FileRefused(f"{error}{before}") from None
        done.append(one.declaration.file)


def _show(shell: Shell, project: Project, taken: Taken, *, diff: bool, form: str) -> None:
    show_findings(shell, [*taken.findings, *taken.conflicts])
    if form == "json":
        shell.say(pulled_json(taken))
        return
    for one in taken.written:
        for line in pulled_lines(one, unicode=shell.unicode):
            shell.say(line)
        if diff:
            file = one.declaration.file
            old, new = f"{file} (current)", f"{file} (live v{one.live.version})"
            shell.say(difference(project.files.texts[file], one.text or "", old, new))
    shell.say(pulled_count(taken, diff=diff))
