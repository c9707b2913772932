"""`reconciler github`: what the workflows need of GitHub besides a plan and an apply."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import click

from reconciler.cli.github.checkout import (
    adopt_command,
    commit_of,
    connected,
    document_of,
    folder_command,
    git,
    record_command,
    text_of,
)
from reconciler.cli.github.reviewed import INDEX, PLANS, base_command, reviewed_command
from reconciler.cli.shell import Shell
from reconciler.forge.comment import put_no_plan, put_outcome, put_plan
from reconciler.forge.drift import put_drift
from reconciler.github.api import GitHubError
from reconciler.github.comment import PullRequest
from reconciler.github.drift import DriftIssues
from reconciler.github.reviewed import Pull
from reconciler.github.since import changed_by_others, undone_of, written_since
from reconciler.model import Finding, Json
from reconciler.plan import exit_codes
from reconciler.plan.saved import SavedPlan, parse_plan
from reconciler.report.outcome_markdown import outcome_markdown
from reconciler.runs.folder import runs_of


def _is_the_same(shell: Shell, base: str, head: str, file: str) -> bool:
    changed = git(shell, "diff", "--name-only", f"{base}..{head}", "--", f":(literal){file}")
    return changed is not None and not changed.strip()


@click.group("github", epilog="Example: reconciler github comment --pull 12 --plan plan.json …")
def github_command() -> None:
    """Plan comments, reviewed plans and the drift issue, for GitHub workflows.

    Reads GITHUB_TOKEN, GITHUB_REPOSITORY and GITHUB_API_URL. The token is sent only to
    that API.
    """


@github_command.command(
    "comment",
    short_help="Write the plan into the pull request's comment",
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
    """Write the plan into the comment of a pull request.

    The command finds its own earlier comment by a hidden marker and its author, and
    edits it. Without --plan and --body the comment says that the commit has no plan,
    so that the plan of an older commit does not count for it.
    """
    if (plan_file is None) != (body is None):
        raise click.UsageError("use --plan and --body together, or neither if there is no plan")
    plan = _plan(text_of(shell, plan_file), plan_file) if plan_file else None
    commit = commit_of(shell, sha or "HEAD")
    with connected(shell) as github:
        if plan is None or body is None:
            done = put_no_plan(PullRequest(github, pull), commit)
        else:
            digest = plan.digest if plan.changes or plan.loosened else ""
            done = put_plan(PullRequest(github, pull), commit, digest, text_of(shell, body))
    why = (
        " unchanged: it has a newer commit's plan, or the outcome of the apply"
        if done == "left"
        else ""
    )
    shell.note(f"comment of #{pull} {done}{why}")
    return exit_codes.DONE


@github_command.command(
    "outcome",
    short_help="Add the outcome of the plans to their comments",
    epilog="Example: reconciler github outcome --reviewed reviewed --outcome o.json",
)
@click.option("--reviewed", required=True, metavar="DIR", help="From `github reviewed`.")
@click.option("--outcome", metavar="FILE", required=True,
              help="From `apply --outcome`. If it is missing, apply ended early.")  # fmt: skip
@click.pass_obj
def outcome_command(shell: Shell, reviewed: str, outcome: str) -> int:
    """Add the outcome of each plan to the comment of its merged pull request.

    Exits with 4 if a reviewed change was not written because it counts as a live
    edit.
    """
    document = document_of(shell, outcome) if (shell.root / outcome).is_file() else None
    index = document_of(shell, str(Path(reviewed) / INDEX))
    base, head = str(index.get("base")), str(index.get("head"))
    written = written_since(shell.root, base)
    began = bool(runs_of(shell.root))  # a killed run leaves its folder and no outcome
    code = exit_codes.DONE
    with connected(shell) as github:
        pulls = [*_pulls(shell, reviewed, index)]
        plans = {one.number: _plan(one.plan, f"#{one.number}") for one in pulls if one.plan}
        for pull in pulls:
            plan = plans.get(pull.number)
            undone = undone_of(base, head, pull.plan, pull.head, partial(_is_the_same, shell))
            applied = outcome_markdown(
                document,
                plan,
                pull.why,
                github.place.run_url,
                undone,
                elsewhere=changed_by_others(plans, but=pull.number),
                written=written,
                began=began,
            )
            if applied.withheld and code == exit_codes.DONE:
                code = exit_codes.CONFLICT
            shell.note(f"#{pull.number}: {applied.state.replace('-', ' ')}")
            try:
                put_outcome(PullRequest(github, pull.number), applied.state, applied.text)
            except GitHubError as error:  # the others' comments are to be true all the same
                shell.warn(f"error: the comment of #{pull.number} was not changed: {error}")
                code = exit_codes.ERROR
    return code


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
    short_help="Open, edit or close the issue about live edits",
    epilog="Example: reconciler github drift --body drift.md",
)
@click.option("--body", required=True, metavar="FILE", help="From `plan --drift-issue`.")
@click.pass_obj
def drift_command(shell: Shell, body: str) -> int:
    """Open, edit or close the issue about live edits.

    An empty FILE closes the issue. If FILE is missing, the command fails and the
    issue stays as it is.
    """
    text = text_of(shell, body)
    with connected(shell) as github:
        done = put_drift(DriftIssues(github), text)
    why = " unchanged: a later run wrote it" if done == "left" else ""
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
github_command.add_command(base_command)
github_command.add_command(folder_command)
github_command.add_command(record_command)
github_command.add_command(reviewed_command)
