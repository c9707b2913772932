"""A GitLab on loopback, as strict as the real one where a program could fall over it.

It refuses notes over 1,000,000 characters (400), lists in pages of 100 at most, answers 403 where
role or scope are too small or where a note is another user's, 429 with Retry-After when it is told
to be busy, carries out the quick actions that it finds in a text, and hands archives out from
another origin, where a token must not be sent. git is served by `git http-backend`.
"""

import base64
import binascii
import io
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.forge.served import Answer
from tests.github import git_http
from tests.github.git_http import Request

PROJECT, PATH = 7, "example/routes"
PROGRAM = "tools/reconciler"
FORK = 8
NOTES = "glpat-notes"  # a project access token: Reporter, api
PUSH = "glpat-push"  # a project access token: Developer, api and write_repository
READER = "glpat-reader"  # Reporter, read_api
JOB = "glcbt-job"  # the token of a job, of a Developer
MOST_NOTE = 1_000_000
ROLES = ("Guest", "Reporter", "Developer", "Maintainer")
Row = dict[str, Any]
_QUICK = re.compile(r"^/([a-z_]+)", re.MULTILINE)
_FENCED = re.compile(r"^(```+).*?^\1", re.MULTILINE | re.DOTALL)


@dataclass
class Token:
    """What a token may do."""

    user: int
    role: str = "Reporter"
    scopes: tuple[str, ...] = ("api",)


class Refused(Exception):
    """GitLab's status and message."""

    def __init__(self, status: int, message: object) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def usual() -> dict[str, Token]:
    return {
        NOTES: Token(501),
        PUSH: Token(502, "Developer", ("api", "write_repository")),
        READER: Token(503, scopes=("read_api",)),
    }


