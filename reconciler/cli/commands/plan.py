"""`reconciler plan`: what would change."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import click

from reconciler.cli.connection import CannotConnect, reading, recorder_of
from reconciler.cli.measured import measured
from reconciler.cli.offline import findings_of, tests_text
from reconciler.cli.options import (
    DAYS,
    base_option,
    format_option,
    output_option,
    record_option,
    revert_drift_option,
)
from reconciler.cli.outputs import check_outputs, shown, write_output
from reconciler.cli.project import Project, anew, read_project
from reconciler.cli.shell import Shell
from reconciler.client import ReadClient
from reconciler.directory import LOCK
from reconciler.forge.words import words_of
from reconciler.git.base import base_of
from reconciler.git.commit import laid_out
from reconciler.model import Finding
from reconciler.past.replayed import Replay, ReplayRequest, replay_of_plan
from reconciler.plan.plan import Plan, plan_exit_code
from reconciler.planning.planning import Planned, plan_routes
from reconciler.planning.request import PlanRequest, Recorded
from reconciler.report.comment import no_plan_comment, plan_comment
from reconciler.report.drift_issue import drift_issue as issue_of
from reconciler.report.findings import own_first
from reconciler.report.plan_json import plan_json
from reconciler.report.plan_markdown import plan_markdown
from reconciler.report.replay import replay_text


@dataclass(frozen=True, slots=True)
class _Selection:
    """Of which routes, and against what."""

    only: tuple[str, ...]
    base: str | None
    scope: str
    revert_drift: bool

    def request(self, shell: Shell, project: Project, recorded: Recorded) -> PlanRequest:
        """The input of the plan. Raises BaseRefused."""
        request = project.request(
            complete=not self.only,
            base=base_of(shell.root, self.base) if self.base is not None else None,
            scope=self.scope,
            recorded=recorded,
            revert_drift=self.revert_drift,
        )
        return replace(request, scope=_scope(shell, request))


@click.command(
    "plan",
    epilog="Example: reconciler plan --out plan.json --markdown plan.md    (then apply plan.json)",
)
@click.argument("only", nargs=-1, metavar="[FILE|NAME]...")
@format_option("text", "json", "markdown")
@output_option("--out", "Also write the plan as JSON, for `apply FILE`.")
@output_option("--markdown", "Also write the plan as Markdown.")
@output_option("--comment", "Also write the comment for a pull or merge request.")
@output_option("--drift-issue", "Also write the live edits as an issue; empty if none.")
@base_option("Change only what files changed since this commit.")
@revert_drift_option
@click.option("--scope", type=click.Choice(["all", "changed"]), default="all", show_default=True,
              help="With --base: read all live routes, or only changed routes.")  # fmt: skip
@click.option("--replay", "replay_days", type=DAYS, metavar="DAYS",
              help="Also replay past alerts; not in JSON.")  # fmt: skip
@record_option
@click.option("--watch", is_flag=True, help="Plan again whenever a file changes; reads once.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if there are changes.")
@measured("plan")
def plan_command(
    shell: Shell,
    only: tuple[str, ...],
    form: str,
    out: str | None,
    markdown: str | None,
    comment: str | None,
    drift_issue: str | None,
    base: str | None,
    revert_drift: bool,
    scope: str,
    replay_days: int | None,
    record: str | None,
    watch: bool,
    detailed_exitcode: bool,
    metrics: str | None,
) -> int:
    """Show how the live routes differ from the files. Writes nothing to incident.io.

    With FILE or NAME, the plan is of these routes only, and lists no undeclared
    routes. A live edit stays if its file did not change since the last apply, or
    since --base. --scope changed reads only the routes whose files changed since
    --base (or all of them, with `undeclared: delete`).

    --watch plans again each time you save a file. It reads incident.io once, and
    again when you type r and Enter. Each plan says how long ago that was. It is not
    for apply.
    """
    if scope == "changed" and base is None:
        raise click.UsageError("--scope changed needs --base COMMIT")
    outputs = {"--out": out, "--markdown": markdown, "--comment": comment}
    outputs |= {"--drift-issue": drift_issue, "--metrics": metrics}
    selection = _Selection(only, base, scope, revert_drift)
    if watch:
        others = {"--format": form != "text", "--detailed-exitcode": detailed_exitcode}
        others |= {"--replay": replay_days is not None}
        return _watch(shell, selection, record, {**outputs, **others})
    check_outputs(shell.root, outputs)
    if metrics and (only or scope == "changed"):
        raise click.UsageError("--metrics counts all routes: leave out FILE, NAME and --scope")
    project = read_project(shell, only)
    recorded = recorder_of(shell, project.config, record).recorded()
    request = selection.request(shell, project, recorded)
    request = replace(request, otherwise=project.as_base() if drift_issue else None)
    with _comment_of_a_stop(shell, comment), reading(shell) as client:
        planned = plan_routes(client, request)
        replay = _replay(shell, client, planned, request, replay_days)
    _measure(shell, project, planned)
    plan = _with_key(shell, planned)
    if base and (comment or markdown):
        plan = _old_last(shell, plan, base, only)

    def comment_of(made: Plan) -> str:
        return plan_comment(made, planned.names, words_of(shell.environment), replay)

    renders = {"--out": plan_json, "--markdown": lambda made: plan_markdown(made, replay)}
    _write(shell, plan, outputs, {**renders, "--comment": comment_of, "--drift-issue": issue_of})
    _say(shell, plan, replay, form)
    return plan_exit_code(plan, detailed=detailed_exitcode)


@contextmanager
def _comment_of_a_stop(shell: Shell, comment: str | None) -> Iterator[None]:
    """A plan that cannot read incident.io says so in its comment, too."""
    try:
        yield
    except CannotConnect as error:
        if comment:
            write_output(shell.root / comment, no_plan_comment(error.why))
        raise


def _write(
    shell: Shell,
    plan: Plan,
    outputs: Mapping[str, str | None],
    renders: Mapping[str, Callable[[Plan], str]],
) -> None:
    for option, render in renders.items():
        if path := outputs[option]:
            write_output(shell.root / path, render(plan))


def _say(shell: Shell, plan: Plan, replay: Replay | None, form: str) -> None:
    """The plan, with the replay in it or below it; its JSON has none."""
    shell.say(plan_markdown(plan, replay) if form == "markdown" else shown(plan, shell, form))
    if replay is not None and form == "text":
        text = replay_text(replay, width=shell.width, colour=shell.colour, unicode=shell.unicode)
        shell.say(f"\n{text}")


def _watch(
    shell: Shell, selection: _Selection, record: str | None, others: Mapping[str, object]
) -> int:
    from reconciler.cli.watch import Shown, check_alone, watch_plans

    check_alone(others)

    def plan_of(client: ReadClient, recorded: Recorded) -> Shown:
        project = read_project(shell, selection.only)
        request = selection.request(shell, project, recorded)
        planned = plan_routes(client, request)
        text = shown(_with_key(shell, planned), shell) + tests_text(shell, project)
        return Shown(text, planned, request)

    return watch_plans(shell, record, plan_of)


def _replay(
    shell: Shell, client: ReadClient, planned: Planned, request: PlanRequest, days: int | None
) -> Replay | None:
    if days is None or planned.plan.blocking:
        return None
    account = planned.survey.identity.account
    wanted = ReplayRequest(shell.root, account, days, shell.now(), anew=anew(shell))
    return replay_of_plan(client, wanted, planned, request, shell.warn)


def _measure(shell: Shell, project: Project, planned: Planned) -> None:
    if shell.meter is None:
        return
    from reconciler.report.metrics import routes_counted

    shell.meter.counts = routes_counted(planned, project.files.declarations)


def _scope(shell: Shell, request: PlanRequest) -> str:
    """An apply deletes undeclared routes, and deletes none that no plan showed."""
    if request.scope == "changed" and request.config.undeclared == "delete":
        shell.note("note: with `undeclared: delete` all routes are read, as with --scope all")
        return "all"
    return request.scope


def _old_last(shell: Shell, plan: Plan, base: str, only: tuple[str, ...]) -> Plan:
    """Warnings that the files had in the base stand last: a reviewer reads the change's own."""
    if not plan.findings:
        return plan
    with laid_out(shell.root, base, LOCK) as there:
        found = findings_of(read_project(replace(shell, root=there), only))
    before = [finding for finding in found if finding.level != "error"]
    return replace(plan, findings=own_first(plan.findings, before, ())[0])


def _with_key(shell: Shell, planned: Planned) -> Plan:
    """The plan; in CI, where a key that cannot write is enough, with a word about one that can."""
    if not shell.environment.get("CI") or not planned.survey.identity.may_write:
        return planned.plan
    finding = Finding(
        "warning",
        "key-could-write",
        "this key can write, but a plan only reads; code of an unmerged change may run beside it",
        "create a read-only key for plans: `reconciler help api-key`",
    )
    return replace(planned.plan, findings=(*planned.plan.findings, finding))
