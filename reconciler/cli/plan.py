"""`reconciler plan`: what would change."""

from collections.abc import Callable

import click

from reconciler.apply.planning import plan_routes
from reconciler.cli.connection import reading
from reconciler.cli.outputs import write_output
from reconciler.cli.progress import Progress
from reconciler.cli.project import base_of, read_project
from reconciler.cli.shell import Shell
from reconciler.plan.plan import Plan, plan_exit_code
from reconciler.report.plan_json import plan_json
from reconciler.report.plan_markdown import plan_markdown
from reconciler.report.plan_text import plan_text

FORMATS: dict[str, Callable[[Plan], str]] = {"json": plan_json, "markdown": plan_markdown}


def shown(plan: Plan, shell: Shell) -> str:
    """The plan as this terminal, or this pipe, shows it."""
    return plan_text(plan, width=shell.width, colour=shell.colour, unicode=shell.unicode)


@click.command(
    "plan",
    epilog="Example: reconciler plan --out plan.json --markdown plan.md    (then apply plan.json)",
)
@click.argument("only", nargs=-1, metavar="[FILE|NAME]...")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text",
              show_default=True, help="What standard output gets.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False), metavar="FILE",
              help="Also write the plan as JSON, for `apply FILE`.")  # fmt: skip
@click.option("--markdown", type=click.Path(dir_okay=False), metavar="FILE",
              help="Also write the plan as Markdown.")  # fmt: skip
@click.option("--base", metavar="REF",
              help="Change only what files changed since this commit.")  # fmt: skip
@click.option("--revert-drift", is_flag=True, help="With --base: write over hand edits, too.")
@click.option("--detailed-exitcode", is_flag=True, help="End with 2 when there are changes.")
@click.pass_obj
def plan_command(
    shell: Shell,
    only: tuple[str, ...],
    form: str,
    out: str | None,
    markdown: str | None,
    base: str | None,
    revert_drift: bool,
    detailed_exitcode: bool,
) -> int:
    """Show how the live routes differ from the files. Writes nothing to incident.io.

    FILE or NAME: plan only these; undeclared routes are then not looked for.
    With --base live wins wherever a file did not change since that commit.
    """
    if revert_drift and base is None:
        raise click.UsageError("--revert-drift needs --base: without one the files win anyway")
    project = read_project(shell, only)
    chosen = base_of(shell, base, revert_drift=revert_drift)
    with Progress(shell, "reading incident.io") as progress, reading(shell, progress) as client:
        plan = plan_routes(client, project.asked(complete=not only, base=chosen)).plan
    for path, render in ((out, plan_json), (markdown, plan_markdown)):
        if path:
            write_output(shell.root / path, render(plan))
    shell.say(FORMATS[form](plan) if form in FORMATS else shown(plan, shell))
    return plan_exit_code(plan, detailed=detailed_exitcode)
