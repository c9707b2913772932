"""`reconciler apply`: the plan, a question, the writes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import click

from reconciler.apply.decide import (
    Approved,
    Decision,
    code_without_a_file,
    decide_apply,
    digest_to_read,
    hold_back,
    is_all_done,
    needs_review,
    refused_behind,
    with_rights,
)
from reconciler.cli.connection import CannotConnect, reading, recorder_of
from reconciler.cli.measured import measured
from reconciler.cli.options import (
    WritingCommand,
    base_option,
    output_option,
    revert_drift_option,
    write_options,
)
from reconciler.cli.outputs import check_outputs, shown, write_output
from reconciler.cli.project import Project, check_plan_file, read_project
from reconciler.cli.shell import Shell
from reconciler.cli.writes import Ended, ask_and_write, ended_early, settle_earlier
from reconciler.client import ReadClient
from reconciler.files import FileRefused, read_text
from reconciler.git.base import Base, base_of, settings_of
from reconciler.live.identity import read_identity
from reconciler.model import Config, Finding
from reconciler.plan import exit_codes
from reconciler.plan.document import finding_document
from reconciler.plan.plan import Plan
from reconciler.plan.saved import SavedPlan, other_files, parse_plan
from reconciler.plan.settings import standing
from reconciler.planning.planning import Planned, plan_routes, plan_saved
from reconciler.planning.recording import Recorder
from reconciler.planning.request import PlanRequest, Recorded
from reconciler.report.outcomes_text import outcomes_json, stopped_json, stopped_markdown
from reconciler.report.plan_markdown import apply_markdown
from reconciler.runs.arrival import Awaited
from reconciler.text import visible


@click.command(
    "apply",
    cls=WritingCommand,
    epilog="Example: reconciler apply plan.json    (writes what that plan shows, or less)",
)
@click.argument("plan_file", required=False, metavar="[PLAN.JSON]", type=click.Path())
@base_option("Write only what files changed since this commit.")
@revert_drift_option
@click.option("--reviewed", multiple=True, type=click.Path(), metavar="PATH",
              help="Write only changes of these plans (files, or folders of them).")  # fmt: skip
@click.option("--digest", metavar="HEX", help="Write only if the plan has this digest.")
@output_option("--outcome", "Also write the outcome as JSON.")
@output_option("--markdown", "Also write the plan and its outcome as Markdown.")
@write_options
@measured("apply")
def apply_command(
    shell: Shell,
    plan_file: str | None,
    base: str | None,
    revert_drift: bool,
    reviewed: tuple[str, ...],
    digest: str | None,
    outcome: str | None,
    markdown: str | None,
    assume_not_created: bool,
    record: str | None,
    auto_approve: bool,
    metrics: str | None,
) -> int:
    """Show the plan, ask, and write it.

    If a route was edited after the plan was made, apply does not write it, and
    writes the others. With PLAN.JSON it writes only the changes in that plan, and
    nothing if the files changed since. A live edit stays if its file did not
    change since the last apply, or since --base. --revert-drift overwrites it.
    """
    _check_plan_file(plan_file, alone=not (base or revert_drift or reviewed))
    check_outputs(shell.root, {"--outcome": outcome, "--markdown": markdown, "--metrics": metrics})
    project = read_project(shell)
    saved = _saved(shell, project, plan_file)
    if isinstance(saved, Finding):
        return ended_early(shell, [saved], exit_codes.REFUSED)
    ref = (saved.base or None) if saved else base
    chosen = base_of(shell.root, ref) if ref is not None else None
    recorder = recorder_of(shell, project.config, record)
    recorded = recorder.recorded()
    with _report_of_a_stop(shell, outcome, markdown), reading(shell) as client:
        before = _settings_before(shell, client, recorded, chosen) if reviewed or chosen else None
        approved = _approved(shell, standing(project.config, before), saved, reviewed, digest)
        if isinstance(approved, Finding):
            return ended_early(shell, [approved], exit_codes.REFUSED)
        reverts = approved.saved.reverts_drift if approved.saved else revert_drift
        scope = saved.scope if saved else "all"
        request = project.request(complete=True, base=chosen, scope=scope, before=before,
                                  agreed=approved.settings, recorded=recorded,
                                  revert_drift=reverts)  # fmt: skip
        planned, awaited = _settled(
            shell, recorder, client, request, approved.saved, assume_not_created
        )
    shell.say(_shown(shell, planned.plan, saved, plan_file))
    held = hold_back(decide_apply(planned, approved), awaited)
    decided = with_rights(held, planned.survey.identity)
    if auto_approve and not (saved or reviewed or digest):
        decided = refused_behind(decided, planned.plan, recorder.has_newest)
    if markdown:  # a run that is killed leaves its plan all the same
        write_output(shell.root / markdown, apply_markdown(planned.plan, None, decided.refusals))
    remember = recorder.by_files(project.files.texts, planned)
    ended = ask_and_write(shell, planned, decided, "apply", remember, auto_approve=auto_approve)
    if saved is None:
        recorder.record_base(planned, request)
    done = saved is None and is_all_done(planned.plan, ended.code)
    recorder.record_runs(planned, project.files, project.config, done=done)
    _measure(shell, project, planned, ended, whole=saved is None)
    return _end(shell, planned, decided, ended, outcome, markdown)


def _shown(shell: Shell, plan: Plan, saved: SavedPlan | None, plan_file: str | None) -> str:
    if plan_file and saved and not (saved.changes or plan.errors):
        return f"Nothing to do: {visible(plan_file)} has no changes."
    return shown(plan, shell)


def _check_plan_file(plan_file: str | None, *, alone: bool) -> None:
    """Raises click.UsageError. `alone`: no argument beside it that a saved plan brings itself."""
    if plan_file and not alone:
        raise click.UsageError("a saved plan has its own base: create a new plan with --base")


def _measure(
    shell: Shell, project: Project, planned: Planned, ended: Ended, *, whole: bool
) -> None:
    """Routes are counted after a plan of all files."""
    if shell.meter is None:
        return
    from reconciler.report.metrics import routes_counted, written_counted

    counts = dict(written_counted(ended.outcomes))
    shell.meter.wrote = any(counts.values())
    if whole:
        counts |= routes_counted(planned, project.files.declarations, ended.outcomes)
    shell.meter.counts = counts


def _settled(
    shell: Shell,
    recorder: Recorder,
    client: ReadClient,
    request: PlanRequest,
    saved: SavedPlan | None,
    assume_not_created: bool,
) -> tuple[Planned, tuple[Awaited, ...]]:
    """The plan once earlier runs are settled, and the creates that must not be sent again."""
    planned = _planned(client, request, saved)
    awaited, moved = settle_earlier(
        shell, recorder, client, planned, assume_not_created=assume_not_created
    )
    if moved:  # what an earlier run wrote is no live edit
        planned = _planned(client, replace(request, recorded=recorder.recorded()), saved)
    return planned, awaited


def _planned(client: ReadClient, request: PlanRequest, saved: SavedPlan | None) -> Planned:
    return plan_routes(client, request) if saved is None else plan_saved(client, request, saved)


def _end(
    shell: Shell,
    planned: Planned,
    decided: Decision,
    ended: Ended,
    outcome: str | None,
    markdown: str | None,
) -> int:
    """Write the outcome and the summary, say what is left to review; the exit code."""
    everything = (*ended.outcomes, *decided.left)
    refusals = [finding_document(finding) for finding in decided.refusals]
    texts = {
        markdown: lambda: apply_markdown(planned.plan, everything, decided.refusals),
        outcome: lambda: outcomes_json(planned.plan, everything, ended.code, refusals),
    }
    written = [_write_late(shell, path, text) for path, text in texts.items() if path]
    digest_left = digest_to_read(planned.plan, decided, everything)
    if digest_left:
        shell.note(f"review what is left, then apply it with --digest {digest_left}")
    return ended.code if all(written) else code_without_a_file(ended.code, ended.outcomes)


def _write_late(shell: Shell, path: str, text: Callable[[], str]) -> bool:
    """After the writes a file that cannot be written is an error, and the command goes on."""
    try:
        write_output(shell.root / path, text())
    except FileRefused as error:
        shell.warn(f"error: {error}")
        return False
    return True


@contextmanager
def _report_of_a_stop(shell: Shell, outcome: str | None, markdown: str | None) -> Iterator[None]:
    """An apply that cannot read incident.io says so in its output files, too."""
    try:
        yield
    except CannotConnect as error:
        if outcome:
            write_output(shell.root / outcome, stopped_json(error.why, error.exit_code))
        if markdown:
            write_output(shell.root / markdown, stopped_markdown(error.why))
        raise


def _saved(shell: Shell, project: Project, plan_file: str | None) -> SavedPlan | Finding | None:
    """Raises click.ClickException where there is no such file."""
    if plan_file:
        check_plan_file(shell, plan_file)
    saved = _saved_plan(shell, plan_file) if plan_file else None
    if saved is None or isinstance(saved, Finding):
        return saved
    return other_files(saved, project.files.digest) or saved  # known before anything is read


def _approved(
    shell: Shell,
    config: Config,
    saved: SavedPlan | None,
    reviewed: tuple[str, ...],
    digest: str | None,
) -> Approved | Finding:
    if not needs_review(config, reviewed, digest):
        return Approved(saved, None, digest)
    plans: list[SavedPlan] = []
    for path in reviewed:
        for file in _plans_in(shell, path):
            plan = _saved_plan(shell, file)
            if isinstance(plan, Finding):
                return plan
            plans.append(plan)
    return Approved(None, tuple(plans), None)


def _settings_before(
    shell: Shell, client: ReadClient, recorded: Recorded, base: Base | None
) -> Config:
    if base is not None:
        return base.guards
    before = settings_of(shell.root, recorded(read_identity(client).account).commit)
    if before.unknown:
        shell.note(
            f"note: the settings before this change are unknown, because {before.unknown}. An "
            "approval in reconciler.yaml needs a reviewed plan that shows it, or --digest"
        )
    return before.config


def _plans_in(shell: Shell, path: str) -> list[str]:
    folder = shell.root / path
    if not folder.is_dir():
        return [path]
    return sorted(str(folder / file.name) for file in folder.glob("*.json"))


def _saved_plan(shell: Shell, path: str) -> SavedPlan | Finding:
    try:
        return parse_plan(read_text(shell.root / path), path)
    except FileRefused as error:
        return Finding("error", "plan-unreadable", str(error))
