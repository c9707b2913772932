"""With a base, live wins wherever a file did not change since."""

import json
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler import sandbox as sandboxes
from reconciler.sandbox.running import RunningSandbox
from reconciler.sandbox.seed import ident
from tests.e2e.team import REPOSITORY, Team


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.com", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with sandboxes.start(sandboxes.Settings(rate_limit=False)) as running:
        yield running


@pytest.fixture
def team(sandbox: RunningSandbox, tmp_path: Path) -> Team:
    made = Team(tmp_path, {"INCIDENT_ENDPOINT": sandbox.url, "INCIDENT_API_KEY": sandbox.key})
    for path in (REPOSITORY / "routes").glob("*.yaml"):
        made.write(f"routes/{path.name}", path.read_text(encoding="utf-8"))
    made.write("reconciler.yaml", (REPOSITORY / "reconciler.yaml").read_text(encoding="utf-8"))
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "m")
    return made


def test_a_hand_edit_is_reported_and_is_no_change(team: Team) -> None:
    ended = team.run("plan", "--base", "HEAD", "--detailed-exitcode")

    assert ended.code == 0
    assert "1 drifted" in " ".join(ended.out.split())
    assert "left alone" in ended.out
    assert "0 to update" in ended.out


def test_the_issue_says_who_is_paged_since_a_hand_edit_and_not_since_the_file(team: Team) -> None:
    team.edit("routes/database-alerts.yaml", "branch: main", "branch: [main, master]")

    team.run("plan", "--base", "HEAD", "--drift-issue", "drift.md")

    (risk,) = [line for line in team.read("drift.md").splitlines() if line.startswith("- ⚠️")]
    assert risk == (
        "- ⚠️ `Database Alerts` **target changed**: "
        "pages Database On-Call instead of Engineering On-Call"
    )


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
    assert "0 to update" in ended.out


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
    assert "moved in the file and by hand" in ended.out
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
    assert team.run("apply", "--revert-drift").code == 64


def test_drift_is_written_over_only_when_asked_for(team: Team) -> None:
    ended = team.run("plan", "--base", "HEAD", "--revert-drift")

    assert "1 to update" in ended.out
    assert "Reverts live edits" in ended.out
    assert team.run("plan", "--revert-drift").code == 64


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
    assert "would make a second route" in refused.out
    assert renamed.code == 0
    assert "1 to update" in renamed.out


def test_a_file_that_was_broken_in_the_base_is_not_compared(team: Team, tmp_path: Path) -> None:
    good = team.read("routes/informational.yaml")
    team.write("routes/informational.yaml", "name: [")
    git(tmp_path, "commit", "-q", "-a", "-m", "broken")
    team.write("routes/informational.yaml", good)

    ended = team.run("plan", "--base", "HEAD")

    assert ended.code == 1
    assert "base-unreadable" in ended.out


def test_a_base_that_is_not_there_is_one_line(team: Team) -> None:
    ended = team.run("plan", "--base", "nosuch")

    assert ended.code == 1
    assert "git knows no commit" in ended.err


def details(sandbox: RunningSandbox) -> list[str]:
    return [one.path for one in sandbox.requests if "/alert_routes/" in one.path]


def test_the_scope_changed_reads_the_routes_of_changed_files_alone(
    team: Team, sandbox: RunningSandbox
) -> None:
    team.edit("routes/production-warnings.yaml", "warning", "[warning, info]")
    team.edit("routes/informational.yaml", "name:", "# only a comment\nname:")

    ended = team.run("plan", "--base", "HEAD", "--scope", "changed", "--format", "json")

    plan = json.loads(ended.out)
    assert (plan["scope"], plan["summary"]["undeclared"]) == ("changed", None)
    assert [change["name"] for change in plan["changes"]] == ["Production Warnings"]
    assert details(sandbox) == [f"/v3/alert_routes/{sandbox.state.find('Production Warnings').id}"]


