"""What counts as reviewed on GitLab, and which job gets which key and token."""

import itertools
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from reconciler.record.repository import records_of
from reconciler.sandbox.http.keys import FULL
from tests.e2e.gitlab.story import DATABASE, WARNINGS, Story
from tests.forge.served import Answer
from tests.gitlab.fake import FORK, JOB, NOTES, PUSH, READER
from tests.gitlab.runner import Variable

WIDER = (DATABASE, "branch: main", "branch: [main, master]")
MORE = (WARNINGS, "severity: warning", "severity: [warning, info]")


def test_a_fork_gets_no_plan_and_its_merge_waits_for_the_digest(story: Story) -> None:
    story.team.edit(*WIDER)
    head = story.commit("theirs")

    assert not story.plan(21, head, source=FORK).ran
    validated = story.plan(21, head, "reconciler-validate", FORK)
    assert "6 routes valid" in validated.log
    # A job of the fork may be called as it likes, and keep what it likes.
    pipeline = story.gitlab.pipeline(head, "merge_request_event", 21)
    forged = {"reconciler-artifacts/plan.json": json.dumps({"format_version": "1.0"}).encode()}
    story.gitlab.job(pipeline["id"], "reconciler-plan", forged)
    merged = story.merge(21, "theirs")
    stopped = story.apply(merged)

    assert not stopped.ok
    assert "master" not in str(story.incident_io.state.find("Database Alerts").body)
    (note,) = story.gitlab.notes_of(21)
    assert "it came from a fork" in note
    assert "in a separate pull request" not in note
    (digest,) = set(
        re.findall(r"Build → Pipelines → New pipeline, `digest` = `([0-9a-f]{64})`", note)
    )
    by_hand = story.apply(merged, "web", digest=digest)
    assert by_hand.ok, by_hand.log
    assert "master" in str(story.incident_io.state.find("Database Alerts").body)
    assert "✅ **Applied**" in story.gitlab.notes_of(21)[0]


def test_two_pipelines_at_once_make_one_note(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.team.edit(*WIDER)
    head = story.commit("one")
    both, answer = threading.Barrier(2, timeout=60), story.gitlab.answer
    reads = itertools.count()

    def read_at_once(method: str, target: str, token: str, body: dict[str, Any]) -> Answer:
        found = answer(method, target, token, body)
        if method == "GET" and "/notes" in target and next(reads) < 2:  # the first of each job
            both.wait()
        return found

    monkeypatch.setattr(story.gitlab, "answer", read_at_once)
    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(story.plan, 11, head) for _ in range(2)]
    assert [job.result().ok for job in jobs] == [True, True]
    assert len(story.gitlab.notes_of(11)) == 1


def test_a_note_that_gitlab_refuses_is_written_by_a_later_run_as_the_log_says(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.opened(11, "one", *WIDER)
    merged, answer = story.merge(11, "one"), story.gitlab.answer

    def refuse_edits(method: str, target: str, token: str, body: dict[str, Any]) -> Answer:
        refused = Answer(403, {"message": "403 Forbidden"})
        return refused if method == "PUT" else answer(method, target, token, body)

    with monkeypatch.context() as refusing:
        refusing.setattr(story.gitlab, "answer", refuse_edits)
        ended = story.apply(merged)
    assert not ended.ok
    assert "master" in str(story.incident_io.state.find("Database Alerts").body)
    way = re.search(r"New pipeline, `base` = ([0-9a-f]{40})$", ended.log, re.MULTILINE)
    assert way, ended.log
    before = story.incident_io.count("PUT")

    assert story.apply(merged, "web", base=way[1]).ok
    assert story.incident_io.count("PUT") == before
    (note,) = story.gitlab.notes_of(11)
    assert "state=applied" in note.splitlines()[0]


def test_a_squash_and_two_merges_in_one_run_are_applied(story: Story) -> None:
    story.opened(11, "one", *WIDER)
    story.opened(12, "two", *MORE)
    story.squash(11, "one")

    ended = story.apply(story.merge(12, "two"))

    assert ended.ok, ended.log
    assert "info" in str(story.incident_io.state.find("Production Warnings").body)
    for number in (11, 12):
        assert "state=applied" in story.gitlab.notes_of(number)[0].splitlines()[0]


def test_a_plan_of_an_older_commit_is_no_review_of_a_newer_one(story: Story) -> None:
    story.opened(11, "one", *WIDER)
    story.git("checkout", "-q", "one")
    story.team.edit(DATABASE, "[main, master]", "[main, trunk]")
    story.gitlab.request(11, story.commit("one"), "branch-11")

    ended = story.apply(story.merge(11, "one"))

    assert not ended.ok
    assert "trunk" not in str(story.incident_io.state.find("Database Alerts").body)
    assert "there is no plan artifact of" in story.gitlab.notes_of(11)[0]


def test_a_merged_results_pipeline_plans_the_merge_for_the_branch_s_commit(story: Story) -> None:
    story.team.edit(*WIDER)
    head = story.commit("one")
    story.git("checkout", "-q", "main")
    story.team.write("README.md", "elsewhere\n")
    story.commit("main")
    story.git("checkout", "-q", "-B", "result", "main")
    story.git("merge", "-q", "--no-ff", "-m", "result", "one")
    built = story.git("rev-parse", "HEAD")
    story.git("checkout", "-q", "main")

    planned = story.plan(11, head, built=built)

    assert planned.ok, planned.log
    (note,) = story.gitlab.notes_of(11)
    assert note.startswith(f"<!-- reconciler:plan v1 sha={head} ")
    ended = story.apply(story.merge(11, "one"))
    assert ended.ok, ended.log
    assert "master" in str(story.incident_io.state.find("Database Alerts").body)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source", "push"),
        ("ref", "refs/merge-requests/11/train"),
        ("project_id", FORK),
        ("sha", "f" * 40),
    ],
)
def test_no_other_pipeline_makes_a_review(story: Story, field: str, value: object) -> None:
    story.opened(11, "one", *WIDER)
    (row,) = story.gitlab.pipelines
    row[field] = value
    if field == "ref":
        row["sha"] = "f" * 40

    assert not story.apply(story.merge(11, "one")).ok

    assert "master" not in str(story.incident_io.state.find("Database Alerts").body)


