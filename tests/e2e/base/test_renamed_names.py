"""A change that only writes new names is no change of what its files mean."""

from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.team import Team

FILE = "routes/production-alerts.yaml"


def renamed(team: Team, sandbox: RunningSandbox) -> None:
    """The path has a new name in the account, in the files and in the lock, all uncommitted."""
    assert team.run("apply", "--auto-approve").code == 0
    assert team.run("directory", "refresh").code == 0
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", "lock")
    sandbox.state.rename(ident("escalation path", "Engineering On-Call"), "Engineers")
    assert team.run("directory", "refresh", "--rename").code == 0
    assert "path: Engineers" in team.read(FILE)


def test_new_names_alone_change_nothing(team: Team, sandbox: RunningSandbox) -> None:
    renamed(team, sandbox)

    planned = team.run("plan", "--base", "HEAD", "--detailed-exitcode")

    assert planned.code == 0, planned.out


def test_a_hand_edit_of_what_was_renamed_stays(team: Team, sandbox: RunningSandbox) -> None:
    renamed(team, sandbox)
    other = ident("escalation path", "Platform On-Call")
    live = sandbox.state.find("Production Alerts").body
    here = str(live["escalation_config"]["escalation_targets"])
    was = ident("escalation path", "Engineering On-Call")
    assert was in here

    def by_hand(body: dict[str, object]) -> None:
        config = body["escalation_config"]
        assert isinstance(config, dict)
        config["escalation_targets"] = _replaced(config["escalation_targets"], was, other)

    sandbox.state.edit("Production Alerts", by_hand)

    ended = team.run("apply", "--base", "HEAD", "--auto-approve")

    assert ended.code == 0, ended.err
    body = sandbox.state.find("Production Alerts").body
    assert other in str(body["escalation_config"]["escalation_targets"])


def _replaced(part: object, old: str, new: str) -> object:
    if isinstance(part, dict):
        return {key: _replaced(value, old, new) for key, value in part.items()}
    if isinstance(part, list):
        return [_replaced(value, old, new) for value in part]
    return new if part == old else part
