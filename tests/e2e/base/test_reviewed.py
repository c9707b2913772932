"""What was reviewed is what is written."""

import json

from reconciler.sandbox.running import RunningSandbox
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

    ended = team.run("apply", "--base", "HEAD", "--reviewed", "plans", "--auto-approve")

    assert ended.code == 0


def test_a_plan_in_ci_says_when_its_key_could_write(team: Team, sandbox: RunningSandbox) -> None:
    team.run("plan", "--comment", "comment.md", CI="true")

    assert "could write" in team.read("comment.md")
    assert "[key-could-write]" in team.run("plan", CI="true").out
    assert "could write" not in team.run("plan", CI="").out
    reader = sandbox.read_only_key
    assert "could write" not in team.run("plan", CI="true", INCIDENT_API_KEY=reader).out
