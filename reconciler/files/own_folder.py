"""`.reconciler/`: what the command keeps for itself beside the route files."""

import errno
import os
from pathlib import Path

OWN = ".reconciler"


def own_folder(root: Path) -> Path:
    """`.reconciler/`, made where it is not there: readable by its owner alone, and ignored by git.
    Raises OSError when the disk or its rights say no.
    """
    folder = root / OWN
    real_folder(folder)
    folder.chmod(0o700)
    ignore = folder / ".gitignore"
    if not os.path.lexists(ignore):
        ignore.write_text("*\n", encoding="ascii")
    return folder


def real_folder(folder: Path) -> None:
    """Make it. A link is refused: what a run keeps would land where a pull request's author says,
    and what is read from there would be theirs.
    """
    if folder.is_symlink():
        raise OSError(errno.ELOOP, "it is a link, which is not followed; put a folder there")
    folder.mkdir(parents=True, exist_ok=True)
