"""Only the artifact of a merged head, made by a run of this repository, is a review."""

import io
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.forge.folder import TOP, Folder
from reconciler.forge.reviewed import merged_since
from reconciler.forge.since import Since
from reconciler.github.api import GitHub, GitHubError, Place
from reconciler.github.reviewed import PullRequests
from reconciler.github.since import commits_since, last_deployed, workflow_path
from reconciler.plan.saved import SavedPlan, parse_plan
from reconciler.report.plan_json import plan_json
from tests.github.fake import REPOSITORY, WRITER, FakeGitHub
from tests.github.served import running
from tests.report.plans import full_plan

HEAD, MERGE = "a" * 40, "b" * 40
PLAN = plan_json(full_plan()).encode()


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with running(FakeGitHub()) as served:
        yield served


@pytest.fixture
def github(fake: FakeGitHub) -> Iterator[GitHub]:
    place = Place(fake.url, REPOSITORY, WRITER, branch="main")
    pauses: list[float] = []
    with GitHub(place, pauses.append) as connected:
        yield connected


def since(*commits: str, subject: str = "") -> Since:
    return Since(HEAD, commits, behind=False, subjects=dict.fromkeys(commits, subject))


def test_the_plan_of_a_merged_head_is_found_once(fake: FakeGitHub, github: GitHub) -> None:
    fake.merge(7, HEAD, [HEAD, MERGE])
    fake.upload(f"plan-{HEAD}", {"plan.json": b"old"}, HEAD)
    fake.upload(f"plan-{HEAD}", {"plan.json": PLAN, "plan.md": b""}, HEAD)

    merged = merged_since(PullRequests(github), since(HEAD, MERGE, "c" * 40))

    (pull,) = merged.requests
    assert isinstance(parse_plan(pull.plan), SavedPlan)
    assert (pull.number, pull.head, pull.why) == (7, HEAD, "")
    assert merged.without == ("c" * 40,)
    assert fake.leaks == []


@pytest.mark.parametrize(
    ("files", "change", "why"),
    [
        ({"plan.json": PLAN}, {"expired": True}, "there is no plan artifact"),
        ({"plan.json": PLAN}, {"name": "plan-of-others"}, "there is no plan artifact"),
        ({"plan.json": PLAN}, {"workflow_run": None}, "there is no plan artifact"),
        ({"plan.json": PLAN}, {"workflow_run": {"head_sha": HEAD}}, "there is no plan artifact"),
        ({"other.json": PLAN}, {}, "does not contain plan.json"),
        ({"plan.json": b"\xff"}, {}, "does not contain plan.json"),
        ({"plan.json": b"{}"}, {}, "format_version"),
        ({"plan.json": PLAN.replace(b'"digest": "', b'"digest": "0', 1)}, {}, "was edited"),
    ],
)
def test_what_is_no_review_says_why(
    fake: FakeGitHub,
    github: GitHub,
    files: dict[str, bytes],
    change: dict[str, object],
    why: str,
) -> None:
    fake.merge(7, HEAD, [MERGE])
    fake.upload(f"plan-{HEAD}", files, HEAD)
    fake.artifacts[0].update(change)

    (pull,) = merged_since(PullRequests(github), since(MERGE)).requests

    assert pull.plan == ""
    assert why in pull.why


def test_a_run_of_a_fork_or_of_another_commit_made_no_review(
    fake: FakeGitHub, github: GitHub
) -> None:
    fake.merge(7, HEAD, [MERGE])
    fake.upload(f"plan-{HEAD}", {"plan.json": PLAN}, HEAD, fork=True)
    fake.upload(f"plan-{HEAD}", {"plan.json": PLAN}, "e" * 40)

    (pull,) = merged_since(PullRequests(github), since(MERGE)).requests

    assert "there is no plan artifact" in pull.why


