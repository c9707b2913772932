"""`reconciler apply`: the plan, a question, the writes."""

import click

from reconciler.apply.asked import Base
from reconciler.apply.planning import Planned, plan_routes, plan_saved
from reconciler.cli import exit_codes
from reconciler.cli.connection import reading
from reconciler.cli.findings import show_findings
from reconciler.cli.plan import shown
from reconciler.cli.progress import Progress
from reconciler.cli.project import Project, base_of, read_project
from reconciler.cli.shell import Shell
from reconciler.cli.writes import Decision, decide, go_on, settle_earlier
from reconciler.client import ReadClient
from reconciler.files import FileRefused, read_text
from reconciler.model.finding import Finding
from reconciler.plan.outcome import contested
from reconciler.plan.saved import SavedPlan, check_saved, parse_plan


@click.command(
    "apply", epilog="Example: reconciler apply plan.json    (writes what that plan shows, or less)"
)
@click.argument("plan_file", required=False, metavar="[PLAN.JSON]", type=click.Path())
@click.option("--base", metavar="REF", help="Write only what files changed since this commit.")
@click.option("--revert-drift", is_flag=True, help="With --base: write over hand edits, too.")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.pass_obj
def apply_command(
    shell: Shell, plan_file: str | None, base: str | None, revert_drift: bool, auto_approve: bool
) -> int:
    """Show the plan, ask, and write it.

    Every write carries the version that was planned against: a route that somebody
    edited meanwhile is not written, and the others are. With PLAN.JSON only what
    that plan shows is written, and nothing at all if the files are others now.
    With --base a hand edit stays wherever the file did not change since that commit.
    """
    if plan_file and (base or revert_drift):
        raise click.UsageError("a saved plan has its own base: plan again with --base instead")
    if revert_drift and base is None:
        raise click.UsageError("--revert-drift needs --base: without one the files win anyway")
    saved = _saved_plan(shell, plan_file) if plan_file else None
    if isinstance(saved, Finding):
        show_findings(shell, [saved])
        return exit_codes.REFUSED
    project = read_project(shell)
    chosen = _base(shell, saved, base, revert_drift=revert_drift)
    with Progress(shell, "reading incident.io") as progress, reading(shell, progress) as client:
        planned = _planned(client, project, saved, chosen)
        settle_earlier(shell, client, planned)
    shell.say(shown(planned.plan, shell))
    decided = _decide(planned, saved)
    return go_on(shell, planned, decided, "apply", auto_approve=auto_approve).code


def _saved_plan(shell: Shell, path: str) -> SavedPlan | Finding:
    try:
        return parse_plan(read_text(shell.root / path), path)
    except FileRefused as error:
        return Finding("error", "plan-unreadable", str(error))


def _base(
    shell: Shell, saved: SavedPlan | None, ref: str | None, *, revert_drift: bool
) -> Base | None:
    if saved is None:
        return base_of(shell, ref, revert_drift=revert_drift)
    return base_of(shell, saved.base or None, revert_drift=saved.reverts_drift)


def _planned(
    client: ReadClient, project: Project, saved: SavedPlan | None, base: Base | None
) -> Planned:
    asked = project.asked(complete=True, base=base)
    return plan_routes(client, asked) if saved is None else plan_saved(client, asked, saved)


def _decide(planned: Planned, saved: SavedPlan | None) -> Decision:
    plan = planned.plan
    conflicts = tuple(contested(one) for one in plan.contested)
    if saved is None or plan.errors:
        return decide(planned, plan.changes, conflicts)
    checked = check_saved(saved, plan)
    if checked.refusals:
        return Decision(refusals=checked.refusals, code=exit_codes.REFUSED)
    return decide(planned, checked.writable, (*checked.conflicts, *conflicts))