def test_where_undeclared_routes_are_deleted_the_scope_is_all(
    team: Team, sandbox: RunningSandbox
) -> None:
    platform = [ident("team", "Platform")]
    sandbox.state.edit("Informational", lambda route: route.update(owning_team_ids=platform))
    deleting = "undeclared: delete\nowns: {teams: [Platform]}\nmax_deletes: 1\n"
    team.write("reconciler.yaml", f"{deleting}{team.read('reconciler.yaml')}")
    git(team.folder, "rm", "-q", "routes/informational.yaml")
    git(team.folder, "commit", "-q", "-a", "-m", "gone")

    ended = team.run("plan", "--base", "HEAD", "--scope", "changed", "--comment", "comment.md")
    whole = team.run("plan", "--base", "HEAD")

    assert "with `undeclared: delete` all routes are read" in ended.err
    assert ended.out == whole.out
    assert "1 to delete" in ended.out
    assert "All routes were looked at" in team.read("comment.md")


def test_with_an_id_in_the_file_no_list_is_read(team: Team, sandbox: RunningSandbox) -> None:
    pinned = f"id: {sandbox.state.find('Production Warnings').id}\nname: Production Warnings"
    team.edit("routes/production-warnings.yaml", "name: Production Warnings", pinned)
    config = team.read("reconciler.yaml")
    team.write("reconciler.yaml", f"api: v3\n{config}")
    git(team.folder, "commit", "-q", "-a", "-m", "pin")
    team.edit("routes/production-warnings.yaml", "warning", "[warning, info]")

    ended = team.run("plan", "--base", "HEAD", "--scope", "changed")

    assert "1 to update" in ended.out
    assert sandbox.count("GET", "/alert_routes$") == 0
    assert len(details(sandbox)) == 1


def test_settings_that_translate_names_touch_every_route(
    team: Team, sandbox: RunningSandbox
) -> None:
    team.edit("reconciler.yaml", "C06E4KQ7R2N", "C06E4KQ7R2M")

    assert team.run("plan", "--base", "HEAD", "--scope", "changed").code == 0

    assert len(details(sandbox)) == 6


def test_a_plan_of_changed_routes_can_be_applied_as_it_is(
    team: Team, sandbox: RunningSandbox
) -> None:
    team.edit("routes/production-warnings.yaml", "warning", "[warning, info]")
    saved = str(team.folder / "plan.json")
    options = ("--base", "HEAD", "--scope", "changed", "--out", saved)

    assert team.run("plan", *options).code == 0
    assert team.run("apply", saved, "--auto-approve").code == 0

    assert sandbox.state.find("Production Warnings").version == 8
    assert team.run("plan", "--scope", "changed").code == 64


def test_a_file_that_is_gone_leaves_its_route_and_says_so(team: Team) -> None:
    (team.folder / "routes/informational.yaml").unlink()

    ended = team.run("plan", "--base", "HEAD")

    assert "file-removed" in ended.out
    assert "0 to delete" in ended.out
    assert "1 undeclared" in ended.out


def test_a_route_deleted_by_hand_stays_deleted_unless_asked_for(
    team: Team, sandbox: RunningSandbox
) -> None:
    sandbox.state.delete("Informational")

    left = team.run("plan", "--base", "HEAD")
    reverted = team.run("plan", "--base", "HEAD", "--revert-drift")

    assert "0 to create" in left.out
    assert "deleted-by-hand" in left.out
    assert "1 to create" in reverted.out


def test_a_route_renamed_by_hand_is_not_said_to_be_deleted(
    team: Team, sandbox: RunningSandbox
) -> None:
    sandbox.state.edit("Informational", lambda route: route.update(name="For your information"))

    left = team.run("plan", "--base", "HEAD")
    alone = team.run("plan")

    assert "0 to create" in left.out
    assert "probably it was renamed in incident.io" in " ".join(left.out.split())
    assert "1 to create" in alone.out
    assert "maybe-renamed" in alone.out


WARNINGS = "routes/production-warnings.yaml"


def merge_that_waits(team: Team) -> None:
    """A commit that nobody has applied: another filter, and a new route."""
    team.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    new = 'name: New\nsources: [Axiom]\nnotify:\n  - slack: "#alerts"\n'
    team.write("routes/new.yaml", new)
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", "waits")


