"""`init`, ended by a signal before each of its steps: no half file, and the next one goes on."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.new_folder import FROM, SAME, bare, files, repository
from tests.e2e.team import Team
from tests.standby.running import standby

CODES = {"SIGKILL": -9, "SIGTERM": 143, "SIGINT": 130}
INIT = ("init", "--record", "local", *FROM, "--pre-commit")
A_FILE = 6  # steps: two to try the folder, three for a file, and the first of the next one


def signalled(team: Team, name: str, step: int) -> "subprocess.CompletedProcess[str]":
    arguments = (name, str(step), "-C", str(team.folder), *INIT)
    return standby().run("tests.e2e.signalled", arguments, team.surroundings({}))


def whole(team: Team) -> dict[str, str]:
    """What readers would take for files; the lock file without the day of its reading."""
    found = {path: text for path, text in files(team).items() if not path.endswith(".tmp")}
    lock = found.get("directory.lock.json", "")
    return found | ({"directory.lock.json": re.sub("20..-..-..", "", lock)} if lock else {})


def temporary(team: Team) -> set[Path]:
    return {*team.folder.rglob("*.tmp")}


def ends(team: Team, name: str, step: int, wanted: dict[str, str]) -> bool:
    """Whether the signal came before `init` was done. What it left is whole in any case."""
    before = temporary(team)
    ended = signalled(team, name, step)
    assert whole(team).items() <= wanted.items()
    assert name == "SIGKILL" or temporary(team) == before
    assert ended.returncode in (CODES[name], 0), ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.returncode != 0


@pytest.mark.parametrize("name", [*CODES])
def test_an_init_that_ends_before_any_step_is_completed(empty: Team, name: str) -> None:
    """Each run gets one file further at most, so every set of files is the start of some."""
    complete = bare(empty)
    for team in (empty, complete):
        repository(team, "git@github.com:acme/routes.git")
    assert complete.run(*INIT).code == 0
    wanted = whole(complete)

    while whole(empty) != wanted:
        for step in range(3 if name == "SIGKILL" else A_FILE - 1, A_FILE + 1):
            assert ends(empty, name, step, wanted) or whole(empty) == wanted

    again = empty.run(*INIT)
    assert again.code == 0, again.err
    assert again.out.startswith(SAME)
    assert (name == "SIGKILL") == ("A run that was killed left these files." in again.out)
    for line in again.out.splitlines():
        if line.startswith("    rm "):
            subprocess.run(line, shell=True, check=True)  # noqa: S602
    assert temporary(empty) == set()
    assert "killed" not in empty.run(*INIT).out
