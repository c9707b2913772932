"""`python -m tests.e2e.storm [SECONDS] [FIRST SEED]`: episodes until the time is over."""

import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reconciler.cli import shell
from tests.e2e.storm.episode import weather


def later(**much: float) -> None:
    """Let time pass for the commands in this process."""
    moved = datetime.now(UTC) + timedelta(**much)
    shell.present = lambda: moved


def main(seconds: float, seed: int) -> int:
    """Run them; 1 when a law was broken."""
    until = time.monotonic() + seconds
    broken = count = 0
    present = shell.present
    for name in [one for one in os.environ if one == "CI" or one.startswith("GITHUB_")]:
        del os.environ[name]
    while time.monotonic() < until:
        shell.present = present
        with tempfile.TemporaryDirectory() as folder:
            try:
                weather(seed, Path(folder) / "team", later)
            except AssertionError as error:
                broken += 1
                text = f"{error!r}\n{''.join(getattr(error, '__notes__', ()))}"
                Path(tempfile.gettempdir(), f"storm-{seed}.log").write_text(text, encoding="utf-8")
                sys.stdout.write(f"seed {seed}: {str(error)[:200]}\n")
        seed, count = seed + 1, count + 1
    sys.stdout.write(f"{count} episodes, {broken} broken\n")
    return 1 if broken else 0


if __name__ == "__main__":
    given = [*sys.argv[1:], "60", "1000"]
    sys.exit(main(float(given[0]), int(given[1]) if len(sys.argv) > 2 else 1000))
