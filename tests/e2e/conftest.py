"""A fresh account and a checkout of this repository's routes for every test."""

import contextlib
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from reconciler import sandbox
from reconciler.cli import connection, shell
from reconciler.client import ReadClient, WriteClient
from reconciler.sandbox.http.running import RunningSandbox
from tests.client.clocks import FakeTime
from tests.e2e.late import NEW
from tests.e2e.team import REPOSITORY, Team


class Open(Protocol):
    """Opens an account of these settings, and a checkout beside it."""

    def __call__(self, settings: sandbox.Settings) -> tuple[Team, RunningSandbox]: ...


class Later(Protocol):
    """Lets time pass for the commands in this process."""

    def __call__(self, **much: float) -> None: ...


@pytest.fixture
def open_account(tmp_path: Path) -> Iterator[Open]:
    with contextlib.ExitStack() as stack:

        def make(settings: sandbox.Settings) -> tuple[Team, RunningSandbox]:
            running = stack.enter_context(sandbox.start(settings))
            return checkout(tmp_path / f"team-{len(list(tmp_path.iterdir()))}", running), running

        yield make


@pytest.fixture
def incident_io() -> Iterator[RunningSandbox]:
    with sandbox.start(sandbox.Settings(rate_limit=False)) as running:
        yield running


@pytest.fixture
def team(tmp_path: Path, incident_io: RunningSandbox) -> Team:
    return checkout(tmp_path / "team", incident_io)


@pytest.fixture
def empty(tmp_path: Path, incident_io: RunningSandbox) -> Team:
    """A folder with nothing in it, and the account."""
    folder = tmp_path / "empty"
    folder.mkdir()
    return Team(folder, {"INCIDENT_ENDPOINT": incident_io.url, "INCIDENT_API_KEY": incident_io.key})


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    """Commands in this process wait on a clock that moves only when somebody waits on it."""
    time = FakeTime()
    for kind in (ReadClient, WriteClient):
        monkeypatch.setattr(connection, kind.__name__, partial(kind, clock=time.clock))
    return time


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Let time pass for the commands in this process."""

    def move(**much: float) -> None:
        moved = datetime.now(UTC) + timedelta(**much)
        monkeypatch.setattr(shell, "present", lambda: moved)

    return move


def checkout(folder: Path, running: RunningSandbox) -> Team:
    """The repository's own routes, and the environment that reaches the account."""
    shutil.copytree(REPOSITORY / "routes", folder / "routes")
    config = (REPOSITORY / "reconciler.yaml").read_text(encoding="utf-8")
    (folder / "reconciler.yaml").write_text(config.replace("record: local\n", ""), encoding="utf-8")
    if (REPOSITORY / "directory.lock.json").exists():
        shutil.copy(REPOSITORY / "directory.lock.json", folder)
    return Team(folder, {"INCIDENT_ENDPOINT": running.url, "INCIDENT_API_KEY": running.key})


@pytest.fixture
def alone(team: Team, incident_io: RunningSandbox) -> Team:
    """A checkout whose one change is a new route."""
    team.edit("routes/database-alerts.yaml", "name:", "ignore_changes: [escalate]\nname:")
    team.write("routes/new.yaml", NEW)
    assert incident_io.requests == []
    return team
