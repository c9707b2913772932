"""The page of a whole account, as a user makes it: generated files, a lock file, one command."""

import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Run, account, run, write_files

PYTHON = sys.executable


def page(count: int) -> tuple[Run, float]:
    """Of so many routes; how it ran, and the size of the file in MB."""
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), count)
        with account(count, 0) as live:
            _done(
                [PYTHON, "-m", "reconciler", "-C", folder, "directory", "refresh"],
                live.environment(),
            )
        ended = _done([PYTHON, "-m", "reconciler", "-C", folder, "page"])
        return ended, (Path(folder) / "routes.html").stat().st_size / 1e6


def _done(command: list[str], environment: dict[str, str] | None = None) -> Run:
    ended = run(command, environment)
    assert ended.code == 0, ended.err[-2000:]
    return ended
