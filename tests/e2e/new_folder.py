"""A folder in which `init` starts."""

import subprocess

from tests.e2e.team import Ended, Team

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FROM = ("--from", f"acme/reconciler@{COMMIT}")
SAME = "No changes: the files match the live routes.\n"
WORKFLOWS = ".github/workflows"


def git(team: Team, *arguments: str) -> str:
    ended = subprocess.run(
        ["git", *arguments], cwd=team.folder, check=True, capture_output=True, text=True
    )
    return ended.stdout


def repository(team: Team, remote: str = "") -> None:
    git(team, "init", "-q", "-b", "main")
    if remote:
        git(team, "remote", "add", "origin", remote)


def bare(team: Team) -> Team:
    """The same account, and a folder with nothing in it."""
    folder = team.folder.parent / "bare"
    folder.mkdir()
    return Team(folder, team.environment)


def started(team: Team, *arguments: str) -> Ended:
    """`init` that exchanges no record, as no test has a remote that answers."""
    return team.run("init", "--record", "local", *arguments)


def files(team: Team) -> dict[str, str]:
    found = (path for path in team.folder.rglob("*") if path.is_file())
    own = (path.relative_to(team.folder).as_posix() for path in found)
    return {path: team.read(path) for path in own if not path.startswith((".git/", ".reconciler/"))}
