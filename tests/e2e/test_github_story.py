"""The whole loop on GitHub: our workflows by bash, against a fake GitHub and the sandbox."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler import sandbox as sandboxes
from reconciler.sandbox.keys import FULL
from reconciler.sandbox.running import RunningSandbox
from tests.e2e.team import REPOSITORY as SOURCE
from tests.e2e.team import Team
from tests.github.fake import READER, REPOSITORY, FakeGitHub, running
from tests.github.runner import Job, Runner

DATABASE = "routes/database-alerts.yaml"
WARNINGS = "routes/production-warnings.yaml"
STAGING = "routes/staging-notifications.yaml"


@dataclass
class Story:
    """A repository on GitHub, its account, and the machine that runs its workflows."""

    team: Team
    github: FakeGitHub
    runner: Runner
    incident_io: RunningSandbox

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.com", *arguments]
        ended = subprocess.run(
            command, cwd=self.team.folder, check=True, capture_output=True, text=True
        )
        return ended.stdout.strip()

    def write_table(self) -> None:
        """The page with the routing table, as the files are now."""
        self.team.write("docs/routes.md", self.team.run("table", "--format", "markdown").out)

    def commit(self, branch: str) -> str:
        """All edits, on a branch that begins where we are; returns the commit."""
        self.git("checkout", "-q", "-B", branch)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", branch)
        return self.git("rev-parse", "HEAD")

    def plan(self, number: int, head: str, workflow: str = "plan", repo: str = REPOSITORY) -> Job:
        """The workflow on the pull request's head."""
        pull = {
            "number": number,
            "head": {"sha": head, "repo": {"full_name": repo}},
            "base": {"sha": self.git("rev-parse", "main")},
        }
        ref = f"refs/pull/{number}/merge"
        return self.runner.run(workflow, {"pull_request": pull}, head, ref)

    def merge(self, number: int, branch: str, repo: str = REPOSITORY) -> str:
        """Merge it on GitHub, and return the new head of main."""
        head = self.git("rev-parse", branch)
        self.git("checkout", "-q", "main")
        before = self.git("rev-parse", "main")
        self.git("merge", "-q", "--no-ff", "-m", f"merge {number}", branch)
        commits = self.git("rev-list", f"{before}..main").split()
        self.github.merge(number, head, commits, repo)
        return self.git("rev-parse", "main")

    def apply(self, sha: str, **inputs: str) -> Job:
        """The workflow on main, by a push or by hand."""
        return self.runner.run("apply", {}, sha, inputs=inputs)

    def drift(self) -> Job:
        """The workflow on its schedule."""
        return self.runner.run("drift", {}, self.git("rev-parse", "main"))

    def adopt(self) -> Job:
        """Its other job, switched on."""
        self.runner.variables = {"ADOPT_HAND_EDITS": "true"}
        return self.runner.run("drift", {}, self.git("rev-parse", "main"), job="adopt")


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
        assert team.run("apply", "--auto-approve").code == 0
        github.folder = folder
        secrets = {"INCIDENT_API_KEY": FULL.secret}
        runner = Runner(tmp_path, folder, github, secrets, incident_io.url)
        told = Story(team, github, runner, incident_io)
        told.git("init", "-q", "-b", "main")
        team.write(".gitignore", ".reconciler/\n")
        told.commit("main")
        github.deploy(told.git("rev-parse", "HEAD"), "success")
        yield told
    assert github.leaks == []


def disable(body: dict[str, object]) -> None:
    body["enabled"] = False


def other_branch(body: dict[str, object]) -> None:
    text = json.dumps(body["condition_groups"])
    assert '"main"' in text
    body["condition_groups"] = json.loads(text.replace('"main"', '"trunk"'))


