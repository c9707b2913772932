"""A commit's route files in a folder of their own, to be read as the checkout is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from reconciler.files.commit import BaseRefused, commit_tree, contents, git
from reconciler.files.compose import MAX_BYTES
from reconciler.files.config import CONFIG_FILE
from reconciler.files.tree import FOLDER


@contextmanager
def laid_out(root: Path, ref: str, *more: str) -> Iterator[Path]:
    """The routes, reconciler.yaml and `more` files as they were in a commit, until the block ends.
    Links are left out. Raises BaseRefused.
    """
    commit = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if not commit:
        raise BaseRefused(
            f"git does not find the commit `{ref}` here; in a shallow clone fetch it first "
            "(actions/checkout: `fetch-depth: 0`)"
        )
    wanted = (FOLDER, CONFIG_FILE, *more)
    blobs = {
        path: blob
        for path, blob in commit_tree(root, commit.decode("ascii").strip(), wanted).blobs.items()
        if path in wanted or path.startswith(f"{FOLDER}/")
    }
    read = contents(root, [*blobs.values()], MAX_BYTES)
    with TemporaryDirectory(prefix="reconciler-") as folder:
        for path, blob in blobs.items():
            if {"", ".", ".."} & {*path.split("/")}:  # no path that git itself would write
                continue
            place = Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(read[blob] or b"")
        yield Path(folder)
