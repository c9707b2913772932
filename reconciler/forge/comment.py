"""The comment of a request to merge: the plan, and above it the result of the apply."""

import re
from collections.abc import Mapping
from typing import Literal, Protocol

from reconciler.forge.folder import Folder
from reconciler.forge.marker import Marked, checksum, is_newer, marker, run_of
from reconciler.forge.page import without_address

KIND = "plan"
Done = Literal["created", "updated", "unchanged", "left"]
OUTCOMES = ("applied", "partly-applied", "not-applied", "unknown")
_NO_PLAN = "no-plan"
_FAILED = "the run failed before it made a plan"
_BEGIN, _END = "<!-- reconciler:outcome -->", "<!-- /reconciler:outcome -->"
_OUTCOME = re.compile(rf"\A{re.escape(_BEGIN)}\n.*?\n{re.escape(_END)}\n", re.DOTALL)


class Request(Protocol):
    """A request to merge on a forge (a pull request, a merge request). Raises ForgeError."""

    @property
    def folder(self) -> Folder:
        """Whose comment it is."""

    @property
    def run_url(self) -> str:
        """The address of this run, "" outside of one."""

    def head(self) -> str:
        """The newest commit of the request; "" where the forge does not say."""

    def find(self) -> Marked | None:
        """Our comment, wherever among the pages it is."""

    def put(self, found: Marked | None, text: str) -> Done:
        """Edit the comment, or make one; "created" or "updated"."""


def put_plan(request: Request, sha: str, digest: str, text: str, page: str = "") -> Done:
    """Make or edit the comment; the same plan of the same commit is no edit. A newer commit's plan
    stays, and so does the result of an apply. `digest` is "" of an empty plan, `page` the link of
    `forge.page`. Raises ForgeError.
    """
    found, head = request.find(), request.head()
    if _stays(request, found, sha, head):
        return "left"
    text = _noted(f"{text}{page}", f"plan of `{sha[:7]}`{request.folder.place}")
    if head and head != sha:
        older = f"⚠️ **This is the plan of an older commit, `{sha[:12]}`.** The head is"
        text = f"{older} `{head[:12]}` now, and has no plan yet.\n\n{text}"
    content = checksum(without_address(text))
    values = {"sha": sha, "digest": digest, "text": content, **request.folder.values}
    values |= found.app if found else {}
    if found is not None and _says(found, values, text):
        return "unchanged"
    run = request.run_url
    about = [f"Plan of `{sha[:12]}`", *([f"digest `{digest}`"] if digest else [])]
    about += [f"[run]({run})"] if run else []
    body = f"{text}\n<sub>{' · '.join(about)}</sub>\n"
    return request.put(found, f"{marker(KIND, {**values, **run_of(run)})}\n{body}")


def _noted(text: str, note: str) -> str:
    """The text, its first line with the commit or the folder that it is of."""
    first, *others = text.split("\n")
    return "\n".join([f"{first} *({note})*", *others])


def _says(found: Marked, values: Mapping[str, str], text: str) -> bool:
    """Whether the comment still is what we wrote: people with write access can edit it."""
    if {key: value for key, value in found.values.items() if key != "run"} != values:
        return False
    digest = rf" · digest `{values['digest']}`" if values["digest"] else ""
    about = rf"\s*<sub>Plan of `{values['sha'][:12]}`{digest}( · \[run\]\(\S+\))?</sub>\s*"
    whole = re.escape(without_address(text).strip()) + about
    return re.fullmatch(whole, without_address(found.text).strip()) is not None


def _stays(request: Request, found: Marked | None, sha: str, head: str) -> bool:
    """Whether the comment holds the result of an apply, or the plan of a newer commit."""
    if found is None:
        return False
    if found.values.get("state") in OUTCOMES:
        return True
    there = found.values.get("sha", "")
    if there == sha or head == sha:
        return False
    return is_newer(found, request.run_url) or (bool(head) and there == head)


def put_outcome(request: Request, state: str, text: str) -> Done:
    """Put the result of the apply above the plan, which stays. Raises ForgeError."""
    return _put_above(request, request.find(), state, text)


def _put_above(request: Request, found: Marked | None, state: str, text: str) -> Done:
    values = {**(found.values if found else request.folder.values), "state": state}
    plan = _OUTCOME.sub("", found.text) if found else ""
    if request.folder.path:
        text = _noted(text.strip(), f"the routes{request.folder.place}")
    body = f"{marker(KIND, values)}\n{_BEGIN}\n{text.strip()}\n{_END}\n{plan}"
    if found is not None and body == found.body:
        return "unchanged"
    return request.put(found, body)


def put_no_plan(request: Request, sha: str, why: str = "") -> Done:
    """Say that a commit has no plan: the one below is of an older commit. `why`: in Markdown, where
    more is known than that the run failed. Raises ForgeError.
    """
    found, head = request.find(), request.head()
    if (head and head != sha) or _stays(request, found, sha, head):
        return "left"
    old = found.values.get("sha", "")[:12] if found else ""
    below = f" The plan below is from `{old}`." if old else ""
    run = f" ([run]({request.run_url}))" if request.run_url else ""
    text = f"❓ **No plan of `{sha[:12]}`**{run}: {why or _FAILED}.{below}"
    return _put_above(request, found, _NO_PLAN, text)
