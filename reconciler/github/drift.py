"""The issue about live edits: opened, edited, closed and re-opened, never doubled."""

from typing import Literal

from reconciler.github.api import GitHub
from reconciler.github.marker import (
    Marked,
    author_of,
    checksum,
    is_newer,
    marked,
    marker,
    run_of,
    sign,
)

KIND = "drift"
LABEL = "reconciler-drift"
TITLE = "Alert routes have live edits in incident.io"
Done = Literal["opened", "re-opened", "updated", "closed", "unchanged", "left"]


def put_drift(github: GitHub, text: str) -> Done:
    """Make the issue say this; "" closes it. Raises GitHubError.

    Not to be called where live edits could not be read: that neither opens nor closes the issue.
    "left": a later run wrote it, and this one, of older files, was only started again.
    """
    found = _find(github)
    if found is not None and is_newer(found, github):
        return "left"
    if not text.strip():
        if found is None or found.closed:
            return "unchanged"
        first = marker(KIND, {**found.app, **run_of(github)})
        ended = f"{first}\nThere are no live edits any more.\n"
        closed = {"state": "closed", "state_reason": "completed", "body": ended}
        github.patch(f"/issues/{found.id}", closed)
        return "closed"
    run = github.place.run_url
    seen = f"\n<sub>[Last checked here]({run})</sub>\n" if run else ""
    app = found.app if found else {}
    body = f"{marker(KIND, {'text': checksum(text), **app, **run_of(github)})}\n{text}{seen}"
    if found is None:
        made = github.post("/issues", {"title": TITLE, "body": body, "labels": [LABEL]})
        sign(github, made, body, "/issues", "number")
        return "opened"
    github.patch(f"/issues/{found.id}", {"state": "open", "body": body})
    return "re-opened" if found.closed else "updated"


def _find(github: GitHub) -> Marked | None:
    """The open one, else the one that was closed last."""
    author = author_of(github)
    newest: Marked | None = None
    by = {"creator": author.login} if author.login else {}
    rows = github.pages("/issues", labels=LABEL, state="all", sort="created", direction="desc",
                        **by)  # fmt: skip
    for row in rows:
        found = None if "pull_request" in row else marked(row, KIND, author, "number")
        if found is not None and not found.closed:
            return found
        newest = newest or found
    return newest
