"""Two folders of one repository, each with the routes of an account of its own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from reconciler import sandbox
from reconciler.sandbox.http.keys import FULL
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import REPOSITORY, Team

PRODUCTION, SANDBOX = "production", "sandbox"
WIDER = ("branch: main", "branch: [main, master]")


class Repository(Protocol):
    """A folder in git, whatever forge it is on."""

    team: Team

    def git(self, *arguments: str) -> str: ...

    def commit(self, branch: str) -> str: ...


@contextmanager
def two_accounts() -> Iterator[dict[str, RunningSandbox]]:
    """By folder."""
    settings = sandbox.Settings(rate_limit=False)
    with sandbox.start(settings) as first, sandbox.start(settings) as second:
        second.state.account.dashboard_url = "https://sandbox.invalid/other"
        yield {PRODUCTION: first, SANDBOX: second}


def fill(repository: Repository, accounts: Mapping[str, RunningSandbox]) -> None:
    """The routes of this repository in each folder, committed and applied."""
    team = repository.team
    for folder, account in accounts.items():
        url = account.state.account.dashboard_url
        config = (REPOSITORY / "reconciler.yaml").read_text("utf-8")
        config = config.replace("https://sandbox.invalid/acme", url)
        team.write(f"{folder}/reconciler.yaml", config)
        lock = (REPOSITORY / "directory.lock.json").read_text("utf-8")
        team.write(f"{folder}/directory.lock.json", lock)
        for file in (REPOSITORY / "routes").glob("*.yaml"):
            team.write(f"{folder}/routes/{file.name}", file.read_text("utf-8"))
    team.write("reconciler.yaml", f"folders: [{PRODUCTION}, {SANDBOX}]\n")
    team.write(".gitignore", ".reconciler/\n")
    repository.git("init", "-q", "-b", "main")
    repository.commit("main")
    for folder, account in accounts.items():
        key = {"INCIDENT_ENDPOINT": account.url, "INCIDENT_API_KEY": FULL.secret}
        assert Team(team.folder / folder, key).run("apply", "--auto-approve").code == 0
