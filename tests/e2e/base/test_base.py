"""With a base, live wins wherever a file did not change since."""

import shlex
from pathlib import Path

from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.team import Team


def test_a_hand_edit_is_reported_and_is_no_change(team: Team) -> None:
    ended = team.run("plan", "--base", "HEAD", "--detailed-exitcode")

    assert ended.code == 0
    assert "1 drifted" in " ".join(ended.out.split())
    assert "left alone" in ended.out
    assert " to update" not in ended.out


def test_the_issue_says_who_is_paged_since_a_hand_edit_and_not_since_the_file(team: Team) -> None:
    team.edit("routes/database-alerts.yaml", "branch: main", "branch: [main, master]")

    team.run("plan", "--base", "HEAD", "--drift-issue", "drift.md")

    issue = team.read("drift.md")
    assert "**Who is paged: 1 kind of alert pages another target.**" in issue
    assert (
        "PlanetScale, `branch is one of main` | Engineering On-Call | Database On-Call |" in issue
    )
    assert "master" not in issue


def test_the_commands_of_the_issue_run_whatever_the_route_is_called(
    team: Team, sandbox: RunningSandbox
) -> None:
    text = team.read("routes/informational.yaml")
    team.write("routes/x.yaml", text.replace("name: Informational", "name: --diff it's"))
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", "x")
    team.run("apply", "--auto-approve")
    sandbox.state.edit("--diff it's", lambda route: route.update(is_private=True))
    team.run("plan", "--base", "HEAD", "--drift-issue", "drift.md")

    pull, plan = (
        shlex.split(line)[1:]
        for line in team.read("drift.md").splitlines()
        if line.startswith(("reconciler pull", "reconciler plan"))
    )

    assert "1 to update" in team.run(*plan).out
    assert team.run(*pull).code == 0
    assert "private: true" in team.read("routes/x.yaml")


def test_a_change_of_the_file_is_planned_onto_the_hand_edit(team: Team) -> None:
    team.edit("routes/database-alerts.yaml", "branch: main", "branch: [main, master]")

    ended = team.run("plan", "--base", "HEAD")

    assert "1 to update" in ended.out
    assert "+ branch is one of main, master" in ended.out
    assert "[drift]" in ended.out


def test_a_field_that_moved_on_both_sides_is_a_conflict(team: Team) -> None:
    team.edit("routes/database-alerts.yaml", "Engineering On-Call", "Platform On-Call")

    ended = team.run("plan", "--base", "HEAD")

    assert "1 conflict" in ended.out
    assert " to update" not in ended.out


def test_a_merge_writes_its_own_change_and_leaves_the_hand_edit(
    team: Team, sandbox: RunningSandbox
) -> None:
    team.edit("routes/database-alerts.yaml", "branch: main", "branch: [main, master]")

    ended = team.run("apply", "--base", "HEAD", "--auto-approve")

    body = sandbox.state.find("Database Alerts").body
    assert ended.code == 0
    assert "master" in str(body["condition_groups"])
    assert ident("escalation path", "Database On-Call") in str(body["escalation_config"])


def test_a_conflict_is_not_written_and_the_others_are(team: Team, sandbox: RunningSandbox) -> None:
    team.edit("routes/database-alerts.yaml", "Engineering On-Call", "Platform On-Call")
    team.edit("routes/production-warnings.yaml", "warning", "[warning, info]")

    ended = team.run("apply", "--base", "HEAD", "--auto-approve")

    assert ended.code == 4
    assert "changed in the file and in incident.io" in ended.out
    assert sandbox.state.find("Database Alerts").version == 5
    assert sandbox.state.find("Production Warnings").version == 8


