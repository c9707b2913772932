"""A repository whose routes are applied once, and recorded."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler import sandbox as sandboxes
from reconciler.sandbox.http.keys import FULL
from tests.e2e.github.story import Story
from tests.e2e.team import REPOSITORY as SOURCE, Team
from tests.github.fake import FakeGitHub
from tests.github.runner import Runner
from tests.github.served import running


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    settings = sandboxes.Settings(rate_limit=False)
    with sandboxes.start(settings) as incident_io, running(FakeGitHub()) as github:
        folder = tmp_path / "origin"
        team = Team(folder, {"INCIDENT_ENDPOINT": incident_io.url, "INCIDENT_API_KEY": FULL.secret})
        for path in ("reconciler.yaml", "directory.lock.json", "docs/routes.md"):
            team.write(path, (SOURCE / path).read_text("utf-8"))
        for file in (SOURCE / "routes").glob("*.yaml"):
            team.write(f"routes/{file.name}", file.read_text("utf-8"))
        team.write(".gitignore", ".reconciler/\n")
        github.folder = folder
        secrets = {"INCIDENT_API_KEY": FULL.secret}
        runner = Runner(tmp_path, folder, github, secrets, incident_io.url)
        told = Story(team, github, runner, incident_io)
        told.git("init", "-q", "-b", "main")
        told.commit("main")
        assert team.run("apply", "--auto-approve").code == 0
        yield told
    assert github.leaks == []