def test_in_a_merge_train_nobody_reads_so_nothing_is_kept(story: Story) -> None:
    story.team.edit(*WIDER)

    ended = story.plan(11, story.commit("one"), more={"CI_MERGE_REQUEST_EVENT_TYPE": "merge_train"})

    assert ended.ok, ended.log
    assert "Database Alerts" in ended.log
    assert ended.files == {}
    assert story.gitlab.notes_of(11) == []


def test_an_expired_artifact_is_said_and_waits(story: Story) -> None:
    story.opened(11, "one", *WIDER)
    for row in story.gitlab.jobs:
        row["artifacts"] = [one for one in row["artifacts"] if one["file_type"] != "archive"]

    assert not story.apply(story.merge(11, "one")).ok

    assert "artifacts expire" in story.gitlab.notes_of(11)[0]


def test_without_a_plan_the_note_says_so(story: Story) -> None:
    story.opened(11, "one", *WIDER)
    story.git("checkout", "-q", "one")
    story.team.edit(DATABASE, "[main, master]", "[main, trunk]")
    newer = story.commit("one")
    story.incident_io.fault("status", status=404, path="/alert_routes", times=100)

    failed = story.plan(11, newer)

    assert not failed.ok
    assert failed.log.count("error: ") == 1  # the cause, and none about the plan that is missing
    (note,) = story.gitlab.notes_of(11)
    assert f"❓ **No plan of `{newer[:12]}`**" in note.splitlines()[2]
    assert "): GET /v3/alert" in note.splitlines()[2]


def test_an_older_commit_is_not_applied_over_a_newer_one(story: Story) -> None:
    older = story.git("rev-parse", "main")
    story.opened(11, "one", *WIDER)
    assert story.apply(story.merge(11, "one")).ok

    again = story.apply(older, "web")

    assert not again.ok
    assert "run a new pipeline of the newest commit" in " ".join(again.log.split())
    assert "master" in str(story.incident_io.state.find("Database Alerts").body)


def test_after_a_force_push_only_the_newest_commit_is_applied(story: Story) -> None:
    story.opened(11, "one", *WIDER)
    assert story.apply(story.merge(11, "one")).ok
    story.git("branch", "old")
    story.git("reset", "-q", "--hard", "main~1")
    story.opened(12, "two", *MORE)

    ended = story.apply(story.merge(12, "two"))

    assert "is older than" not in ended.log
    assert "info" in str(story.incident_io.state.find("Production Warnings").body)


def test_the_first_run_needs_a_base_that_somebody_names(story: Story) -> None:
    (ref,) = records_of(story.team.folder)
    story.git("update-ref", "-d", ref)
    story.opened(11, "one", *WIDER)
    base = story.git("rev-parse", "main")
    merged = story.merge(11, "one")

    refused = story.apply(merged)
    named = story.apply(merged, "web", base=base)

    assert not refused.ok
    assert "run a new pipeline with the input `base`" in " ".join(refused.log.split())
    assert named.ok, named.log
    assert records_of(story.team.folder)


def test_the_record_is_pushed_by_the_job_s_token_where_the_project_allows_it(story: Story) -> None:
    runner = story.runner
    runner.variables = [one for one in runner.variables if one.value != PUSH]
    story.opened(11, "one", *WIDER)
    assert story.apply(story.merge(11, "one")).ok
    story.opened(12, "two", *MORE)
    story.gitlab.job_may_push = False

    ended = story.apply(story.merge(12, "two"))

    assert not ended.ok
    assert "set RECONCILER_PUSH_TOKEN, or allow Git push requests" in " ".join(ended.log.split())
    assert "info" in str(story.incident_io.state.find("Production Warnings").body)
    assert "✅ **Applied**" in story.gitlab.notes_of(12)[0]
    story.gitlab.job_may_push = True
    again = story.apply()
    assert again.ok, again.log


