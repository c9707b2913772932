"""The record in a git repository: a ref of its own, one commit a run.

The ref is updated by compare-and-swap. A run that finds that another one was faster reads again,
merges route by route and tries again, so two runs that end at once both land. Nothing is checked
out, and no branch, index or work tree is touched.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from reconciler.git.git import GitAnswer, git
from reconciler.record.record import (
    Damaged,
    Entry,
    Record,
    Whole,
    account_in,
    from_files,
    merged,
    to_files,
    with_entries,
)

REFS = "refs/reconciler"
REMOTE_REFS = "refs/reconciler-remote"
_USUAL_REMOTE = "origin"
MOST_TRIES = 20  # each lost race is another run that landed; twenty at once is not what happens
REMOTE_SECONDS = 30.0
_AUTHOR = ("reconciler", "reconciler@localhost")
_NOTHING = Record("")
_REF_TROUBLE = re.compile(r"cannot lock ref|bad object|reference broken")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


class RecordRefused(OSError):
    """The record cannot be written or exchanged; the text says why."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record as it stands in a ref. `commit` is "" where there is none yet, or where the ref
    names no commit; `tip` is what the ref names, which a swap expects.
    """

    record: Record
    commit: str = ""
    damaged: str = ""  # why what stands there cannot be used; the record is empty then
    tip: str = ""


def ref_of(account: str, folder: str) -> str:
    """The ref's last part, a name per account and folder: both readable, and made unique by a hash
    of what they really are. `folder` is the path from the top of the repository, "" for the top.
    """
    unique = sha256(f"{account}\n{folder}".encode("utf-8", "surrogateescape")).hexdigest()[:8]
    parts = (account.rstrip("/").rpartition("/")[2], folder or "root")
    shown = [_UNSAFE.sub("-", part).strip("-")[:40] or "x" for part in parts]
    return f"{shown[0]}/{shown[1]}-{unique}"


def folder_in_repository(root: Path) -> str | None:
    """The path of `root` from the top of its repository, "" for the top; None outside of one.
    Raises RecordRefused where git will not say.
    """
    told = git(root, "rev-parse", "--is-inside-work-tree", "--show-prefix")
    outside = "not a git repository" in told.complaint or "bare repository" in told.complaint
    if not told.ok and not outside:
        raise RecordRefused(_one_line(told))
    inside, _, prefix = told.output.decode("utf-8", "surrogateescape").partition("\n")
    return prefix.removesuffix("\n").rstrip("/") if told.ok and inside == "true" else None


def head_commit(root: Path) -> str:
    """The full hash of HEAD, "" before the first commit."""
    told = git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    return told.output.decode("ascii").strip() if told.ok else ""


def read_ref(root: Path, account: str, ref: str) -> Found:
    """The record in a ref, empty where there is none."""
    found = replace(_tip_of(root, ref), record=Record(account))
    if not found.commit:
        return found
    files = _files(root, found.commit)
    record = Damaged(files) if isinstance(files, str) else from_files(files, account)
    if isinstance(record, Damaged):
        return replace(found, damaged=record.why)
    return replace(found, record=record)


def applied_commits(root: Path) -> tuple[str, ...]:
    """The commits that the records of this folder, one for each account, say were applied whole,
    the newest first.
    """
    found = [one.whole for one in records_here(root) if one.whole]
    return tuple(one.commit for one in sorted(found, key=lambda one: one.at, reverse=True))


def records_here(root: Path) -> Iterator[Record]:
    """The records of this folder, one for each account. The account need not be known: the ref's
    name tells account and folder.
    """
    folder = folder_in_repository(root)
    for ref in records_of(root) if folder is not None else ():
        files = _files(root, ref)
        account = "" if isinstance(files, str) else account_in(files)
        if ref == f"{REFS}/{ref_of(account, folder or '')}":
            yield read_ref(root, account, ref).record


def write_ref(
    root: Path,
    account: str,
    ref: str,
    entries: Sequence[Entry],
    message: str,
    at: datetime,
    whole: Whole | None = None,
) -> Record:
    """Add what a run wrote, as one commit. What is damaged is replaced: its commit stays a parent,
    so nothing of the log is lost. Raises RecordRefused.
    """
    complaint = ""
    for _ in range(MOST_TRIES):
        found = read_ref(root, account, ref)
        record = with_entries(found.record, entries, whole)
        if record == found.record and not found.damaged and found.commit:
            return record
        commit = _commit(root, record, [found.commit] if found.commit else [], message, at)
        complaint = _swap(root, ref, found, commit)
        if not complaint:
            return record
    raise RecordRefused(complaint)


def fetch(root: Path, remote: str, account: str, ref: str, at: datetime) -> None:
    """Bring in what other machines recorded. Raises RecordRefused."""
    theirs = ref.replace(REFS, REMOTE_REFS, 1)
    lost = False
    for _ in range(MOST_TRIES):
        told = git(
            root, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head",
            "--no-recurse-submodules", remote, f"+{ref}:{theirs}",
            more=_quiet_ssh(root), seconds=REMOTE_SECONDS,
        )  # fmt: skip
        if told.ok or not _REF_TROUBLE.search(told.complaint):
            break
        # Another run that fetches at the same time holds the ref; git fetches over no broken one.
        _drop_broken(root, theirs)
        lost = _drop_broken(root, ref) or lost
    if not told.ok:
        if "couldn't find remote ref" not in told.complaint:
            raise RecordRefused(_one_line(told))
        git(root, "update-ref", "-d", theirs)  # lost there, or never sent
        if lost:
            raise RecordRefused(f"it has none, and {ref} was broken here")
        return
    _join(root, account, ref, theirs, at)


def push(root: Path, remote: str, account: str, ref: str, at: datetime) -> None:
    """Send it to the other machines; what they recorded meanwhile is merged. Raises
    RecordRefused.
    """
    complaint, theirs = "", ref.replace(REFS, REMOTE_REFS, 1)
    for _ in range(MOST_TRIES):
        mine, known = _tip_of(root, ref).commit, _tip_of(root, theirs).commit
        if not mine or mine == known:
            return
        told = git(root, "push", "--quiet", "--no-verify", remote, f"{mine}:{ref}",
                   more=_quiet_ssh(root), seconds=REMOTE_SECONDS)  # fmt: skip
        if told.ok:
            git(root, "update-ref", theirs, mine)
            return
        complaint = _one_line(told)
        if "rejected]" not in told.complaint:
            break
        fetch(root, remote, account, ref, at)
        if _tip_of(root, theirs).commit == known:
            break  # nobody else was faster: the remote does not want it
    raise RecordRefused(complaint)


def records_of(root: Path, only: Mapping[str, str] | None = None) -> dict[str, str]:
    """The commit of every record of the repository, of whatever account and folder, by ref; `only`:
    git's environment.
    """
    told = git(root, "for-each-ref", "--format=%(objectname) %(refname)", f"{REFS}/", only=only)
    lines = told.output.decode("utf-8", "surrogateescape").split("\n")[:-1]
    rows = [line.split(" ", 1) for line in lines]
    return {ref: commit for commit, ref in rows}


def bring_in(root: Path, theirs: Mapping[str, str], at: datetime) -> None:
    """Join records that another repository has, by ref; their objects are here already. Raises
    RecordRefused.
    """
    mine = records_of(root)
    for ref, commit in theirs.items():
        known = (_files(root, one) for one in (mine.get(ref, ""), commit) if one)
        accounts = [account_in(files) for files in known if not isinstance(files, str)]
        there = ref.replace(REFS, REMOTE_REFS, 1)
        _output(git(root, "update-ref", there, commit))
        _join(root, next(filter(None, accounts), ""), ref, there, at)


def remote_of(root: Path) -> str:
    """Where the record is exchanged: `origin`, or the only remote there is; "" for none."""
    told = git(root, "config", "-z", "--name-only", "--get-regexp", r"^remote\..*\.url$")
    keys = told.output.decode("utf-8", "surrogateescape").split("\0")[:-1]
    names = {key.removeprefix("remote.").removesuffix(".url") for key in keys}
    if _USUAL_REMOTE in names:
        return _USUAL_REMOTE
    return names.pop() if len(names) == 1 else ""


def _quiet_ssh(root: Path) -> dict[str, str]:
    """ssh as git is told to call it, asking nobody for a password."""
    if "GIT_SSH_COMMAND" in os.environ or "GIT_SSH" in os.environ:
        return {}
    told = git(root, "config", "--get", "core.sshCommand")
    command = told.output.decode("utf-8", "surrogateescape").strip() if told.ok else "ssh"
    return {"GIT_SSH_COMMAND": f"{command} -o BatchMode=yes"}


def _tip_of(root: Path, ref: str) -> Found:
    """What a ref names, without the record in it. A ref whose file or object is lost is damaged:
    that is another thing than no ref at all.
    """
    told = git(root, "for-each-ref", "--format=%(objectname) %(objecttype)", ref)
    tip, _, kind = told.output.decode("ascii", "replace").strip().partition(" ")
    if kind == "commit":
        return Found(_NOTHING, tip, tip=tip)
    if kind:
        return Found(_NOTHING, damaged=f"it is a {kind}, and no commit", tip=tip)
    if told.ok and not told.complaint:
        return Found(_NOTHING)
    named = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", ref)
    lost = named.output.decode("ascii", "replace").strip() if named.ok else ""
    why = "its file is broken" if told.ok else _one_line(told)
    return Found(_NOTHING, damaged=why, tip=lost)


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
            commit = _commit(root, record, [mine.commit, other.commit], message, at)
        complaint = _swap(root, ref, mine, commit)
        if not complaint:
            return
    raise RecordRefused(complaint)


def _with_newest(root: Path, record: Record, mine: Found, other: Found) -> Record:
    """Of two runs at once the one of the older commit may end last, and takes nothing back."""
    for one, newer in ((mine.record.whole, other.record.whole),
                       (other.record.whole, mine.record.whole)):  # fmt: skip
        if one and newer and _is_ancestor(root, one.commit, newer.commit):
            return replace(record, whole=newer)
    return record


def _is_ancestor(root: Path, one: str, other: str) -> bool:
    return bool(one and other) and git(root, "merge-base", "--is-ancestor", one, other).ok


def _files(root: Path, commit: str) -> dict[str, bytes] | str:
    """The files of a commit by path, or why they cannot be read."""
    listed = git(root, "ls-tree", "-r", "-z", "--full-tree", commit)
    if not listed.ok:
        return _one_line(listed)
    rows = [row.partition(b"\t") for row in listed.output.split(b"\0")[:-1]]
    paths = [path.decode("utf-8", "surrogateescape") for _, _, path in rows]
    names = [about.split(b" ")[2].decode("ascii") for about, _, _ in rows]
    read = git(root, "cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode())
    contents: list[bytes] = []
    at = 0
    for name in names if read.ok else ():
        header, _, _ = read.output[at:].partition(b"\n")
        kind = header.split(b" ")
        if len(kind) != 3 or kind[1] != b"blob":
            return f"git has lost the object {name}"
        start = at + len(header) + 1
        contents.append(read.output[start : start + int(kind[2])])
        at = start + int(kind[2]) + 1
    return dict(zip(paths, contents, strict=True)) if read.ok else _one_line(read)


def _commit(root: Path, record: Record, parents: Sequence[str], message: str, at: datetime) -> str:
    """A commit of the record's files. Raises RecordRefused."""
    files = to_files(record)
    names = _blobs(root, files)
    folders: dict[str, list[str]] = {}
    top: list[str] = []
    for path, name in names.items():
        folder, slash, rest = path.partition("/")
        row = f"100644 blob {name}\t{rest if slash else path}"
        (folders.setdefault(folder, []) if slash else top).append(row)
    for folder, rows in folders.items():
        top.append(f"040000 tree {_object(root, rows)}\t{folder}")
    tree = _object(root, top)
    who = _identity(root)
    date = f"@{max(0, int(at.timestamp()))} +0000"  # without the @, git reads few digits as a day
    told = git(
        root, "-c", "i18n.commitEncoding=UTF-8", "commit-tree", tree,
        *(part for one in parents for part in ("-p", one)), "-F", "-",
        stdin=message.encode("utf-8", "backslashreplace"),
        more={
            "GIT_AUTHOR_NAME": who[0], "GIT_AUTHOR_EMAIL": who[1], "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_NAME": who[0], "GIT_COMMITTER_EMAIL": who[1],
            "GIT_COMMITTER_DATE": date,
        },
    )  # fmt: skip
    return _output(told).decode("ascii").strip()