def test_the_whole_story(story: Story) -> None:
    team, github = story.team, story.github
    team.edit(DATABASE, "branch: main", "branch: [main, master]")
    story.write_table()
    first = story.commit("wider")

    validated = story.plan(7, first, "validate")
    planned = story.plan(7, first)

    assert validated.ok, validated.log
    assert "The route files are valid" in validated.summary
    assert "spelling" not in validated.summary
    assert planned.ok, planned.log
    (comment,) = github.comments_of(7)
    lines = comment.splitlines()
    assert lines[0].startswith(f"<!-- reconciler:plan v1 sha={first} digest=")
    assert lines[1].startswith("**Plan: 0 to create, 1 to update, 0 to delete")
    assert "⚠️ **1 risk**" in lines[1]
    assert "```mermaid" in comment
    assert planned.outputs["changes"] == "true"
    assert json.loads(planned.outputs["counts"]) == {"creates": 0, "updates": 1, "deletes": 0}
    assert planned.outputs["digest"] in comment
    assert "1 to update" in planned.summary
    assert "this key could write" in planned.summary
    assert "this key could write" in comment

    team.edit(DATABASE, "[main, master]", "[main, trunk]")
    second = story.commit("wider")
    assert story.plan(7, second).ok
    (comment,) = github.comments_of(7)
    assert "trunk" in comment
    assert "master" not in comment

    merged = story.merge(7, "wider")
    applied = story.apply(merged)

    assert applied.ok, applied.log
    assert "trunk" in str(story.incident_io.state.find("Database Alerts").body)
    (comment,) = github.comments_of(7)
    assert "state=applied" in comment.splitlines()[0]
    assert "✅ **Applied**" in comment
    assert "✅ `Database Alerts` updated v7" in comment
    assert "**Plan: 0 to create, 1 to update" in comment
    names = [row["name"] for row in github.artifacts]
    assert any(name.startswith("run-") for name in names)

    assert story.drift().ok
    assert github.issues == []
    story.incident_io.state.edit("Database Alerts", disable)
    assert story.drift().ok
    (issue,) = github.issues
    assert issue["state"] == "open"
    assert "reconciler pull 'Database Alerts'" in issue["body"]
    assert "--revert-drift" in issue["body"]
    assert "updated 20" in issue["body"]

    assert team.run("pull", "Database Alerts").code == 0
    assert "enabled: false" in team.read(DATABASE)
    adopted = story.commit("adopt")
    assert story.plan(8, adopted).ok
    assert "Nothing to do" in github.comments_of(8)[0]
    assert story.apply(story.merge(8, "adopt")).ok
    assert "There was nothing to write" in github.comments_of(8)[0]
    assert story.drift().ok
    assert [row["state"] for row in github.issues] == ["closed"]

    story.incident_io.state.edit("Database Alerts", lambda body: body.update(enabled=True))
    assert story.drift().ok
    assert [row["state"] for row in github.issues] == ["open"]


THREE = (
    (11, "one", DATABASE, "branch: main", "branch: [main, master]"),
    (12, "two", WARNINGS, "severity: warning", "severity: [warning, info]"),
    (13, "three", STAGING, "  - Checkly (Staging)\n", ""),
)


def opened(story: Story, number: int, branch: str, path: str, old: str, new: str) -> None:
    story.git("checkout", "-q", "main")
    story.team.edit(path, old, new)
    assert story.plan(number, story.commit(branch)).ok
    story.git("checkout", "-q", "main")


def test_three_merges_land_with_the_third_when_the_second_failed(story: Story) -> None:
    github, store = story.github, story.incident_io.state
    for change in THREE:
        opened(story, *change)

    assert story.apply(story.merge(11, "one")).ok
    story.incident_io.fault("status", method="PUT", path="/alert_routes/", status=422)
    failed = story.apply(story.merge(12, "two"))
    assert not failed.ok
    assert "🛑 **Not applied**" in github.comments_of(12)[0]
    assert "info" not in str(store.find("Production Warnings").body)

    last = story.apply(story.merge(13, "three"))

    assert last.ok, last.log
    assert "info" in str(store.find("Production Warnings").body)
    assert len(store.find("Staging Notifications").body["alert_sources"]) == 1
    for number in (11, 12, 13):
        assert "state=applied" in github.comments_of(number)[0].splitlines()[0]
    states = [row["statuses"][0]["state"] for row in github.deployments]
    assert states == ["success", "failure", "inactive", "inactive"]


