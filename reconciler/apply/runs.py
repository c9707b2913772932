"""The folder of one run: `.reconciler/runs/RUN/`, readable by its owner alone."""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reconciler.files.own_folder import OWN, own_folder, real_folder

RUNS = Path(OWN) / "runs"
_RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


class RunRefused(OSError):
    """The run's folder cannot be made, so nothing may be written; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Run:
    """`id` sorts by time: `20260821T091200Z-3f9a1c`."""

    id: str
    folder: Path

    @property
    def backup(self) -> Path:
        """Where the routes that the run touches are kept as they were."""
        return self.folder / "backup"

    @property
    def journal(self) -> Path:
        """The append-only record of the run's writes."""
        return self.folder / "journal.jsonl"


def open_run(root: Path, now: datetime) -> Run:
    """Make the folder of a new run (0700). Raises RunRefused when the disk or its rights say no."""
    identity = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    folder = root / RUNS / identity
    try:
        own_folder(root)
        real_folder(root / RUNS)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise RunRefused(
            f"cannot make {folder}: {error.strerror or error}. Nothing was written. "
            "A run keeps a backup of what it changes there: give the folder room and rights."
        ) from None
    return Run(identity, folder)


def runs_of(root: Path) -> tuple[Run, ...]:
    """The runs that left a folder, oldest first; none through a link."""
    linked = (root / RUNS).is_symlink() or (root / RUNS.parent).is_symlink()
    return () if linked else runs_in(root / RUNS)


def runs_in(folder: Path) -> tuple[Run, ...]:
    """The runs of a folder of runs, oldest first."""
    try:
        folders = [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    except OSError:
        return ()
    names = sorted(path.name for path in folders if _RUN_ID.fullmatch(path.name))
    return tuple(Run(name, folder / name) for name in names)