def test_no_job_of_a_merge_request_has_a_protected_variable(story: Story) -> None:
    writes = "inc_writes"
    story.runner.variables = [
        Variable("INCIDENT_API_KEY", FULL.secret, environment="plan"),
        Variable("INCIDENT_API_KEY", writes, protected=True, environment="production"),
        *story.runner.variables[2:],
    ]
    story.team.edit(*WIDER)
    head = story.commit("one")

    planned = story.plan(11, head)
    validated = story.plan(11, head, "reconciler-validate")
    applied = story.apply(story.merge(11, "one"))

    assert planned.environment["INCIDENT_API_KEY"] == FULL.secret
    assert PUSH not in planned.environment.values()
    assert not {FULL.secret, writes, PUSH} & {*validated.environment.values()}
    assert applied.environment["INCIDENT_API_KEY"] == writes
    for ended in (planned, validated, applied):
        secrets = (FULL.secret, writes, NOTES, PUSH, JOB)
        assert not [secret for secret in secrets if secret in ended.log]


def test_a_missing_token_fails_the_note_and_not_the_plan(story: Story) -> None:
    story.runner.variables = story.runner.variables[:2]
    story.team.edit(*WIDER)

    planned = story.plan(7, story.commit("wider"))

    assert not planned.ok
    assert "RECONCILER_TOKEN is missing, or it is protected" in " ".join(planned.log.split())
    assert "1 to update" in planned.log
    assert "reconciler-artifacts/plan.json" in planned.files


def test_a_token_that_may_only_read_says_which_scope_it_needs(story: Story) -> None:
    story.runner.variables[2] = Variable("RECONCILER_TOKEN", READER)
    story.team.edit(*WIDER)

    planned = story.plan(7, story.commit("wider"))

    assert not planned.ok
    assert "insufficient_scope" in planned.log
    assert "give the token the scope `api`" in " ".join(planned.log.split())
    assert READER not in planned.log


def test_the_widgets_get_what_is_wrong(story: Story) -> None:
    story.team.write(DATABASE, f"unknown: 1\n{story.team.read(DATABASE)}")

    ended = story.plan(7, story.commit("wrong"), "reconciler-validate")

    assert not ended.ok
    assert set(ended.reports) == {"junit", "codequality"}
    xml = ended.files["reconciler-artifacts/validate.xml"].decode()
    assert 'tests="6" failures="1"' in xml
    rows = json.loads(ended.files["reconciler-artifacts/codequality.json"])
    assert {row["location"]["path"] for row in rows if row["severity"] == "critical"} == {DATABASE}


def test_a_folder_below_the_root_is_named_from_the_root(story: Story) -> None:
    (story.team.folder / "alerts").mkdir()
    for path in ("routes", "reconciler.yaml", "directory.lock.json"):
        story.git("mv", path, f"alerts/{path}")
    story.runner.inputs |= {"path": "alerts", "table": ""}
    story.team.edit(f"alerts/{DATABASE}", "branch: main", "branche: main")

    ended = story.plan(7, story.commit("wrong"), "reconciler-validate")

    rows = json.loads(ended.files["reconciler-artifacts/codequality.json"])
    assert f"alerts/{DATABASE}" in {row["location"]["path"] for row in rows}


def test_a_cancelled_apply_is_recorded_from_its_journal(story: Story) -> None:
    story.opened(11, "one", *WIDER)
    merged = story.merge(11, "one")
    record = records_of(story.team.folder)
    story.runner.cancel_before = (
        "GITLAB_TOKEN=$push CI_JOB_TOKEN=$job reconciler gitlab record push"
    )

    cancelled = story.apply(merged)

    assert not cancelled.ok
    assert "master" in str(story.incident_io.state.find("Database Alerts").body)
    assert records_of(story.team.folder) != record, cancelled.log
    told = story.gitlab.notes_of(11)[0]
    assert "state=applied" in told.splitlines()[0]
    assert "Database Alerts" in told  # the plan stays below
    story.runner.cancel_before = ""
    drifted = story.drift()
    assert drifted.ok, drifted.log
    assert story.gitlab.issues == []
    again = story.apply(merged)
    assert again.ok, again.log
    assert not Path(f"/tmp/reconciler-{again.environment['CI_JOB_ID']}").exists()


def test_an_apply_that_is_cancelled_before_it_writes_says_that_nothing_was(story: Story) -> None:
    story.opened(11, "one", *WIDER)
    merged = story.merge(11, "one")
    story.runner.cancel_before = "INCIDENT_API_KEY=$key reconciler apply"

    cancelled = story.apply(merged)

    assert not cancelled.ok
    assert "Nothing was written: " in story.gitlab.notes_of(11)[0]
