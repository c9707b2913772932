"""What a run tells a forge and takes from it: comments, the issue about live edits, and reviewed
plans in a folder, written before the apply and read after it.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import click

from reconciler.cli.forge.checkout import commit_of, document_of, git, text_of
from reconciler.cli.outputs import write_output
from reconciler.cli.shell import Shell
from reconciler.forge.api import ForgeError
from reconciler.forge.comment import Request, put_no_plan, put_outcome, put_plan
from reconciler.forge.drift import Issues, put_drift
from reconciler.forge.reviewed import Merged, Requests, Reviewed, merged_since
from reconciler.forge.since import (
    History,
    changed_by_others,
    since_applied,
    undone_of,
    written_since,
)
from reconciler.forge.words import Words
from reconciler.model import Finding, Json
from reconciler.plan import exit_codes
from reconciler.plan.saved import SavedPlan, parse_plan
from reconciler.report.outcome_markdown import outcome_markdown
from reconciler.runs.folder import runs_of
from reconciler.text import json_text, sentence

INDEX = "index.json"
PLANS = "plans"


def put_issue(shell: Shell, issues: Issues, text: str, page: str) -> int:
    """Make the issue about live edits say this; an exit code. Raises ForgeError."""
    done = put_drift(issues, text, page)
    why = " unchanged: a later run wrote it" if done == "left" else ""
    shell.note(f"drift issue {done}{why}")
    return exit_codes.DONE


def fetch_reviewed(
    shell: Shell, history: History, requests: Requests, base: str | None, out: str
) -> int:
    """Write the plans that were reviewed since the last apply; an exit code. Raises ForgeError."""
    folder, head = _emptied(shell.root / out), commit_of(shell, "HEAD")
    since = since_applied(history, shell.root, head, commit_of(shell, base) if base else "")
    if isinstance(since, str):
        shell.warn(f"error: {since}")
        return exit_codes.REFUSED
    merged = merged_since(requests, since)
    for review in merged.requests:
        if review.plan:
            write_output(folder / PLANS / f"{review.number}.json", review.plan)
    write_output(folder / INDEX, _index(since.base, head, merged))
    for review in merged.requests:
        shell.note(f"{history.words.sign}{review.number}: {review.why or 'its plan was reviewed'}")
    for commit in merged.without:
        shell.note(f"{commit[:12]}: no {history.words.request}, so its changes have no review")
    return exit_codes.DONE


def _emptied(folder: Path) -> Path:
    """Without plans of an earlier run, which may be of another folder: apply would count them."""
    (folder / PLANS).mkdir(parents=True, exist_ok=True)
    for old in (folder / PLANS).glob("*.json"):
        if old.stem.isdigit():
            old.unlink()
    return folder


def _index(base: str, head: str, merged: Merged) -> str:
    rows: list[Json] = [
        {"number": review.number, "head": review.head, "why": review.why}
        for review in merged.requests
    ]
    return json_text(
        {"base": base, "head": head, "requests": rows, "without": list(merged.without)}
    )


def put_outcomes(
    shell: Shell, words: Words, request: Callable[[int], Request], reviewed: str, outcome: str
) -> int:
    """Add the outcome of each plan to the comment of its request. `reviewed`: the folder of
    `fetch_reviewed`; `outcome`: of `apply --outcome`, missing where apply ended early. 4 if a
    reviewed change was not written because it counts as a live edit. Raises ForgeError.
    """
    document = document_of(shell, outcome) if (shell.root / outcome).is_file() else None
    index = document_of(shell, str(Path(reviewed) / INDEX))
    base, head = str(index.get("base")), str(index.get("head"))
    written = written_since(shell.root, base)
    began = bool(runs_of(shell.root))  # a killed run leaves its folder and no outcome
    code = exit_codes.DONE
    found = [*_requests(shell, reviewed, index)]
    plans = {
        review.number: plan_of(review.plan, f"{words.sign}{review.number}")
        for review in found
        if review.plan
    }
    for review in found:
        undone = undone_of(base, head, review.plan, review.head, partial(_is_the_same, shell))
        there = request(review.number)
        applied = outcome_markdown(
            document,
            plans.get(review.number),
            review.why,
            there.run_url,
            undone,
            elsewhere=changed_by_others(plans, but=review.number),
            written=written,
            began=began,
            words=words,
        )
        if applied.withheld and code == exit_codes.DONE:
            code = exit_codes.CONFLICT
        shell.note(f"{words.sign}{review.number}: {applied.state.replace('-', ' ')}")
        try:
            put_outcome(there, applied.state, applied.text)
        except ForgeError as error:  # the others' comments are to be true all the same
            number = f"{words.sign}{review.number}"
            again = f"to write it after that: {words.start}, `base` = {base}"
            shell.warn(f"error: the comment of {number} was not changed: {error}; {again}")
            code = exit_codes.ERROR
    return code


def _is_the_same(shell: Shell, base: str, head: str, file: str) -> bool:
    changed = git(shell, "diff", "--name-only", f"{base}..{head}", "--", f":(literal){file}")
    return changed is not None and not changed.strip()


def _requests(shell: Shell, folder: str, index: Mapping[str, Json]) -> Iterator[Reviewed]:
    rows = index.get("requests")
    for row in rows if isinstance(rows, list) else ():
        number = row.get("number") if isinstance(row, Mapping) else None
        if isinstance(row, Mapping) and isinstance(number, int):
            plan = str(Path(folder) / PLANS / f"{number}.json")
            text = text_of(shell, plan) if (shell.root / plan).is_file() else ""
            yield Reviewed(number, str(row.get("head")), text, str(row.get("why")))


def plan_of(text: str, file: str) -> SavedPlan:
    """A saved plan. Raises click.ClickException."""
    plan = parse_plan(text, file)
    if isinstance(plan, Finding):
        raise click.ClickException(f"{plan.message}; {plan.hint}")
    return plan


def put_comment(
    shell: Shell,
    request: Request,
    commit: str,
    plan_file: str | None,
    body: str | None,
    page: str,
    why: str = "",
) -> str:
    """Write the plan into the comment, above the link to the page, or that there is none, and
    why, as the body or `why` says; what was done. Raises ForgeError.
    """
    if plan_file is None or body is None:
        done = put_no_plan(request, commit, text_of(shell, body).strip() if body else sentence(why))
    else:
        plan = plan_of(text_of(shell, plan_file), plan_file)
        digest = plan.digest if plan.changes or plan.loosened else ""
        done = put_plan(request, commit, digest, text_of(shell, body), page)
    newer = " unchanged: it has a newer commit's plan, or the outcome of the apply"
    return f"{done}{newer if done == 'left' else ''}"