def test_a_merge_that_is_not_applied_yet_is_no_drift_of_the_next_pull_request(
    story: Story,
) -> None:
    opened(story, *THREE[1])
    story.incident_io.fault("status", method="PUT", path="/alert_routes/", status=422)
    assert not story.apply(story.merge(12, "two")).ok
    story.git("checkout", "-q", "main")
    story.team.edit(
        WARNINGS, "name: Production Warnings", "name: Production Warnings\nprivate: true"
    )

    planned = story.plan(13, story.commit("three"))

    assert planned.ok, planned.log
    (comment,) = story.github.comments_of(13)
    assert "### Other merges" in comment
    assert "edited by hand since the base" not in comment
    assert "1 to update" in comment.splitlines()[1]


def test_without_the_right_to_read_deployments_a_plan_is_made_all_the_same(story: Story) -> None:
    story.github.hidden.add("deployments")

    opened(story, *THREE[0])

    assert "1 to update" in story.github.comments_of(11)[0]


def test_a_push_without_a_pull_request_waits_for_a_start_by_hand(story: Story) -> None:
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    pushed = story.commit("main")

    stopped = story.apply(pushed)

    assert not stopped.ok
    assert story.incident_io.count("PUT") == 1  # the one before the story
    assert "guard-not-reviewed" in stopped.log
    (digest,) = set(re.findall(r"--digest\s+([0-9a-f]{64})", stopped.log))
    assert "1 to update" in stopped.summary
    assert digest in stopped.summary
    assert "Nothing was written." in stopped.summary
    assert not story.apply(pushed, digest="0" * 64).ok
    by_hand = story.apply(pushed, digest=digest)
    assert by_hand.ok, by_hand.log
    assert "master" in str(story.incident_io.state.find("Database Alerts").body)


def test_what_was_not_reviewed_is_not_applied_and_the_comment_says_so(story: Story) -> None:
    opened(story, *THREE[0])
    opened(story, *THREE[1])
    # Two pull requests change one route: together they make a change that nobody reviewed.
    story.git("checkout", "-q", "one")
    story.team.edit(WARNINGS, "severity: warning", "severity: [warning, page]")
    assert story.plan(11, story.commit("one")).ok
    story.git("checkout", "-q", "main")
    story.merge(11, "one")
    story.git("checkout", "-q", "-B", "both", "main")
    story.team.edit(WARNINGS, "[warning, page]", "[warning, page, info]")
    merged = story.commit("both")
    story.git("checkout", "-q", "main")
    story.git("merge", "-q", "--ff-only", "both")

    ended = story.apply(merged)

    assert not ended.ok
    assert "master" in str(story.incident_io.state.find("Database Alerts").body)
    assert "page" not in str(story.incident_io.state.find("Production Warnings").body)
    (comment,) = story.github.comments_of(11)
    assert "⚠️ **Partly applied**" in comment
    assert "`Production Warnings`: not in the reviewed plan" in comment
    assert (
        "  - now `when`: `severity is one of warning` → `severity is one of info, page" in comment
    )
    assert "Database Alerts: updated v7" in ended.summary
    assert "Production Warnings: not sent (not reviewed)" in ended.summary
    (digest,) = set(re.findall(r"--digest ([0-9a-f]{64})", ended.log))
    assert f"the digest `{digest}`" in comment
    assert f"by hand once read: `{digest}`" in ended.summary
    by_hand = story.apply(merged, digest=digest)
    assert by_hand.ok, by_hand.log
    assert "page" in str(story.incident_io.state.find("Production Warnings").body)


def test_a_fork_gets_no_plan_and_its_merge_waits(story: Story) -> None:
    fork = "stranger/routes"
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    head = story.commit("theirs")

    assert not story.plan(21, head, repo=fork).ran
    assert "6 routes valid" in story.plan(21, head, "validate", repo=fork).log
    # A run of the fork may name its artifact as it likes.
    forged = json.dumps({"format_version": "1.0"}).encode()
    story.github.upload(f"plan-{head}", {"plan.json": forged}, head, fork=True)
    stopped = story.apply(story.merge(21, "theirs", fork))

    assert not stopped.ok
    (comment,) = story.github.comments_of(21)
    assert "it came from a fork" in comment
    assert "by hand with the digest" in comment


