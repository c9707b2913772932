"""A GitHub on loopback, as strict as the real one where a program could fall over it.

It refuses bodies over 65,536 characters (422), lists in pages, answers 403 to a token that may
only read and 403 with Retry-After when it is told to be busy (a secondary rate limit), keeps
whatever is not in the repository's history out of `compare`, and hands artifacts out from another
origin, where a token must not be sent. git is served by `git http-backend`.
"""

import io
import re
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.forge.served import Answer
from tests.github import git_data, git_http
from tests.github.git_data import Refused
from tests.github.git_http import Request

REPOSITORY = "example/routes"
WRITER = "token-of-a-workflow"
READER = "token-of-a-fork"
BOT = "github-actions[bot]"
MOST_BODY = 65_536
NOT_PERMITTED = "GitHub Actions is not permitted to create or approve pull requests."
Row = dict[str, Any]


@dataclass
class FakeGitHub:
    """One repository. `folder` is its git repository, for `compare`."""

    folder: Path | None = None
    url: str = ""
    comments: list[Row] = field(default_factory=list)
    issues: list[Row] = field(default_factory=list)
    pulls: list[Row] = field(default_factory=list)
    opened: list[Row] = field(default_factory=list)  # by programs, through the API
    may_open_pulls: bool = True
    hidden: set[str] = field(default_factory=set)  # what the token may not read
    deployments: list[Row] = field(default_factory=list)
    runs: dict[int, str] = field(default_factory=dict)  # of deployments, with their workflow's file
    artifacts: list[Row] = field(default_factory=list)
    archives: dict[int, bytes] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)  # what GitHub Pages serves
    requests: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)  # tokens that arrived where none belongs
    busy: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    git_busy: list[Answer] = field(default_factory=list)  # what git gets first
    tokens: dict[str, str] = field(default_factory=lambda: {WRITER: "write", READER: "read"})
    gone: set[int] = field(default_factory=set)  # deleted after they were listed
    people: dict[str, str] = field(default_factory=dict)  # token -> login, of a person's token
    permissions: Mapping[str, str] | None = None  # of the job that runs; None: all of them
    apps: dict[str, str] = field(default_factory=dict)  # token -> slug, of an App's token
    heads: dict[int, str] = field(default_factory=dict)  # of open pull requests
    _next: int = 100

    def new_id(self) -> int:
        """An id that nothing else has."""
        self._next += 1
        return self._next

    def comments_of(self, pull: int) -> list[str]:
        """The bodies, oldest first."""
        return [row["body"] for row in self.comments if row["pull"] == pull]

    def say(self, pull: int, body: str, author: str = "octocat") -> Row:
        """Somebody writes a comment."""
        row = {"id": self.new_id(), "pull": pull, "body": body, "user": {"login": author}}
        self.comments.append(row)
        return row

    def merge(
        self,
        number: int,
        head: str,
        commits: list[str],
        repo: str = REPOSITORY,
        merge_commit: str = "",
    ) -> None:
        """A pull request that is merged, and the commits that GitHub lists it with: those of a
        merge queue may not be among them.
        """
        self.pulls.append(
            {
                "number": number,
                "merged_at": "2026-08-21T09:12:00Z",
                "merge_commit_sha": merge_commit or (commits[0] if commits else None),
                "base": {"ref": "main"},
                "head": {"sha": head, "repo": {"full_name": repo}},
                "commits": commits,
            }
        )

    def upload(
        self, name: str, files: Mapping[str, bytes], head: str, *, fork: bool = False
    ) -> int:
        """An artifact of a run on that head; returns its id."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, content in files.items():
                archive.writestr(path, content)
        identity = self.new_id()
        self.archives[identity] = packed.getvalue()
        run = {"head_sha": head, "repository_id": 1, "head_repository_id": 2 if fork else 1}
        row = {"id": identity, "name": name, "expired": False, "workflow_run": run}
        self.artifacts.append(row)
        return identity

    def publish(self, name: str) -> None:
        """GitHub Pages serves the newest artifact of that name, if the job may publish."""
        assert self.may("pages", "write")
        assert self.may("id-token", "write")
        self.pages = self.artifact([row["id"] for row in self.artifacts if row["name"] == name][-1])

    def artifact(self, identity: int) -> dict[str, bytes]:
        """The files of one."""
        with zipfile.ZipFile(io.BytesIO(self.archives[identity])) as archive:
            return {one: archive.read(one) for one in archive.namelist()}

    def deploy(
        self,
        sha: str,
        state: str,
        environment: str = "production",
        workflow: str = "apply.yml",
    ) -> None:
        """A run of a workflow that deployed; a success makes the older ones inactive."""
        if state == "success":
            for row in (one for one in self.deployments if one["statuses"][0]["state"] == state):
                row["statuses"].insert(0, {"state": "inactive"})
        run = self.new_id()
        self.runs[run] = f".github/workflows/{workflow}"
        where = {"log_url": f"https://github.com/{REPOSITORY}/actions/runs/{run}/job/1"}
        statuses = [{"state": state, **where}, {"state": "in_progress", **where}]
        self.deployments.insert(
            0,
            {
                "id": self.new_id(),
                "sha": sha,
                "environment": environment,
                "statuses": statuses,
            },
        )

    def _run(self, run: int) -> Answer:
        if run not in self.runs:
            return Answer(404, {"message": "Not Found"})
        return Answer(200, {"id": run, "path": self.runs[run]})

    def may(self, permission: str, right: str) -> bool:
        """Whether the job's token has a right; a job that names permissions has no others."""
        if self.permissions is None:
            return True
        return self.permissions.get(permission, "none") in {right, "write"}

    def git(self, request: Request) -> Answer:
        """The repository by smart HTTP, as `github.com/OWNER/NAME` serves it to git."""
        self.requests.append(f"{request.method} {request.target.partition('?')[0]}")
        if self.git_busy:
            return self.git_busy.pop(0)
        token = git_http.token_of(request.authorization)
        if token not in self.tokens:
            return Answer(401, headers={"WWW-Authenticate": 'Basic realm="GitHub"'}, content=b"")
        right = "write" if "git-receive-pack" in request.target else "read"
        if not self.may("contents", right) or (right, self.tokens[token]) == ("write", "read"):
            message = b"Write access to repository not granted.\n"
            return Answer(403, headers={"Content-Type": "text/plain"}, content=message)
        assert self.folder is not None
        return Answer(*git_http.served(self.folder, request, f"/{REPOSITORY}"))

    def answer(self, method: str, target: str, token: str, body: Row) -> Answer:
        """The API."""
        parts = urlsplit(target)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.requests.append(f"{method} {parts.path}")
        if self.busy:
            status, headers, message = self.busy.pop(0)
            return Answer(status, {"message": message}, headers)
        if token not in self.tokens:
            return Answer(401, {"message": "Bad credentials"})
        if method != "GET" and self.tokens[token] == "read":
            return Answer(403, {"message": "Resource not accessible by integration"})
        if parts.path == "/user":
            login = self.people.get(token)
            if login:
                return Answer(200, {"login": login})
            return Answer(403, {"message": "Resource not accessible by integration"})
        path = parts.path.removeprefix(f"/repos/{REPOSITORY}")
        if path.startswith("/deployments") and not self.may("deployments", "read"):
            return Answer(403, {"message": "Resource not accessible by integration"})
        if path.split("/")[1:2] and path.split("/")[1] in self.hidden:
            return Answer(403, {"message": "Resource not accessible by integration"})
        for pattern, handler in self._handlers(method, query, body, token).items():
            match = re.fullmatch(pattern, path)
            if match and path != parts.path:
                try:
                    return handler(*map(unquote, match.groups()))
                except Refused as refused:
                    return Answer(refused.status, {"message": str(refused)})
        return Answer(404, {"message": "Not Found"})

    def _handlers(
        self, method: str, query: Mapping[str, str], body: Row, token: str
    ) -> dict[str, Callable[..., Answer]]:
        app = f"{self.apps[token]}[bot]" if token in self.apps else BOT
        author = self.people.get(token, app)

        def pull(number: str) -> Answer:
            merged = [row for row in self.pulls if row["number"] == int(number)]
            if merged:
                return Answer(200, merged[0])
            head = self.heads.get(int(number))
            if head is None:
                return Answer(404, {"message": "Not Found"})
            return Answer(200, {"number": int(number), "head": {"sha": head}})

        def listed(rows: list[Row], key: str = "") -> Answer:
            return self._page(rows, query, key)

        def comment(pull: str) -> Answer:
            return _checked(body) or Answer(201, self.say(int(pull), body["body"], author))

        def edit(rows: list[Row], key: str, identity: str) -> Answer:
            found = [row for row in rows if row[key] == int(identity)]
            if not found or int(identity) in self.gone:
                return Answer(404, {"message": "Not Found"})
            if found[0].get("locked"):
                return Answer(403, {"message": "Unable to edit: the conversation is locked"})
            return _checked(body) or Answer(200, _merged(found[0], body))

        def open_issue() -> Answer:
            labels = [{"name": name} for name in body.get("labels", [])]
            made = {**body, "labels": labels, "number": self.new_id(), "state": "open",
                    "user": {"login": author}}  # fmt: skip
            refused = _checked(body)
            if refused is None:
                self.issues.insert(0, made)
            return refused or Answer(201, made)

        def open_pull() -> Answer:
            if not self.may_open_pulls and author == BOT:
                return Answer(403, {"message": NOT_PERMITTED})
            if any(one["state"] == "open" and one["head"]["ref"] == body["head"]
                   for one in self.opened):  # fmt: skip
                return Answer(422, {"message": "A pull request already exists"})
            git_data.read_ref(self.folder, body["head"])
            made = {**body, "number": self.new_id(), "state": "open", "merged_at": None,
                    "user": {"login": author}, "head": {"ref": body["head"]}}  # fmt: skip
            refused = _checked(body)
            if refused is None:
                self.opened.insert(0, made)
            return refused or Answer(201, made)

        owner = REPOSITORY.partition("/")[0]
        reading: dict[str, Callable[..., Answer]] = {
            r"": lambda: Answer(200, {"default_branch": "main"}),
            r"/pulls": lambda: listed(
                [
                    row
                    for row in self.opened
                    if query["head"] == f"{owner}:{row['head']['ref']}"
                    and query.get("state", "open") in ("all", row["state"])
                ]
            ),
            r"/pulls/(\d+)": pull,
            r"/git/ref/heads/(.+)": lambda branch: Answer(
                200, git_data.read_ref(self.folder, branch)
            ),
            r"/git/commits/(\w+)": lambda sha: Answer(200, git_data.read_commit(self.folder, sha)),
            r"/issues/(\d+)/comments": lambda pull: listed(
                [row for row in self.comments if row["pull"] == int(pull)]
            ),
            r"/issues": lambda: listed(
                [
                    row
                    for row in self.issues
                    if query.get("labels") in [one["name"] for one in row["labels"]]
                    and row["user"]["login"] == query.get("creator", row["user"]["login"])
                    and query.get("state", "open") in ("all", row["state"])
                ]
            ),
            r"/deployments": lambda: listed(
                [row for row in self.deployments if row["environment"] == query["environment"]]
            ),
            r"/deployments/(\d+)/statuses": lambda one: listed(
                next(row for row in self.deployments if row["id"] == int(one))["statuses"]
            ),
            r"/actions/runs/(\d+)": lambda one: self._run(int(one)),
            r"/compare/(\w+)\.\.\.(\w+)": lambda base, head: self._compare(base, head, query),
            r"/commits/(\w+)/pulls": lambda sha: listed(
                [row for row in self.pulls if sha in row["commits"]]
            ),
            r"/actions/artifacts": lambda: listed(
                [row for row in self.artifacts if row["name"] == query["name"]], "artifacts"
            ),
            r"/actions/artifacts/(\d+)/zip": lambda one: Answer(
                302,
                None,
                {"Location": f"{self.url.replace('127.0.0.1', 'localhost')}/blob/{one}?sig=x"},
            ),
        }
        writing: dict[tuple[str, str], Callable[..., Answer]] = {
            ("POST", r"/issues/(\d+)/comments"): comment,
            ("PATCH", r"/issues/comments/(\d+)"): lambda one: edit(self.comments, "id", one),
            ("POST", r"/issues"): open_issue,
            ("PATCH", r"/issues/(\d+)"): lambda one: edit(self.issues, "number", one),
            ("POST", r"/pulls"): open_pull,
            ("PATCH", r"/pulls/(\d+)"): lambda one: edit(self.opened, "number", one),
            ("POST", r"/git/trees"): lambda: Answer(201, git_data.make_tree(self.folder, body)),
            ("POST", r"/git/commits"): lambda: Answer(201, git_data.make_commit(self.folder, body)),
            ("POST", r"/git/refs"): lambda: Answer(201, git_data.make_ref(self.folder, body)),
            ("PATCH", r"/git/refs/heads/(.+)"): lambda branch: Answer(
                200, git_data.move_ref(self.folder, branch, body)
            ),
        }
        if method == "GET":
            return reading
        return {pattern: handler for (verb, pattern), handler in writing.items() if verb == method}

    def _page(self, rows: list[Row], query: Mapping[str, str], key: str) -> Answer:
        size, page = int(query.get("per_page", "30")), int(query.get("page", "1"))
        chosen = rows[(page - 1) * size : page * size]
        more = {"Link": f'<{self.url}/next>; rel="next"'} if page * size < len(rows) else {}
        return Answer(200, {key: chosen, "total_count": len(rows)} if key else chosen, more)

    def _compare(self, base: str, head: str, query: Mapping[str, str]) -> Answer:
        def git(*arguments: str) -> list[str]:
            command = ["git", "-C", str(self.folder), *arguments]
            return subprocess.run(
                command, check=True, capture_output=True, text=True
            ).stdout.split()

        known = ["git", "-C", str(self.folder), "rev-parse", "-q", "--verify", f"{base}^{{commit}}"]
        if subprocess.run(known, check=False, capture_output=True).returncode:
            return Answer(404, {"message": "Not Found"})
        ahead = git("rev-list", "--reverse", f"{base}..{head}")
        behind = git("rev-list", f"{head}..{base}")
        status = (
            "diverged"
            if ahead and behind
            else "behind"
            if behind
            else "ahead"
            if ahead
            else "identical"
        )
        messages = {sha: " ".join(git("log", "-1", "--format=%B", sha)) for sha in ahead}
        rows = [{"sha": sha, "commit": {"message": messages[sha]}} for sha in ahead]
        answer = self._page(rows, query, "commits")
        assert isinstance(answer.body, dict)
        answer.body["status"] = status
        return answer


def _merged(row: Row, body: Row) -> Row:
    row.update(body)
    return row


def _checked(body: Row) -> Answer | None:
    if len(body.get("body", "").encode("utf-16-le")) > 2 * MOST_BODY:  # an emoji is two
        message = f"body is too long (maximum is {MOST_BODY} characters)"
        return Answer(422, {"message": "Validation Failed", "errors": [{"message": message}]})
    return None
