"""`reconciler gitlab`: what the pipelines need of GitLab besides a plan and an apply."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import click

from reconciler.cli.forge.checkout import (
    commit_of,
    folder_in,
    folder_of,
    folder_planned,
    text_of,
)
from reconciler.cli.forge.options import (
    adopt_options,
    drift_options,
    outcome_options,
    path_argument,
    planned_options,
    reviewed_options,
)
from reconciler.cli.forge.outputs import counts_of, planned, truth
from reconciler.cli.forge.pulled import adopted, adoption_of
from reconciler.cli.forge.record import fetch_record, push_record
from reconciler.cli.forge.reviewed import fetch_reviewed, put_comment, put_issue, put_outcomes
from reconciler.cli.shell import Shell
from reconciler.forge.adoption import put_adoption
from reconciler.forge.api import ForgeError, NoPlace
from reconciler.forge.page import OF_EDITS, OF_PLAN, page_link
from reconciler.forge.remote import GitPlace, reached
from reconciler.forge.words import GITLAB
from reconciler.gitlab.adoption import MergeRequestsOf
from reconciler.gitlab.api import GitLab, git_place_of, place_of
from reconciler.gitlab.drift import DriftIssues
from reconciler.gitlab.note import MergeRequest
from reconciler.gitlab.remote import git_place
from reconciler.gitlab.reviewed import JOB, MergeRequests
from reconciler.gitlab.since import Branch
from reconciler.plan import exit_codes

SUFFIX = re.compile(r"(-[A-Za-z0-9_-]+)?")  # of names of variables


@contextmanager
def connected(shell: Shell) -> Iterator[GitLab]:
    """The project that this job is for. Raises click.ClickException."""
    try:
        with GitLab(place_of(shell.environment)) as gitlab:
            yield gitlab
    except (NoPlace, ForgeError) as error:
        raise click.ClickException(str(error)) from None


@click.group("gitlab", epilog="Example: reconciler gitlab note --request 12 --plan plan.json …")
def gitlab_command() -> None:
    """Plan notes, reviewed plans and the drift issue, for GitLab pipelines.

    Reads GITLAB_TOKEN, CI_API_V4_URL and CI_PROJECT_ID. The token is sent only to
    that API.
    """


@gitlab_command.command(
    "folder",
    short_help="Print the whole path of a folder in the checkout",
    epilog="Example: reconciler gitlab folder alerts",
)
@path_argument
@click.pass_obj
def folder_command(shell: Shell, path: str) -> int:
    """Print the absolute path of a folder in the checkout at -C.

    Refuses a link: a merge request could let it lead to another folder.
    """
    shell.say(str(folder_in(shell.root.resolve(), path)))
    return exit_codes.DONE


@gitlab_command.command(
    "suffix",
    short_help="Print what tells the folder's artifacts from others'",
    epilog="Example: reconciler -C alerts gitlab suffix",
)
@click.pass_obj
def suffix_command(shell: Shell) -> int:
    """Print the end of the names that belong to this folder.

    It is empty for the root of the repository. A job keeps its plan in the file
    planSUFFIX.json.
    """
    shell.say(folder_of(shell).suffix)
    return exit_codes.DONE


@gitlab_command.command(
    "note",
    short_help="Write the plan into the merge request's note",
    epilog="Example: reconciler gitlab note --request 12 --plan p.json --body n.md",
)
@click.option("--request", "number", type=click.IntRange(1), required=True,
              help="The merge request's number.")  # fmt: skip
@planned_options
@click.pass_obj
def note_command(
    shell: Shell,
    number: int,
    plan_file: str | None,
    body: str | None,
    sha: str | None,
    path: str | None,
    page: str,
) -> int:
    """Write the plan into the note of a merge request.

    The command finds its own earlier note by a hidden marker and its author, and
    edits it. Without --plan the note says that the commit has no plan, and in --body why,
    so that the plan of an older commit does not count for it. Each folder of a
    repository has its own note.
    """
    folder, why = folder_planned(shell, plan_file, body, path)
    commit = commit_of(shell, sha or "HEAD")
    with connected(shell) as gitlab:
        request = MergeRequest(gitlab, number, folder)
        link = page_link(OF_PLAN, page, GITLAB)
        done = put_comment(shell, request, commit, plan_file, body, link, why)
    shell.note(f"note of !{number} {done}")
    return exit_codes.DONE


@gitlab_command.command(
    "reviewed",
    short_help="Fetch the plans of merged merge requests",
    epilog="Example: reconciler gitlab reviewed --out reviewed",
)
@reviewed_options
@click.option("--job", default=JOB, show_default=True, help="The job that plans this folder.")
@click.pass_obj
def reviewed_command(shell: Shell, base: str | None, out: str, job: str) -> int:
    """Fetch the plans of the merge requests merged since the last complete apply.

    Each plan is an artifact of this project's job, for the merge request's newest
    commit and this folder. `apply --reviewed DIR/plans` writes only changes in these
    plans. The command refuses a commit that is older than the last apply.
    """
    with connected(shell) as gitlab:
        requests = MergeRequests(gitlab, folder_of(shell), job)
        return fetch_reviewed(shell, Branch(gitlab), requests, base, out)


@gitlab_command.command(
    "outcome",
    short_help="Add the outcome of the plans to their notes",
    epilog="Example: reconciler gitlab outcome --reviewed reviewed --outcome o.json",
)
@outcome_options(GITLAB)
@click.pass_obj
def outcome_command(shell: Shell, reviewed: str, outcome: str) -> int:
    """Add the outcome of each plan to the note of its merge request.

    Exits with 4 if a reviewed change was not written because it counts as a live
    edit.
    """
    with connected(shell) as gitlab:
        request = partial(MergeRequest, gitlab, folder=folder_of(shell))
        return put_outcomes(shell, GITLAB, request, reviewed, outcome)


@gitlab_command.command(
    "drift",
    short_help="Open, edit or close the issue about live edits",
    epilog="Example: reconciler gitlab drift --body drift.md",
)
@drift_options
@click.pass_obj
def drift_command(shell: Shell, body: str, page: str) -> int:
    """Open, edit or close the folder's issue about live edits.

    An empty FILE closes the issue. If FILE is missing, the command fails and the
    issue stays as it is.
    """
    folder, text = folder_of(shell), text_of(shell, body)
    with connected(shell) as gitlab:
        link = page_link(OF_EDITS, page, GITLAB)
        return put_issue(shell, DriftIssues(gitlab, folder), text, link)


@gitlab_command.command(
    "adopt",
    short_help="Open, edit or close the live edits' merge request",
    epilog="Example: reconciler gitlab adopt --pulled pull.json --body pull.md",
)
@adopt_options(GITLAB)
@click.pass_obj
def adopt_command(shell: Shell, pulled: str, body: str, branch: str | None) -> int:
    """Open, edit or close the merge request that takes live edits into the files.

    If nothing was pulled, the command closes it. If another author pushed to its
    branch, the branch stays as it is. GITLAB_TOKEN must be able to push.
    """
    folder = folder_of(shell)
    adoption = adoption_of(shell, folder, pulled, body, branch)
    with connected(shell) as gitlab, reached(shell.root, git_place(gitlab.place)) as remote:
        done = put_adoption(MergeRequestsOf(gitlab, remote, folder), adoption)
    shell.note(f"merge request of {adoption.branch} {adopted(done, GITLAB)}")
    return exit_codes.DONE


@gitlab_command.command(
    "outputs",
    short_help="Print a plan's changes, digest and counts",
    epilog="Example: reconciler gitlab outputs plan.json",
)
@click.argument("plan_file", metavar="PLAN.JSON")
@click.option("--suffix", default="", metavar="-WORD", help="The end of the variables' names.")
@click.pass_obj
def outputs_command(shell: Shell, plan_file: str, suffix: str) -> int:
    """Print changes, digest and counts of a plan as variables of later jobs.

    For `artifacts:reports:dotenv`. Each name begins with RECONCILER_PLAN_.
    """
    if not SUFFIX.fullmatch(suffix):
        raise click.UsageError(
            f"--suffix: write `-` and a word of letters, digits, - and _, not {suffix!r}"
        )
    plan = planned(shell, plan_file)
    values = {"CHANGES": truth(bool(plan.changes)), "DIGEST": plan.digest}
    values |= {name.upper(): str(count) for name, count in counts_of(plan).items()}
    end = suffix.upper().replace("-", "_")
    for name, value in values.items():
        shell.say(f"RECONCILER_PLAN_{name}{end}={value}")
    return exit_codes.DONE


@gitlab_command.group(
    "record",
    short_help="Exchange the record of what was applied with GitLab",
    epilog="Example: reconciler gitlab record fetch",
)
def record_command() -> None:
    """Exchange the record of what was applied with GitLab.

    The commands exchange all of refs/reconciler/, with git and GITLAB_TOKEN, or else
    CI_JOB_TOKEN. They ignore the checkout's git settings. Only this one call of git
    gets the token.
    """


@record_command.command(
    "fetch",
    short_help="Fetch the record, before a plan or an apply",
    epilog="Example: reconciler gitlab record fetch",
)
@click.pass_obj
def fetch_command(shell: Shell) -> int:
    """Fetch the record from GitLab, before a plan or an apply.

    Entries that only this checkout has stay.
    """
    return fetch_record(shell, _git_place)


@record_command.command(
    "push",
    short_help="Push the record, after an apply",
    epilog="Example: reconciler gitlab record push",
)
@click.pass_obj
def push_command(shell: Shell) -> int:
    """Push the record to GitLab, after an apply.

    Entries of other runs are merged, route by route. If a run was killed before it
    recorded its writes, push records them first.
    """
    return push_record(shell, _git_place)


def _git_place(environment: Mapping[str, str]) -> GitPlace:
    return git_place(git_place_of(environment))
