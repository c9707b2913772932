"""The core runs where neither the sandbox nor the senders' tools, nor their libraries, can load."""

import subprocess
import sys
from dataclasses import dataclass

import pytest

from reconciler.cli.main import COMMANDS
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import REPOSITORY, Ended, Team

EXTRAS = ("sandbox", "sources")
ABSENT = ("aiohttp", "boto3", "botocore", "moto", "reconciler.sandbox", "reconciler.sources")
LIBRARIES = ("aiohttp", "boto3", "botocore", "moto")

PROGRAM = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        absent = ABSENT
        if any(name == one or name.startswith(one + ".") for one in absent):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
from reconciler.cli.main import main
sys.exit(main())
"""


@dataclass(frozen=True)
class Bare:
    """The command without the extras, as a process of its own."""

    team: Team
    absent: tuple[str, ...] = ABSENT

    def run(self, *arguments: str) -> Ended:
        program = PROGRAM.replace("ABSENT", repr(self.absent))
        ended = subprocess.run(
            [sys.executable, "-c", program, "-C", str(self.team.folder), *arguments],
            env=self.team.surroundings({}),
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)


def test_files_are_validated_planned_and_applied(team: Team, incident_io: RunningSandbox) -> None:
    bare = Bare(team)

    assert bare.run("validate").code == 0
    assert bare.run("plan", "--detailed-exitcode").code == 2
    assert bare.run("apply", "--auto-approve").code == 0
    assert incident_io.count("PUT") == 1
    assert bare.run("plan", "--detailed-exitcode").code == 0
    assert bare.run("backup").code == 0
    assert bare.run("doctor").code == 0


@pytest.mark.parametrize("command", [one for one in COMMANDS if one not in EXTRAS])
def test_every_other_command_loads(team: Team, command: str) -> None:
    ended = Bare(team).run(command, "--help")

    assert (ended.code, ended.err) == (0, "")


def test_the_sandbox_says_what_to_install(team: Team) -> None:
    ended = Bare(team, LIBRARIES).run("sandbox", "--port", "0")

    assert (ended.code, ended.out) == (1, "")
    line = "error: the sandbox needs aiohttp: `pip install 'incidentio-reconciler[sandbox]'`\n"
    assert ended.err == line


def test_sources_are_checked_without_the_library_of_aws(team: Team) -> None:
    ended = Bare(team, LIBRARIES).run("sources")

    assert (ended.code, "PlanetScale" in ended.out) == (0, True)