@pytest.mark.parametrize("folder", [TOP, Folder("production"), Folder("staging")])
def test_a_plan_of_another_folder_is_no_review(
    fake: FakeGitHub, github: GitHub, folder: Folder
) -> None:
    fake.merge(7, HEAD, [MERGE])
    for other in {TOP, Folder("production"), Folder("staging")} - {folder}:
        fake.upload(f"plan-{HEAD}{other.suffix}", {"plan.json": PLAN}, HEAD)

    (pull,) = merged_since(PullRequests(github, folder), since(MERGE)).requests
    fake.upload(f"plan-{HEAD}{folder.suffix}", {"plan.json": PLAN}, HEAD)
    (found,) = merged_since(PullRequests(github, folder), since(MERGE)).requests

    assert pull.why == f"there is no plan artifact of {HEAD[:12]}{folder.place} (artifacts expire)"
    assert (bool(found.plan), found.why) == (True, "")


def test_a_pull_request_of_a_fork_or_to_another_branch_is_none(
    fake: FakeGitHub, github: GitHub
) -> None:
    fake.merge(7, HEAD, [MERGE], "stranger/routes")
    fake.merge(8, HEAD, [MERGE])
    fake.pulls[1]["base"]["ref"] = "feature"
    fake.merge(9, HEAD, [MERGE])
    fake.pulls[2]["merged_at"] = None

    merged = merged_since(PullRequests(github), since(MERGE))

    assert [(pull.number, "fork" in pull.why) for pull in merged.requests] == [(7, True)]


def test_an_archive_that_is_torn_is_no_plan(fake: FakeGitHub, github: GitHub) -> None:
    fake.merge(7, HEAD, [MERGE])
    identity = fake.upload(f"plan-{HEAD}", {"plan.json": PLAN}, HEAD)
    fake.archives[identity] = fake.archives[identity][:100]

    (pull,) = merged_since(PullRequests(github), since(MERGE)).requests

    assert "does not contain plan.json" in pull.why


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_archive_of_another_method_that_is_torn_is_no_plan(
    fake: FakeGitHub, github: GitHub, method: int
) -> None:
    fake.merge(7, HEAD, [MERGE])
    identity = fake.upload(f"plan-{HEAD}", {"plan.json": PLAN}, HEAD)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("plan.json", PLAN)
    torn = bytearray(packed.getvalue())
    torn[50:58] = b"\xff" * 8
    fake.archives[identity] = bytes(torn)

    (pull,) = merged_since(PullRequests(github), since(MERGE)).requests

    assert "does not contain plan.json" in pull.why


