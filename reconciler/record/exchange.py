"""The record, exchanged with other repositories: what another machine recorded meanwhile is merged
route by route, so nothing that either of them wrote is lost.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from reconciler.git.git import git
from reconciler.record.record import Record, account_in, merged
from reconciler.record.repository import (
    MOST_TRIES,
    REFS,
    Found,
    RecordRefused,
    commit_of,
    drop_broken,
    files_of,
    head_commit,
    one_line,
    output_of,
    read_ref,
    records_of,
    swap,
    tip_of,
)

REMOTE_REFS = "refs/reconciler-remote"
_USUAL_REMOTE = "origin"
REMOTE_SECONDS = 30.0
_REF_TROUBLE = re.compile(r"cannot lock ref|bad object|reference broken")


def fetch(root: Path, remote: str, account: str, ref: str, at: datetime) -> None:
    """Bring in what other machines recorded. Raises RecordRefused."""
    theirs = ref.replace(REFS, REMOTE_REFS, 1)
    lost = False
    for _ in range(MOST_TRIES):
        answer = git(
            root, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head",
            "--no-recurse-submodules", remote, f"+{ref}:{theirs}",
            more=_quiet_ssh(root), seconds=REMOTE_SECONDS,
        )  # fmt: skip
        if answer.ok or not _REF_TROUBLE.search(answer.complaint):
            break
        # Another run that fetches at the same time holds the ref; git fetches over no broken one.
        drop_broken(root, theirs)
        lost = drop_broken(root, ref) or lost
    if not answer.ok:
        if "couldn't find remote ref" not in answer.complaint:
            raise RecordRefused(one_line(answer))
        git(root, "update-ref", "-d", theirs)  # lost there, or never sent
        if lost:
            raise RecordRefused(f"the remote has no record, and {ref} was broken in this clone")
        return
    _join(root, account, ref, theirs, at)


def push(root: Path, remote: str, account: str, ref: str, at: datetime) -> None:
    """Send it to other machines, merged with what they recorded meanwhile. Raises RecordRefused."""
    complaint, theirs = "", ref.replace(REFS, REMOTE_REFS, 1)
    for _ in range(MOST_TRIES):
        mine, known = tip_of(root, ref).commit, tip_of(root, theirs).commit
        if not mine or mine == known:
            return
        answer = git(root, "push", "--quiet", "--no-verify", remote, f"{mine}:{ref}",
                   more=_quiet_ssh(root), seconds=REMOTE_SECONDS)  # fmt: skip
        if answer.ok:
            git(root, "update-ref", theirs, mine)
            return
        complaint = one_line(answer)
        if "rejected]" not in answer.complaint:
            break
        fetch(root, remote, account, ref, at)
        if tip_of(root, theirs).commit == known:
            break  # no other run was faster: the remote refuses it
    raise RecordRefused(complaint)


def bring_in(root: Path, theirs: Mapping[str, str], at: datetime) -> None:
    """Join another repository's records, by ref, whose objects are here. Raises RecordRefused."""
    mine = records_of(root)
    for ref, commit in theirs.items():
        known = (files_of(root, version) for version in (mine.get(ref, ""), commit) if version)
        accounts = [account_in(files) for files in known if not isinstance(files, str)]
        there = ref.replace(REFS, REMOTE_REFS, 1)
        output_of(git(root, "update-ref", there, commit))
        _join(root, next(filter(None, accounts), ""), ref, there, at)


def remote_of(root: Path) -> str:
    """Where the record is exchanged: `origin`, or the only remote there is; "" for none."""
    answer = git(root, "config", "-z", "--name-only", "--get-regexp", r"^remote\..*\.url$")
    keys = answer.output.decode("utf-8", "surrogateescape").split("\0")[:-1]
    names = {key.removeprefix("remote.").removesuffix(".url") for key in keys}
    if _USUAL_REMOTE in names:
        return _USUAL_REMOTE
    return names.pop() if len(names) == 1 else ""


def is_newest(root: Path) -> bool:
    """Whether HEAD is what the remote's main branch is now, so that there is nothing to pull."""
    remote, head = remote_of(root), head_commit(root)
    if not remote or not head:
        return False
    answer = git(root, "ls-remote", remote, "HEAD", more=_quiet_ssh(root), seconds=REMOTE_SECONDS)
    return answer.ok and answer.output.decode("ascii", "replace").split("\t")[0] == head


def _quiet_ssh(root: Path) -> dict[str, str]:
    """The ssh command for git, without password prompts."""
    if "GIT_SSH_COMMAND" in os.environ or "GIT_SSH" in os.environ:
        return {}
    answer = git(root, "config", "--get", "core.sshCommand")
    command = answer.output.decode("utf-8", "surrogateescape").strip() if answer.ok else "ssh"
    return {"GIT_SSH_COMMAND": f"{command} -o BatchMode=yes"}


def _join(root: Path, account: str, ref: str, theirs: str, at: datetime) -> None:
    complaint = ""
    for _ in range(MOST_TRIES):
        mine, other = read_ref(root, account, ref), read_ref(root, account, theirs)
        if mine.commit == other.commit or _is_ancestor(root, other.commit, mine.commit):
            return
        usable = not other.damaged or not mine.commit
        if usable and (not mine.commit or _is_ancestor(root, mine.commit, other.commit)):
            commit = other.commit
        else:
            record = _with_newest(root, merged(mine.record, other.record), mine, other)
            message = "Merge what another machine recorded\n"
            commit = commit_of(root, record, [mine.commit, other.commit], message, at)
        complaint = swap(root, ref, mine, commit)
        if not complaint:
            return
    raise RecordRefused(complaint)


def _with_newest(root: Path, record: Record, mine: Found, other: Found) -> Record:
    """Of two runs at once the one of the older commit may end last, and takes nothing back."""
    for whole, newer in ((mine.record.whole, other.record.whole),
                       (other.record.whole, mine.record.whole)):  # fmt: skip
        if whole and newer and _is_ancestor(root, whole.commit, newer.commit):
            return replace(record, whole=newer)
    return record


def _is_ancestor(root: Path, commit: str, other: str) -> bool:
    return bool(commit and other) and git(root, "merge-base", "--is-ancestor", commit, other).ok
