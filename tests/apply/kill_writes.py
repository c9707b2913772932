"""A script: write a backup over another, killed before each call that touches the disk in turn.

A child process is killed with `os._exit`, so nothing is cleaned up; the parent says what it left:
one JSON object a kill on standard output.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from reconciler.backup.read import checksum, read_backup
from tests.apply.bodies import body, contents, keep

TOUCHES = ("open", "mkdir", "fsync", "rename", "replace", "unlink", "rmdir")
OLD = [body(1), body(2), body(3)]
NEW = [body(1), body(2, enabled=False), body(4)]
MOST = 200


def arm(at: int) -> None:
    """From now on, the call number `at` ends the process in its place."""
    left = [at]

    def guarded(call: Callable[..., object]) -> Callable[..., object]:
        def before(*arguments: object, **options: object) -> object:
            left[0] -= 1
            if left[0] == 0:
                os._exit(9)
            return call(*arguments, **options)

        return before

    for name in TOUCHES:
        setattr(os, name, guarded(getattr(os, name)))


def killed_at(folder: Path, at: int) -> bool:
    """Write the new backup in a child; whether it was killed."""
    child = os.fork()
    if child == 0:
        arm(at)
        keep(folder, *NEW)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def seen(folder: Path) -> dict[str, object]:
    """What our reader takes the folder for, and what its plain files say to anybody else."""
    backup = read_backup(folder)
    return {
        "errors": [finding.message for finding in backup.findings],
        "bodies": sorted(
            (dict(entry.body) for entry in backup.entries), key=lambda b: str(b["id"])
        ),
        "plain": plain(folder),
    }


def plain(folder: Path) -> str:
    """Whether the manifest, if there is one, has every checksum right."""
    manifest = folder / "manifest.json"
    if not manifest.exists():
        return "absent"
    rows = json.loads(manifest.read_bytes())["routes"]
    right = all(checksum((folder / row["file"]).read_bytes()) == row["sha256"] for row in rows)
    return "complete" if right else "damaged"


def main(root: Path) -> None:
    """Every kill, then the next backup over what it left."""
    keep(root / "whole", *NEW)
    for at in range(1, MOST):
        folder = root / str(at)
        keep(folder, *OLD)
        if not killed_at(folder, at):
            return
        left = seen(folder)
        keep(folder, *NEW)
        after = contents(folder) == contents(root / "whole")
        sys.stdout.write(json.dumps({**left, "next": after}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