def test_an_archive_that_nobody_can_have_keeps_no_other_plan_back(
    fake: FakeGitHub, github: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.merge(7, HEAD, [MERGE])
    fake.merge(8, "d" * 40, [MERGE])
    identity = fake.upload(f"plan-{HEAD}", {"plan.json": PLAN}, HEAD)
    fake.upload(f"plan-{'d' * 40}", {"plan.json": PLAN}, "d" * 40)
    fake.archives[identity] = b"0" * 1_000_000
    monkeypatch.setattr("reconciler.forge.api.MOST_BYTES", 100_000)

    first, second = merged_since(PullRequests(github), since(MERGE)).requests

    assert (first.plan, bool(second.plan)) == ("", True)
    assert "is larger than 100000 bytes" in first.why


def test_an_archive_that_does_not_come_today_fails_the_run(
    fake: FakeGitHub, github: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.merge(7, HEAD, [MERGE])
    fake.upload(f"plan-{HEAD}", {"plan.json": PLAN}, HEAD)

    def down(_: str) -> bytes:
        raise GitHubError("GitHub did not send it", 503)

    monkeypatch.setattr(github, "archive", down)
    with pytest.raises(GitHubError, match="did not send"):
        merged_since(PullRequests(github), since(MERGE))


def test_too_large_a_plan_is_not_unpacked(
    fake: FakeGitHub, github: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciler.forge.reviewed.MOST_PLAN", 10)
    fake.merge(7, HEAD, [MERGE])
    fake.upload(f"plan-{HEAD}", {"plan.json": PLAN}, HEAD)

    assert merged_since(PullRequests(github), since(MERGE)).requests[0].plan == ""


def test_the_base_is_the_newest_deployment_that_ended_well(
    fake: FakeGitHub, github: GitHub
) -> None:
    assert last_deployed(github, "production") is None
    fake.deploy("a1", "success")
    fake.deploy("a2", "success")
    fake.deploy("a3", "failure")
    fake.deploy("a4", "success", "staging")
    fake.deployments.insert(0, {"id": "x", "sha": "a5", "environment": "production"})

    assert last_deployed(github, "production") == "a2"


def test_a_deployment_of_something_else_is_no_base(fake: FakeGitHub, github: GitHub) -> None:
    workflow = workflow_path("example/routes/.github/workflows/apply.yml@refs/heads/main")
    fake.deploy("a1", "success")
    fake.deploy("a2", "success", workflow="shop.yml")
    fake.deploy("a3", "success", workflow="gone.yml")
    fake.runs.popitem()  # nobody knows any more
    fake.deploy("a4", "success")
    fake.deployments[0]["statuses"][0]["log_url"] = "https://vercel.com/shop"

    assert last_deployed(github, "production", workflow) == "a1"
    assert last_deployed(github, "production") == "a4"


def test_a_comparison_that_says_nothing_is_behind(
    github: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(github, "get", lambda *_, **__: None)
    monkeypatch.setattr(github, "pages", lambda *_, **__: iter([{"sha": "a"}, {"sha": None}]))

    found = commits_since(github, "a", "b")

    assert found
    assert found.behind
    assert found.commits == ("a",)


@pytest.fixture
def rewritten(tmp_path: Path, fake: FakeGitHub) -> dict[str, str]:
    """A branch that a force-push took to another line of history."""

    def git(*arguments: str) -> str:
        people = ("-c", "user.name=n", "-c", "user.email=e@example.com")
        command = ["git", "-C", str(tmp_path), *people, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    fake.folder = tmp_path
    commits: dict[str, str] = {}
    git("init", "-q", "-b", "main")
    for name, start in (("a", ""), ("b", "a"), ("c", "a"), ("d", "c")):
        if start:
            git("checkout", "-q", commits[start])
        git("commit", "-q", "--allow-empty", "-m", name)
        commits[name] = git("rev-parse", "HEAD")
    git("branch", "-f", "main", commits["d"])
    return commits


@pytest.mark.parametrize(
    ("base", "head", "since", "behind"),
    [
        ("a", "d", "cd", False),
        ("d", "d", "", False),
        ("d", "c", "", True),
        ("b", "d", "cd", False),  # dropped by a force-push; the tip counts
        ("b", "c", "c", True),
    ],
)
def test_only_the_tip_counts_after_a_force_push(
    rewritten: dict[str, str], github: GitHub, base: str, head: str, since: str, behind: bool
) -> None:
    found = commits_since(github, rewritten[base], rewritten[head])

    assert found
    assert found.commits == tuple(rewritten[name] for name in since)
    assert found.behind == behind


def test_a_commit_that_github_does_not_know_is_nothing_to_count_from(
    rewritten: dict[str, str], github: GitHub
) -> None:
    assert commits_since(github, "e" * 40, rewritten["d"]) is None


@pytest.mark.parametrize("subject", ["Alert on trunk, too (#7)", "Merge pull request #7 from a/b"])
def test_a_commit_of_a_merge_queue_names_its_pull_request(
    fake: FakeGitHub, github: GitHub, subject: str
) -> None:
    fake.merge(7, HEAD, [HEAD], merge_commit=MERGE)
    fake.upload(f"plan-{HEAD}", {"plan.json": PLAN}, HEAD)

    merged = merged_since(PullRequests(github), since(MERGE, subject=subject))

    assert [(pull.number, pull.why) for pull in merged.requests] == [(7, "")]
    assert merged.without == ()


@pytest.mark.parametrize(
    ("merge_commit", "subject"),
    [("e" * 40, "Mine (#7)"), (MERGE, "Mine (#9)"), (MERGE, "like #7"), (MERGE, "Mine (#7x)")],
)
def test_a_subject_that_names_another_pull_request_makes_no_review(
    fake: FakeGitHub, github: GitHub, merge_commit: str, subject: str
) -> None:
    fake.merge(7, HEAD, [HEAD], merge_commit=merge_commit)
    fake.upload(f"plan-{HEAD}", {"plan.json": PLAN}, HEAD)

    assert merged_since(PullRequests(github), since(MERGE, subject=subject)).without == (MERGE,)
