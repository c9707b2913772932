"""The note of a merge request on GitLab."""

from dataclasses import dataclass

from reconciler.forge.comment import KIND, Done
from reconciler.forge.folder import TOP, Folder
from reconciler.forge.marker import Marked
from reconciler.gitlab.api import GitLab, GitLabError
from reconciler.gitlab.marked import MOST_NOTE, marked, sendable
from reconciler.model import Json, text_at


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """One of them, as `forge.comment.Request` needs it. `number` is its `iid`."""

    gitlab: GitLab
    number: int
    folder: Folder = TOP

    @property
    def run_url(self) -> str:
        """The address of the pipeline, "" outside of one."""
        return self.gitlab.place.run_url

    def head(self) -> str:
        """The newest commit; "" where GitLab does not say. Raises GitLabError."""
        return text_at(self.gitlab.find(self._path, 403), "sha")

    def find(self) -> Marked | None:
        """Our note, wherever among the pages it is. Raises GitLabError."""
        me = self.gitlab.user
        for row in self.gitlab.pages(f"{self._path}/notes", sort="asc", order_by="created_at"):
            found = marked(row, KIND, self.folder, me, "body", "id")
            if found is not None:
                return found
        return None

    def put(self, found: Marked | None, text: str) -> Done:
        """Edit the note, or make one. Raises GitLabError."""
        body: dict[str, Json] = {"body": sendable(text, MOST_NOTE)}
        if found is not None:
            try:
                self.gitlab.put(f"{self._path}/notes/{found.id}", body)
            except GitLabError as error:
                if error.status != 404:  # it was deleted a moment ago
                    raise
            else:
                return "updated"
        self.gitlab.post(f"{self._path}/notes", body)
        return "created"

    @property
    def _path(self) -> str:
        return f"/merge_requests/{self.number}"
