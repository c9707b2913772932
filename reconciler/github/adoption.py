"""The pull request that takes live edits into the files.

It is written through GitHub's API, so no credentials are in the checkout.
"""

from dataclasses import dataclass, replace
from urllib.parse import quote

from reconciler.forge.adoption import KIND, Adoption, There
from reconciler.forge.folder import TOP, Folder
from reconciler.forge.marker import Marked
from reconciler.github.api import GitHub, GitHubError
from reconciler.github.marker import app_of, author_of, marked, signed
from reconciler.model import Json, text_at, whole_at

NO_CHECKS = (
    "GitHub does not start checks for a pull request opened with a workflow's token. To start "
    "them, close and reopen it."
)


@dataclass(frozen=True, slots=True)
class PullRequestsOf:
    """Those of a branch, as `forge.adoption.Proposals` needs them."""

    github: GitHub
    folder: Folder = TOP

    @property
    def target(self) -> str:
        """The branch that this run is for."""
        return self.github.place.branch

    def look(self, branch: str) -> There:
        """Raises GitHubError."""
        found = self.github.find(f"/git/ref/heads/{quote(branch)}")
        there = There(None if found is None else _sha(found, "object"))
        author = author_of(self.github)
        owner = self.github.place.repository.partition("/")[0]
        rows = self.github.pages("/pulls", head=f"{owner}:{branch}", state="all", sort="created",
                                 direction="desc")  # fmt: skip
        for row in rows:
            ours = marked(row, KIND, self.folder, author, "number")
            if ours is None:
                there = replace(there, foreign=there.foreign or row.get("state") == "open")
            elif not ours.closed:
                return replace(there, request=ours)
            elif there.request is None:
                there = replace(there, request=ours, merged=bool(row.get("merged_at")))
        return there

    def message(self, commit: str) -> str:
        """Raises GitHubError."""
        return text_at(self.github.get(f"/git/commits/{commit}"), "message")

    def commit(self, adoption: Adoption, head: str | None) -> str:
        """Raises GitHubError."""
        base = self.github.get(f"/git/commits/{adoption.base}")
        tree: list[Json] = [
            {"path": file.path, "mode": file.mode, "type": "blob", "content": file.content}
            for file in adoption.files
        ]
        made = self.github.post("/git/trees", {"base_tree": _sha(base, "tree"), "tree": tree})
        parents: list[Json] = [*adoption.parents(head)]
        body: dict[str, Json] = {"message": adoption.message, "tree": _sha(made)}
        return _sha(self.github.post("/git/commits", {**body, "parents": parents}))

    def move(self, branch: str, commit: str, head: str | None) -> None:
        """Raises GitHubError."""
        if head is None:
            self.github.post("/git/refs", {"ref": f"refs/heads/{branch}", "sha": commit})
        else:
            self.github.patch(f"/git/refs/heads/{quote(branch)}", {"sha": commit, "force": False})

    def open(self, adoption: Adoption, body: str) -> None:
        """Raises GitHubError."""
        onto = self.target or text_at(self.github.get(""), "default_branch")
        made = self.github.post(
            "/pulls",
            {
                "title": adoption.title,
                "head": adoption.branch,
                "base": onto,
                "body": body + self._note(""),
            },
        )
        number, app = whole_at(made, "number"), app_of(made)
        if app and number is not None:  # an App may not ask who it is; the next run knows by this
            self.github.patch(f"/pulls/{number}", {"body": signed(body, app)})

    def edit(self, request: Marked, title: str, body: str) -> None:
        """Raises GitHubError."""
        text = body + self._note("".join(request.app.values()))
        self.github.patch(f"/pulls/{request.id}", {"title": title, "body": text})

    def close(self, request: Marked, body: str) -> None:
        """Raises GitHubError."""
        self.github.patch(f"/pulls/{request.id}", {"state": "closed", "body": body})

    def _note(self, app: str) -> str:
        """For the token of a workflow: neither a person's nor that of an App."""
        return "" if app or author_of(self.github).login else f"\n<sub>{NO_CHECKS}</sub>\n"


def _sha(answer: Json, *inside: str) -> str:
    sha = text_at(answer, *inside, "sha")
    if not sha:
        raise GitHubError("GitHub's response has no commit")
    return sha
