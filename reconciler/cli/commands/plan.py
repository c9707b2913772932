"""`reconciler plan`: what would change."""

from collections.abc import Callable
from dataclasses import replace

import click

from reconciler.cli.connection import asking
from reconciler.cli.keeping import keeping, record_option
from reconciler.cli.outputs import check_outputs, write_output
from reconciler.cli.project import LOCK, base_of, read_project
from reconciler.cli.recording import recorded_by
from reconciler.cli.shell import Shell
from reconciler.model import Finding
from reconciler.plan.plan import Plan, plan_exit_code
from reconciler.planning.planning import Planned, plan_routes
from reconciler.planning.request import PlanRequest
from reconciler.report.comment import plan_comment
from reconciler.report.drift_issue import drift_issue
from reconciler.report.findings import own_first
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
              show_default=True, help="Format of standard output.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False), metavar="FILE",
              help="Also write the plan as JSON, for `apply FILE`.")  # fmt: skip
@click.option("--markdown", type=click.Path(dir_okay=False), metavar="FILE",
              help="Also write the plan as Markdown.")  # fmt: skip
@click.option("--comment", type=click.Path(dir_okay=False), metavar="FILE",
              help="Also write the comment for a pull request.")  # fmt: skip
@click.option("--drift-issue", "drift_issue_file", type=click.Path(dir_okay=False), metavar="FILE",
              help="Also write the live edits as an issue; empty if none.")  # fmt: skip
@click.option("--base", metavar="REF",
              help="Change only what files changed since this commit.")  # fmt: skip
@click.option("--revert-drift", is_flag=True, help="Also overwrite live edits.")
@click.option("--scope", type=click.Choice(["all", "changed"]), default="all", show_default=True,
              help="With --base: read all live routes, or only changed ones.")  # fmt: skip
@record_option
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if there are changes.")
@click.pass_obj
def plan_command(
    shell: Shell,
    only: tuple[str, ...],
    form: str,
    out: str | None,
    markdown: str | None,
    comment: str | None,
    drift_issue_file: str | None,
    base: str | None,
    revert_drift: bool,
    scope: str,
    record: str | None,
    detailed_exitcode: bool,
) -> int:
    """Show how the live routes differ from the files. Writes nothing to incident.io.

    FILE or NAME: plan only these; undeclared routes are then not looked for.
    Live wins wherever a file did not change since the last apply, or since --base;
    --scope changed reads only the routes whose files say something else than there
    (with `undeclared: delete` all of them, since undeclared ones are changes, too).
    """
    if scope == "changed" and base is None:
        raise click.UsageError("--scope changed needs --base COMMIT")
    check_outputs(
        shell.root,
        {
            "--out": out,
            "--markdown": markdown,
            "--comment": comment,
            "--drift-issue": drift_issue_file,
        },
    )
    project = read_project(shell, only)
    chosen = base_of(shell, base)
    asked = project.asked(
        complete=not only,
        base=chosen,
        scope=scope,
        recorded=recorded_by(keeping(shell, project.config, record)),
        revert_drift=revert_drift,
    )
    otherwise = project.as_base() if drift_issue_file else None
    asked = replace(asked, scope=_scope(shell, asked), otherwise=otherwise)
    with asking(shell) as client:
        planned = plan_routes(client, asked)
    plan = _with_key(shell, planned)
    if base and (comment or markdown):
        plan = _old_last(shell, plan, base, only)
    files: tuple[tuple[str | None, Callable[[Plan], str]], ...] = (
        (out, plan_json),
        (markdown, plan_markdown),
        (comment, lambda made: plan_comment(made, planned.names)),
        (drift_issue_file, drift_issue),
    )
    for path, render in files:
        if path is not None:
            write_output(shell.root / path, render(plan))
    shell.say(FORMATS[form](plan) if form in FORMATS else shown(plan, shell))
    return plan_exit_code(plan, detailed=detailed_exitcode)


def _scope(shell: Shell, asked: PlanRequest) -> str:
    """An apply deletes undeclared routes, and deletes none that no plan showed."""
    if asked.scope == "changed" and asked.config.undeclared == "delete":
        shell.note("note: with `undeclared: delete` all routes are read, as with --scope all")
        return "all"
    return asked.scope


def _old_last(shell: Shell, plan: Plan, base: str, only: tuple[str, ...]) -> Plan:
    """Warnings that the files had in the base stand last: a reviewer reads the change's own."""
    from reconciler.cli.commands.validate import findings_of
    from reconciler.git.commit import BaseRefused, laid_out

    if not plan.findings:
        return plan
    try:
        with laid_out(shell.root, base, LOCK) as there:
            found = findings_of(read_project(replace(shell, root=there), only))
    except BaseRefused as error:
        raise click.ClickException(str(error)) from None
    before = [one for one in found if one.level != "error"]
    return replace(plan, findings=own_first(plan.findings, before, ())[0])


def _with_key(shell: Shell, planned: Planned) -> Plan:
    """The plan; in CI, where a key that cannot write is enough, with a word about one that can."""
    if not shell.environment.get("CI") or not planned.survey.identity.may_write:
        return planned.plan
    finding = Finding(
        "warning",
        "key-could-write",
        "this key can write, but a plan only reads; code of a pull request may run beside it",
        "create a read-only key for plans: `reconciler help api-key`",
    )
    return replace(planned.plan, findings=(*planned.plan.findings, finding))
