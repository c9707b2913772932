"""git, asked about a checkout that others have filled: it starts no program that they name.

A folder of a checkout can hold what looks like a bare repository, and its `config` names programs
(`core.fsmonitor`, hooks). So git takes the repository around the folder alone, with both of these
off. What is asked here (`rev-parse`, `rev-list`, `ls-tree`, `ls-files`, `cat-file`,
`check-ref-format`, `for-each-ref`) runs no filter, no textconv and no pager; `fetch` and `push` of
the record start what the user's own configuration names, such as ssh.
"""

import os
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
_SECRETS = frozenset({"INCIDENT_API_KEY", "INCIDENT_IO_TOKEN", "GITHUB_TOKEN"})


class NoGit(OSError):
    """git is not installed."""


@dataclass(frozen=True, slots=True)
class Said:
    """What git printed; `complaint` is its standard error, in English."""

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
) -> Said:
    """One call of git in a folder, without our keys in its environment. `more`: variables besides;
    `only`: in place of the environment; `seconds`: how long it may take. It never asks for a
    password. Raises NoGit.
    """
    ours = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    environment = dict(ours if only is None else only)
    environment |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", **more}
    try:
        ended = subprocess.run(
            ("git", *_SAFE, "-C", str(root), *arguments),
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            env=environment,
            capture_output=True,
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return Said(False, b"", f"git {arguments[0]} gave no answer in {seconds:g} seconds")
    except FileNotFoundError:
        raise NoGit("git is not installed, and this needs it") from None
    complaint = ended.stderr.decode("utf-8", "replace").strip()
    return Said(not ended.returncode, ended.stdout, complaint)
