"""The plans that were reviewed: artifacts of the heads of merged pull requests.

An artifact counts only if a workflow run of this repository made it from the very commit that was
merged: a run of a fork can call its artifact as it likes. The text of a comment never counts:
people can edit it.
"""

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.forge.api import TOO_LARGE
from reconciler.github.api import GitHub, GitHubError
from reconciler.github.since import Since
from reconciler.model import Finding, Json, text_at, whole_at
from reconciler.plan.saved import SavedPlan, parse_plan

PLAN_FILE = "plan.json"
_NAMED = re.compile(r"(?:^Merge pull request #|\(#)([1-9][0-9]{0,8})\b")
# A torn archive, its torn contents (bzip2 raises OSError), one that is encrypted or packed in a way
# that Python does not know (NotImplementedError, a RuntimeError).
_UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError)
_NO_USE = (404, 410, TOO_LARGE)  # however often it is asked for
MOST_PLAN = 64 * 1024 * 1024  # bytes, unpacked


@dataclass(frozen=True, slots=True)
class Pull:
    """A merged pull request; `plan` is the text of its plan, "" with the reason in `why`."""

    number: int
    head: str
    plan: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """The pull requests behind some commits, and the commits that have none."""

    pulls: tuple[Pull, ...]
    without: tuple[str, ...]


def merged_since(github: GitHub, since: Since) -> Merged:
    """The pull requests behind the commits, with their plans. Raises GitHubError."""
    pulls: dict[int, Pull] = {}
    without: list[str] = []
    for commit in since.commits:
        found = dict(_pulls_of(github, commit))
        if not found:
            found = dict(_named_by(github, commit, since.subjects.get(commit, "")))
        if not found:
            without.append(commit)
        for number, row in found.items():
            if number not in pulls:
                pulls[number] = _with_plan(github, number, row)
    return Merged(tuple(pulls.values()), tuple(without))


def _pulls_of(github: GitHub, commit: str) -> Iterator[tuple[int, Mapping[str, Json]]]:
    for row in github.pages(f"/commits/{commit}/pulls"):
        number = whole_at(row, "number")
        if number is not None and row.get("merged_at") and _is_here(github, row):
            yield number, row


def _named_by(
    github: GitHub, commit: str, subject: str
) -> Iterator[tuple[int, Mapping[str, Json]]]:
    """The pull request that a merge queue made the commit of: GitHub lists it with the commit only
    later, or not at all. The subject names it, and counts only if GitHub says the same.
    """
    for number in _NAMED.findall(subject):
        # It may be the number of an issue, or of another repository.
        row = github.find(f"/pulls/{number}")
        if not isinstance(row, Mapping) or text_at(row, "merge_commit_sha") != commit:
            continue
        if row.get("merged_at") and _is_here(github, row):
            yield int(number), row


def _is_here(github: GitHub, row: Mapping[str, Json]) -> bool:
    """Merged into the branch that is applied, not into another branch on the way."""
    return not github.place.branch or text_at(row, "base", "ref") == github.place.branch


def _with_plan(github: GitHub, number: int, row: Mapping[str, Json]) -> Pull:
    head = text_at(row, "head", "sha")
    if text_at(row, "head", "repo", "full_name").lower() != github.place.repository.lower():
        return Pull(number, head, why="it came from a fork, and forks cannot make plans")
    artifact = _artifact(github, head)
    if artifact is None:
        return Pull(
            number, head, why=f"there is no plan artifact of {head[:12]} (artifacts expire)"
        )
    try:
        text = _unpacked(github.archive(f"/actions/artifacts/{artifact}/zip"))
    except GitHubError as error:
        if error.status not in _NO_USE:
            raise  # it is unknown: the run fails, and can be started again
        return Pull(number, head, why=f"its plan could not be downloaded: {error}")
    plan = parse_plan(text, f"the plan of #{number}") if text else None
    if not isinstance(plan, SavedPlan):
        reason = (
            plan.message if isinstance(plan, Finding) else "its artifact does not contain plan.json"
        )
        return Pull(number, head, why=reason)
    return Pull(number, head, text)


def _artifact(github: GitHub, head: str) -> int | None:
    name = f"plan-{head}"
    found: list[int] = []
    for row in github.pages("/actions/artifacts", "artifacts", name=name):
        run, identity = row.get("workflow_run"), row.get("id")
        if not isinstance(run, Mapping) or not isinstance(identity, int):
            continue
        own = run.get("repository_id") == run.get("head_repository_id") is not None
        if own and run.get("head_sha") == head and row.get("name") == name:
            found += [] if row.get("expired") is True else [identity]
    return max(found, default=None)


def _unpacked(archive: bytes) -> str:
    """The plan inside the archive, "" when there is none that can be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            if packed.getinfo(PLAN_FILE).file_size > MOST_PLAN:
                return ""
            return packed.read(PLAN_FILE).decode("utf-8")
    except (*_UNREADABLE, KeyError, UnicodeDecodeError):
        return ""
