"""The plans that were reviewed: artifacts of the plan jobs of merged merge requests.

An artifact counts only if a merge request pipeline of this project made it from the very commit
that was merged. A person chooses the names of jobs, so the name of the file inside says which
folder the plan is of.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.forge.folder import TOP, Folder
from reconciler.forge.reviewed import FROM_FORK, NO_ARTIFACT, Reviewed, with_plan
from reconciler.forge.words import GITLAB
from reconciler.gitlab.api import GitLab
from reconciler.model import Json, list_at, text_at, whole_at

JOB = "reconciler-plan"
ARTIFACTS = "reconciler-artifacts"  # of the template's jobs, from the top of the checkout
_SOURCE = "merge_request_event"


@dataclass(frozen=True, slots=True)
class MergeRequests:
    """Those of a project, as `forge.reviewed.Requests` needs them."""

    gitlab: GitLab
    folder: Folder = TOP
    job: str = JOB

    def behind(self, commit: str, subject: str) -> Mapping[int, Mapping[str, Json]]:
        """The merged ones that brought a commit, also by a merge commit or a squash, by `iid`.
        Raises GitLabError.
        """
        del subject  # GitLab knows the commit that a merge made
        found: dict[int, Mapping[str, Json]] = {}
        for row in self.gitlab.pages(f"/repository/commits/{commit}/merge_requests"):
            number = whole_at(row, "iid")
            if number is not None and row.get("state") == "merged" and self._is_here(row):
                found[number] = row
        return found

    def reviewed(self, number: int, row: Mapping[str, Json]) -> Reviewed:
        """One of them with its plan. Raises GitLabError."""
        head = text_at(row, "sha")
        if row.get("source_project_id") != row.get("target_project_id"):
            return Reviewed(number, head, why=FROM_FORK)
        job = self._newest(number, head)
        if job is None:
            return Reviewed(number, head, why=NO_ARTIFACT.format(f"{head[:12]}{self.folder.place}"))
        name, file = f"{GITLAB.sign}{number}", f"{ARTIFACTS}/plan{self.folder.suffix}.json"
        return with_plan(
            number, head, name, lambda: self.gitlab.archive(f"/jobs/{job}/artifacts"), file
        )

    def _is_here(self, row: Mapping[str, Json]) -> bool:
        """Merged into the branch that is applied, of this project."""
        place = self.gitlab.place
        here = str(whole_at(row, "target_project_id")) == place.project
        return here and place.branch in ("", text_at(row, "target_branch"))

    def _newest(self, number: int, head: str) -> int | None:
        """The newest job that planned the head and whose artifacts are there."""
        for pipeline in self._pipelines(number, head):
            found = [
                identity
                for row in self.gitlab.pages(f"/pipelines/{pipeline}/jobs")
                if row.get("name") == self.job and _has_archive(row)
                if (identity := whole_at(row, "id")) is not None
            ]
            if found:
                return max(found)
        return None

    def _pipelines(self, number: int, head: str) -> Iterator[int]:
        """The newest first."""
        rows = [*self.gitlab.pages(f"/merge_requests/{number}/pipelines")]
        for row in sorted(rows, key=lambda row: whole_at(row, "id") or 0, reverse=True):
            identity = whole_at(row, "id")
            ours = str(whole_at(row, "project_id")) == self.gitlab.place.project
            if identity is None or not ours or row.get("source") != _SOURCE:
                continue
            if text_at(row, "sha") == head or self._is_merge_of(number, row, head):
                yield identity

    def _is_merge_of(self, number: int, row: Mapping[str, Json], head: str) -> bool:
        """Whether a merged results pipeline ran on the head, merged into the target: then its own
        commit is that merge. No reviewer reads those of a merge train.
        """
        if row.get("ref") != f"refs/merge-requests/{number}/merge":
            return False
        commit = self.gitlab.find(f"/repository/commits/{text_at(row, 'sha')}")
        return list_at(commit, "parent_ids")[1:] == [head] if commit else False


def _has_archive(row: Mapping[str, Json]) -> bool:
    """GitLab lists an expired archive no more."""
    return any(
        text_at(artifact, "file_type") == "archive" for artifact in list_at(row, "artifacts")
    )
