"""The comment of a pull request on GitHub."""

from dataclasses import dataclass

from reconciler.forge.comment import KIND, Done
from reconciler.forge.folder import TOP, Folder
from reconciler.forge.marker import Marked
from reconciler.github.api import GitHub, GitHubError
from reconciler.github.marker import author_of, marked, sign
from reconciler.model import Json, text_at
from reconciler.text import cut_to_size


@dataclass(frozen=True, slots=True)
class PullRequest:
    """One of them, as `forge.comment.Request` needs it."""

    github: GitHub
    number: int
    folder: Folder = TOP

    @property
    def run_url(self) -> str:
        """The address of the workflow run, "" outside of one."""
        return self.github.place.run_url

    def head(self) -> str:
        """The head now; "" where GitHub does not say. Raises GitHubError."""
        return text_at(self.github.find(f"/pulls/{self.number}", 403), "head", "sha")

    def find(self) -> Marked | None:
        """Our comment, wherever among the pages it is. Raises GitHubError."""
        author = author_of(self.github)
        for row in self.github.pages(f"/issues/{self.number}/comments"):
            found = marked(row, KIND, self.folder, author)
            if found is not None:
                return found
        return None

    def put(self, found: Marked | None, text: str) -> Done:
        """Edit the comment, or make one. Raises GitHubError."""
        body: dict[str, Json] = {"body": cut_to_size(text)}
        if found is not None:
            try:
                self.github.patch(f"/issues/comments/{found.id}", body)
            except GitHubError as error:
                if error.status != 404:  # it was deleted a moment ago
                    raise
            else:
                return "updated"
        made = self.github.post(f"/issues/{self.number}/comments", body)
        sign(self.github, made, cut_to_size(text), "/issues/comments")
        return "created"
