"""Several folders in one run: each has its own files, account and key; the run has one exit code.

Folders of one account are compared with each other before anything is written: two that declare one
route, or that own the same, are both told.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from pathlib import Path

import click

from reconciler.files import read_config, read_routes
from reconciler.files.config import CONFIG_FILE, MAX_BYTES
from reconciler.files.disk import place_of, read_bytes
from reconciler.model import Config, Declaration, Finding
from reconciler.plan import exit_codes
from reconciler.plan.folders import Folder, between

TOGETHER: ContextVar[tuple[Path, ...]] = ContextVar("TOGETHER", default=())
_WORST = (
    exit_codes.USAGE,
    exit_codes.PARTLY_APPLIED,
    exit_codes.ERROR,
    exit_codes.REFUSED,
    exit_codes.CONFLICT,
    exit_codes.CHANGES_PENDING,
)
_ENDS = (exit_codes.USAGE, exit_codes.INTERRUPTED, exit_codes.TERMINATED)


def folders_below(root: Path) -> tuple[str, ...]:
    """What `folders` of its reconciler.yaml lists, as `-C` would be given them. Raises
    click.ClickException for a file that cannot be read.
    """
    if not _mentions(root, "folders"):
        return ()
    config, findings = read_config(root)
    for finding in findings:
        if config.folders and finding.level == "error":
            at = f"{root / CONFIG_FILE}:{finding.position.line}: " if finding.position else ""
            raise click.ClickException(f"{at}{finding.message}; {finding.hint}")
    return tuple(os.path.relpath(root / folder) for folder in config.folders)


def _mentions(root: Path, key: str) -> bool:
    """Whether the file may have the key: without it, it need not be parsed once more."""
    try:
        return key.encode() in (read_bytes(place_of(root, CONFIG_FILE), MAX_BYTES) or b"")
    except OSError:
        return False


def key_variable_of(root: Path) -> str:
    """The environment variable that the folder's file names, "" for none. Raises nothing."""
    if not _mentions(root, "key_variable"):
        return ""
    variable = read_config(root)[0].key_variable
    return "" if variable == Config().key_variable else variable


def in_each(folders: Sequence[str], run: Callable[[str], int], head: Callable[[str], None]) -> int:
    """Run in one after the other; a wrong usage or an interruption ends all of it."""
    for folder in folders:
        if not Path(folder).is_dir():
            raise click.UsageError(f"{folder}: folder not found; nothing was done")
    if len({Path(folder).resolve() for folder in folders}) < len(folders):
        raise click.UsageError("`-C` or `folders` names a folder twice: name each once")
    token = TOGETHER.set(tuple(Path(folder).resolve() for folder in folders))
    codes: list[int] = []
    try:
        for folder in folders:
            head(folder)
            codes.append(run(folder))
            if codes[-1] in _ENDS:
                return codes[-1]
    finally:
        TOGETHER.reset(token)
    return next((code for code in _WORST if code in codes), exit_codes.DONE)


def among_others(
    root: Path, config: Config, declarations: Sequence[Declaration]
) -> tuple[Finding, ...]:
    """What this folder shares with the others of its run, or of the `folders` above it."""
    own = Folder("", config, declarations)
    found: list[Finding] = []
    for other in _others(root.resolve()):
        theirs, _ = read_config(other)
        read = read_routes(other)
        place = os.path.relpath(other, root.resolve())
        found += between(own, Folder(place, theirs, read.declarations))
    return tuple(found)


def _others(root: Path) -> Iterator[Path]:
    here = {*TOGETHER.get()} or {*_listed_above(root)}
    yield from sorted(here - {root})


def _listed_above(root: Path) -> Iterator[Path]:
    """Of the nearest file above, in the same repository, that lists this folder."""
    for above in root.parents:
        if (above / CONFIG_FILE).is_file():
            config, _ = read_config(above)
            listed = [(above / folder).resolve() for folder in config.folders]
            if root in listed:
                yield from (folder for folder in listed if folder.is_dir())
                return
        if (above / ".git").exists():
            return


def check_apart(root: Path, option: str, path: str) -> None:
    """Each folder of a run writes files of its own. Raises click.UsageError."""
    others = [folder for folder in TOGETHER.get() if folder != root.resolve()]
    if not others:
        return
    mine = (root / path).resolve()
    if (mine.is_file() or not mine.exists()) and any(
        (folder / path).resolve() == mine for folder in others
    ):
        raise click.UsageError(
            f"{option}: the folders of this run would write one file, {path}; give a path that "
            "begins in each folder"
        )