def test_a_merge_that_is_not_applied_yet_is_no_drift(team: Team, sandbox: RunningSandbox) -> None:
    merge_that_waits(team)
    sandbox.state.edit("Production Warnings", lambda route: route.update(is_private=True))
    team.edit("routes/informational.yaml", "name:", "enabled: false\nname:")

    ended = team.run("plan", "--base", "HEAD", "--applied", "HEAD~1", "--format", "json")
    text = team.run("plan", "--base", "HEAD", "--applied", "HEAD~1").out

    plan = json.loads(ended.out)
    assert [change["name"] for change in plan["changes"]] == ["Informational"]
    drift = {side["name"]: {one["path"] for one in side["fields"]} for side in plan["drift"]}
    assert drift["Production Warnings"] == {"private"}
    (side,) = plan["merged"]
    assert {one["kind"] for one in side["fields"]} == {"merged"}
    assert "not-applied-yet" in text
    assert "deleted-by-hand" not in text
    assert "1 of other merges" in " ".join(text.split())
    assert "Other merges (live is as it was applied last" in " ".join(text.split())


def test_a_field_of_two_merges_waits_for_the_other_one(team: Team) -> None:
    merge_that_waits(team)
    team.edit(WARNINGS, "[warning, info]", "[warning, page]")

    apart = team.run("plan", "--base", "HEAD", "--applied", "HEAD~1")
    without = team.run("plan", "--base", "HEAD")

    assert "0 to update" in apart.out
    assert "plan again when the other one is applied" in " ".join(apart.out.split())
    assert "1 conflict" in " ".join(without.out.split())


def test_an_older_branch_takes_no_newer_apply_for_a_hand_edit(team: Team) -> None:
    team.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    git(team.folder, "commit", "-q", "-a", "-m", "newer")
    assert team.run("apply", "--base", "HEAD~1", "--auto-approve").code == 0
    git(team.folder, "checkout", "-q", "HEAD~1")

    text = team.run("plan", "--base", "HEAD", "--applied", "@{-1}").out

    assert "1 of other merges" in " ".join(text.split())


def test_a_broken_file_in_what_was_applied_last_is_said(team: Team) -> None:
    before = team.read("routes/informational.yaml")
    team.write("routes/informational.yaml", "name: [\n")
    git(team.folder, "commit", "-q", "-a", "-m", "broken")
    team.write("routes/informational.yaml", before)
    merge_that_waits(team)

    text = " ".join(team.run("plan", "--base", "HEAD", "--applied", "HEAD~1").out.split())

    assert "[applied-unreadable]" in text
    assert "routes/informational.yaml in" in text
    assert "counts as edited by hand" in text


def test_what_was_applied_last_is_asked_for_with_a_base(team: Team) -> None:
    assert team.run("plan", "--applied", "HEAD").code == 64
    assert team.run("plan", "--base", "HEAD", "--applied", "").code == 0  # a variable that is unset


def run_that_failed(team: Team, sandbox: RunningSandbox) -> tuple[str, str]:
    """A commit whose apply wrote one route and failed at another; the base, and that commit."""
    team.edit(WARNINGS, "severity: warning", "severity: [warning, info]")
    team.edit("routes/informational.yaml", "name:", "enabled: false\nname:")
    git(team.folder, "commit", "-q", "-a", "-m", "tried")
    failing = sandbox.state.find("Informational").id
    sandbox.fault("status", method="PUT", path=f"/alert_routes/{failing}", status=422)
    assert team.run("apply", "--base", "HEAD~1", "--auto-approve").code == 5
    return "HEAD~1", "HEAD"


def moved_on(team: Team, old: str, new: str) -> None:
    team.edit(WARNINGS, old, new)
    git(team.folder, "commit", "-q", "-a", "-m", "next")


TRIED = ("plan", "--base", "HEAD~2", "--tried", "HEAD~1")


