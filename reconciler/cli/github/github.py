"""`reconciler github`: what the workflows need of GitHub besides a plan and an apply.

Also here: `reconciler github folder`: where the action works, told before anything is read there.
"""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import click

from reconciler.cli.github.adopt import adopt_command
from reconciler.cli.github.inputs import commit_of, connected, document_of, git, text_of
from reconciler.cli.github.record import record_command
from reconciler.cli.github.reviewed import INDEX, PLANS, base_command, reviewed_command
from reconciler.cli.shell import Shell
from reconciler.github.api import GitHubError
from reconciler.github.comment import put_no_plan, put_outcome, put_plan
from reconciler.github.drift import put_drift
from reconciler.github.reviewed import Pull
from reconciler.github.since import changed_by_others, undone_of, written_since
from reconciler.model import Finding, Json
from reconciler.plan import exit_codes
from reconciler.plan.saved import SavedPlan, parse_plan
from reconciler.report.outcome_markdown import outcome_markdown
from reconciler.runs.folder import runs_of
from reconciler.text import visible


def _is_the_same(shell: Shell, base: str, head: str, file: str) -> bool:
    said = git(shell, "diff", "--name-only", f"{base}..{head}", "--", f":(literal){file}")
    return said is not None and not said.strip()


@click.command(
    "folder",
    short_help="Print the whole path of a folder in the checkout",
    epilog="Example: reconciler github folder alerts",
)
@click.argument("path")
@click.pass_obj
def folder_command(shell: Shell, path: str) -> int:
    """Print the whole path of a folder in the checkout, which is the folder of -C.

    A link on the way there is refused: a pull request could make one that leads
    to another folder.
    """
    shell.say(str(folder_in(shell.root.resolve(), path)))
    return exit_codes.DONE


def folder_in(checkout: Path, path: str) -> Path:
    """The folder. `checkout` is absolute. Raises click.ClickException."""
    if not path.isprintable():
        raise click.ClickException(f"`path`: {visible(path)} is not the name of a folder")
    parts = [part for part in Path(path).parts if part != "."]
    if Path(path).is_absolute() or ".." in parts:
        raise click.ClickException(
            f"`path`: {path} leads out of the checkout; name a folder in it, from its root"
        )
    folder = checkout
    for part in parts:
        folder /= part
        if folder.is_symlink():
            link = folder.relative_to(checkout)
            raise click.ClickException(
                f"`path`: {link} is a link; name the folder that it leads to, or remove the link"
            )
    if not folder.is_dir():
        raise click.ClickException(f"`path`: {path} is not a folder of the checkout")
    return folder


@click.group("github", epilog="Example: reconciler github comment --pull 12 --plan plan.json …")
def github_command() -> None:
    """Comments, reviewed plans and the drift issue, in a workflow of GitHub.

    Reads GITHUB_TOKEN, GITHUB_REPOSITORY and GITHUB_API_URL. The token is sent to
    that API and to no other place.
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
    """Put the plan into the one comment of a pull request, and edit it there.

    The comment is found by its hidden marker and its author. The same plan of the
    same commit is no edit. Without --plan and --body it says that the commit has no
    plan, so that no older commit's plan passes for its own.
    """
    if (plan_file is None) != (body is None):
        raise click.UsageError("use --plan and --body together, or neither if there is no plan")
    plan = _plan(text_of(shell, plan_file), plan_file) if plan_file else None
    commit = commit_of(shell, sha or "HEAD")
    with connected(shell) as github:
        if plan is None or body is None:
            done = put_no_plan(github, pull, commit)
        else:
            digest = plan.digest if plan.changes or plan.loosened else ""
            done = put_plan(github, pull, commit, digest, text_of(shell, body))
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
    """Say in each merged pull request's comment what became of its plan.

    Ends with 4 when a reviewed change that no run applied was left alone as a live
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
                put_outcome(github, pull.number, applied.state, applied.text)
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
    """Open, edit or close the one issue about hand edits.

    An empty file closes it. Without a file the command cannot tell, and the issue stays as it is.
    """
    text = text_of(shell, body)
    with connected(shell) as github:
        done = put_drift(github, text)
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
