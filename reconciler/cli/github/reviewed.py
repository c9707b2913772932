"""`reconciler github base` and `reviewed`: since when a run counts, and what was reviewed since."""

import click

from reconciler.cli.forge.checkout import folder_of
from reconciler.cli.forge.options import reviewed_options
from reconciler.cli.forge.reviewed import fetch_reviewed
from reconciler.cli.github.checkout import connected
from reconciler.cli.shell import Shell
from reconciler.forge.since import SHA, is_begun_before_commits
from reconciler.forge.words import GITHUB
from reconciler.github.api import GitHubError
from reconciler.github.reviewed import PullRequests
from reconciler.github.since import Branch, last_deployed, workflow_path
from reconciler.plan import exit_codes
from reconciler.record.repository import applied_commits, has_other_records

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
    record. If other folders have a record, the deployment may be theirs, and the
    command refuses.
    """
    if applied_commits(shell.root):
        return exit_codes.DONE
    others = has_other_records(shell.root)
    found = None if others else _deployed(shell, environment)
    if found is None and is_begun_before_commits(shell.root):
        shell.note(
            "note: the record began before this repository's first commit; this run looks for "
            "reviews in the whole history"
        )
        return exit_codes.DONE
    if found is None or not SHA.fullmatch(found):
        none = "no record is of this folder" if others else "there is no record yet"
        shell.warn(f"error: the last applied commit is unknown: {none}. {GITHUB.by_hand}")
        return exit_codes.REFUSED
    shell.note(
        f"note: there is no record yet; this run counts from {found[:12]}, the last deployment of "
        f"{environment} that succeeded, and begins the record"
    )
    shell.say(found)
    return exit_codes.DONE


def _deployed(shell: Shell, environment: str) -> str | None:
    workflow = workflow_path(shell.environment.get("GITHUB_WORKFLOW_REF", ""))
    with connected(shell) as github:
        try:
            return last_deployed(github, environment, workflow)
        except GitHubError as error:
            if error.status not in _NO_RIGHT:
                raise
            return None


@click.command(
    "reviewed",
    short_help="Fetch the plans of merged pull requests",
    epilog="Example: reconciler github reviewed --out reviewed",
)
@reviewed_options
@click.pass_obj
def reviewed_command(shell: Shell, base: str | None, out: str) -> int:
    """Fetch the plans of the pull requests merged since the last complete apply.

    Each plan is an artifact that a run of this repository made from the pull request's
    head, for this folder. `apply --reviewed DIR/plans` writes only changes in these
    plans. The command refuses a commit that is older than the last apply.
    """
    with connected(shell) as github:
        return fetch_reviewed(
            shell, Branch(github), PullRequests(github, folder_of(shell)), base, out
        )
