"""A repository whose routes are applied once, and recorded."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler import sandbox as sandboxes
from reconciler.sandbox.http.keys import FULL
from tests.e2e.gitlab.story import Story
from tests.e2e.team import REPOSITORY as SOURCE, Team
from tests.gitlab.fake import NOTES, PUSH, FakeGitLab
from tests.gitlab.runner import Runner, Variable
from tests.gitlab.served import running


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    settings = sandboxes.Settings(rate_limit=False)
    with sandboxes.start(settings) as incident_io, running(FakeGitLab()) as gitlab:
        folder = tmp_path / "origin"
        team = Team(folder, {"INCIDENT_ENDPOINT": incident_io.url, "INCIDENT_API_KEY": FULL.secret})
        for path in ("reconciler.yaml", "directory.lock.json", "docs/routes.md"):
            team.write(path, (SOURCE / path).read_text("utf-8"))
        for file in (SOURCE / "routes").glob("*.yaml"):
            team.write(f"routes/{file.name}", file.read_text("utf-8"))
        team.write(".gitignore", ".reconciler/\n")
        gitlab.folder = folder
        variables = [
            Variable("INCIDENT_API_KEY", FULL.secret, environment="plan"),
            Variable("INCIDENT_API_KEY", FULL.secret, protected=True, environment="production"),
            Variable("RECONCILER_TOKEN", NOTES),
            Variable("RECONCILER_PUSH_TOKEN", PUSH, protected=True),
        ]
        inputs: dict[str, object] = {
            "program": "https://gitlab.example/tools/reconciler.git",
            "commit": "a" * 40,
            "endpoint": incident_io.url,
            "table": "docs/routes.md",
        }
        runner = Runner(tmp_path, folder, gitlab, variables, inputs)
        told = Story(team, gitlab, runner, incident_io)
        told.git("init", "-q", "-b", "main")
        told.commit("main")
        assert team.run("apply", "--auto-approve").code == 0
        yield told
    assert gitlab.leaks == []
    assert gitlab.actions == []
