"""Where the program of the pipelines comes from, and which forge a remote of git is on. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

Forge = Literal["github", "gitlab", "none"]
GITHUB = "github.com"
ENTERPRISE = (
    "GitHub Enterprise Server does not tell a called workflow its commit. Call the action in a "
    "workflow of your own: the page about pull requests, in the repository of reconciler, says how."
)
_HASH = re.compile(r"[0-9a-f]{40}")
_PART = r"[A-Za-z0-9_][A-Za-z0-9._-]*"
_PLACE = re.compile(
    rf"(?:https://(?:[^@/\s]*@)?(?P<host>{_PART}(?::\d+)?)/)?(?P<path>{_PART}(?:/{_PART})+)"
)
_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+/-]*")
_VERSION = re.compile(r"v\d[\w.]*")
_REMOTE = (
    re.compile(r"[a-z+]+://(?:[^@/]*@)?(?P<host>[^/:@]+)(?::\d+)?/(?P<path>.+)"),
    re.compile(r"(?:[^@/:]*@)?(?P<host>[^/:@]{2,}):(?P<path>[^/].*)"),  # as ssh writes it
)


@dataclass(frozen=True, slots=True)
class Program:
    """The repository of reconciler, and the commit or the tag that pipelines run."""

    host: str
    path: str  # OWNER/NAME
    ref: str
    version: str = ""  # the tag of that commit, for readers

    @property
    def url(self) -> str:
        return f"https://{self.host}/{self.path}"

    def page(self, name: str) -> str:
        """The address of a page of the documentation."""
        blob = "blob" if self.host == GITHUB else "-/blob"
        return f"{self.url}/{blob}/{self.ref}/docs/{name}"

    @property
    def is_pinned(self) -> bool:
        """Whether the commit is known: a tag can be moved to another one."""
        return _HASH.fullmatch(self.ref) is not None


def program_of(text: str, tag: str) -> Program | None:
    """`OWNER/NAME`, on github.com, or an https address, with `@` and a tag or the full hash of a
    commit; by default `tag`. None for any other text.
    """
    place, ref = text, tag
    if not _PLACE.fullmatch(text.removesuffix(".git")):
        place, _, ref = text.rpartition("@")
    found = _PLACE.fullmatch(place.removesuffix(".git"))
    if found is None or not _REF.fullmatch(ref):
        return None
    return Program(found["host"] or GITHUB, found["path"], ref)


def installed_from(direct_url: str, urls: Mapping[str, str], tag: str) -> Program | None:
    """Where this program was installed from: `direct_url` is pip's note beside the package (PEP
    610), "" without one; `urls` are those of its metadata, by label. None where neither tells.
    """
    try:
        note: Any = json.loads(direct_url or "{}")
        commit, url = str(note["vcs_info"]["commit_id"]), str(note["url"])
    except (ValueError, LookupError, TypeError):
        labels = ("repository", "source", "homepage")
        known = {label.lower(): url for label, url in urls.items()}
        found = (program_of(known[label], tag) for label in labels if label in known)
        return next((other for other in found if other), None)
    if not _HASH.fullmatch(commit):
        return None
    program = program_of(f"{url}@{commit}", tag)
    named = str(note["vcs_info"].get("requested_revision") or "")
    return replace(program, version=named) if program and _VERSION.fullmatch(named) else program


@dataclass(frozen=True, slots=True)
class Remote:
    """The host and the path of a remote, without a login."""

    host: str
    path: str


def remote_of(url: str) -> Remote | None:
    """None for a folder, and for what is no address."""
    found = next((match for match in (shape.fullmatch(url) for shape in _REMOTE) if match), None)
    path = found["path"].removesuffix("/").removesuffix(".git") if found else ""
    return Remote(found["host"].lower(), path) if found else None


def forge_of(remote: Remote | None) -> Forge | None:
    """None: the host does not tell. GitHub Enterprise Server has no called workflows of a pinned
    commit, so only github.com is GitHub.
    """
    if remote is None:
        return None
    if remote.host in (GITHUB, f"ssh.{GITHUB}"):
        return "github"
    return "gitlab" if "gitlab" in remote.host.split(".") else None


def may_be_enterprise(host: str) -> bool:
    """Whether it looks like a GitHub of a company; an alias of ssh for github.com may, too."""
    return host not in (GITHUB, f"ssh.{GITHUB}") and (
        "github" in host.split(".") or host.endswith(".ghe.com")
    )


def pipeline_of(asked: str | None, remote: Remote | None) -> tuple[Forge, str]:
    """The forge of the pipeline, and what to tell where the remote does not name it."""
    if asked is not None:
        return ("github" if asked == "github" else "gitlab" if asked == "gitlab" else "none"), ""
    forge = forge_of(remote)
    if forge is not None:
        return forge, ""
    if remote is None:
        return "none", (
            "No pipeline was written, because git has no remote that names a forge. Add a remote, "
            "and run `reconciler init` again, or use --ci github or --ci gitlab."
        )
    if may_be_enterprise(remote.host):
        return "none", (
            f"No pipeline was written: {remote.host} looks like GitHub Enterprise. {ENTERPRISE} If "
            f"{remote.host} is your name for github.com, use --ci github."
        )
    return "none", (
        f"No pipeline was written: `init` does not know the forge {remote.host}. If it is a "
        "GitLab, use --ci gitlab; if it stands for github.com, --ci github. For any other CI, "
        "the page *Run in CI* in the repository of reconciler has the jobs: `reconciler plan "
        "--out plan.json` for a change, `reconciler apply plan.json --auto-approve` after its "
        "review."
    )
