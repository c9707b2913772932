"""The team's checkout as a git repository."""

import subprocess
from pathlib import Path

from tests.e2e.team import Team

WARNINGS = "routes/production-warnings.yaml"


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.com", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def head(folder: Path) -> str:
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def merge_that_waits(team: Team) -> None:
    """A commit that nobody has applied: another filter, and a new route."""
    team.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    new = 'name: New\nsources: [Axiom]\nnotify:\n  - slack: "#alerts"\n'
    team.write("routes/new.yaml", new)
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", "waits")
