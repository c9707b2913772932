"""What was reviewed is what is written."""

import json

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.team import Team


def test_only_what_stands_in_reviewed_plans_is_written(team: Team, sandbox: RunningSandbox) -> None:
    team.edit("routes/production-warnings.yaml", "warning", "[warning, info]")
    plans = team.folder / "plans"
    plans.mkdir()
    assert team.run("plan", "--base", "HEAD", "--out", str(plans / "1.json")).code == 0
    team.edit("routes/staging-notifications.yaml", "  - Checkly (Staging)\n", "")
    outcome = team.folder / "outcome.json"

    ended = team.run(
        *("apply", "--base", "HEAD", "--auto-approve"),
        *("--reviewed", str(plans), "--reviewed", str(plans / "1.json"), "--outcome", str(outcome)),
    )

    assert ended.code == 4, ended.out + ended.err
    assert "Staging Notifications: not sent (not reviewed)" in ended.out
    told = json.loads(outcome.read_text("utf-8"))
    assert told["exit_code"] == 4
    assert {one["name"]: one["outcome"] for one in told["outcomes"]} == {
        "Production Warnings": "written",
        "Staging Notifications": "not sent",
    }
    assert [one["name"] for one in told["left"]] == ["Staging Notifications"]
    (plans / "1.json").write_text("{}", encoding="utf-8")
    assert team.run("apply", "--base", "HEAD", "--reviewed", str(plans)).code == 3


def test_no_reviewed_plan_at_all_refuses_and_a_digest_is_enforced(
    team: Team, sandbox: RunningSandbox
) -> None:
    team.edit("routes/production-warnings.yaml", "warning", "[warning, info]")
    (team.folder / "plans").mkdir()
    apply = ("apply", "--base", "HEAD", "--auto-approve", "--reviewed", "plans")

    refused = team.run(*apply, "--outcome", "outcome.json")
    wrong = team.run(*apply, "--digest", "0" * 64)
    digest = json.loads(team.read("outcome.json"))["digest"]
    right = team.run(*apply, "--digest", digest)

    assert (refused.code, wrong.code, right.code) == (3, 3, 0)
    assert digest in refused.err
    assert sandbox.count("PUT") == 1


def test_a_team_may_do_without_reviewed_plans(team: Team) -> None:
    config = team.read("reconciler.yaml")
    team.write("reconciler.yaml", f"require_reviewed_plan: false\n{config}")
    (team.folder / "plans").mkdir()
    team.edit("routes/production-warnings.yaml", "warning", "[warning, info]")
    apply = ("apply", "--base", "HEAD", "--reviewed", "plans", "--auto-approve")

    with_it = team.run(*apply)
    git(team.folder, "commit", "-q", "reconciler.yaml", "-m", "no reviews")
    after_it = team.run(*apply)

    assert (with_it.code, after_it.code) == (3, 0)
    assert "Allows more: require_reviewed_plan" in with_it.out


def test_a_merge_that_a_guard_refuses_holds_no_other_back(
    team: Team, sandbox: RunningSandbox
) -> None:
    (team.folder / "plans").mkdir()
    plan = ("plan", "--base", "HEAD", "--out")
    before = team.read("routes/production-warnings.yaml")
    team.edit("routes/production-warnings.yaml", "warning", "[warning, info]")
    assert team.run(*plan, "plans/1.json").code == 0
    after = team.read("routes/production-warnings.yaml")
    team.write("routes/production-warnings.yaml", before)
    team.edit("routes/database-alerts.yaml", "name:", "enabled: false\nname:")
    assert team.run(*plan, "plans/2.json").code == 0
    team.write("routes/production-warnings.yaml", after)

    ended = team.run("apply", "--base", "HEAD", "--reviewed", "plans", "--auto-approve")

    assert ended.code == 4, ended.out + ended.err
    assert "Database Alerts: not sent (refused by a guard)" in ended.out
    assert "Production Warnings: updated" in ended.out
    assert sandbox.state.find("Database Alerts").body["enabled"] is True
    assert team.run("apply", "--base", "HEAD", "--auto-approve").code == 3  # nobody's plan


