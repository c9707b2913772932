"""One pull request of hand edits: opened, edited, closed; never doubled, never over a push."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.forge.adoption import BRANCH, Adoption, File, put_adoption
from reconciler.forge.api import ForgeError
from reconciler.github.adoption import NO_CHECKS, PullRequestsOf
from reconciler.github.api import GitHub, GitHubError, Place
from tests.github.fake import REPOSITORY, WRITER, FakeGitHub
from tests.github.served import running

PATH = "ops/routes/one.yaml"


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeGitHub]:
    with running(FakeGitHub(folder=tmp_path)) as served:
        git(served, "init", "-q", "-b", "main")
        commit(served, "name: One\n", "first")
        yield served


@pytest.fixture
def github(fake: FakeGitHub) -> Iterator[GitHub]:
    with GitHub(Place(fake.url, REPOSITORY, WRITER, branch="main"), print) as connected:
        yield connected


def git(fake: FakeGitHub, *arguments: str) -> str:
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.com", *arguments]
    ended = subprocess.run(command, cwd=fake.folder, check=True, capture_output=True, text=True)
    return ended.stdout.strip()


def commit(fake: FakeGitHub, text: str, message: str, branch: str = "main") -> str:
    """One more commit of the file, on a branch."""
    assert fake.folder
    git(fake, "checkout", "-q", *(["-B"] if branch == "main" else []), branch)
    (fake.folder / PATH).parent.mkdir(parents=True, exist_ok=True)
    (fake.folder / PATH).write_text(text)
    (fake.folder / "other").write_text(message)
    git(fake, "add", "-A")
    git(fake, "commit", "-q", "-m", message)
    sha = git(fake, "rev-parse", "HEAD")
    git(fake, "checkout", "-q", "main")
    return sha


def edits(fake: FakeGitHub, text: str = "name: One\nenabled: false\n") -> Adoption:
    files = (File(PATH, "100644", text),) if text else ()
    return Adoption(git(fake, "rev-parse", "main"), BRANCH, "Adopt it", "who is paged\n", files)


def test_it_holds_the_files_on_top_of_the_base_and_nothing_else(
    fake: FakeGitHub, github: GitHub
) -> None:
    assert put_adoption(PullRequestsOf(github), edits(fake)) == "opened"

    (pull,) = fake.opened
    assert (pull["title"], pull["base"], pull["head"]["ref"]) == ("Adopt it", "main", BRANCH)
    assert pull["body"].splitlines()[1] == "who is paged"
    assert NO_CHECKS in pull["body"]
    assert git(fake, "diff", "--name-only", "main", BRANCH) == PATH
    assert git(fake, "show", f"{BRANCH}:{PATH}") == "name: One\nenabled: false"
    assert git(fake, "rev-list", "--count", f"main..{BRANCH}") == "1"


def test_the_same_edits_again_are_no_write(fake: FakeGitHub, github: GitHub) -> None:
    put_adoption(PullRequestsOf(github), edits(fake))
    fake.requests.clear()

    assert put_adoption(PullRequestsOf(github), edits(fake)) == "unchanged"
    assert [line for line in fake.requests if not line.startswith("GET")] == []


def test_other_edits_move_the_branch_forward(fake: FakeGitHub, github: GitHub) -> None:
    put_adoption(PullRequestsOf(github), edits(fake))
    before = git(fake, "rev-parse", BRANCH)

    assert put_adoption(PullRequestsOf(github), edits(fake, "name: Two\n")) == "updated"

    assert len(fake.opened) == 1
    assert git(fake, "merge-base", before, BRANCH) == before
    assert git(fake, "show", f"{BRANCH}:{PATH}") == "name: Two"


def test_other_words_are_edited_without_a_commit(fake: FakeGitHub, github: GitHub) -> None:
    put_adoption(PullRequestsOf(github), edits(fake))
    before = git(fake, "rev-parse", BRANCH)

    assert put_adoption(PullRequestsOf(github), replace(edits(fake), body="others\n")) == "updated"

    assert "others" in fake.opened[0]["body"]
    assert git(fake, "rev-parse", BRANCH) == before


def test_a_newer_base_is_taken_along(fake: FakeGitHub, github: GitHub) -> None:
    put_adoption(PullRequestsOf(github), edits(fake))
    newer = commit(fake, "name: One # said\n", "second")

    assert (
        put_adoption(PullRequestsOf(github), edits(fake, "name: One # said\nenabled: false\n"))
        == "updated"
    )

    assert git(fake, "merge-base", "main", BRANCH) == newer
    assert git(fake, "diff", "--name-only", "main", BRANCH) == PATH


def test_when_nothing_is_left_it_is_closed_and_a_later_edit_opens_another(
    fake: FakeGitHub, github: GitHub
) -> None:
    assert put_adoption(PullRequestsOf(github), edits(fake, "")) == "unchanged"
    put_adoption(PullRequestsOf(github), edits(fake))

    assert put_adoption(PullRequestsOf(github), edits(fake, "")) == "closed"
    assert put_adoption(PullRequestsOf(github), edits(fake, "")) == "unchanged"
    assert put_adoption(PullRequestsOf(github), edits(fake)) == "opened"

    assert [row["state"] for row in fake.opened] == ["open", "closed"]


def test_what_somebody_pushed_onto_the_branch_stays(fake: FakeGitHub, github: GitHub) -> None:
    put_adoption(PullRequestsOf(github), edits(fake))
    theirs = commit(fake, "name: Theirs\n", "settled", BRANCH)

    assert put_adoption(PullRequestsOf(github), edits(fake, "name: Two\n")) == "left"
    assert put_adoption(PullRequestsOf(github), edits(fake, "")) == "left"

    assert git(fake, "rev-parse", BRANCH) == theirs
    assert fake.opened[0]["state"] == "open"


def test_a_push_between_the_look_and_the_write_is_not_lost(
    fake: FakeGitHub, github: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_adoption(PullRequestsOf(github), edits(fake))
    post, pushed = github.post, []

    def meanwhile(path: str, body: Any) -> object:
        answer = post(path, body)
        if path == "/git/commits":
            pushed.append(commit(fake, "name: Theirs\n", "settled", BRANCH))
        return answer

    monkeypatch.setattr(github, "post", meanwhile)
    with pytest.raises(GitHubError, match="not a fast forward"):
        put_adoption(PullRequestsOf(github), edits(fake, "name: Two\n"))

    assert [git(fake, "rev-parse", BRANCH)] == pushed


def test_what_somebody_closed_is_not_opened_again_until_the_edits_change(
    fake: FakeGitHub, github: GitHub
) -> None:
    put_adoption(PullRequestsOf(github), edits(fake))
    fake.opened[0]["state"] = "closed"

    assert put_adoption(PullRequestsOf(github), edits(fake)) == "declined"
    assert put_adoption(PullRequestsOf(github), edits(fake, "name: Two\n")) == "opened"


def test_after_a_merge_the_same_edit_again_is_a_new_one(fake: FakeGitHub, github: GitHub) -> None:
    put_adoption(PullRequestsOf(github), edits(fake))
    fake.opened[0].update(state="closed", merged_at="2026-08-21T09:12:00Z")

    assert put_adoption(PullRequestsOf(github), edits(fake)) == "opened"


def test_a_branch_or_a_pull_request_of_somebody_else_is_left_alone(
    fake: FakeGitHub, github: GitHub
) -> None:
    git(fake, "branch", BRANCH)
    with pytest.raises(ForgeError, match="has commits that reconciler did not make"):
        put_adoption(PullRequestsOf(github), edits(fake))
    theirs = {"number": 1, "state": "open", "user": {"login": "octocat"}, "body": "",
              "head": {"ref": BRANCH}}  # fmt: skip
    fake.opened = [dict(theirs)]

    assert put_adoption(PullRequestsOf(github), edits(fake)) == "left"
    assert fake.opened == [theirs]
    assert git(fake, "rev-parse", BRANCH) == git(fake, "rev-parse", "main")


@pytest.mark.parametrize(
    ("method", "path", "then"), [("PATCH", "/git/refs", "updated"), ("POST", "/pulls", "opened")]
)
def test_after_a_failure_in_between_the_next_run_goes_on(
    fake: FakeGitHub,
    github: GitHub,
    method: str,
    path: str,
    then: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if method == "PATCH":
        put_adoption(PullRequestsOf(github), edits(fake, "name: Two\n"))
    real = getattr(github, method.lower())

    def failing(asked: str, body: dict[str, object]) -> object:
        if asked.startswith(path):
            raise GitHubError("no answer")
        return real(asked, body)

    with monkeypatch.context() as patched:
        patched.setattr(github, method.lower(), failing)
        with pytest.raises(GitHubError, match="no answer"):
            put_adoption(PullRequestsOf(github), edits(fake))

    assert put_adoption(PullRequestsOf(github), edits(fake)) == then
    assert git(fake, "show", f"{BRANCH}:{PATH}") == "name: One\nenabled: false"
    assert put_adoption(PullRequestsOf(github), edits(fake)) == "unchanged"
    assert len(fake.opened) == 1


def test_a_repository_that_lets_no_workflow_open_one_is_said(
    fake: FakeGitHub, github: GitHub
) -> None:
    fake.may_open_pulls = False

    with pytest.raises(GitHubError, match=r"not permitted to create .* Settings → Actions"):
        put_adoption(PullRequestsOf(github), edits(fake))


def test_a_person_s_token_needs_no_note_about_checks(fake: FakeGitHub, github: GitHub) -> None:
    fake.people[WRITER] = "octocat"

    assert put_adoption(PullRequestsOf(github), edits(fake)) == "opened"
    assert NO_CHECKS not in fake.opened[0]["body"]


def test_outside_of_a_run_it_is_for_the_default_branch(fake: FakeGitHub) -> None:
    with GitHub(Place(fake.url, REPOSITORY, WRITER), print) as connected:
        assert put_adoption(PullRequestsOf(connected), edits(fake)) == "opened"

    assert fake.opened[0]["base"] == "main"


def test_the_branch_is_never_the_one_that_it_is_for(fake: FakeGitHub, github: GitHub) -> None:
    with pytest.raises(ForgeError, match="into itself"):
        put_adoption(PullRequestsOf(github), replace(edits(fake), branch="main"))


def test_the_order_of_files_changes_nothing(fake: FakeGitHub) -> None:
    two = (File("a", "100644", "x"), File("b", "100644", "y"))
    base = edits(fake)

    assert replace(base, files=two).content == replace(base, files=two[::-1]).content
    assert replace(base, files=two).content != base.content


def test_an_app_opens_one_and_finds_it_again(fake: FakeGitHub) -> None:
    fake.tokens["token-of-an-app"] = "write"
    fake.apps["token-of-an-app"] = "routes-app"
    place = Place(fake.url, REPOSITORY, "token-of-an-app", branch="main")

    with GitHub(place, print) as app:
        done = [put_adoption(PullRequestsOf(app), edits(fake)) for _ in range(2)]
        done.append(put_adoption(PullRequestsOf(app), edits(fake, "name: One\nprivate: true\n")))
        done.append(put_adoption(PullRequestsOf(app), edits(fake, "")))

    assert done == ["opened", "unchanged", "updated", "closed"]
    (pull,) = fake.opened
    assert NO_CHECKS not in pull["body"]
    assert pull["user"]["login"] == "routes-app[bot]"