def test_a_saved_plan_remembers_its_base(team: Team, sandbox: RunningSandbox) -> None:
    team.edit("routes/database-alerts.yaml", "branch: main", "branch: [main, master]")
    saved = str(team.folder / "plan.json")

    assert team.run("plan", "--base", "HEAD", "--out", saved).code == 0
    ended = team.run("apply", saved, "--auto-approve")

    assert ended.code == 0, ended.out + ended.err
    body = sandbox.state.find("Database Alerts").body
    assert ident("escalation path", "Database On-Call") in str(body["escalation_config"])
    assert team.run("apply", saved, "--base", "HEAD").code == 64
    assert team.run("apply", saved, "--revert-drift").code == 64


def test_drift_is_written_over_only_when_asked_for(team: Team) -> None:
    ended = team.run("plan", "--base", "HEAD", "--revert-drift")

    assert "1 to update" in ended.out
    assert "Reverts live edits (edited in incident.io since the base; the files win)" in ended.out


def test_a_new_name_in_an_old_file_needs_the_former_one(team: Team) -> None:
    team.edit("routes/informational.yaml", "name: Informational", "name: For Information")

    refused = team.run("plan", "--base", "HEAD")
    team.edit(
        "routes/informational.yaml",
        "name: For Information",
        "name: For Information\npreviously: Informational",
    )
    renamed = team.run("plan", "--base", "HEAD")

    assert refused.code == 1
    assert "would create a second route" in refused.out
    assert renamed.code == 0
    assert "1 to update" in renamed.out


def test_a_change_that_mends_a_broken_file_is_planned_from_what_it_said_before(
    team: Team, tmp_path: Path, sandbox: RunningSandbox
) -> None:
    good = team.read("routes/informational.yaml")
    for broken in ("name: [", "name: {"):
        team.write("routes/informational.yaml", broken)
        git(tmp_path, "commit", "-q", "-a", "-m", "broken")
    sandbox.state.edit("Informational", lambda body: body.update(enabled=False))
    team.write("routes/informational.yaml", good.replace("name:", "private: true\nname:"))

    for scope in ("changed", "all"):
        ended = team.run("plan", "--base", "HEAD", "--scope", scope)

        assert ended.code == 0, ended.out
        assert "[base-earlier]" in ended.out
        assert "1 to update" in ended.out
        assert "private" in ended.out.split("Drift")[0]
        assert "enabled" in ended.out.split("Drift")[1]  # by hand: not the file's to take back


def test_a_file_that_never_was_without_an_error_is_new(team: Team, tmp_path: Path) -> None:
    team.write("routes/new.yaml", "name: [")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "broken")
    team.write("routes/new.yaml", 'name: New\nsources: [Axiom]\nnotify:\n  - slack: "#alerts"\n')

    ended = team.run("plan", "--base", "HEAD")

    assert ended.code == 0, ended.out
    assert "1 to create" in ended.out
    assert "it counts as new" in " ".join(ended.out.split())


def test_settings_that_were_broken_in_the_base_guard_as_they_did_before(
    team: Team, tmp_path: Path
) -> None:
    good = team.read("reconciler.yaml")
    team.write("reconciler.yaml", "channels: [")
    git(tmp_path, "commit", "-q", "-a", "-m", "broken")
    team.write("reconciler.yaml", good)

    ended = team.run("plan", "--base", "HEAD")

    assert ended.code == 0, ended.out
    assert "Allows more" not in ended.out
    assert "Plan: 5 unchanged" in ended.out


def test_where_history_is_cut_off_a_broken_file_of_the_base_is_not_compared(
    team: Team, tmp_path: Path
) -> None:
    good = team.read("routes/informational.yaml")
    team.write("routes/informational.yaml", "name: [")
    git(tmp_path, "commit", "-q", "-a", "-m", "broken")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{tmp_path}", str(tmp_path / "shallow"))
    shallow = Team(tmp_path / "shallow", team.environment)
    shallow.write("routes/informational.yaml", good)

    ended = shallow.run("plan", "--base", "HEAD")

    assert ended.code == 1
    assert "base-unreadable" in ended.out


def test_a_base_that_is_not_there_is_one_line(team: Team) -> None:
    ended = team.run("plan", "--base", "nosuch")

    assert ended.code == 1
    assert "git does not find the commit" in ended.err