def _identity(root: Path) -> tuple[str, str]:
    """Whoever git knows here; a name of ours where it knows nobody, in a container for example."""
    values = [git(root, "config", "--get", key) for key in ("user.name", "user.email")]
    known = [value.output.decode("utf-8", "replace").strip() for value in values if value.ok]
    return (known[0], known[1]) if len(known) == 2 and all(known) else _AUTHOR


def _blobs(root: Path, files: Mapping[str, bytes]) -> dict[str, str]:
    """What git calls each file's content, which it keeps now. Raises RecordRefused."""
    try:
        with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
            paths = []
            for number, content in enumerate(files.values()):
                path = Path(folder, str(number))
                path.write_bytes(content)
                paths.append(str(path))
            stdin = "".join(f"{path}\n" for path in paths).encode()
            told = git(root, "hash-object", "-w", "--no-filters", "--stdin-paths", stdin=stdin)
    except OSError as error:
        where = error.filename or tempfile.gettempprefix()
        raise RecordRefused(f"{where}: {error.strerror or error}") from None
    return dict(zip(files, _output(told).decode("ascii").split(), strict=True))


def _object(root: Path, rows: Iterable[str]) -> str:
    told = git(root, "mktree", "-z", stdin="".join(f"{row}\0" for row in rows).encode())
    return _output(told).decode("ascii").strip()


