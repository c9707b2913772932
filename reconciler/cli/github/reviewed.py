"""`reconciler github base` and `reviewed`: since when a run counts, and what was reviewed since."""

import click

from reconciler.cli.github.checkout import commit_of, connected
from reconciler.cli.outputs import write_output
from reconciler.cli.shell import Shell
from reconciler.github.api import GitHubError
from reconciler.github.reviewed import Merged, merged_since
from reconciler.github.since import (
    BY_HAND,
    SHA,
    is_begun_before_commits,
    last_deployed,
    since_applied,
    workflow_path,
)
from reconciler.model import Json
from reconciler.plan import exit_codes
from reconciler.record.repository import applied_commits
from reconciler.text import json_text

INDEX = "index.json"
PLANS = "plans"
_NO_RIGHT = (403, 404)


@click.command(
    "base",
    short_help="Print the base of an apply that has no record",
    epilog="Example: reconciler github base",
)
@click.option("--environment", default="production", show_default=True,
              help="The environment whose deployments show what was applied.")  # fmt: skip
@click.pass_obj
def base_command(shell: Shell, environment: str) -> int:
    """Print the base of an apply that has no record yet.

    The base is the last successful deployment by this workflow (GITHUB_WORKFLOW_REF).
    If the record names a commit, the command prints nothing: apply then uses the
    record.
    """
    if applied_commits(shell.root):
        return exit_codes.DONE
    workflow = workflow_path(shell.environment.get("GITHUB_WORKFLOW_REF", ""))
    with connected(shell) as github:
        try:
            found = last_deployed(github, environment, workflow)
        except GitHubError as error:
            if error.status not in _NO_RIGHT:
                raise
            found = None
    if found is None and is_begun_before_commits(shell.root):
        shell.note(
            "note: the record began before this repository's first commit; this run looks for "
            "reviews in the whole history"
        )
        return exit_codes.DONE
    if found is None or not SHA.fullmatch(found):
        shell.warn(f"error: the last applied commit is unknown: there is no record yet. {BY_HAND}")
        return exit_codes.REFUSED
    shell.note(
        f"note: there is no record yet; this run counts from {found[:12]}, the last deployment of "
        f"{environment} that succeeded, and begins the record"
    )
    shell.say(found)
    return exit_codes.DONE


@click.command(
    "reviewed",
    short_help="Fetch the plans of merged pull requests",
    epilog="Example: reconciler github reviewed --out reviewed",
)
@click.option("--base", metavar="REF", help="Use this commit instead of the record's.")
@click.option("--out", required=True, metavar="DIR", help="Folder for the plans.")
@click.pass_obj
def reviewed_command(shell: Shell, base: str | None, out: str) -> int:
    """Fetch the plans of the pull requests merged since the last complete apply.

    Each plan is an artifact that a run of this repository made from the pull request's
    head. `apply --reviewed DIR/plans` writes only changes in these plans. The command
    refuses a commit that is older than the last apply.
    """
    head = commit_of(shell, "HEAD")
    with connected(shell) as github:
        since = since_applied(github, shell.root, head, commit_of(shell, base) if base else "")
        if isinstance(since, str):
            shell.warn(f"error: {since}")
            return exit_codes.REFUSED
        merged = merged_since(github, since)
    folder = shell.root / out
    (folder / PLANS).mkdir(parents=True, exist_ok=True)
    for pull in merged.pulls:
        if pull.plan:
            write_output(folder / PLANS / f"{pull.number}.json", pull.plan)
    write_output(folder / INDEX, _index(since.base, head, merged))
    _note(shell, merged)
    return exit_codes.DONE


def _index(base: str, head: str, merged: Merged) -> str:
    pulls: list[Json] = [
        {"number": pull.number, "head": pull.head, "why": pull.why} for pull in merged.pulls
    ]
    return json_text({"base": base, "head": head, "pulls": pulls, "without": list(merged.without)})


def _note(shell: Shell, merged: Merged) -> None:
    for pull in merged.pulls:
        shell.note(f"#{pull.number}: {pull.why or 'its plan was reviewed'}")
    for commit in merged.without:
        shell.note(f"{commit[:12]}: no pull request, so its changes have no review")