def test_an_approval_counts_on_the_merge_whose_plan_shows_it(
    team: Team, sandbox: RunningSandbox
) -> None:
    (team.folder / "plans").mkdir()
    team.edit("routes/database-alerts.yaml", "name:", "enabled: false\nname:")
    assert team.run("plan", "--base", "HEAD", "--out", "plans/1.json").code == 0
    apply = ("apply", "--base", "HEAD", "--reviewed", "plans", "--auto-approve")
    team.approve("Database Alerts", "pages-nobody")  # by a push, which nobody reviewed
    unread = team.run(*apply)
    shown = team.run("plan", "--base", "HEAD", "--out", "plans/2.json", "--comment", "c.md")
    read = team.run(*apply)

    assert (unread.code, shown.code, read.code) == (3, 0, 0), unread.out + read.out + read.err
    assert "so it has no effect" in " ".join(unread.err.split())
    assert "[guard-pages-nobody]" in " ".join(unread.out.split())
    line = '**`reconciler.yaml` allows more** (`approvals`): "Database Alerts" may page nobody'
    assert line in team.read("c.md").split("\n###")[0]
    assert sandbox.state.find("Database Alerts").body["enabled"] is False


def test_an_approval_releases_the_merge_that_waits_for_it(
    team: Team, sandbox: RunningSandbox
) -> None:
    (team.folder / "plans").mkdir()
    assert team.run("apply", "--auto-approve").code == 0
    team.edit("routes/database-alerts.yaml", "name:", "enabled: false\nname:")
    team.edit("routes/informational.yaml", "name:", "private: true\nname:")
    git(team.folder, "commit", "-q", "-a", "-m", "waits")
    team.approve("Database Alerts", "pages-nobody")

    shown = team.run(
        *("plan", "--base", "HEAD", "--scope", "changed"),
        *("--out", "plans/1.json", "--comment", "comment.md"),
    )
    ended = team.run("apply", "--reviewed", "plans", "--auto-approve")

    assert "1 to update" in shown.out
    assert "1 kind of alert stops paging" in team.read("comment.md").splitlines()[0]
    assert ended.code == 4
    assert "Informational: not sent (not reviewed)" in ended.out
    assert sandbox.state.find("Database Alerts").body["enabled"] is False


def test_a_change_cannot_widen_what_it_may_delete(team: Team, sandbox: RunningSandbox) -> None:
    team.owned_by("Platform", sandbox)
    git(team.folder, "commit", "-q", "-a", "-m", "owned")
    git(team.folder, "rm", "-q", "routes/informational.yaml")
    git(team.folder, "commit", "-q", "-m", "gone")
    deleting = "undeclared: delete\nowns: {teams: [Platform]}\nmax_deletes: 1\n"
    team.write("reconciler.yaml", f"{deleting}{team.read('reconciler.yaml')}")

    with_it = team.run("plan", "--base", "HEAD", "--comment", "comment.md")
    git(team.folder, "commit", "-q", "-a", "-m", "delete")
    after_it = team.run("plan", "--base", "HEAD")

    assert " to delete" not in with_it.out
    assert "may delete up to 1 live routes of Platform that no file declares" in team.read(
        "comment.md"
    )
    assert "1 to delete" in after_it.out


def test_a_plan_in_ci_says_when_its_key_could_write(team: Team, sandbox: RunningSandbox) -> None:
    team.run("plan", "--comment", "comment.md", CI="true")

    assert "this key can write, but a plan only reads" in team.read("comment.md")
    assert "[key-could-write]" in team.run("plan", CI="true").out
    assert "[key-could-write]" not in team.run("plan", CI="").out
    reader = sandbox.read_only_key
    assert "[key-could-write]" not in team.run("plan", CI="true", INCIDENT_API_KEY=reader).out


def test_warnings_that_were_there_before_stand_last(team: Team, sandbox: RunningSandbox) -> None:
    """A reviewer reads the change's own first, also where the old one stands above it."""
    unused = "  {}:\n    from: alert\n    steps:\n      - navigate: alert.title\n"
    with_old = f"expressions:\n{unused.format('old')}"
    file = "routes/informational.yaml"
    team.write(file, f"{team.read(file)}{with_old}")
    git(team.folder, "commit", "-q", "-a", "-m", "one that nobody uses")
    team.write(file, f"{team.read(file)}{unused.format('newer')}")

    ended = team.run(
        *("plan", "--base", "HEAD", "--scope", "changed"),
        *("--comment", "comment.md", "--markdown", "plan.md", "--out", "plan.json"),
    )
    found = [
        one["message"]
        for one in json.loads(team.read("plan.json"))["findings"]
        if one["code"] == "unused-expression"
    ]

    assert ended.code == 1, ended.err
    assert ["newer" in found[0], "old" in found[1]] == [True, True]
    for page in ("comment.md", "plan.md"):
        assert team.read(page).index('"newer"') < team.read(page).index('"old"')