def _swap(root: Path, ref: str, old: Found, new: str) -> str:
    """Move the ref if nobody else did; why it did not move, "" where it did. git replaces no ref
    whose file is broken (after a power failure it is mostly empty), so that file goes first.
    """
    if old.damaged and not old.tip:
        _drop_broken(root, ref)
    told = git(root, "update-ref", "-m", "reconciler", ref, new, old.tip)
    return "" if told.ok else _one_line(told)


def _drop_broken(root: Path, ref: str) -> bool:
    """Only while it is broken: another run may have mended it. Whether it was."""
    now = _tip_of(root, ref)
    if not now.damaged:
        return False
    if now.tip:
        return git(root, "update-ref", "-d", ref, now.tip).ok
    told = git(root, "rev-parse", "--git-path", ref)
    place = root / told.output.decode("utf-8", "surrogateescape").removesuffix("\n")
    try:
        place.unlink()
    except OSError:
        return False
    return True


def _output(told: GitAnswer) -> bytes:
    if not told.ok:
        raise RecordRefused(_one_line(told))
    return told.output


def _one_line(told: GitAnswer) -> str:
    """The line of git's complaint that says most: why a push was refused, else the error; where
    that only says that the connection ended, what the other program said before.
    """
    lines = [line.strip() for line in told.complaint.splitlines() if line.strip()]
    errors = [line for line in lines if "fatal:" in line or "error:" in line]
    vague = ("Could not read from remote repository", "failed to push some refs")
    telling = [
        *(line for line in lines if line.startswith("! [")),
        *(line for line in errors if not any(words in line for words in vague)),
        *(line for line in lines if not line.lower().startswith("warning")),
    ]
    return next(iter(telling or lines), "git did not say why")
