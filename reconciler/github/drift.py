"""The issue about live edits on GitHub."""

from dataclasses import dataclass

from reconciler.forge.drift import KIND, LABEL
from reconciler.forge.folder import TOP, Folder
from reconciler.forge.marker import Marked
from reconciler.github.api import GitHub
from reconciler.github.marker import author_of, marked, sign


@dataclass(frozen=True, slots=True)
class DriftIssues:
    """The issues with our label, as `forge.drift.Issues` needs them."""

    github: GitHub
    folder: Folder = TOP

    @property
    def run_url(self) -> str:
        """The address of the workflow run, "" outside of one."""
        return self.github.place.run_url

    def find(self) -> Marked | None:
        """Our open one, else the one that was closed last. Raises GitHubError."""
        author = author_of(self.github)
        newest: Marked | None = None
        by = {"creator": author.login} if author.login else {}
        rows = self.github.pages("/issues", labels=LABEL, state="all", sort="created",
                                 direction="desc", **by)  # fmt: skip
        for row in rows:
            if "pull_request" in row:
                continue
            found = marked(row, KIND, self.folder, author, "number")
            if found is not None and not found.closed:
                return found
            newest = newest or found
        return newest

    def open(self, title: str, body: str) -> None:
        """Raises GitHubError."""
        made = self.github.post("/issues", {"title": title, "body": body, "labels": [LABEL]})
        sign(self.github, made, body, "/issues", "number")

    def edit(self, found: Marked, body: str) -> None:
        """A closed one is opened again. Raises GitHubError."""
        self.github.patch(f"/issues/{found.id}", {"state": "open", "body": body})

    def close(self, found: Marked, body: str) -> None:
        """Raises GitHubError."""
        closed = {"state": "closed", "state_reason": "completed", "body": body}
        self.github.patch(f"/issues/{found.id}", closed)