def test_a_token_that_may_only_read_fails_the_comment_and_not_the_plan(story: Story) -> None:
    story.runner.token = READER
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")

    planned = story.plan(7, story.commit("wider"))

    assert not planned.ok
    assert "a fork's token may only read" in planned.log
    assert "1 to update" in planned.summary
    assert READER not in planned.log
    assert planned.outputs["changes"] == "true"


def test_findings_of_a_broken_file_are_in_the_comment_too(story: Story) -> None:
    story.team.edit(DATABASE, "path: Engineering On-Call", "path: Engineering Oncall")
    head = story.commit("typo")

    validated = story.plan(7, head, "validate")
    planned = story.plan(7, head)

    assert not validated.ok
    assert "::error file=routes/database-alerts.yaml,line=" in validated.log
    assert "The route files have errors" in validated.summary
    assert not planned.ok
    assert "❌ **1 error" in story.github.comments_of(7)[0]


def test_an_older_commit_s_plan_is_never_taken_for_this_one_s(story: Story) -> None:
    opened(story, *THREE[0])
    older = story.git("rev-parse", "one")
    story.git("checkout", "-q", "one")
    story.team.edit(DATABASE, "[main, master]", "[main, trunk]")
    newer = story.commit("one")
    story.incident_io.fault("status", status=404, path="/alert_routes", times=100)

    failed = story.plan(11, newer)

    assert not failed.ok
    (comment,) = story.github.comments_of(11)
    assert f"❓ **No plan of `{newer[:12]}`**" in comment.splitlines()[2]
    assert f"What stands below is the plan of `{older[:12]}`." in comment
    story.incident_io.clear_faults()
    assert story.plan(11, newer).ok
    (comment,) = story.github.comments_of(11)
    assert "No plan of" not in comment
    assert "trunk" in comment


def test_when_nobody_can_tell_the_drift_issue_stays_as_it_is(story: Story) -> None:
    story.incident_io.state.edit("Database Alerts", disable)
    assert story.drift().ok
    (before,) = [dict(row) for row in story.github.issues]
    story.incident_io.fault("status", status=404, path="/alert_routes", times=100)

    ended = story.drift()

    assert not ended.ok
    assert story.github.issues == [before]


def test_a_route_that_was_deleted_by_hand_is_drift_and_stays_deleted(story: Story) -> None:
    story.incident_io.state.delete("Informational")

    assert story.drift().ok

    (issue,) = story.github.issues
    assert "`Informational`" in issue["body"]
    assert "remove `routes/informational.yaml`" in issue["body"]
    opened(story, *THREE[0])
    assert story.apply(story.merge(11, "one")).ok
    assert "Informational" not in story.incident_io.state.names()


def test_the_first_run_needs_a_base_that_somebody_names(story: Story) -> None:
    story.github.deployments.clear()
    opened(story, *THREE[0])
    base = story.git("rev-parse", "main")
    merged = story.merge(11, "one")

    refused = story.apply(merged)
    named = story.apply(merged, base=base)

    assert not refused.ok
    assert "start the workflow by hand with `base`" in refused.log
    assert named.ok, named.log


def test_an_older_commit_is_not_applied_over_a_newer_one(story: Story) -> None:
    older = story.git("rev-parse", "main")
    opened(story, *THREE[0])
    assert story.apply(story.merge(11, "one")).ok

    again = story.apply(older)

    assert not again.ok
    assert "does not come after" in again.log
    assert "master" in str(story.incident_io.state.find("Database Alerts").body)


