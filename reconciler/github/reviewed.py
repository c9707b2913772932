"""The plans that were reviewed: artifacts of the heads of merged pull requests.

An artifact counts only if a workflow run of this repository made it from the very commit that was
merged, and for this folder: a run of a fork can call its artifact as it likes. The text of a
comment never counts: people can edit it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.forge.folder import TOP, Folder
from reconciler.forge.reviewed import FROM_FORK, NO_ARTIFACT, Reviewed, with_plan
from reconciler.github.api import GitHub
from reconciler.model import Json, text_at, whole_at

_NAMED = re.compile(r"(?:^Merge pull request #|\(#)([1-9][0-9]{0,8})\b")


@dataclass(frozen=True, slots=True)
class PullRequests:
    """Those of a repository, as `forge.reviewed.Requests` needs them."""

    github: GitHub
    folder: Folder = TOP

    def behind(self, commit: str, subject: str) -> Mapping[int, Mapping[str, Json]]:
        """The merged ones that brought a commit, by number. Raises GitHubError."""
        found = dict(_pulls_of(self.github, commit))
        return found or dict(_named_by(self.github, commit, subject))

    def reviewed(self, number: int, row: Mapping[str, Json]) -> Reviewed:
        """One of them with its plan. Raises GitHubError."""
        return _with_plan(self.github, number, row, self.folder)


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


def _with_plan(github: GitHub, number: int, row: Mapping[str, Json], folder: Folder) -> Reviewed:
    head = text_at(row, "head", "sha")
    if text_at(row, "head", "repo", "full_name").lower() != github.place.repository.lower():
        return Reviewed(number, head, why=FROM_FORK)
    artifact = _artifact(github, head, folder)
    if artifact is None:
        return Reviewed(number, head, why=NO_ARTIFACT.format(f"{head[:12]}{folder.place}"))
    path = f"/actions/artifacts/{artifact}/zip"
    return with_plan(number, head, f"#{number}", lambda: github.archive(path))


def _artifact(github: GitHub, head: str, folder: Folder) -> int | None:
    name = f"plan-{head}{folder.suffix}"
    found: list[int] = []
    for row in github.pages("/actions/artifacts", "artifacts", name=name):
        run, identity = row.get("workflow_run"), row.get("id")
        if not isinstance(run, Mapping) or not isinstance(identity, int):
            continue
        own = run.get("repository_id") == run.get("head_repository_id") is not None
        if own and run.get("head_sha") == head and row.get("name") == name:
            found += [] if row.get("expired") is True else [identity]
    return max(found, default=None)
