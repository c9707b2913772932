"""The record in a git repository: a ref of its own, one commit a run.

The ref is updated by compare-and-swap. A run that finds that another one was faster reads again,
merges route by route and tries again, so two runs that end at once both land. Nothing is checked
out, and no branch, index or work tree is touched.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from reconciler.git.commit import BaseRefused, blobs_in, rows_in
from reconciler.git.git import GitAnswer, git
from reconciler.record.record import (
    Damaged,
    Entry,
    Record,
    Whole,
    account_in,
    from_files,
    to_files,
    with_entries,
)

REFS = "refs/reconciler"
MOST_TRIES = 20  # each lost race is another run that landed; twenty at once is not what happens
_NOTHING = Record("")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


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
    """A name per account and folder, readable, and unique by a hash. `folder` is the path from the
    top of the repository, "" for the top.
    """
    unique = sha256(f"{account}\n{folder}".encode("utf-8", "surrogateescape")).hexdigest()[:8]
    parts = (account.rstrip("/").rpartition("/")[2], folder or "root")
    shown = [_UNSAFE.sub("-", part).strip("-")[:40] or "x" for part in parts]
    return f"{shown[0]}/{shown[1]}-{unique}"


def folder_in_repository(root: Path) -> str | None:
    """The path from the top of the repository, "" for the top; None outside of one. Raises
    RecordRefused where git fails.
    """
    answer = git(root, "rev-parse", "--is-inside-work-tree", "--show-prefix")
    outside = "not a git repository" in answer.complaint or "bare repository" in answer.complaint
    if not answer.ok and not outside:
        raise RecordRefused(one_line(answer))
    inside, _, prefix = answer.output.decode("utf-8", "surrogateescape").partition("\n")
    return prefix.removesuffix("\n").rstrip("/") if answer.ok and inside == "true" else None


def head_commit(root: Path) -> str:
    """The full hash of HEAD, "" before the first commit."""
    answer = git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    return answer.output.decode("ascii").strip() if answer.ok else ""


def read_ref(root: Path, account: str, ref: str) -> Found:
    """The record in a ref, empty where there is none."""
    found = replace(tip_of(root, ref), record=Record(account))
    if not found.commit:
        return found
    files = files_of(root, found.commit)
    record = Damaged(files) if isinstance(files, str) else from_files(files, account)
    if isinstance(record, Damaged):
        return replace(found, damaged=record.why)
    return replace(found, record=record)


def records_of(root: Path, only: Mapping[str, str] | None = None) -> dict[str, str]:
    """The commit of every record of the repository, by ref. `only`: git's environment."""
    answer = git(root, "for-each-ref", "--format=%(objectname) %(refname)", f"{REFS}/", only=only)
    lines = answer.output.decode("utf-8", "surrogateescape").split("\n")[:-1]
    rows = [line.split(" ", 1) for line in lines]
    return {ref: commit for commit, ref in rows}


def applied_commits(root: Path) -> tuple[str, ...]:
    """The commits that this folder's records say were applied completely, the newest first."""
    found = [record.whole for record in records_here(root) if record.whole]
    return tuple(whole.commit for whole in sorted(found, key=lambda whole: whole.at, reverse=True))


def records_here(root: Path) -> Iterator[Record]:
    """This folder's records, one for each account; the ref's name tells account and folder."""
    for account, ref in _refs_here(root):
        yield read_ref(root, account, ref).record


def has_other_records(root: Path) -> bool:
    """Whether the repository has a record that is not of this folder. One that is damaged does not
    name its account; then the readable part of its name tells.
    """
    folder = folder_in_repository(root) or ""
    shown = ref_of("", folder).rpartition("/")[2].rpartition("-")[0]
    ours = [ref for _, ref in _refs_here(root)]
    others = (ref for ref in records_of(root) if ref not in ours)
    return any(
        _account_of(root, ref) or ref.rpartition("/")[2].rpartition("-")[0] != shown
        for ref in others
    )


def _refs_here(root: Path) -> Iterator[tuple[str, str]]:
    """The account and the ref of each."""
    folder = folder_in_repository(root)
    for ref in records_of(root) if folder is not None else ():
        account = _account_of(root, ref)
        if ref == f"{REFS}/{ref_of(account, folder or '')}":
            yield account, ref


def _account_of(root: Path, ref: str) -> str:
    """The account that a record names; "" for one that is damaged, or has none."""
    files = files_of(root, ref)
    return "" if isinstance(files, str) else account_in(files)


def write_ref(
    root: Path,
    account: str,
    ref: str,
    entries: Sequence[Entry],
    message: str,
    at: datetime,
    whole: Whole | None = None,
) -> Record:
    """Add entries, as one commit. A damaged record is replaced; its commit stays a parent, so the
    log is complete. Raises RecordRefused.
    """
    complaint = ""
    for _ in range(MOST_TRIES):
        found = read_ref(root, account, ref)
        record = with_entries(found.record, entries, whole)
        if record == found.record and not found.damaged and found.commit:
            return record
        commit = commit_of(root, record, [found.commit] if found.commit else [], message, at)
        complaint = swap(root, ref, found, commit)
        if not complaint:
            return record
    raise RecordRefused(complaint)


