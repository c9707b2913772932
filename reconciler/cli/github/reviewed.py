"""`reconciler github base` and `reviewed`: since when a run counts, and what was reviewed since."""

import click

from reconciler.cli.github.inputs import SHA, commit_of, connected, git
from reconciler.cli.outputs import write_output
from reconciler.cli.shell import Shell
from reconciler.github.api import GitHub, GitHubError
from reconciler.github.reviewed import Merged, merged_since
from reconciler.github.since import (
    Since,
    commits_after,
    commits_since,
    last_deployed,
    workflow_path,
)
from reconciler.model import Json
from reconciler.plan import exit_codes
from reconciler.record.record import Record
from reconciler.record.repository import applied_commits, records_here
from reconciler.text import json_text

INDEX = "index.json"
PLANS = "plans"
_NO_RIGHT = (403, 404)
BY_HAND = (
    "Name the commit whose files the account has: start the workflow with `base`. From "
    "then on the record has it"
)


@click.command(
    "base",
    short_help="Print the base of an apply that has no record",
    epilog="Example: reconciler github base",
)
@click.option("--environment", default="production", show_default=True,
              help="The environment whose deployments show what was applied.")  # fmt: skip
@click.pass_obj
def base_command(shell: Shell, environment: str) -> int:
    """Print the commit that an apply counts from where no record says it yet.

    That is the last good deployment by this workflow (GITHUB_WORKFLOW_REF), from before
    there was a record. Where the record names a commit, nothing is printed: an apply
    counts from what the record says of each route.
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
    if found is None and _begun_before_commits(shell):
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
    """Fetch the plans of the pull requests that were merged since the last whole apply.

    Each plan is the artifact of the pull request's head, made by a run of this
    repository. `apply --reviewed DIR/plans` writes what stands in them. A commit older
    than what was applied is refused.
    """
    head = commit_of(shell, "HEAD")
    with connected(shell) as github:
        since = _since(shell, github, base, head)
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
    _tell(shell, merged)
    return exit_codes.DONE


def _since(shell: Shell, github: GitHub, base: str | None, head: str) -> Since | str:
    """What the run has to look at, or why it must not run. One folder can be applied to several
    accounts, each with a record: a head that is older than what all of them have is refused, and
    of the others the one that is furthest back counts.
    """
    recorded: list[str] = []
    forward: list[Since] = []
    past: list[str] = []
    for record in records_here(shell.root):
        whole = record.whole.commit if record.whole else ""
        recorded += [whole] if whole else []
        since = commits_since(github, whole, head) if whole else None
        later = _applied_later(shell, github, record, head)
        if since is not None and since.behind:
            past.append(whole)
        elif later:
            past.append(later)
        elif since is not None:
            forward.append(since)
    if past and not forward:
        return _older(head, past[0])
    if base:
        named = commits_since(github, commit_of(shell, base), head)
        if named is None:
            return f"{_unknown_to_github(base)}, which is the base"
        return _older(head, named.base) if named.behind else named
    if not recorded and _begun_before_commits(shell):
        return commits_since(github, _first_commit(shell, head), head) or _unknown_to_github(head)
    if not forward:
        commits = ", ".join(one[:12] for one in recorded)
        what = f"GitHub does not know {commits}, which was applied last" if recorded else (
            "the record has no commit that was applied completely"
        )  # fmt: skip
        return f"{what}. {BY_HAND}"
    return max(forward, key=lambda one: len(one.commits))


def _begun_before_commits(shell: Shell) -> bool:
    """Whether an `import` recorded routes in a repository that had no commit yet. It names none, so
    all that was merged came after it.
    """
    return any(
        one.entries and not (one.whole or any(entry.commit for entry in one.entries.values()))
        for one in records_here(shell.root)
    )


def _first_commit(shell: Shell, head: str) -> str:
    roots = git(shell, "rev-list", "--max-parents=0", head) or head
    return roots.split()[-1]


def _unknown_to_github(commit: str) -> str:
    return f"GitHub does not know the commit {commit}"


def _applied_later(shell: Shell, github: GitHub, record: Record, head: str) -> str:
    """A commit that came to the branch after the head, and that a route was applied from; "" for
    none. The run of it may have left other changes to do, so that it is not applied whole.
    """
    applied = {one.commit for one in record.entries.values() if SHA.fullmatch(one.commit)}
    missing = applied - {*(git(shell, "rev-list", head) or "").split()}
    later = commits_after(github, head) if missing else ()
    return next((one for one in later if one in missing), "")


def _older(head: str, applied: str) -> str:
    return (
        f"{head[:12]} is older than {applied[:12]}, which was applied; run the workflow on "
        "the newest commit"
    )


def _index(base: str, head: str, merged: Merged) -> str:
    pulls: list[Json] = [
        {"number": pull.number, "head": pull.head, "why": pull.why} for pull in merged.pulls
    ]
    return json_text({"base": base, "head": head, "pulls": pulls, "without": list(merged.without)})


def _tell(shell: Shell, merged: Merged) -> None:
    for pull in merged.pulls:
        shell.note(f"#{pull.number}: {pull.why or 'its plan was reviewed'}")
    for commit in merged.without:
        shell.note(f"{commit[:12]}: no pull request, so its changes have no review")