@dataclass
class FakeGitLab:
    """One project. `folder` is its git repository."""

    folder: Path | None = None
    url: str = ""
    program: Path | None = None  # the repository `tools/reconciler`, which only members read
    tokens: dict[str, Token] = field(default_factory=usual)
    job_may_push: bool = True  # the project's setting
    notes: list[Row] = field(default_factory=list)
    issues: list[Row] = field(default_factory=list)
    requests_to_merge: list[Row] = field(default_factory=list)
    pipelines: list[Row] = field(default_factory=list)
    jobs: list[Row] = field(default_factory=list)
    archives: dict[int, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)  # tokens that arrived where none belongs
    actions: list[str] = field(default_factory=list)  # quick actions that were carried out
    busy: list[Answer] = field(default_factory=list)
    _next: int = 100

    def new_id(self) -> int:
        """An id that nothing else has."""
        self._next += 1
        return self._next

    def notes_of(self, number: int) -> list[str]:
        """The bodies, oldest first, without what GitLab itself wrote."""
        mine = [row for row in self.notes if row["noteable_iid"] == number and not row["system"]]
        return [row["body"] for row in mine]

    def say(self, number: int, body: str, user: int = 9, system: bool = False) -> Row:
        """Somebody writes a note."""
        row = {"id": self.new_id(), "noteable_iid": number, "body": body, "system": system,
               "author": {"id": user, "username": f"user{user}"}}  # fmt: skip
        self.notes.append(row)
        return row

    def request(self, number: int, sha: str, branch: str, source: int = PROJECT) -> Row:
        """A merge request, opened or pushed to."""
        for row in self.requests_to_merge:
            if row["iid"] == number:
                row["sha"] = sha
                return row
        row = {
            "iid": number, "state": "opened", "sha": sha, "source_branch": branch,
            "target_branch": "main", "source_project_id": source, "target_project_id": PROJECT,
            "merge_commit_sha": None, "squash_commit_sha": None, "commits": [],
            "title": branch, "description": "", "author": {"id": 9},
        }  # fmt: skip
        self.requests_to_merge.append(row)
        return row

    def pipeline(self, sha: str, source: str, number: int, kind: str = "head") -> Row:
        """A pipeline; `number` of its merge request, 0 for none."""
        ref = f"refs/merge-requests/{number}/{kind}" if number else "main"
        row = {"id": self.new_id(), "sha": sha, "ref": ref, "source": source,
               "project_id": PROJECT, "number": number, "status": "success"}  # fmt: skip
        self.pipelines.append(row)
        return row

    def job(
        self,
        pipeline: int,
        name: str,
        files: Mapping[str, bytes],
        ok: bool = True,
        identity: int = 0,
    ) -> int:
        """A job that ended, with its artifacts."""
        identity = identity or self.new_id()
        kept = [{"file_type": "trace", "size": 1}]
        if files:
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                for path, content in files.items():
                    archive.writestr(path, content)
            self.archives[identity] = packed.getvalue()
            kept.append({"file_type": "archive", "size": len(packed.getvalue())})
        status = "success" if ok else "failed"
        self.jobs.append({"id": identity, "name": name, "status": status, "artifacts": kept,
                          "pipeline": {"id": pipeline}})  # fmt: skip
        return identity

    def artifact(self, address: str) -> str:
        """A file of a job, by the address of its page."""
        parts = re.fullmatch(rf"{self.url}/{PATH}/-/jobs/(\d+)/artifacts/file/(.+)", address)
        assert parts, address
        job, file = parts.groups()
        with zipfile.ZipFile(io.BytesIO(self.archives[int(job)])) as archive:
            return archive.read(file).decode()

    def git(self, request: Request) -> Answer:
        """The repository by smart HTTP."""
        self.asked.append(f"{request.method} {request.target.partition('?')[0]}")
        path, folder = PATH, self.folder
        if request.target.startswith(f"/{PROGRAM}.git/"):
            path, folder = PROGRAM, self.program
        login, password = _basic(request.authorization)
        writes = "git-receive-pack" in request.target
        denied = {"WWW-Authenticate": 'Basic realm="GitLab"'}
        if password == JOB and login == "gitlab-ci-token":
            may = not writes or self.job_may_push
        elif password in self.tokens and login:
            token = self.tokens[password]
            scopes = {"write_repository", "api"} | (set() if writes else {"read_repository"})
            may = bool(scopes & set(token.scopes)) and (not writes or _at_least(token, "Developer"))
        else:
            return Answer(401, headers=denied, content=b"HTTP Basic: Access denied.\n")
        if not may:
            text = b"You are not allowed to push code to this project.\n"
            return Answer(403, headers={"Content-Type": "text/plain"}, content=text)
        assert folder is not None
        return Answer(*git_http.served(folder, request, f"/{path}.git"))

    def answer(self, method: str, target: str, token: str, body: Row) -> Answer:
        """The API."""
        parts = urlsplit(target)
        query = parse_qs(parts.query)
        self.asked.append(f"{method} {parts.path}")
        if self.busy:
            return self.busy.pop(0)
        if token not in self.tokens:  # that of a job, too: it may not use these addresses
            return Answer(401, {"message": "401 Unauthorized"})
        known = self.tokens[token]
        if method != "GET" and "api" not in known.scopes:
            return Answer(403, {"error": "insufficient_scope", "error_description":
                                "The request requires higher privileges."})  # fmt: skip
        path = parts.path.removeprefix("/api/v4")
        if path == "/user":
            about = {"id": known.user, "name": "Routes", "commit_email": "bot@example.com"}
            return Answer(200, about)
        inside = path.removeprefix(f"/projects/{PROJECT}")
        for pattern, handler in self._handlers(method, query, body, known).items():
            match = re.fullmatch(pattern, inside)
            if match and inside != path:
                try:
                    return handler(*map(unquote, match.groups()))
                except Refused as refused:
                    return Answer(refused.status, {"message": refused.message})
        return Answer(404, {"message": "404 Not Found"})

    def _handlers(
        self, method: str, query: Mapping[str, list[str]], body: Row, token: Token
    ) -> dict[str, Callable[..., Answer]]:
        def listed(rows: list[Row]) -> Answer:
            return self._page(rows, query)

        def one(name: str) -> str:
            return query[name][0] if name in query else ""

        def named(number: str) -> Row:
            return _only(row for row in self.requests_to_merge if row["iid"] == int(number))

        def notes(number: int) -> Answer:
            return listed([row for row in self.notes if row["noteable_iid"] == number])

        def say(number: str) -> Answer:
            named(number)
            self._take(body["body"], MOST_NOTE, "note")
            return Answer(201, self.say(int(number), body["body"], token.user))

        def edit(number: str, identity: str) -> Answer:
            rows = (row for row in self.notes if row["id"] == int(identity))
            found = _only(row for row in rows if row["noteable_iid"] == int(number))
            if found["author"]["id"] != token.user and not _at_least(token, "Maintainer"):
                raise Refused(403, "403 Forbidden")
            self._take(body["body"], MOST_NOTE, "note")
            found.update(body)
            return Answer(200, found)

        def open_issue() -> Answer:
            self._take(body["description"], 1_048_576, "description")
            made = {**body, "labels": body["labels"].split(","), "iid": self.new_id(),
                    "state": "opened", "author": {"id": token.user}}  # fmt: skip
            self.issues.insert(0, made)
            return Answer(201, made)

        def changed(rows: list[Row], number: str) -> Answer:
            found = _only(row for row in rows if row["iid"] == int(number))
            self._take(body.get("description", ""), 1_048_576, "description")
            events = {"close": "closed", "reopen": "opened"}
            event = body.pop("state_event", "")
            if event and events[event] == found["state"]:
                raise Refused(400, "the state is the same")
            found.update({**body, **({"state": events[event]} if event else {})})
            return Answer(200, found)

        def propose() -> Answer:
            self._git("rev-parse", "--verify", "-q", f"refs/heads/{body['source_branch']}")
            if any(row["state"] == "opened" and row["source_branch"] == body["source_branch"]
                   for row in self.requests_to_merge):  # fmt: skip
                raise Refused(409, ["Another open merge request already exists"])
            self._take(body["description"], 1_048_576, "description")
            made = self.request(self.new_id(), "", body["source_branch"])
            made.update({**body, "author": {"id": token.user}})
            return Answer(201, made)

        reading: dict[str, Callable[..., Answer]] = {
            r"": lambda: Answer(200, {"id": PROJECT, "default_branch": "main"}),
            r"/merge_requests": lambda: listed(
                [
                    row
                    for row in reversed(self.requests_to_merge)
                    if row["source_branch"] == one("source_branch")
                    and one("state") in ("all", row["state"])
                ]
            ),
            r"/merge_requests/(\d+)": lambda number: Answer(200, named(number)),
            r"/merge_requests/(\d+)/notes": lambda number: notes(named(number)["iid"]),
            r"/merge_requests/(\d+)/pipelines": lambda number: listed(
                [row for row in self.pipelines if row["number"] == int(number)]
            ),
            r"/pipelines/(\d+)/jobs": lambda identity: listed(
                [row for row in self.jobs if row["pipeline"]["id"] == int(identity)]
            ),
            r"/jobs/(\d+)/artifacts": self._artifacts,
            r"/issues": lambda: listed(
                [
                    row
                    for row in self.issues
                    if one("labels") in row["labels"]
                    and one("author_id") in ("", str(row["author"]["id"]))
                    and one("state") in ("", "all", row["state"])
                ]
            ),
            r"/repository/merge_base": lambda: self._merge_base(query["refs[]"]),
            r"/repository/commits": lambda: listed(
                [self._commit(sha) for sha in self._git("rev-list", one("ref_name")).split()]
            ),
            r"/repository/commits/(\w+)": lambda sha: Answer(200, self._commit(sha)),
            r"/repository/commits/(\w+)/merge_requests": lambda sha: listed(self._behind(sha)),
            r"/repository/branches/(.+)": lambda branch: Answer(
                200, {"name": branch, "commit": self._commit(f"refs/heads/{branch}")}
            ),
        }
        writing: dict[tuple[str, str], Callable[..., Answer]] = {
            ("POST", r"/merge_requests/(\d+)/notes"): say,
            ("PUT", r"/merge_requests/(\d+)/notes/(\d+)"): edit,
            ("POST", r"/issues"): open_issue,
            ("PUT", r"/issues/(\d+)"): lambda number: changed(self.issues, number),
            ("POST", r"/merge_requests"): propose,
            ("PUT", r"/merge_requests/(\d+)"): lambda number: changed(
                self.requests_to_merge, number
            ),
        }
        if method == "GET":
            return reading
        return {pattern: handler for (verb, pattern), handler in writing.items() if verb == method}

    def _take(self, text: str, most: int, name: str) -> None:
        """As GitLab reads what it stores."""
        if len(text) > most:
            raise Refused(400, {name: [f"is too long (maximum is {most} characters)"]})
        self.actions += _QUICK.findall(_FENCED.sub("", text))

    def _page(self, rows: list[Row], query: Mapping[str, list[str]]) -> Answer:
        size = min(int(query.get("per_page", ["20"])[0]), 100)
        page = int(query.get("page", ["1"])[0])
        chosen = rows[(page - 1) * size : page * size]
        more = {"Link": f'<{self.url}/next>; rel="next"'} if page * size < len(rows) else {}
        return Answer(200, chosen, more)

    def _artifacts(self, identity: str) -> Answer:
        row = _only(row for row in self.jobs if row["id"] == int(identity))
        if not any(one["file_type"] == "archive" for one in row["artifacts"]):
            raise Refused(404, "404 Not found")
        store = self.url.replace("127.0.0.1", "localhost")
        return Answer(302, None, {"Location": f"{store}/store/{identity}?X-Amz-Signature=x"})

    def _git(self, *arguments: str) -> str:
        ended = subprocess.run(
            ["git", "-C", str(self.folder), *arguments], check=False, capture_output=True, text=True
        )
        if ended.returncode:
            raise Refused(404, "404 Not Found")
        return ended.stdout.strip()

    def _commit(self, ref: str) -> Row:
        about = self._git("log", "-1", "--format=%H%x00%P%x00%s%x00%B", f"{ref}^{{commit}}", "--")
        sha, parents, title, message = about.split("\0")
        return {"id": sha, "parent_ids": parents.split(), "title": title, "message": message}

    def _merge_base(self, refs: list[str]) -> Answer:
        for ref in refs:
            try:
                self._commit(ref)
            except Refused:
                raise Refused(400, f"400 Could not find ref: {ref}") from None
        return Answer(200, self._commit(self._git("merge-base", *refs)))

    def _behind(self, sha: str) -> list[Row]:
        return [
            row
            for row in self.requests_to_merge
            if sha in (row["merge_commit_sha"], row["squash_commit_sha"], *row["commits"])
        ]


def _only(rows: Iterator[Row]) -> Row:
    for row in rows:
        return row
    raise Refused(404, "404 Not found")


def _at_least(token: Token, role: str) -> bool:
    return ROLES.index(token.role) >= ROLES.index(role)


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, said = authorization.partition(" ")
    try:
        login, _, password = base64.b64decode(said, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return (login, password) if scheme.lower() == "basic" else ("", "")
