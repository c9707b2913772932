"""The merge request that takes live edits into the files.

Its commit is made and pushed by git in the empty repository that borrows the objects of the
checkout: GitLab's API makes no commit with two parents, so it moves no branch past a merge.
"""

from dataclasses import dataclass, replace
from urllib.parse import quote

from reconciler.forge.adoption import KIND, Adoption, There
from reconciler.forge.folder import TOP, Folder
from reconciler.forge.marker import Marked
from reconciler.forge.remote import Remote
from reconciler.gitlab.api import GitLab, GitLabError
from reconciler.gitlab.marked import MOST_DESCRIPTION, marked, sendable
from reconciler.model import Json, text_at


@dataclass(frozen=True, slots=True)
class MergeRequestsOf:
    """Those of a branch, as `forge.adoption.Proposals` needs them."""

    gitlab: GitLab
    remote: Remote
    folder: Folder = TOP

    @property
    def target(self) -> str:
        """The default branch."""
        return self.gitlab.place.branch

    def look(self, branch: str) -> There:
        """Raises GitLabError."""
        found = self.gitlab.find(f"/repository/branches/{quote(branch, safe='')}")
        there = There(text_at(found, "commit", "id") or None)
        rows = self.gitlab.pages("/merge_requests", source_branch=branch, state="all", scope="all",
                                 order_by="created_at", sort="desc")  # fmt: skip
        for row in rows:
            if row.get("source_project_id") != row.get("target_project_id"):
                continue  # a fork's branch of the same name
            ours = marked(row, KIND, self.folder, self.gitlab.user, "description", "iid")
            state = row.get("state")
            if ours is None:
                there = replace(there, foreign=there.foreign or state == "opened")
            elif state == "opened":
                return replace(there, request=ours)
            elif there.request is None:
                ended = replace(ours, closed=True)
                there = replace(there, request=ended, merged=state == "merged")
        return there

    def message(self, commit: str) -> str:
        """Raises GitLabError."""
        return text_at(self.gitlab.get(f"/repository/commits/{commit}"), "message")

    def commit(self, adoption: Adoption, head: str | None) -> str:
        """Raises GitLabError and RecordRefused."""
        about = self.gitlab.found(f"{self.gitlab.place.api}/user")
        name, email = text_at(about, "name"), text_at(about, "commit_email")
        files = {file.path: (file.mode, file.content) for file in adoption.files}
        if head is not None:
            self.remote.fetch(f"refs/heads/{adoption.branch}")
        return self.remote.commit(
            adoption.base,
            files,
            adoption.parents(head),
            adoption.message,
            (name or "reconciler", email or "reconciler@noreply.invalid"),
        )

    def move(self, branch: str, commit: str, head: str | None) -> None:
        """Raises GitLabError and RecordRefused."""
        del head  # git itself refuses a push that is no step forward
        refused = self.remote.send({f"refs/heads/{branch}": commit})
        if refused:
            raise GitLabError(f"the branch {branch} was not moved: {refused}")

    def open(self, adoption: Adoption, body: str) -> None:
        """Raises GitLabError."""
        made: dict[str, Json] = {
            "title": adoption.title,
            "source_branch": adoption.branch,
            "target_branch": self.target,
            "remove_source_branch": False,
        }
        self.gitlab.post("/merge_requests", {**made, **_description(body)})

    def edit(self, request: Marked, title: str, body: str) -> None:
        """Raises GitLabError."""
        self.gitlab.put(f"/merge_requests/{request.id}", {"title": title, **_description(body)})

    def close(self, request: Marked, body: str) -> None:
        """Raises GitLabError."""
        closed: dict[str, Json] = {**_description(body), "state_event": "close"}
        self.gitlab.put(f"/merge_requests/{request.id}", closed)


def _description(body: str) -> dict[str, Json]:
    return {"description": sendable(body, MOST_DESCRIPTION)}
