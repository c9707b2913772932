"""The folder to work in, where none is named: the nearest one that holds route files' settings."""

from pathlib import Path

from reconciler.files.config import CONFIG_FILE
from reconciler.files.tree import FOLDER


def find_root(start: Path) -> Path:
    """`start`, or the nearest folder above it that has `reconciler.yaml` or, in the same
    repository of git, `routes/`. `start` itself where there is none. Follows no link.
    """
    here = start.absolute()
    above = (here, *here.parents)
    repository = next((folder for folder in above if (folder / ".git").exists()), None)
    for folder in above:
        inside = repository is not None and (folder == repository or repository in folder.parents)
        if (folder / CONFIG_FILE).is_file() or (inside and (folder / FOLDER).is_dir()):
            return start if folder == here else folder
        if folder == repository:
            break
    return start
