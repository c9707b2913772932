"""`reconciler cover`: which alerts the route files leave open, proven. Offline."""

import click

from reconciler.cli.measured import measured
from reconciler.cli.offline import read_offline
from reconciler.cli.options import format_option
from reconciler.cli.outputs import check_outputs, show_findings
from reconciler.cli.project import source_named
from reconciler.cli.shell import Shell
from reconciler.cli.working import working
from reconciler.plan import exit_codes
from reconciler.planning.covered import Covered, covered
from reconciler.report.cover import cover_json, cover_markdown, cover_text


@click.command("cover", epilog="Example: reconciler cover --check    (in CI: fails for a new gap)")
@click.option("--source", "sources", multiple=True, metavar="SOURCE",
              help="Only alerts of this source; may be given more than once.")  # fmt: skip
@format_option("text", "markdown", "json")
@click.option("--check", is_flag=True, help="Fail if a gap is not accepted in reconciler.yaml.")
@measured("cover")
def cover_command(
    shell: Shell, sources: tuple[str, ...], form: str, check: bool, metrics: str | None
) -> int:
    """Show the alerts that no route takes, and other gaps, offline.

    Also: alerts that page nobody, or one path through several routes; sources
    that no route has; routes that can never match; conditions that decide
    nothing. Proved for every alert, by the files and directory.lock.json.
    """
    check_outputs(shell.root, {"--metrics": metrics})
    if metrics and sources:
        raise click.UsageError("--metrics counts the alerts of all sources: leave out --source")
    project, lock = read_offline(shell)
    today = shell.now().date()
    only = [source_named(lock, project.config, name) for name in sources]
    with working(shell, "looking for gaps of") as tell:
        found = covered(project.files.declarations, project.config, lock, today, only, tell)
    show_findings(shell, found.findings)
    if shell.meter and not found.findings:
        from reconciler.report.metrics import gaps_counted

        shell.meter.counts = gaps_counted(found)
    _say(shell, found, form)
    if found.findings:
        return exit_codes.ERROR
    if not check or found.is_clean:
        return exit_codes.DONE
    if found.cover.of("dropped") or found.cover.of("pages-twice"):
        shell.note("Close each gap with a route, or accept it: `accepted_gaps` in reconciler.yaml.")
    return exit_codes.ERROR


def _say(shell: Shell, found: Covered, form: str) -> None:
    if form == "json":
        shell.say(cover_json(found))
    elif form == "markdown":
        shell.say(cover_markdown(found))
    else:
        shell.say(cover_text(found, width=shell.width, colour=shell.colour, unicode=shell.unicode))
