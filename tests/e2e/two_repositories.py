"""Two repositories with routes of one account."""

import json
from collections.abc import Mapping
from pathlib import Path

from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from reconciler.sandbox.routes.store import Route
from tests.e2e.base.repository import git
from tests.e2e.team import Team

PLATFORM, DATABASE = "Platform", "Database"
OWN = [ident("team", PLATFORM)]
SHARED = """\
name: {name}
owners: [{owner}]
sources: [Axiom]
notify:
  - slack: "#alerts"
"""


def owner_of(route: Mapping[str, object]) -> object:
    return route["owning_team_ids"]


def repository(folder: Path, running: RunningSandbox, owns: str) -> Team:
    folder.mkdir(parents=True)
    team = Team(folder, {"INCIDENT_ENDPOINT": running.url, "INCIDENT_API_KEY": running.key})
    channels = '\nchannels: {"#alerts": C06E4KQ7R2N}\nrequire_reviewed_plan: false\n'
    team.write("reconciler.yaml", f"owns: {owns}{channels}")
    git(folder, "init", "-q", "-b", "main")
    return team


def give(running: RunningSandbox, name: str, *teams: str) -> None:
    own = [ident("team", team) for team in teams]
    running.state.edit(name, lambda body: body.update(owning_team_ids=own))


def two(folder: Path, running: RunningSandbox) -> tuple[Team, Team]:
    """Half of the routes belong to each."""
    for number, name in enumerate(running.state.names()):
        give(running, name, (PLATFORM, DATABASE)[number % 2])
    made = [
        repository(folder / owner, running, f"{{teams: [{owner}]}}")
        for owner in (PLATFORM, DATABASE)
    ]
    for team in made:
        assert team.run("import", "--all").code == 0
        git(team.folder, "add", "-A")
        git(team.folder, "commit", "-q", "-m", "import")
    return made[0], made[1]


def everything(running: RunningSandbox) -> list[Route]:
    return running.state.page("", 1000)[0]


def bodies(running: RunningSandbox) -> dict[str, str]:
    return {route.id: json.dumps(route.body, sort_keys=True) for route in everything(running)}
