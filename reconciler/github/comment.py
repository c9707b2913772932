"""The one comment of a pull request: the plan, and above it what became of it."""

import re
from typing import Literal

from reconciler.github.api import GitHub, GitHubError
from reconciler.github.marker import Marked, checksum, login_of, marked, marker
from reconciler.model.json import Json

KIND = "plan"
MOST_BODY = 65_536  # characters; GitHub answers 422 to more
Done = Literal["created", "updated", "unchanged"]
_BEGIN, _END = "<!-- reconciler:outcome -->", "<!-- /reconciler:outcome -->"
_OUTCOME = re.compile(rf"\A{re.escape(_BEGIN)}\n.*?\n{re.escape(_END)}\n", re.DOTALL)


def put_plan(github: GitHub, pull: int, sha: str, digest: str, text: str) -> Done:
    """Make or edit the comment; the same plan of the same commit is no edit. Raises GitHubError."""
    values = {"sha": sha, "digest": digest, "text": checksum(text)}
    found = find(github, pull)
    if found is not None and dict(found.values) == values and _says(found, text, digest):
        return "unchanged"
    run = github.place.run_url
    about = f"\n<sub>Digest `{digest}`{f' · [run]({run})' if run else ''}</sub>\n"
    return _put(github, pull, found, f"{marker(KIND, values)}\n{text}{about}")


def _says(found: Marked, text: str, digest: str) -> bool:
    """Whether the comment still is what we wrote: people with write access can edit it."""
    about = rf"\s*<sub>Digest `{digest}`( · \[run\]\(\S+\))?</sub>\s*"
    whole = re.escape(text.strip()) + about
    return re.fullmatch(whole, found.text.strip()) is not None


def put_outcome(github: GitHub, pull: int, state: str, text: str) -> Done:
    """Say above the plan what became of it; the plan stays. Raises GitHubError."""
    found = find(github, pull)
    values = {**(found.values if found else {}), "state": state}
    plan = _OUTCOME.sub("", found.text) if found else ""
    body = f"{marker(KIND, values)}\n{_BEGIN}\n{text.strip()}\n{_END}\n{plan}"
    if found is not None and body == found.body:
        return "unchanged"
    return _put(github, pull, found, body)


def put_no_plan(github: GitHub, pull: int, sha: str) -> Done:
    """Say that a commit has no plan: the one below is of an older commit. Raises GitHubError."""
    found = find(github, pull)
    old = found.values.get("sha", "")[:12] if found else ""
    below = f" What stands below is the plan of `{old}`." if old else ""
    run = f" ([run]({github.place.run_url}))" if github.place.run_url else ""
    text = f"❓ **No plan of `{sha[:12]}`**{run}: the run failed before there was one.{below}"
    return put_outcome(github, pull, "no-plan", text)


def find(github: GitHub, pull: int) -> Marked | None:
    """Our comment, wherever among the pages it is. Raises GitHubError."""
    author = login_of(github)
    for row in github.pages(f"/issues/{pull}/comments"):
        found = marked(row, KIND, author)
        if found is not None:
            return found
    return None


def _put(github: GitHub, pull: int, found: Marked | None, text: str) -> Done:
    body: dict[str, Json] = {"body": text[:MOST_BODY]}
    if found is not None:
        try:
            github.patch(f"/issues/comments/{found.id}", body)
        except GitHubError as error:
            if error.status != 404:  # somebody deleted it a moment ago
                raise
        else:
            return "updated"
    github.post(f"/issues/{pull}/comments", body)
    return "created"