@pytest.mark.parametrize("scope", ["all", "changed"])
def test_what_a_failed_run_wrote_is_no_hand_edit(
    team: Team, sandbox: RunningSandbox, scope: str
) -> None:
    run_that_failed(team, sandbox)
    moved_on(team, "[warning, info]", "warning")  # a revert

    without = json.loads(team.run(*TRIED[:3], "--format", "json").out)
    plan = json.loads(team.run(*TRIED, "--scope", scope, "--format", "json").out)

    assert "Production Warnings" in [side["name"] for side in without["drift"]]
    assert {one["name"] for one in plan["changes"]} == {"Production Warnings", "Informational"}
    assert "Production Warnings" not in [side["name"] for side in plan["drift"]]


def test_a_merge_that_goes_on_from_a_failed_run_is_no_conflict(
    team: Team, sandbox: RunningSandbox
) -> None:
    run_that_failed(team, sandbox)
    moved_on(team, "[warning, info]", "[warning, page]")

    assert team.run(*TRIED[:3]).out.count("[conflict]") == 1
    saved = team.run(*TRIED, "--out", "plan.json")
    ended = team.run("apply", "plan.json", "--auto-approve")

    assert "0 conflicts" in " ".join(saved.out.split())
    assert ended.code == 0, ended.out + ended.err
    assert "page" in str(sandbox.state.find("Production Warnings").body)


def test_beside_a_hand_edit_nobody_counts_from_a_failed_run(
    team: Team, sandbox: RunningSandbox
) -> None:
    run_that_failed(team, sandbox)
    sandbox.state.edit("Production Warnings", lambda route: route.update(is_private=True))
    moved_on(team, "[warning, info]", "warning")

    plan = json.loads(team.run(*TRIED, "--format", "json").out)

    drift = {side["name"]: {one["path"] for one in side["fields"]} for side in plan["drift"]}
    assert drift["Production Warnings"] == {"when", "private"}


def test_a_route_that_a_failed_run_created_is_gone_on_from(
    team: Team, sandbox: RunningSandbox
) -> None:
    merge_that_waits(team)
    assert team.run("apply", "--base", "HEAD~1", "--auto-approve").code == 0
    team.edit("routes/new.yaml", "sources:", "enabled: false\nsources:")
    git(team.folder, "commit", "-q", "-a", "-m", "next")

    (change,) = json.loads(team.run(*TRIED, "--format", "json").out)["changes"]

    assert (change["action"], change["name"]) == ("update", "New")
    assert [(one["path"], one["kind"]) for one in change["fields"]] == [("enabled", "change")]


def test_a_route_that_a_failed_run_deleted_is_made_again(
    team: Team, sandbox: RunningSandbox
) -> None:
    file, before = "routes/informational.yaml", team.read("routes/informational.yaml")
    team.write(file, "name: Informational\nstate: absent\n")
    git(team.folder, "commit", "-q", "-a", "-m", "absent")
    sandbox.state.delete("Informational")
    team.write(file, before)
    git(team.folder, "commit", "-q", "-a", "-m", "back")

    assert "0 to create" in team.run(*TRIED[:3]).out
    assert "1 to create" in team.run(*TRIED).out


def test_a_pull_takes_nothing_that_a_failed_run_wrote(team: Team, sandbox: RunningSandbox) -> None:
    run_that_failed(team, sandbox)
    moved_on(team, "[warning, info]", "warning")

    without = team.run("pull", WARNINGS, "--base", "HEAD~2", "--diff")
    ended = team.run("pull", WARNINGS, "--base", "HEAD~2", "--tried", "HEAD~1", "--diff")

    assert "1 file would be changed" in without.out
    assert "0 files would be changed" in ended.out


def test_only_commits_that_the_files_went_on_from_were_tried(team: Team) -> None:
    moved_on(team, "severity: warning", "severity: [warning, info]")
    git(team.folder, "checkout", "-q", "HEAD~1")

    ended = team.run("plan", "--base", "HEAD", "--tried", "@{-1}")

    assert ended.code == 1
    assert "does not lie between" in ended.err
    assert team.run("plan", "--tried", "HEAD").code == 64
    assert team.run("pull", "--tried", "HEAD").code == 64
    assert team.run("plan", "--base", "HEAD", "--tried", "").code == 0  # a variable that is unset


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
