"""git, asked about a checkout that others have filled: it reads, and starts no other program.

A folder of a checkout can hold what looks like a bare repository, and its `config` names programs
(`core.fsmonitor`, hooks). So git takes the repository around the folder alone, with both of these
off. What is asked here (`rev-parse`, `rev-list`, `ls-tree`, `ls-files`, `cat-file`,
`check-ref-format`) runs no filter, no textconv and no pager.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SAFE = (
    "-c",
    "safe.bareRepository=explicit",
    "-c",
    "core.fsmonitor=",
    "-c",
    f"core.hooksPath={os.devnull}",
)
_SECRETS = frozenset({"INCIDENT_API_KEY", "INCIDENT_IO_TOKEN", "GITHUB_TOKEN"})


class NoGit(OSError):
    """git is not installed."""


@dataclass(frozen=True, slots=True)
class Said:
    """What git printed; `complaint` is its standard error, in English."""

    ok: bool
    output: bytes
    complaint: str


def git(root: Path, *arguments: str, stdin: str = "") -> Said:
    """One call of git in a folder, without our keys in its environment. Raises NoGit."""
    environment = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    try:
        ended = subprocess.run(
            ("git", *_SAFE, "-C", str(root), *arguments),
            input=stdin.encode(),
            env=environment | {"LC_ALL": "C"},
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise NoGit("git is not installed, and this needs it") from None
    complaint = ended.stderr.decode("utf-8", "replace").strip()
    return Said(not ended.returncode, ended.stdout, complaint)
