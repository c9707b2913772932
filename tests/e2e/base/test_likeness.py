"""Counted from a commit, a file that got another path and name keeps its past, too."""

from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.team import Team

DATABASE = "routes/database-alerts.yaml"


def renamed(team: Team, how: str = "") -> None:
    git(team.folder, "mv", DATABASE, "routes/db.yaml")
    team.edit("routes/db.yaml", "name: Database Alerts\n", f"name: DB\n{how}")


def test_it_makes_no_second_route(team: Team, sandbox: RunningSandbox) -> None:
    renamed(team)

    ended = team.run("apply", "--base", "HEAD", "--auto-approve")

    assert ended.code == 1
    said = " ".join(ended.out.split())
    assert f'{DATABASE} had the name "Database Alerts" in' in said
    assert "write `previously: Database Alerts` to rename the route" in said
    assert "[file-removed]" not in ended.out
    assert sandbox.count("POST", "/alert_routes") == 0


def test_a_hand_edit_stays_once_its_file_says_which_route_it_is(
    team: Team, sandbox: RunningSandbox
) -> None:
    identity = sandbox.state.find("Database Alerts").id
    renamed(team, f"id: {identity}\n")

    ended = team.run("apply", "--base", "HEAD", "--auto-approve")

    assert ended.code == 0, ended.out
    body = sandbox.state.find("DB").body
    assert sandbox.state.find("DB").id == identity
    assert ident("escalation path", "Database On-Call") in str(body["escalation_config"])
