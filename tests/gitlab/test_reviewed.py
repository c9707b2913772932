"""Which plans were reviewed, and since when: by what GitLab says of commits and pipelines."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.forge.folder import TOP, Folder
from reconciler.forge.reviewed import Merged, merged_since
from reconciler.forge.since import Since
from reconciler.gitlab.api import GitLab, GitLabError, Place
from reconciler.gitlab.reviewed import MergeRequests
from reconciler.gitlab.since import Branch
from reconciler.plan.saved import SavedPlan, parse_plan
from reconciler.report.plan_json import plan_json
from tests.forge.served import Answer
from tests.gitlab.fake import FORK, NOTES, PATH, PROJECT, FakeGitLab
from tests.gitlab.served import running
from tests.report.plans import full_plan

TEXT = plan_json(full_plan()).encode()
PLAN = {"reconciler-artifacts/plan.json": TEXT}


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeGitLab]:
    with running(FakeGitLab(tmp_path)) as served:
        git(served, "init", "-q", "-b", "main")
        commit(served, "first")
        yield served
    assert served.leaks == []


@pytest.fixture
def gitlab(fake: FakeGitLab) -> Iterator[GitLab]:
    place = Place(f"{fake.url}/api/v4", str(PROJECT), PATH, NOTES, branch="main")
    pauses: list[float] = []
    with GitLab(place, pauses.append) as connected:
        yield connected


def git(fake: FakeGitLab, *arguments: str) -> str:
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.com", *arguments]
    ended = subprocess.run(command, cwd=fake.folder, check=True, capture_output=True, text=True)
    return ended.stdout.strip()


def commit(fake: FakeGitLab, message: str) -> str:
    git(fake, "commit", "-q", "--allow-empty", "-m", message)
    return git(fake, "rev-parse", "HEAD")


def merged(fake: FakeGitLab) -> str:
    """A merge request of one commit, merged; the head."""
    head = commit(fake, "change")
    fake.request(7, head, "one").update(state="merged", commits=[head])
    return head


def reviewed(gitlab: GitLab, *commits: str) -> Merged:
    return merged_since(MergeRequests(gitlab), Since("", commits, behind=False))


def test_the_plan_of_the_newest_job_of_the_merged_commit_is_found(
    fake: FakeGitLab, gitlab: GitLab
) -> None:
    head = merged(fake)
    alone = commit(fake, "no merge request")
    first = fake.pipeline(head, "merge_request_event", 7)["id"]
    fake.job(first, "reconciler-plan", {"reconciler-artifacts/plan.json": b"{}"})
    second = fake.pipeline(head, "merge_request_event", 7)["id"]
    fake.job(second, "reconciler-plan", {"reconciler-artifacts/plan.json": b"{}"})
    fake.job(second, "reconciler-plan", PLAN, ok=False)
    fake.job(second, "other", {"reconciler-artifacts/plan.json": b"{}"})

    found = reviewed(gitlab, head, alone)

    (one,) = found.requests
    assert isinstance(parse_plan(one.plan), SavedPlan)
    assert (one.number, one.head, one.why) == (7, head, "")
    assert found.without == (alone,)


@pytest.mark.parametrize("folder", [TOP, Folder("production"), Folder("staging")])
def test_a_plan_of_another_folder_is_no_review_whatever_its_job_is_called(
    fake: FakeGitLab, gitlab: GitLab, folder: Folder
) -> None:
    head = merged(fake)
    requests = MergeRequests(gitlab, folder, "reconciler-plan-production")
    since = Since("", (head,), behind=False)
    for other in {TOP, Folder("production"), Folder("staging")} - {folder}:
        pipeline = fake.pipeline(head, "merge_request_event", 7)["id"]
        fake.job(pipeline, requests.job, {f"reconciler-artifacts/plan{other.suffix}.json": TEXT})

    (none,) = merged_since(requests, since).requests
    pipeline = fake.pipeline(head, "merge_request_event", 7)["id"]
    fake.job(pipeline, requests.job, {f"reconciler-artifacts/plan{folder.suffix}.json": TEXT})
    fake.job(pipeline, "reconciler-plan", PLAN)
    (found,) = merged_since(requests, since).requests

    assert none.why == f"its artifact does not contain plan{folder.suffix}.json"
    assert (bool(found.plan), found.why) == (True, "")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"state": "opened"}, None),
        ({"target_branch": "release"}, None),
        ({"target_project_id": FORK}, None),
        ({"source_project_id": FORK}, "it came from a fork"),
        ({}, "there is no plan artifact of"),
    ],
)
def test_what_is_not_merged_here_is_no_review(
    fake: FakeGitLab, gitlab: GitLab, change: dict[str, object], why: str | None
) -> None:
    head = merged(fake)
    fake.requests_to_merge[0].update(change)

    found = reviewed(gitlab, head)

    assert found.without == ((head,) if why is None else ())
    assert [one.why[: len(why or "")] for one in found.requests] == ([] if why is None else [why])


@pytest.mark.parametrize(
    ("field", "value", "counts"),
    [
        ("source", "merge_request_event", True),
        ("source", "push", False),
        ("project_id", FORK, False),
        ("sha", "f" * 40, False),
    ],
)
def test_only_a_merge_request_pipeline_of_the_head_counts(
    fake: FakeGitLab, gitlab: GitLab, field: str, value: object, counts: bool
) -> None:
    head = merged(fake)
    pipeline = fake.pipeline(head, "merge_request_event", 7)
    fake.job(pipeline["id"], "reconciler-plan", PLAN)
    pipeline[field] = value

    assert bool(reviewed(gitlab, head).requests[0].plan) == counts


@pytest.mark.parametrize(
    ("kind", "merges", "counts"),
    [("merge", True, True), ("train", True, False), ("merge", False, False)],
)
def test_a_merged_results_pipeline_counts_if_it_merged_the_head(
    fake: FakeGitLab, gitlab: GitLab, kind: str, merges: bool, counts: bool
) -> None:
    base = git(fake, "rev-parse", "HEAD")
    head = merged(fake)
    git(fake, "checkout", "-q", "--detach", base)
    commit(fake, "elsewhere")
    git(fake, "merge", "-q", "--no-ff", "-m", "result", head if merges else "HEAD~0")
    if not merges:
        commit(fake, "no merge")
    built = git(fake, "rev-parse", "HEAD")
    pipeline = fake.pipeline(built, "merge_request_event", 7, kind)
    fake.job(pipeline["id"], "reconciler-plan", PLAN)

    assert bool(reviewed(gitlab, head).requests[0].plan) == counts


def test_a_commit_of_a_pipeline_that_gitlab_has_no_more_is_no_review(
    fake: FakeGitLab, gitlab: GitLab
) -> None:
    head = merged(fake)
    pipeline = fake.pipeline("f" * 40, "merge_request_event", 7, "merge")
    fake.job(pipeline["id"], "reconciler-plan", PLAN)

    assert "no plan artifact" in reviewed(gitlab, head).requests[0].why


def test_a_broken_artifact_is_said_and_a_server_that_fails_ends_the_run(
    fake: FakeGitLab, gitlab: GitLab
) -> None:
    head = merged(fake)
    pipeline = fake.pipeline(head, "merge_request_event", 7)["id"]
    job = fake.job(pipeline, "reconciler-plan", {"reconciler-artifacts/other": b""})
    assert reviewed(gitlab, head).requests[0].why == "its artifact does not contain plan.json"
    fake.archives[job] = b"torn"
    assert reviewed(gitlab, head).requests[0].why == "its artifact does not contain plan.json"

    fake.busy = [Answer(500)] * 9
    with pytest.raises(GitLabError, match="500"):
        reviewed(gitlab, head)


def test_the_commits_since_a_base(fake: FakeGitLab, gitlab: GitLab) -> None:
    base = git(fake, "rev-parse", "HEAD")
    commits = tuple(commit(fake, f"change {number}\n\nmore") for number in range(120))
    history = Branch(gitlab)

    since = history.since(base, commits[-1])
    assert since is not None
    assert (since.commits, since.behind) == (commits, False)
    assert since.subjects[commits[3]] == "change 3"
    same = history.since(base, base)
    assert same is not None
    assert (same.commits, same.behind) == ((), False)
    older = history.since(commits[-1], base)
    assert older is not None
    assert older.behind
    assert history.since("f" * 40, base) is None
    assert history.after(commits[100]) == commits[101:]


def test_after_a_force_push_the_tip_alone_is_not_behind(fake: FakeGitLab, gitlab: GitLab) -> None:
    left = commit(fake, "left")
    git(fake, "branch", "kept")
    git(fake, "reset", "-q", "--hard", "HEAD~1")
    passed, tip = commit(fake, "passed"), commit(fake, "tip")

    at_tip, before = Branch(gitlab).since(left, tip), Branch(gitlab).since(left, passed)

    assert at_tip is not None
    assert before is not None
    assert (at_tip.behind, before.behind) == (False, True)
    assert at_tip.commits == (passed, tip)


def test_histories_without_a_common_commit_and_a_server_that_fails(
    fake: FakeGitLab, gitlab: GitLab
) -> None:
    other = git(fake, "commit-tree", "-m", "other", git(fake, "rev-parse", "HEAD^{tree}"))
    git(fake, "branch", "other", other)
    head = git(fake, "rev-parse", "main")

    unrelated = Branch(gitlab).since(other, head)

    assert unrelated is not None
    assert not unrelated.behind  # the tip of the branch, as after a force-push
    fake.busy = [Answer(403, {"message": "403 Forbidden"})]
    with pytest.raises(GitLabError, match="403"):
        Branch(gitlab).since(other, head)


def test_without_a_branch_nothing_came_after(fake: FakeGitLab) -> None:
    place = Place(f"{fake.url}/api/v4", str(PROJECT), PATH, NOTES)
    with GitLab(place) as nowhere:
        assert Branch(nowhere).after("a" * 40) == ()
