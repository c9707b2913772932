"""Commands run against a fresh account and a checkout, as in the end-to-end tests."""

import shutil
from datetime import UTC, datetime

import pytest

from reconciler.cli import shell
from tests.e2e.conftest import incident_io, no_waiting, open_account, team
from tests.e2e.team import REPOSITORY, Team

__all__ = ["incident_io", "no_waiting", "open_account", "team"]
GAP_OPEN = datetime(2026, 11, 29, tzinfo=UTC)


@pytest.fixture
def tables(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Team:
    """The repository's routes and tests, and nothing that reaches an account."""
    monkeypatch.setattr(shell, "present", lambda: GAP_OPEN)
    folder = tmp_path_factory.mktemp("tables")
    for name in ("routes", "routing-tests"):
        shutil.copytree(REPOSITORY / name, folder / name)
    for name in ("reconciler.yaml", "directory.lock.json"):
        shutil.copy(REPOSITORY / name, folder / name)
    return Team(folder)
