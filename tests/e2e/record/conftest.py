"""A checkout whose routes were applied, in a git repository and in none."""

from pathlib import Path

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.conftest import checkout
from tests.e2e.team import Team


def in_repository(folder: Path) -> None:
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "m")


@pytest.fixture(params=["git", "no git"])
def team(request: pytest.FixtureRequest, tmp_path: Path, incident_io: RunningSandbox) -> Team:
    made = checkout(tmp_path / "team", incident_io)
    if request.param == "git":
        in_repository(made.folder)
    assert made.run("apply", "--auto-approve").code == 0
    return made


@pytest.fixture
def repository(tmp_path: Path, incident_io: RunningSandbox) -> Team:
    made = checkout(tmp_path / "team", incident_io)
    in_repository(made.folder)
    assert made.run("apply", "--auto-approve").code == 0
    return made