def test_hand_edits_become_a_pull_request_whose_merge_ends_the_drift(story: Story) -> None:
    store = story.incident_io.state
    assert not story.runner.run("drift", {}, story.git("rev-parse", "main"), job="adopt").ran
    nothing = story.adopt()
    assert nothing.ok, nothing.log
    assert story.github.opened == []
    assert nothing.summary == "There is no hand edit in incident.io to take into the files.\n"
    store.edit("Database Alerts", disable)

    adopted = story.adopt()

    assert adopted.ok, adopted.log
    (pull,) = story.github.opened
    assert pull["title"] == "Adopt live edits of Database Alerts"
    assert (pull["base"], pull["head"]["ref"]) == ("main", "reconciler/live-edits")
    assert "### What this means for paging" in pull["body"]
    assert "- **Database Alerts** pages nobody any more" in pull["body"]
    assert story.git("diff", "main", "reconciler/live-edits", "--stat").startswith(DATABASE)
    assert "\n+enabled: false\n" in story.git("diff", "main", "reconciler/live-edits")
    assert "**Database Alerts**" in adopted.summary
    assert story.adopt().ok
    assert len(story.github.opened) == 1

    merged = story.merge(pull["number"], "reconciler/live-edits")
    pull.update(state="closed", merged_at="2026-08-21T09:12:00Z")
    before = story.incident_io.count("PUT")
    assert story.apply(merged).ok
    assert story.incident_io.count("PUT") == before
    assert story.drift().ok
    assert story.github.issues == []
    assert story.adopt().ok
    assert len(story.github.opened) == 1


def test_what_both_sides_changed_is_said_in_the_pull_request_and_left(story: Story) -> None:
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    story.commit("main")
    story.incident_io.state.edit("Database Alerts", other_branch)
    story.incident_io.state.edit("Informational", disable)

    adopted = story.adopt()

    assert adopted.ok, adopted.log
    (pull,) = story.github.opened
    assert "### Left to a person" in pull["body"]
    assert "changed here and in incident.io since" in pull["body"]
    changed = story.git("diff", "--name-only", "main", "reconciler/live-edits")
    assert changed == "routes/informational.yaml"


def test_when_nobody_can_tell_the_pull_request_stays_as_it_is(story: Story) -> None:
    story.incident_io.state.edit("Database Alerts", disable)
    assert story.adopt().ok
    (before,) = [dict(row) for row in story.github.opened]
    story.incident_io.fault("status", status=404, path="/alert_routes", times=100)

    assert not story.adopt().ok
    assert story.github.opened == [before]


COMMANDS = (
    "::error file=x::forged",
    "##[add-mask]e",
    "see ##[set-env name=PATH]/tmp",
    f"{'words ' * 11}::warning::forged at the start of a line once it is wrapped",
)


def test_the_summary_says_why_a_valid_file_is_refused(story: Story) -> None:
    story.team.edit(DATABASE, "branch: main", 'branch: "main"')

    refused = story.plan(7, story.commit("quoted"), "validate")

    assert not refused.ok
    assert "The route files are valid" in refused.summary
    assert "canonical spelling" in refused.summary
    assert "`reconciler fmt`" in refused.summary


def test_no_name_is_ever_a_command_to_the_runner(story: Story) -> None:
    team, store = story.team, story.incident_io.state
    for place, name in enumerate(COMMANDS):
        text = team.read(DATABASE).replace("name: Database Alerts", f"name: {json.dumps(name)}")
        team.write(f"routes/forged-{place}.yaml", text)
    head = story.commit("forged")
    jobs = [story.plan(7, head, "validate"), story.plan(7, head)]
    jobs.append(story.apply(story.merge(7, "forged")))
    assert jobs[-1].ok, jobs[-1].log
    for name in COMMANDS:
        store.edit(name, disable)
    jobs += [story.drift(), story.adopt()]

    assert [line for job in jobs for line in job.commands] == []
    team.edit("routes/forged-0.yaml", "path: Engineering On-Call", "path: '::error::x'")
    broken = story.plan(8, story.commit("broken"), "validate")
    assert broken.commands
    assert all(line.startswith("::error file=routes/forged-0.yaml,") for line in broken.commands)


