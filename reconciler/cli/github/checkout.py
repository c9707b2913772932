"""`reconciler github folder`, `adopt` and `record`: a checkout, and its exchange with GitHub."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click

from reconciler.cli.forge.checkout import folder_in, folder_of
from reconciler.cli.forge.options import adopt_options, path_argument
from reconciler.cli.forge.pulled import adopted, adoption_of
from reconciler.cli.forge.record import fetch_record, push_record
from reconciler.cli.shell import Shell
from reconciler.forge.adoption import put_adoption
from reconciler.forge.api import ForgeError, NoPlace
from reconciler.forge.remote import GitPlace
from reconciler.forge.words import GITHUB
from reconciler.github.adoption import PullRequestsOf
from reconciler.github.api import GitHub, place_of as github_of
from reconciler.github.remote import git_place
from reconciler.plan import exit_codes


@contextmanager
def connected(shell: Shell) -> Iterator[GitHub]:
    """The repository that this run is for. Raises click.ClickException."""
    try:
        with GitHub(github_of(shell.environment)) as github:
            yield github
    except (NoPlace, ForgeError) as error:
        raise click.ClickException(str(error)) from None


@click.command(
    "folder",
    short_help="Print the whole path of a folder in the checkout",
    epilog="Example: reconciler github folder alerts",
)
@path_argument
@click.pass_obj
def folder_command(shell: Shell, path: str) -> int:
    """Print the absolute path of a folder in the checkout at -C.

    Refuses a link: a pull request could let it lead to another folder.
    """
    shell.say(str(folder_in(shell.root.resolve(), path)))
    return exit_codes.DONE


@click.command(
    "suffix",
    short_help="Print what tells the folder's artifacts from others'",
    epilog="Example: reconciler -C alerts github suffix",
)
@click.pass_obj
def suffix_command(shell: Shell) -> int:
    """Print the end of the names that belong to this folder.

    It is empty for the root of the repository. The artifact with a plan has the name
    plan-COMMIT, and this at its end.
    """
    shell.say(folder_of(shell).suffix)
    return exit_codes.DONE


@click.command(
    "adopt",
    short_help="Open, edit or close the live edits' pull request",
    epilog="Example: reconciler github adopt --pulled pull.json --body pull.md",
)
@adopt_options(GITHUB)
@click.pass_obj
def adopt_command(shell: Shell, pulled: str, body: str, branch: str | None) -> int:
    """Open, edit or close the pull request that takes live edits into the files.

    If nothing was pulled, the command closes it. If another author pushed to its
    branch, the branch stays as it is.
    """
    folder = folder_of(shell)
    adoption = adoption_of(shell, folder, pulled, body, branch)
    with connected(shell) as github:
        done = put_adoption(PullRequestsOf(github, folder), adoption)
    shell.note(f"pull request of {adoption.branch} {adopted(done, GITHUB)}")
    return exit_codes.DONE


@click.group(
    "record",
    short_help="Exchange the record of what was applied with GitHub",
    epilog="Example: reconciler github record fetch",
)
def record_command() -> None:
    """Exchange the record of what was applied with GitHub.

    The commands exchange all of refs/reconciler/, with git and the job's token. They
    ignore the checkout's git settings. Only this one call of git gets the token.
    """


@record_command.command(
    "fetch",
    short_help="Fetch the record, before a plan or an apply",
    epilog="Example: reconciler github record fetch",
)
@click.pass_obj
def fetch_command(shell: Shell) -> int:
    """Fetch the record from GitHub, before a plan or an apply.

    Needs `permissions: contents: read`. Entries that only this checkout has stay.
    """
    return fetch_record(shell, _place)


@record_command.command(
    "push",
    short_help="Push the record, after an apply",
    epilog="Example: reconciler github record push",
)
@click.pass_obj
def push_command(shell: Shell) -> int:
    """Push the record to GitHub, after an apply.

    Needs `permissions: contents: write`. Entries of other runs are merged, route by
    route. If a run was killed before it recorded its writes, push records them first.
    """
    return push_record(shell, _place)


def _place(environment: Mapping[str, str]) -> GitPlace:
    return git_place(github_of(environment))