def tip_of(root: Path, ref: str) -> Found:
    """The commit of a ref, without the record. A ref whose file or object is lost is damaged."""
    answer = git(root, "for-each-ref", "--format=%(objectname) %(objecttype)", ref)
    tip, _, kind = answer.output.decode("ascii", "replace").strip().partition(" ")
    if kind == "commit":
        return Found(_NOTHING, tip, tip=tip)
    if kind:
        return Found(_NOTHING, damaged=f"it is a {kind}, not a commit", tip=tip)
    if answer.ok and not answer.complaint:
        return Found(_NOTHING)
    named = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", ref)
    lost = named.output.decode("ascii", "replace").strip() if named.ok else ""
    why = "its file is broken" if answer.ok else one_line(answer)
    return Found(_NOTHING, damaged=why, tip=lost)


def swap(root: Path, ref: str, old: Found, new: str) -> str:
    """Move the ref if no other run did; else why not. git replaces no ref whose file is broken (as
    after a power failure), so that file goes first.
    """
    if old.damaged and not old.tip:
        drop_broken(root, ref)
    answer = git(root, "update-ref", "-m", "reconciler", ref, new, old.tip)
    return "" if answer.ok else one_line(answer)


def drop_broken(root: Path, ref: str) -> bool:
    """Only while it is broken: another run may have mended it. Whether it was."""
    now = tip_of(root, ref)
    if not now.damaged:
        return False
    if now.tip:
        return git(root, "update-ref", "-d", ref, now.tip).ok
    answer = git(root, "rev-parse", "--git-path", ref)
    place = root / answer.output.decode("utf-8", "surrogateescape").removesuffix("\n")
    try:
        place.unlink()
    except OSError:
        return False
    return True


_AUTHOR = ("reconciler", "reconciler@localhost")


class RecordRefused(OSError):
    """The record cannot be written or exchanged; the text says why."""


def files_of(root: Path, commit: str) -> dict[str, bytes] | str:
    """The files of a commit by path, or why they cannot be read."""
    listed = git(root, "ls-tree", "-r", "-z", "--full-tree", commit)
    if not listed.ok:
        return one_line(listed)
    names = {path: name for _, name, path in rows_in(listed.output)}
    read = git(root, "cat-file", "--batch", stdin="".join(f"{name}\n" for name in names.values()))
    try:
        blobs = blobs_in(read.output, [*names.values()]) if read.ok else {}
    except BaseRefused as error:
        return str(error)
    return {path: blobs[name] for path, name in names.items()} if read.ok else one_line(read)


def commit_of(
    root: Path, record: Record, parents: Sequence[str], message: str, at: datetime
) -> str:
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
    answer = git(
        root, "-c", "i18n.commitEncoding=UTF-8", "commit-tree", tree,
        *(part for parent in parents for part in ("-p", parent)), "-F", "-",
        stdin=message.encode("utf-8", "backslashreplace"),
        more={
            "GIT_AUTHOR_NAME": who[0], "GIT_AUTHOR_EMAIL": who[1], "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_NAME": who[0], "GIT_COMMITTER_EMAIL": who[1],
            "GIT_COMMITTER_DATE": date,
        },
    )  # fmt: skip
    return output_of(answer).decode("ascii").strip()


def _identity(root: Path) -> tuple[str, str]:
    """The identity in git's configuration; ours where it has none, as in a container."""
    values = [git(root, "config", "--get", key) for key in ("user.name", "user.email")]
    known = [value.output.decode("utf-8", "replace").strip() for value in values if value.ok]
    return (known[0], known[1]) if len(known) == 2 and all(known) else _AUTHOR


def _blobs(root: Path, files: Mapping[str, bytes]) -> dict[str, str]:
    """Store each file's content in git; its hash. Raises RecordRefused."""
    try:
        with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
            paths = []
            for number, content in enumerate(files.values()):
                path = Path(folder, str(number))
                path.write_bytes(content)
                paths.append(str(path))
            stdin = "".join(f"{path}\n" for path in paths).encode()
            answer = git(root, "hash-object", "-w", "--no-filters", "--stdin-paths", stdin=stdin)
    except OSError as error:
        where = error.filename or tempfile.gettempprefix()
        raise RecordRefused(f"{where}: {error.strerror or error}") from None
    return dict(zip(files, output_of(answer).decode("ascii").split(), strict=True))


def _object(root: Path, rows: Iterable[str]) -> str:
    answer = git(root, "mktree", "-z", stdin="".join(f"{row}\0" for row in rows))
    return output_of(answer).decode("ascii").strip()


def output_of(answer: GitAnswer) -> bytes:
    """The output of git. Raises RecordRefused where it failed."""
    if not answer.ok:
        raise RecordRefused(one_line(answer))
    return answer.output


def one_line(answer: GitAnswer) -> str:
    """The most useful line of git's complaint: why a push was refused, else the error, or the line
    of the program that ended the connection.
    """
    lines = [line.strip() for line in answer.complaint.splitlines() if line.strip()]
    errors = [line for line in lines if "fatal:" in line or "error:" in line]
    vague = ("Could not read from remote repository", "failed to push some refs")
    telling = [
        *(line for line in lines if line.startswith("! [")),
        *(line for line in errors if not any(words in line for words in vague)),
        *(line for line in lines if not line.lower().startswith("warning")),
    ]
    return next(iter(telling or lines), "git gave no reason")