def failed_half(story: Story) -> str:
    """Two merges; the run writes the first one's route and fails on the second one's. Returns the
    first merge.
    """
    opened(story, *THREE[0])
    opened(story, *THREE[1])
    first = story.merge(11, "one")
    merged = story.merge(12, "two")
    warnings = story.incident_io.state.find("Production Warnings").id
    story.incident_io.fault("status", method="PUT", path=f"/alert_routes/{warnings}", status=422)
    assert not story.apply(merged).ok
    assert "master" in str(story.incident_io.state.find("Database Alerts").body)
    return first


def test_a_merge_goes_on_from_what_a_failed_run_wrote(story: Story) -> None:
    failed_half(story)
    opened(story, 14, "on", DATABASE, "[main, master]", "[main, master, trunk]")

    ended = story.apply(story.merge(14, "on"))

    assert ended.ok, ended.log
    assert "trunk" in str(story.incident_io.state.find("Database Alerts").body)
    assert "info" in str(story.incident_io.state.find("Production Warnings").body)
    assert "✅ **Applied**" in story.github.comments_of(14)[0]


def test_a_revert_of_what_a_failed_run_wrote_is_written(story: Story) -> None:
    failed_half(story)
    opened(story, 14, "revert", DATABASE, "branch: [main, master]", "branch: main")

    ended = story.apply(story.merge(14, "revert"))

    assert ended.ok, ended.log
    assert "master" not in str(story.incident_io.state.find("Database Alerts").body)
    assert "info" in str(story.incident_io.state.find("Production Warnings").body)
    assert "✅ **Applied**" in story.github.comments_of(14)[0]
    assert "a later merge took this change back" in story.github.comments_of(11)[0]
    assert "✅ `Production Warnings` updated" in story.github.comments_of(12)[0]


def test_a_revert_that_waits_is_no_hand_edit_to_anybody(story: Story) -> None:
    failed_half(story)
    opened(story, 14, "revert", DATABASE, "branch: [main, master]", "branch: main")
    story.incident_io.fault("status", method="PUT", path="/alert_routes/", status=422, times=9)
    assert not story.apply(story.merge(14, "revert")).ok

    assert story.drift().ok
    assert story.adopt().ok

    assert story.github.issues == []
    assert story.github.opened == []


def test_a_hand_edit_beside_what_a_failed_run_wrote_stops_the_revert(story: Story) -> None:
    failed_half(story)
    story.incident_io.state.edit("Database Alerts", disable)
    opened(story, 14, "revert", DATABASE, "branch: [main, master]", "branch: main")
    reverted = story.merge(14, "revert")

    ended = story.apply(reverted)

    assert not ended.ok  # or the next run would count from here, and the revert be forgotten
    assert story.incident_io.state.find("Database Alerts").body["enabled"] is False
    (comment,) = story.github.comments_of(14)
    assert "🛑 **Not applied**" in comment
    assert "`Database Alerts` was not written: the live value that it changes counts" in comment
    shown = story.apply(reverted, **{"revert-drift": "true"})
    assert not shown.ok  # the end of the hand edit was in no reviewed plan
    (digest,) = set(re.findall(r"the digest `([0-9a-f]{64})`", story.github.comments_of(14)[0]))
    by_hand = story.apply(reverted, **{"revert-drift": "true", "digest": digest})
    assert by_hand.ok, by_hand.log
    assert "master" not in str(story.incident_io.state.find("Database Alerts").body)
    assert "✅ **Applied**" in story.github.comments_of(14)[0]


def trunk_instead(body: dict[str, object]) -> None:
    text = json.dumps(body["condition_groups"])
    assert '"master"' in text
    body["condition_groups"] = json.loads(text.replace('"master"', '"trunk"'))


