"""`reconciler github`: what the workflows need of GitHub besides a plan and an apply."""

import json
from functools import partial

import click

from reconciler.cli.forge.checkout import commit_of, folder_of, folder_planned, text_of
from reconciler.cli.forge.options import drift_options, outcome_options, planned_options
from reconciler.cli.forge.outputs import counts_of, planned, truth
from reconciler.cli.forge.reviewed import put_comment, put_issue, put_outcomes
from reconciler.cli.github.checkout import (
    adopt_command,
    connected,
    folder_command,
    record_command,
    suffix_command,
)
from reconciler.cli.github.reviewed import base_command, reviewed_command
from reconciler.cli.shell import Shell
from reconciler.forge.page import OF_EDITS, OF_PLAN, page_link
from reconciler.forge.words import GITHUB
from reconciler.github.comment import PullRequest
from reconciler.github.drift import DriftIssues
from reconciler.plan import exit_codes


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
@planned_options
@click.pass_obj
def comment_command(
    shell: Shell,
    pull: int,
    plan_file: str | None,
    body: str | None,
    sha: str | None,
    path: str | None,
    page: str,
) -> int:
    """Write the plan into the comment of a pull request.

    The command finds its own earlier comment by a hidden marker and its author, and
    edits it. Without --plan the comment says that the commit has no plan, and in --body why,
    so that the plan of an older commit does not count for it. Each folder of a
    repository has its own comment.
    """
    folder, why = folder_planned(shell, plan_file, body, path)
    commit = commit_of(shell, sha or "HEAD")
    with connected(shell) as github:
        request = PullRequest(github, pull, folder)
        link = page_link(OF_PLAN, page, GITHUB)
        done = put_comment(shell, request, commit, plan_file, body, link, why)
    shell.note(f"comment of #{pull} {done}")
    return exit_codes.DONE


@github_command.command(
    "outcome",
    short_help="Add the outcome of the plans to their comments",
    epilog="Example: reconciler github outcome --reviewed reviewed --outcome o.json",
)
@outcome_options(GITHUB)
@click.pass_obj
def outcome_command(shell: Shell, reviewed: str, outcome: str) -> int:
    """Add the outcome of each plan to the comment of its merged pull request.

    Exits with 4 if a reviewed change was not written because it counts as a live
    edit.
    """
    with connected(shell) as github:
        request = partial(PullRequest, github, folder=folder_of(shell))
        return put_outcomes(shell, GITHUB, request, reviewed, outcome)


@github_command.command(
    "drift",
    short_help="Open, edit or close the issue about live edits",
    epilog="Example: reconciler github drift --body drift.md",
)
@drift_options
@click.pass_obj
def drift_command(shell: Shell, body: str, page: str) -> int:
    """Open, edit or close the folder's issue about live edits.

    An empty FILE closes the issue. If FILE is missing, the command fails and the
    issue stays as it is.
    """
    folder, text = folder_of(shell), text_of(shell, body)
    with connected(shell) as github:
        link = page_link(OF_EDITS, page, GITHUB)
        return put_issue(shell, DriftIssues(github, folder), text, link)


@github_command.command(
    "outputs",
    short_help="Print a plan's changes, digest and counts",
    epilog="Example: reconciler github outputs plan.json",
)
@click.argument("plan_file", metavar="PLAN.JSON")
@click.pass_obj
def outputs_command(shell: Shell, plan_file: str) -> int:
    """Print changes, digest and counts of a plan as outputs of a step."""
    plan = planned(shell, plan_file)
    shell.say(f"changes={truth(bool(plan.changes))}")
    shell.say(f"digest={plan.digest}")
    shell.say(f"counts={json.dumps(counts_of(plan))}")
    return exit_codes.DONE


github_command.add_command(adopt_command)
github_command.add_command(base_command)
github_command.add_command(folder_command)
github_command.add_command(record_command)
github_command.add_command(reviewed_command)
github_command.add_command(suffix_command)
