"""The issue about live edits on GitLab."""

from dataclasses import dataclass

from reconciler.forge.drift import KIND, LABEL
from reconciler.forge.folder import TOP, Folder
from reconciler.forge.marker import Marked
from reconciler.gitlab.api import GitLab
from reconciler.gitlab.marked import MOST_DESCRIPTION, marked, sendable
from reconciler.model import Json


@dataclass(frozen=True, slots=True)
class DriftIssues:
    """The issues with our label, as `forge.drift.Issues` needs them."""

    gitlab: GitLab
    folder: Folder = TOP

    @property
    def run_url(self) -> str:
        """The address of the pipeline, "" outside of one."""
        return self.gitlab.place.run_url

    def find(self) -> Marked | None:
        """Our open one, else the one that was closed last. Raises GitLabError."""
        newest: Marked | None = None
        rows = self.gitlab.pages(
            "/issues",
            labels=LABEL,
            author_id=str(self.gitlab.user),
            scope="all",
            order_by="created_at",
            sort="desc",
        )
        for row in rows:
            found = marked(row, KIND, self.folder, self.gitlab.user, "description", "iid")
            if found is not None and not found.closed:
                return found
            newest = newest or found
        return newest

    def open(self, title: str, body: str) -> None:
        """Raises GitLabError."""
        self.gitlab.post("/issues", {"title": title, "labels": LABEL, **_description(body)})

    def edit(self, found: Marked, body: str) -> None:
        """A closed one is opened again. Raises GitLabError."""
        event: dict[str, Json] = {"state_event": "reopen"} if found.closed else {}
        self.gitlab.put(f"/issues/{found.id}", {**_description(body), **event})

    def close(self, found: Marked, body: str) -> None:
        """Raises GitLabError."""
        self.gitlab.put(f"/issues/{found.id}", {**_description(body), "state_event": "close"})


def _description(body: str) -> dict[str, Json]:
    return {"description": sendable(body, MOST_DESCRIPTION)}