def test_a_hand_edit_in_what_a_revert_takes_back_lets_no_run_forget_the_revert(
    story: Story,
) -> None:
    story.team.edit(DATABASE, "name: Database Alerts", "name: Database Alerts\nprivate: true")
    opened(story, *THREE[0])
    opened(story, *THREE[1])
    story.merge(11, "one")
    merged = story.merge(12, "two")
    warnings = story.incident_io.state.find("Production Warnings").id
    story.incident_io.fault("status", method="PUT", path=f"/alert_routes/{warnings}", status=422)
    assert not story.apply(merged).ok
    story.team.edit(DATABASE, "\nprivate: true", "")
    opened(story, 14, "revert", DATABASE, "branch: [main, master]", "branch: main")
    story.incident_io.state.edit("Database Alerts", trunk_instead)
    reverted = story.merge(14, "revert")

    ended = story.apply(reverted)

    assert not ended.ok  # or the next run would count from here, and the revert be forgotten
    body = story.incident_io.state.find("Database Alerts").body
    assert (body["is_private"], "trunk" in str(body)) == (True, True)
    said = "edited by hand, beside what an apply that failed wrote or meant to: private"
    for number in (11, 14):
        (comment,) = story.github.comments_of(number)
        assert "🛑 **Not applied**" in comment
        assert f"🛑 `Database Alerts`: {said}" in comment
        assert "a start by hand with `revert-drift`" in comment
    shown = story.apply(reverted, **{"revert-drift": "true"})
    (digest,) = set(re.findall(r"--digest ([0-9a-f]{64})", " ".join(shown.log.split())))
    by_hand = story.apply(reverted, **{"revert-drift": "true", "digest": digest})
    assert by_hand.ok, by_hand.log
    assert story.incident_io.state.find("Database Alerts").body["is_private"] is False


def test_a_push_that_reverts_what_a_failed_run_wrote_is_not_forgotten(story: Story) -> None:
    failed_half(story)
    story.incident_io.state.edit("Database Alerts", disable)
    story.team.edit(DATABASE, "branch: [main, master]", "branch: main")
    pushed = story.commit("main")

    ended = story.apply(pushed)

    assert not ended.ok
    assert "an apply that failed wrote or meant to: when" in " ".join(ended.summary.split())
    assert "Production Warnings: updated" in ended.summary
    assert story.incident_io.state.find("Database Alerts").body["enabled"] is False
    assert story.team.run("pull", "Database Alerts").code == 0
    assert story.plan(15, story.commit("adopt")).ok
    adopted = story.apply(story.merge(15, "adopt"))
    assert adopted.ok, adopted.log


def test_a_hand_edit_beside_what_a_failed_run_wrote_stops_nothing_else(story: Story) -> None:
    failed_half(story)
    story.incident_io.state.edit("Database Alerts", disable)

    ended = story.apply(story.git("rev-parse", "main"))

    assert ended.ok, ended.log
    assert "info" in str(story.incident_io.state.find("Production Warnings").body)
    assert story.incident_io.state.find("Database Alerts").body["enabled"] is False


def test_a_plain_revert_of_a_name_that_a_failed_run_gave_is_refused(story: Story) -> None:
    file = "routes/informational.yaml"
    opened(story, 11, "one", file, "name: Informational", "name: Two\npreviously: Informational")
    opened(story, *THREE[1])
    story.merge(11, "one")
    merged = story.merge(12, "two")
    warnings = story.incident_io.state.find("Production Warnings").id
    story.incident_io.fault("status", method="PUT", path=f"/alert_routes/{warnings}", status=422)
    assert not story.apply(merged).ok
    assert "Two" in story.incident_io.state.names()
    story.team.edit(file, "name: Two\npreviously: Informational", "name: Informational")

    refused = story.apply(story.commit("main"))

    assert not refused.ok  # or the next run would count from here, and call it a hand's
    assert "`previously: Two`" in refused.log
    assert "[renamed]" in " ".join(refused.log.split())
    assert "Informational" not in story.incident_io.state.names()


def created_half(story: Story) -> None:
    """The same as `failed_half`, with a new route."""
    text = story.team.read(DATABASE).replace("Database Alerts", "New One")
    story.team.write("routes/new.yaml", text)
    assert story.plan(11, story.commit("one")).ok
    opened(story, *THREE[1])
    story.merge(11, "one")
    merged = story.merge(12, "two")
    story.incident_io.fault("status", method="PUT", path="/alert_routes/", status=422)
    assert not story.apply(merged).ok
    assert "New One" in story.incident_io.state.names()


