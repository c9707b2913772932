"""One merge request of hand edits: opened, edited, closed; never doubled, never over a push."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.forge.adoption import BRANCH, Adoption, Done, File, put_adoption
from reconciler.forge.api import ForgeError
from reconciler.forge.remote import reached
from reconciler.gitlab.adoption import MergeRequestsOf
from reconciler.gitlab.api import GitLab, GitLabError, Place
from reconciler.gitlab.remote import git_place
from reconciler.record.repository import RecordRefused
from tests.gitlab.fake import FORK, PATH, PROJECT, PUSH, FakeGitLab
from tests.gitlab.served import running

FILE = "ops/routes/one.yaml"
Put = Callable[[Adoption], Done]


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeGitLab]:
    folder = tmp_path / "origin"
    folder.mkdir()
    with running(FakeGitLab(folder)) as served:
        git(folder, "init", "-q", "-b", "main")
        commit(folder, "name: One\n", "first")
        yield served


@pytest.fixture
def put(fake: FakeGitLab, tmp_path: Path) -> Put:
    """From a fresh clone, as each job has one."""
    place = Place(f"{fake.url}/api/v4", str(PROJECT), PATH, PUSH, branch="main", server=fake.url)
    clones: list[Path] = []

    def run(adoption: Adoption) -> Done:
        clones.append(tmp_path / f"clone-{len(clones)}")
        subprocess.run(["git", "clone", "-q", str(fake.folder), str(clones[-1])], check=True)
        with GitLab(place) as gitlab, reached(clones[-1], git_place(place)) as remote:
            return put_adoption(MergeRequestsOf(gitlab, remote), adoption)

    return run


def git(folder: Path | None, *arguments: str) -> str:
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.com", *arguments]
    ended = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return ended.stdout.strip()


def commit(folder: Path | None, text: str, message: str, branch: str = "main") -> str:
    """One more commit of the file, on a branch."""
    assert folder
    git(folder, "checkout", "-q", *(["-B"] if branch == "main" else []), branch)
    (folder / FILE).parent.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(text)
    (folder / "other").write_text(message)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
    sha = git(folder, "rev-parse", "HEAD")
    git(folder, "checkout", "-q", "main")
    return sha


def edits(fake: FakeGitLab, text: str = "name: One\nenabled: false\n") -> Adoption:
    files = (File(FILE, "100644", text),) if text else ()
    base = git(fake.folder, "rev-parse", "main")
    return Adoption(base, BRANCH, "Adopt it", "who is paged\n", files)


def test_it_holds_the_files_on_top_of_the_base_and_nothing_else(fake: FakeGitLab, put: Put) -> None:
    assert put(edits(fake)) == "opened"

    (row,) = fake.requests_to_merge
    assert (row["title"], row["source_branch"], row["target_branch"]) == (
        "Adopt it", BRANCH, "main",
    )  # fmt: skip
    assert git(fake.folder, "diff", "--name-only", f"main..{BRANCH}") == FILE
    assert git(fake.folder, "show", f"{BRANCH}:{FILE}") == "name: One\nenabled: false"
    assert put(edits(fake)) == "unchanged"


def test_other_edits_move_the_branch_forward_past_what_main_has(fake: FakeGitLab, put: Put) -> None:
    put(edits(fake))
    first = git(fake.folder, "rev-parse", BRANCH)
    main = commit(fake.folder, "name: One # said\n", "second")

    assert put(edits(fake, "name: One # said\nenabled: false\n")) == "updated"

    assert git(fake.folder, "rev-parse", f"{BRANCH}^1", f"{BRANCH}^2").split() == [first, main]
    assert put(replace(edits(fake, "name: One # said\nenabled: false\n"), body="b\n")) == "updated"
    assert fake.requests_to_merge[0]["description"].endswith("b\n")


def test_what_another_author_pushed_stays(fake: FakeGitLab, put: Put) -> None:
    put(edits(fake))
    theirs = commit(fake.folder, "name: One # mine\n", "mine", BRANCH)

    assert put(edits(fake, "name: Two\n")) == "left"
    assert put(edits(fake, "")) == "left"
    assert git(fake.folder, "rev-parse", BRANCH) == theirs


def test_a_push_in_between_is_never_overwritten(
    fake: FakeGitLab, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(edits(fake))
    pushed: list[str] = []
    made = MergeRequestsOf.commit

    def late(self: MergeRequestsOf, adoption: Adoption, head: str | None) -> str:
        sha = made(self, adoption, head)
        pushed.append(commit(fake.folder, "name: One # mine\n", "mine", BRANCH))
        return sha

    monkeypatch.setattr(MergeRequestsOf, "commit", late)

    with pytest.raises(GitLabError, match=r"was not moved: .*rejected"):
        put(edits(fake, "name: Two\n"))
    assert git(fake.folder, "rev-parse", BRANCH) == pushed[0]


def test_no_edits_close_it_and_new_ones_open_another(fake: FakeGitLab, put: Put) -> None:
    assert put(edits(fake, "")) == "unchanged"
    put(edits(fake))

    assert put(edits(fake, "")) == "closed"
    assert put(edits(fake)) == "opened"
    assert [row["state"] for row in fake.requests_to_merge] == ["closed", "opened"]


def test_what_a_reviewer_closed_stays_closed_until_the_edits_change(
    fake: FakeGitLab, put: Put
) -> None:
    put(edits(fake))
    fake.requests_to_merge[0]["state"] = "closed"

    assert put(edits(fake)) == "declined"
    assert put(edits(fake, "name: Two\n")) == "opened"
    fake.requests_to_merge[1]["state"] = "merged"
    assert put(edits(fake, "name: Two\n")) == "opened"


def test_a_branch_or_a_merge_request_of_another_author_is_left_alone(
    fake: FakeGitLab, put: Put
) -> None:
    git(fake.folder, "branch", BRANCH)
    with pytest.raises(ForgeError, match="has commits that reconciler did not make"):
        put(edits(fake))
    fake.request(1, "", BRANCH, FORK)
    with pytest.raises(ForgeError, match="has commits that reconciler did not make"):
        put(edits(fake))
    fake.request(2, "", BRANCH)

    assert put(edits(fake)) == "left"


def test_the_branch_is_never_the_one_that_it_is_for(fake: FakeGitLab, put: Put) -> None:
    with pytest.raises(ForgeError, match="into itself"):
        put(replace(edits(fake), branch="main"))


def test_a_token_that_cannot_push_says_so(fake: FakeGitLab, put: Put) -> None:
    fake.tokens[PUSH].role = "Reporter"

    with pytest.raises(RecordRefused, match="the role Developer"):
        put(edits(fake))
    assert fake.requests_to_merge == []
