"""The pull request that takes live edits into the files: opened, edited, closed, never doubled.

It is written through GitHub's API, so no credentials are in the checkout. Its branch only ever
moves forward: whatever another author pushed onto it stays, and ends our part in it.
"""

from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote

from reconciler.forge.adoption import Adoption
from reconciler.forge.marker import APP, Marked, marker
from reconciler.github.api import GitHub, GitHubError
from reconciler.github.marker import Author, app_of, author_of, marked
from reconciler.model import Json, text_at, whole_at

KIND = "adoption"
TRAILER = "Reconciler: live edits"
NO_CHECKS = (
    "GitHub does not start checks for a pull request opened with a workflow's token. To start "
    "them, close and reopen it."
)
Done = Literal["opened", "updated", "unchanged", "closed", "left", "declined"]


@dataclass(frozen=True, slots=True)
class _There:
    """The branch and our newest pull request of it."""

    author: Author
    head: str | None  # the branch's commit, None where there is no branch
    pull: Marked | None = None
    merged: bool = False
    foreign: bool = False  # another author has one open


def put_adoption(github: GitHub, adoption: Adoption) -> Done:
    """Make the pull request hold these files. Raises GitHubError.

    "left": another author pushed to the branch, so it is theirs. "declined": a reviewer closed the
    same edits without merging them. Not to be called where live edits could not be read.
    """
    if adoption.branch == github.place.branch:
        raise GitHubError(f"the branch {adoption.branch} cannot have a pull request into itself")
    there = _look(github, adoption.branch)
    if there.pull is not None and not there.pull.closed:
        return _update(github, adoption, there, there.pull)
    if not adoption.files:
        return "unchanged"
    if there.foreign:
        return "left"
    if there.pull and not there.merged and there.pull.values.get("files") == adoption.content:
        return "declined"
    return _open(github, adoption, there)


def _update(github: GitHub, adoption: Adoption, there: _There, pull: Marked) -> Done:
    """With the open one. An earlier run may have been killed between its two writes."""
    commit = pull.values.get("commit")
    if there.head not in (commit, pull.values.get("before") or None):
        return "left"
    if not adoption.files:
        body = f"{marker(KIND, pull.app)}\nThe files and incident.io match again.\n"
        github.patch(f"/pulls/{pull.id}", {"state": "closed", "body": body})
        return "closed"
    if commit and there.head == commit and pull.values.get("files") == adoption.content:
        if pull.values.get("text") == adoption.words:
            return "unchanged"
        _edit(github, pull, adoption, commit, there)
        return "updated"
    made = _commit(github, adoption, there.head)
    _edit(github, pull, adoption, made, there)
    _move(github, adoption.branch, made, there.head)
    return "updated"


def _open(github: GitHub, adoption: Adoption, there: _There) -> Done:
    _own(github, adoption.branch, there)
    commit = _commit(github, adoption, there.head)
    _move(github, adoption.branch, commit, there.head)
    body = {"title": adoption.title, "head": adoption.branch, "base": _onto(github),
            "body": _body(adoption, commit, there, "")}  # fmt: skip
    made = github.post("/pulls", body)
    number, app = whole_at(made, "number"), app_of(made)
    if app and number is not None:  # an App may not ask who it is; the next run knows by this
        github.patch(f"/pulls/{number}", {"body": _body(adoption, commit, there, app)})
    return "opened"


def _look(github: GitHub, branch: str) -> _There:
    there = _There(author_of(github), _head(github, branch))
    owner = github.place.repository.partition("/")[0]
    rows = github.pages("/pulls", head=f"{owner}:{branch}", state="all", sort="created",
                        direction="desc")  # fmt: skip
    for row in rows:
        ours = marked(row, KIND, there.author, "number")
        if ours is None:
            there = replace(there, foreign=there.foreign or row.get("state") == "open")
        elif not ours.closed:
            return replace(there, pull=ours)
        elif there.pull is None:
            there = replace(there, pull=ours, merged=bool(row.get("merged_at")))
    return there


def _head(github: GitHub, branch: str) -> str | None:
    found = github.find(f"/git/ref/heads/{quote(branch)}")
    return None if found is None else _sha(found, "object")


def _own(github: GitHub, branch: str, there: _There) -> None:
    """A branch of that name without a pull request of ours must end in a commit of ours."""
    if there.head is None:
        return
    message = text_at(github.get(f"/git/commits/{there.head}"), "message")
    if TRAILER not in message.splitlines():
        raise GitHubError(
            f"the branch {branch} has commits that reconciler did not make; "
            "delete it, or use another branch with --branch"
        )


def _commit(github: GitHub, adoption: Adoption, head: str | None) -> str:
    """A commit of the files on top of the base, and after what the branch has."""
    base = github.get(f"/git/commits/{adoption.base}")
    tree: list[Json] = [
        {"path": file.path, "mode": file.mode, "type": "blob", "content": file.content}
        for file in adoption.files
    ]
    made = github.post("/git/trees", {"base_tree": _sha(base, "tree"), "tree": tree})
    parents: list[Json] = (
        [adoption.base] if head in (None, adoption.base) else [head, adoption.base]
    )
    message = f"{adoption.title}\n\n{TRAILER}\n"
    body: dict[str, Json] = {"message": message, "tree": _sha(made), "parents": parents}
    return _sha(github.post("/git/commits", body))


def _move(github: GitHub, branch: str, commit: str, head: str | None) -> None:
    """Never by force: what another author pushed in between makes GitHub refuse it."""
    if head is None:
        github.post("/git/refs", {"ref": f"refs/heads/{branch}", "sha": commit})
    else:
        github.patch(f"/git/refs/heads/{quote(branch)}", {"sha": commit, "force": False})


def _onto(github: GitHub) -> str:
    """The branch that this run is for; without an event, the repository's default one."""
    return github.place.branch or text_at(github.get(""), "default_branch")


def _edit(github: GitHub, pull: Marked, adoption: Adoption, commit: str, there: _There) -> None:
    text = _body(adoption, commit, there, pull.app.get(APP, ""))
    github.patch(f"/pulls/{pull.id}", {"title": adoption.title, "body": text})


def _body(adoption: Adoption, commit: str, there: _There, app: str) -> str:
    """The note is for the token of a workflow: neither a person's nor that of an App."""
    first = marker(KIND, {"files": adoption.content, "text": adoption.words, "commit": commit,
                          "before": there.head or "", **({APP: app} if app else {})})  # fmt: skip
    note = "" if app or there.author.login else f"\n<sub>{NO_CHECKS}</sub>\n"
    return f"{first}\n{adoption.body}{note}"


def _sha(answer: Json, *inside: str) -> str:
    sha = text_at(answer, *inside, "sha")
    if not sha:
        raise GitHubError("GitHub's response has no commit")
    return sha
