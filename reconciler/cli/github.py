"""`reconciler github`: what the workflows need of GitHub besides a plan and an apply."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from reconciler.apply.runs import runs_of
from reconciler.cli import exit_codes
from reconciler.cli.github_adopt import adopt_command
from reconciler.cli.github_folder import folder_command
from reconciler.cli.github_inputs import SHA, commit_of, connected, document_of, text_of
from reconciler.cli.github_record import record_command
from reconciler.cli.github_undone import undone_of
from reconciler.cli.outputs import write_output
from reconciler.cli.shell import Shell
from reconciler.files.commit import BaseRefused, commits_after
from reconciler.github.api import GitHubError
from reconciler.github.comment import put_no_plan, put_outcome, put_plan
from reconciler.github.deployments import (
    commits_since,
    last_deployed,
    tried_since,
    workflow_path,
)
from reconciler.github.drift import put_drift
from reconciler.github.reviewed import Merged, Pull, merged_since
from reconciler.model.finding import Finding
from reconciler.model.json import Json
from reconciler.plan.saved import SavedPlan, parse_plan
from reconciler.report.json_text import json_text
from reconciler.report.outcome_markdown import outcome_markdown

INDEX = "index.json"
PLANS = "plans"
FIRST = (
    "no deployment of {0} ended well yet, so nobody knows what was applied. The first time, name "
    "the commit whose files the account has: start the workflow by hand with `base`"
)


@click.group("github", epilog="Example: reconciler github comment --pull 12 --plan plan.json …")
def github_command() -> None:
    """Comments, reviewed plans and the drift issue, in a workflow of GitHub.

    Reads GITHUB_TOKEN, GITHUB_REPOSITORY and GITHUB_API_URL. The token is sent to
    that API and to no other place.
    """


@github_command.command(
    "comment",
    short_help="Put the plan into a pull request's one comment",
    epilog="Example: reconciler github comment --pull 12 --plan p.json --body c.md",
)
@click.option("--pull", type=click.IntRange(1), required=True, help="The pull request's number.")
@click.option("--plan", "plan_file", metavar="FILE", help="From `plan --out`.")
@click.option("--body", metavar="FILE", help="From `plan --comment`.")
@click.option("--sha", default=None, metavar="COMMIT", help="The commit that was planned.")
@click.pass_obj
def comment_command(
    shell: Shell, pull: int, plan_file: str | None, body: str | None, sha: str | None
) -> int:
    """Put the plan into the one comment of a pull request, and edit it there.

    The comment is found by its hidden marker and its author. The same plan of the
    same commit is no edit. Without --plan and --body it says that the commit has no
    plan, so that nobody takes an older commit's for its own.
    """
    if (plan_file is None) != (body is None):
        raise click.UsageError("give --plan and --body, or neither where there is no plan")
    plan = _plan(text_of(shell, plan_file), plan_file) if plan_file else None
    commit = commit_of(shell, sha or "HEAD")
    with connected(shell) as github:
        if plan is None or body is None:
            done = put_no_plan(github, pull, commit)
        else:
            digest = plan.digest if plan.changes or plan.loosened else ""
            done = put_plan(github, pull, commit, digest, text_of(shell, body))
    why = (
        " as it is: it has a newer commit's plan, or says how the apply ended"
        if done == "left"
        else ""
    )
    shell.note(f"comment of #{pull} {done}{why}")
    return exit_codes.DONE


@github_command.command(
    "base",
    short_help="Print the last commit that was applied whole",
    epilog="Example: reconciler github base --environment production",
)
@click.option("--environment", default="production", show_default=True,
              help="Whose deployments say what was applied.")  # fmt: skip
@click.option("--else", "otherwise", default=None, metavar="REF",
              help="Print this commit where nothing was deployed yet.")  # fmt: skip
@click.option("--workflow", default="", metavar="REF",
              help="Count only deployments by this one (GITHUB_WORKFLOW_REF).")  # fmt: skip
@click.pass_obj
def base_command(shell: Shell, environment: str, otherwise: str | None, workflow: str) -> int:
    """Print the last commit that was applied whole: the base of the next apply."""
    with connected(shell) as github:
        found = last_deployed(github, environment, workflow_path(workflow))
    if found is None and otherwise is not None:
        found = commit_of(shell, otherwise)
    if found is None or not SHA.fullmatch(found):
        shell.warn(f"error: {FIRST.format(environment)}")
        return exit_codes.REFUSED
    shell.say(found)
    return exit_codes.DONE


@github_command.command(
    "tried",
    short_help="Print commits since the base whose apply began and failed",
    epilog="Example: reconciler github tried --base SHA --environment production",
)
@click.option("--base", required=True, metavar="REF", help="From `github base`.")
@click.option("--environment", default="production", show_default=True,
              help="Whose deployments say what was tried.")  # fmt: skip
@click.pass_obj
def tried_command(shell: Shell, base: str, environment: str) -> int:
    """Print the commits that an apply began with since the base, newest first, one a line.

    `plan --tried` and `apply --tried` tell by them what a failed run wrote from an
    edit by hand. Of the 20 newest deployments; commits between the base and HEAD.
    """
    start = commit_of(shell, base)
    try:
        between = commits_after(shell.root, start)
    except BaseRefused as error:
        raise click.ClickException(str(error)) from None
    with connected(shell) as github:
        for commit in tried_since(github, environment, between):
            shell.say(commit)
    return exit_codes.DONE


@github_command.command(
    "reviewed",
    short_help="Fetch the plans of merged pull requests",
    epilog="Example: reconciler github reviewed --base SHA --out reviewed",
)
@click.option("--base", required=True, metavar="REF", help="The last commit that was applied.")
@click.option("--out", required=True, metavar="DIR", help="Where the plans are written.")
@click.pass_obj
def reviewed_command(shell: Shell, base: str, out: str) -> int:
    """Fetch the plans of the pull requests that were merged since a commit.

    Each plan is the artifact of the pull request's head, made by a run of this
    repository. `apply --reviewed DIR/plans` writes what stands in them.
    """
    start, head = commit_of(shell, base), commit_of(shell, "HEAD")
    with connected(shell) as github:
        since = commits_since(github, start, head)
        if since.behind:
            shell.warn(
                f"error: {head[:12]} does not come after {start[:12]}, which was applied; "
                "run the workflow on the newest commit"
            )
            return exit_codes.REFUSED
        merged = merged_since(github, since)
    folder = shell.root / out
    (folder / PLANS).mkdir(parents=True, exist_ok=True)
    for pull in merged.pulls:
        if pull.plan:
            write_output(folder / PLANS / f"{pull.number}.json", pull.plan)
    write_output(folder / INDEX, _index(start, head, merged))
    _tell(shell, merged)
    return exit_codes.DONE


def _index(base: str, head: str, merged: Merged) -> str:
    pulls: list[Json] = [
        {"number": pull.number, "head": pull.head, "why": pull.why} for pull in merged.pulls
    ]
    return json_text({"base": base, "head": head, "pulls": pulls, "without": list(merged.without)})


def _tell(shell: Shell, merged: Merged) -> None:
    for pull in merged.pulls:
        shell.note(f"#{pull.number}: {pull.why or 'its plan was reviewed'}")
    for commit in merged.without:
        shell.note(f"{commit[:12]}: no pull request; what it changes was reviewed by nobody")


@github_command.command(
    "outcome",
    short_help="Say in their comments what became of the plans",
    epilog="Example: reconciler github outcome --reviewed reviewed --outcome o.json",
)
@click.option("--reviewed", required=True, metavar="DIR", help="From `github reviewed`.")
@click.option("--outcome", metavar="FILE", required=True,
              help="From `apply --outcome`; apply ended early if it is not there.")  # fmt: skip
@click.pass_obj
def outcome_command(shell: Shell, reviewed: str, outcome: str) -> int:
    """Say in each merged pull request's comment what became of its plan.

    Ends with 4 when a reviewed change was left alone as a hand edit, so that the
    run is no success and the next one does not count from here.
    """
    document = document_of(shell, outcome) if (shell.root / outcome).is_file() else None
    index = document_of(shell, str(Path(reviewed) / INDEX))
    began = bool(runs_of(shell.root))  # a killed run leaves its folder and no outcome
    code = exit_codes.DONE
    with connected(shell) as github:
        pulls = [*_pulls(shell, reviewed, index)]
        plans = {one.number: _plan(one.plan, f"#{one.number}") for one in pulls if one.plan}
        for pull in pulls:
            plan = plans.get(pull.number)
            undone = undone_of(shell, index, pull.plan, pull.head)
            applied = outcome_markdown(
                document,
                plan,
                pull.why,
                github.place.run_url,
                undone,
                elsewhere=_routes(plans, but=pull.number),
                began=began,
            )
            if applied.withheld and code == exit_codes.DONE:
                code = exit_codes.CONFLICT
            shell.note(f"#{pull.number}: {applied.state.replace('-', ' ')}")
            try:
                put_outcome(github, pull.number, applied.state, applied.text)
            except GitHubError as error:  # the others' comments are to be true all the same
                shell.warn(f"error: the comment of #{pull.number} stays as it was: {error}")
                code = exit_codes.ERROR
    return code


def _routes(plans: Mapping[int, SavedPlan], but: int) -> frozenset[str]:
    """The routes, by id and by name, that other pull requests of the run change."""
    others = [change for number, plan in plans.items() if number != but for change in plan.changes]
    return frozenset(word for one in others for word in (one.id, one.name) if word)


def _pulls(shell: Shell, folder: str, index: Mapping[str, Json]) -> Iterator[Pull]:
    rows = index.get("pulls")
    for row in rows if isinstance(rows, list) else ():
        number = row.get("number") if isinstance(row, Mapping) else None
        if not isinstance(row, Mapping) or not isinstance(number, int):
            continue
        file = Path(folder) / PLANS / f"{number}.json"
        plan = text_of(shell, str(file)) if (shell.root / file).is_file() else ""
        yield Pull(number, str(row.get("head")), plan, str(row.get("why") or ""))


@github_command.command(
    "drift",
    short_help="Open, edit or close the issue about hand edits",
    epilog="Example: reconciler github drift --body drift.md",
)
@click.option("--body", required=True, metavar="FILE", help="From `plan --drift-issue`.")
@click.pass_obj
def drift_command(shell: Shell, body: str) -> int:
    """Open, edit or close the one issue about hand edits.

    An empty file closes it. Without a file nobody could tell, and it stays as it is.
    """
    text = text_of(shell, body)
    with connected(shell) as github:
        done = put_drift(github, text)
    why = " as it is: a later run wrote it" if done == "left" else ""
    shell.note(f"drift issue {done}{why}")
    return exit_codes.DONE


@github_command.command(
    "outputs",
    short_help="Print a plan's changes, digest and counts",
    epilog="Example: reconciler github outputs plan.json",
)
@click.argument("plan_file", metavar="PLAN.JSON")
@click.pass_obj
def outputs_command(shell: Shell, plan_file: str) -> int:
    """Print changes, digest and counts of a plan as outputs of a step."""
    plan = _plan(text_of(shell, plan_file), plan_file)
    counts = {
        f"{action}s": sum(one.action == action for one in plan.changes)
        for action in ("create", "update", "delete")
    }
    shell.say(f"changes={'true' if plan.changes else 'false'}")
    shell.say(f"digest={plan.digest}")
    shell.say(f"counts={json.dumps(counts)}")
    return exit_codes.DONE


def _plan(text: str, file: str) -> SavedPlan:
    plan = parse_plan(text, file)
    if isinstance(plan, Finding):
        raise click.ClickException(f"{plan.message}; {plan.hint}")
    return plan


github_command.add_command(adopt_command)
github_command.add_command(folder_command)
github_command.add_command(record_command)
