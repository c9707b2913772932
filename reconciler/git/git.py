"""git in a checkout that others have filled: it starts no program that they name.

A folder of a checkout can hold what looks like a bare repository, and its `config` names programs
(`core.fsmonitor`, hooks). So git takes the repository around the folder alone, with both of these
off. The calls here (`rev-parse`, `rev-list`, `ls-tree`, `ls-files`, `cat-file`,
`check-ref-format`, `for-each-ref`) run no filter, no textconv and no pager; `fetch` and `push` of
the record start what the user's own configuration names, such as ssh.
"""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

_SAFE = (
    "-c",
    "safe.bareRepository=explicit",
    "-c",
    "core.fsmonitor=",
    "-c",
    f"core.hooksPath={os.devnull}",
)
_SECRETS = frozenset({"INCIDENT_IO_TOKEN", "GITHUB_TOKEN", "GITLAB_TOKEN", "CI_JOB_TOKEN"})
_KEYS = "INCIDENT_API_KEY"  # and what begins so: a folder may name a variable of its own
_ELSEWHERE = frozenset(
    f"GIT_{name}"
    for name in (
        "DIR", "WORK_TREE", "COMMON_DIR", "INDEX_FILE", "OBJECT_DIRECTORY", "PREFIX", "NAMESPACE",
        "ALTERNATE_OBJECT_DIRECTORIES", "IMPLICIT_WORK_TREE", "QUARANTINE_PATH", "SHALLOW_FILE",
        "GRAFT_FILE", "REPLACE_REF_BASE", "NO_REPLACE_OBJECTS",
    )
)  # fmt: skip
"""By these a hook of git, and `rebase --exec`, name a repository: not always that of the folder."""


class NoGit(OSError):
    """git is not installed."""


@dataclass(frozen=True, slots=True)
class GitAnswer:
    """The output of git; `complaint` is its standard error, in English."""

    ok: bool
    output: bytes
    complaint: str


def git(
    root: Path,
    *arguments: str,
    stdin: str | bytes = "",
    more: Mapping[str, str] = MappingProxyType({}),
    only: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> GitAnswer:
    """One call of git in a folder, without our keys in its environment. `more`: variables besides;
    `only`: in place of the environment; `seconds`: how long it and the programs that it starts may
    take. It never asks for a password. Raises NoGit.
    """
    drop = _SECRETS | _ELSEWHERE
    ours = {
        name: value
        for name, value in os.environ.items()
        if name not in drop and not name.startswith(_KEYS)
    }
    environment = dict(ours if only is None else only)
    environment |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", **more}
    try:
        started = subprocess.Popen(
            ("git", *_SAFE, "-C", str(root), *arguments),
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=seconds is not None,  # so that ssh can be ended with it
        )
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        raise NoGit("git is not installed") from None
    with started:
        try:
            data = stdin.encode() if isinstance(stdin, str) else stdin
            output, complaint = started.communicate(data, timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(started, group=True)
            return GitAnswer(
                False, b"", f"git {arguments[0]} did not answer within {seconds:g} seconds"
            )
        except BaseException:  # Ctrl-C, which a session of its own does not hear
            _end(started, group=seconds is not None)
            raise
    return GitAnswer(not started.returncode, output, complaint.decode("utf-8", "replace").strip())


def _end(started: "subprocess.Popen[bytes]", *, group: bool) -> None:
    with contextlib.suppress(ProcessLookupError):
        if group:
            os.killpg(started.pid, signal.SIGKILL)
        else:
            started.kill()
