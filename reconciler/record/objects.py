"""The record's files as objects of git: what a commit holds, and a commit made of them. Nothing is
checked out, and no branch, index or work tree is touched.
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from reconciler.git.commit import BaseRefused, blobs_in, rows_in
from reconciler.git.git import GitAnswer, git
from reconciler.record.record import Record, to_files

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
        *(part for one in parents for part in ("-p", one)), "-F", "-",
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
    """The line of git's complaint that says most: why a push was refused, else the error; where
    that only says that the connection ended, the line of the other program before.
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
