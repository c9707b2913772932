"""An account, and a checkout whose routes are committed once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler import sandbox as sandboxes
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.team import REPOSITORY, Team


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with sandboxes.start(sandboxes.Settings(rate_limit=False)) as running:
        yield running


@pytest.fixture
def team(sandbox: RunningSandbox, tmp_path: Path) -> Team:
    made = Team(tmp_path, {"INCIDENT_ENDPOINT": sandbox.url, "INCIDENT_API_KEY": sandbox.key})
    for path in (REPOSITORY / "routes").glob("*.yaml"):
        made.write(f"routes/{path.name}", path.read_text(encoding="utf-8"))
    config = (REPOSITORY / "reconciler.yaml").read_text(encoding="utf-8")
    made.write("reconciler.yaml", config.replace("record: local\n", ""))
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "m")
    return made
