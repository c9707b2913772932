"""The comment of a pull request: the plan, and above it the result of the apply."""

import re
from collections.abc import Mapping
from typing import Literal

from reconciler.github.api import GitHub, GitHubError
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
from reconciler.model import Json, text_at
from reconciler.text import cut_to_size

KIND = "plan"
Done = Literal["created", "updated", "unchanged", "left"]
OUTCOMES = ("applied", "partly-applied", "not-applied", "unknown")
_NO_PLAN = "no-plan"
_BEGIN, _END = "<!-- reconciler:outcome -->", "<!-- /reconciler:outcome -->"
_OUTCOME = re.compile(rf"\A{re.escape(_BEGIN)}\n.*?\n{re.escape(_END)}\n", re.DOTALL)


def put_plan(github: GitHub, pull: int, sha: str, digest: str, text: str) -> Done:
    """Make or edit the comment; the same plan of the same commit is no edit. A newer commit's plan
    stays, and so does the result of an apply. `digest` is "" of an empty plan. Raises GitHubError.
    """
    found, head = find(github, pull), _head(github, pull)
    if _stays(github, found, sha, head):
        return "left"
    text = _of_commit(text, sha)
    if head and head != sha:
        older = f"⚠️ **This is the plan of an older commit, `{sha[:12]}`.** The head is"
        text = f"{older} `{head[:12]}` now, and has no plan yet.\n\n{text}"
    values = {"sha": sha, "digest": digest, "text": checksum(text), **(found.app if found else {})}
    if found is not None and _says(found, values, text):
        return "unchanged"
    run = github.place.run_url
    about = [f"Plan of `{sha[:12]}`", *([f"digest `{digest}`"] if digest else [])]
    about += [f"[run]({run})"] if run else []
    body = f"{text}\n<sub>{' · '.join(about)}</sub>\n"
    return _put(github, pull, found, f"{marker(KIND, {**values, **run_of(github)})}\n{body}")


def _of_commit(text: str, sha: str) -> str:
    """The plan, its first line with the commit that it is of."""
    first, *others = text.split("\n")
    return "\n".join([f"{first} *(plan of `{sha[:7]}`)*", *others])


def _says(found: Marked, values: Mapping[str, str], text: str) -> bool:
    """Whether the comment still is what we wrote: people with write access can edit it."""
    if {key: value for key, value in found.values.items() if key != "run"} != values:
        return False
    digest = rf" · digest `{values['digest']}`" if values["digest"] else ""
    about = rf"\s*<sub>Plan of `{values['sha'][:12]}`{digest}( · \[run\]\(\S+\))?</sub>\s*"
    whole = re.escape(text.strip()) + about
    return re.fullmatch(whole, found.text.strip()) is not None


def _stays(github: GitHub, found: Marked | None, sha: str, head: str) -> bool:
    """Whether the comment holds the result of an apply, or the plan of a newer commit."""
    if found is None:
        return False
    if found.values.get("state") in OUTCOMES:
        return True
    there = found.values.get("sha", "")
    if there == sha or head == sha:
        return False
    return is_newer(found, github) or (bool(head) and there == head)


def _head(github: GitHub, pull: int) -> str:
    """The head of the pull request now; "" where GitHub does not say."""
    return text_at(github.find(f"/pulls/{pull}", 403), "head", "sha")


def put_outcome(github: GitHub, pull: int, state: str, text: str) -> Done:
    """Put the result of the apply above the plan, which stays. Raises GitHubError."""
    return _put_above(github, pull, find(github, pull), state, text)


def _put_above(github: GitHub, pull: int, found: Marked | None, state: str, text: str) -> Done:
    values = {**(found.values if found else {}), "state": state}
    plan = _OUTCOME.sub("", found.text) if found else ""
    body = f"{marker(KIND, values)}\n{_BEGIN}\n{text.strip()}\n{_END}\n{plan}"
    if found is not None and body == found.body:
        return "unchanged"
    return _put(github, pull, found, body)


def put_no_plan(github: GitHub, pull: int, sha: str) -> Done:
    """Say that a commit has no plan: the one below is of an older commit. Raises GitHubError."""
    found, head = find(github, pull), _head(github, pull)
    if (head and head != sha) or _stays(github, found, sha, head):
        return "left"
    old = found.values.get("sha", "")[:12] if found else ""
    below = f" The plan below is from `{old}`." if old else ""
    run = f" ([run]({github.place.run_url}))" if github.place.run_url else ""
    text = f"❓ **No plan of `{sha[:12]}`**{run}: the run failed before it made a plan.{below}"
    return _put_above(github, pull, found, _NO_PLAN, text)


def find(github: GitHub, pull: int) -> Marked | None:
    """Our comment, wherever among the pages it is. Raises GitHubError."""
    author = author_of(github)
    for row in github.pages(f"/issues/{pull}/comments"):
        found = marked(row, KIND, author)
        if found is not None:
            return found
    return None


def _put(github: GitHub, pull: int, found: Marked | None, text: str) -> Done:
    body: dict[str, Json] = {"body": cut_to_size(text)}
    if found is not None:
        try:
            github.patch(f"/issues/comments/{found.id}", body)
        except GitHubError as error:
            if error.status != 404:  # it was deleted a moment ago
                raise
        else:
            return "updated"
    made = github.post(f"/issues/{pull}/comments", body)
    sign(github, made, cut_to_size(text), "/issues/comments")
    return "created"
