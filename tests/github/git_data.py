"""The git part of the fake GitHub: trees, commits and branches of a real repository."""

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Refused(Exception):
    """GitHub's status and message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def git(folder: Path | None, *arguments: str, stdin: str = "", index: str = "") -> str:
    """What git prints; Refused with 422 where it fails."""
    people = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
              for what, value in (("NAME", "bot"), ("EMAIL", "bot@example.com"))}  # fmt: skip
    ended = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        input=stdin.encode(),
        env=os.environ | people | ({"GIT_INDEX_FILE": index} if index else {}),
        capture_output=True,
        check=False,
    )
    if ended.returncode:
        raise Refused(422, ended.stderr.decode())
    return ended.stdout.decode().strip()


def read_ref(folder: Path | None, branch: str) -> dict[str, Any]:
    """`GET /git/ref/heads/BRANCH`."""
    try:
        sha = git(folder, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}")
    except Refused:
        raise Refused(404, "Not Found") from None
    return {"ref": f"refs/heads/{branch}", "object": {"type": "commit", "sha": sha}}


def read_commit(folder: Path | None, sha: str) -> dict[str, Any]:
    """`GET /git/commits/SHA`."""
    tree = git(folder, "rev-parse", "--verify", "--quiet", f"{sha}^{{tree}}")
    message = git(folder, "log", "-1", "--format=%B", sha)
    return {"sha": sha, "tree": {"sha": tree}, "message": message}


def make_tree(folder: Path | None, body: Mapping[str, Any]) -> dict[str, Any]:
    """`POST /git/trees`: like GitHub, a base tree is a tree, and a path has no way out."""
    if git(folder, "cat-file", "-t", body["base_tree"]) != "tree":
        raise Refused(422, "base_tree is not a tree")
    with tempfile.TemporaryDirectory() as scratch:
        index = f"{scratch}/index"
        git(folder, "read-tree", body["base_tree"], index=index)
        for row in body["tree"]:
            if row["type"] != "blob" or not re.fullmatch(r"[^/.][^\0]*", row["path"]):
                raise Refused(422, "tree.path contains a malformed path component")
            blob = git(folder, "hash-object", "-w", "--stdin", stdin=row["content"])
            entry = f"{row['mode']},{blob},{row['path']}"
            git(folder, "update-index", "--add", "--cacheinfo", entry, index=index)
        return {"sha": git(folder, "write-tree", index=index)}


def make_commit(folder: Path | None, body: Mapping[str, Any]) -> dict[str, Any]:
    """`POST /git/commits`."""
    if len(set(body["parents"])) != len(body["parents"]):
        raise Refused(422, "Parents are not unique")
    parents = [part for sha in body["parents"] for part in ("-p", sha)]
    sha = git(folder, "commit-tree", body["tree"], *parents, stdin=body["message"])
    return {"sha": sha, "tree": {"sha": body["tree"]}, "message": body["message"]}


def make_ref(folder: Path | None, body: Mapping[str, Any]) -> dict[str, Any]:
    """`POST /git/refs`."""
    try:
        git(folder, "update-ref", body["ref"], body["sha"], "0" * 40)
    except Refused:
        raise Refused(422, "Reference already exists") from None
    return read_ref(folder, body["ref"].removeprefix("refs/heads/"))


def move_ref(folder: Path | None, branch: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """`PATCH /git/refs/heads/BRANCH`: without force, forward only."""
    before = read_ref(folder, branch)["object"]["sha"]
    try:
        git(folder, "merge-base", "--is-ancestor", before, body["sha"])
    except Refused:
        if not body.get("force"):
            raise Refused(422, "Update is not a fast forward") from None
    git(folder, "update-ref", f"refs/heads/{branch}", body["sha"])
    return read_ref(folder, branch)