def test_a_created_route_that_is_deleted_later_is_not_called_applied(story: Story) -> None:
    created_half(story)
    story.team.write("routes/new.yaml", "name: New One\nstate: absent\n")
    story.team.approve("New One", "delete")
    assert story.plan(14, story.commit("absent")).ok

    ended = story.apply(story.merge(14, "absent"))

    assert ended.ok, ended.log
    assert "New One" not in story.incident_io.state.names()
    assert "✅ `New One` deleted" in story.github.comments_of(14)[0]
    (comment,) = story.github.comments_of(11)
    assert "↩️ `New One`: a later merge took this change back" in comment


def test_a_created_route_whose_file_is_gone_is_still_called_live(story: Story) -> None:
    created_half(story)
    (story.team.folder / "routes/new.yaml").unlink()
    assert story.plan(14, story.commit("gone")).ok

    ended = story.apply(story.merge(14, "gone"))

    assert ended.ok, ended.log
    assert "New One" in story.incident_io.state.names()
    (comment,) = story.github.comments_of(11)
    assert "⚠️ `New One` is live, and still pages, though a later merge took its file" in comment


def test_a_route_that_a_failed_run_deleted_comes_back(story: Story) -> None:
    file, before = "routes/informational.yaml", story.team.read("routes/informational.yaml")
    story.team.write(file, "name: Informational\nstate: absent\n")
    story.team.approve("Informational", "delete")
    assert story.plan(15, story.commit("absent")).ok
    story.github.comments[0]["locked"] = True
    assert not story.apply(story.merge(15, "absent")).ok
    assert "Informational" not in story.incident_io.state.names()
    story.github.comments[0]["locked"] = False
    story.team.write(file, before)
    assert story.plan(16, story.commit("back")).ok

    ended = story.apply(story.merge(16, "back"))

    assert ended.ok, ended.log
    assert "Informational" in story.incident_io.state.names()
    assert "✅ **Applied**" in story.github.comments_of(16)[0]
    assert "a later merge took this change back" in story.github.comments_of(15)[0]


def test_a_route_that_was_deleted_by_hand_comes_back_by_hand(story: Story) -> None:
    file, before = "routes/informational.yaml", story.team.read("routes/informational.yaml")
    story.incident_io.state.delete("Informational")
    story.team.write(file, "name: Informational\nstate: absent\n")
    story.team.approve("Informational", "delete")
    story.commit("main")
    story.team.write(file, before)
    assert story.plan(16, story.commit("back")).ok
    back = story.merge(16, "back")

    ended = story.apply(back)

    assert not ended.ok
    assert "`Informational` was not written" in story.github.comments_of(16)[0]
    by_hand = story.apply(back, **{"revert-drift": "true"})
    assert by_hand.ok, by_hand.log
    assert "Informational" in story.incident_io.state.names()


def test_what_was_never_written_and_is_reverted_was_not_applied(story: Story) -> None:
    opened(story, *THREE[0])
    story.incident_io.fault("status", method="PUT", path="/alert_routes/", status=422)
    assert not story.apply(story.merge(11, "one")).ok
    opened(story, 14, "revert", DATABASE, "branch: [main, master]", "branch: main")

    ended = story.apply(story.merge(14, "revert"))

    assert ended.ok, ended.log
    assert "🛑 **Not applied**" in story.github.comments_of(11)[0]
    assert "a later merge took this change back" in story.github.comments_of(11)[0]


def test_a_comment_that_cannot_be_edited_leaves_the_others_true(story: Story) -> None:
    opened(story, *THREE[0])
    opened(story, *THREE[1])
    story.merge(11, "one")
    merged = story.merge(12, "two")
    (first,) = (row for row in story.github.comments if row["pull"] == 11)
    first["locked"] = True

    ended = story.apply(merged)

    assert not ended.ok
    assert "error: the comment of #11 stays as it was: GitHub answered 403" in ended.log
    assert "✅ **Applied**" in story.github.comments_of(12)[0]
