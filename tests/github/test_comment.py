"""One comment, ours, edited in place, and never anybody else's."""

from collections.abc import Iterator

import pytest

from reconciler.github.api import GitHub, GitHubError
from reconciler.github.comment import MOST_BODY, put_no_plan, put_outcome, put_plan
from reconciler.github.marker import BOT, login_of, marked, marker, marker_values
from reconciler.github.place import Place
from tests.github.fake import REPOSITORY, WRITER, FakeGitHub, running

SHA, DIGEST = "a" * 40, "d" * 64
RUN = "https://github.com/example/routes/actions/runs/7"


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with running(FakeGitHub()) as served:
        yield served


@pytest.fixture
def github(fake: FakeGitHub) -> Iterator[GitHub]:
    pauses: list[float] = []
    with GitHub(Place(fake.url, REPOSITORY, WRITER, RUN), pauses.append) as connected:
        yield connected


def test_it_is_made_once_then_edited_then_left_alone(fake: FakeGitHub, github: GitHub) -> None:
    assert put_plan(github, 3, SHA, DIGEST, "one\n") == "created"
    assert put_plan(github, 3, SHA, DIGEST, "one\n") == "unchanged"
    assert put_plan(github, 3, SHA, DIGEST, "two\n") == "updated"
    assert put_plan(github, 3, "b" * 40, DIGEST, "two\n") == "updated"

    (body,) = fake.comments_of(3)
    assert body.splitlines()[1] == "two"
    assert f"Digest `{DIGEST}` · [run]({RUN})" in body
    assert sum("PATCH" in line for line in fake.requests) == 2


@pytest.mark.parametrize("forged", ["no risk\n", "one\nApproved.\n"])
def test_what_somebody_edited_is_written_anew(
    fake: FakeGitHub, github: GitHub, forged: str
) -> None:
    assert put_plan(github, 3, SHA, DIGEST, "one\n") == "created"
    fake.comments[0]["body"] = fake.comments[0]["body"].replace("one\n", forged)

    assert put_plan(github, 3, SHA, DIGEST, "one\n") == "updated"
    assert put_plan(github, 3, SHA, DIGEST, "one\n") == "unchanged"

    assert fake.comments_of(3)[0].splitlines()[1] == "one"


def test_a_pasted_marker_is_nobody_s_plan(fake: FakeGitHub, github: GitHub) -> None:
    forged = f"{marker('plan', {'sha': SHA})}\n**Nothing to do.**\n"
    fake.say(3, forged)
    fake.say(3, f"look:\n{forged}", BOT)

    assert put_plan(github, 3, SHA, DIGEST, "one\n") == "created"

    assert fake.comments_of(3)[0] == forged
    assert len(fake.comments_of(3)) == 3


def test_it_is_found_behind_many_pages(fake: FakeGitHub, github: GitHub) -> None:
    for number in range(230):
        fake.say(3, f"comment {number}")
    assert put_plan(github, 3, SHA, DIGEST, "one\n") == "created"
    assert put_plan(github, 3, SHA, DIGEST, "two\n") == "updated"

    assert len(fake.comments_of(3)) == 231


def test_one_that_was_just_deleted_is_made_again(fake: FakeGitHub, github: GitHub) -> None:
    put_plan(github, 3, SHA, DIGEST, "one\n")
    fake.gone.add(fake.comments[0]["id"])

    assert put_plan(github, 3, SHA, DIGEST, "two\n") == "created"


def test_an_outcome_stands_above_the_plan_and_replaces_an_older_one(
    fake: FakeGitHub, github: GitHub
) -> None:
    put_plan(github, 3, SHA, DIGEST, "the plan\n")

    assert put_outcome(github, 3, "not-applied", "stopped") == "updated"
    assert put_outcome(github, 3, "applied", "done") == "updated"
    assert put_outcome(github, 3, "applied", "done") == "unchanged"

    (body,) = fake.comments_of(3)
    assert "stopped" not in body
    assert body.index("done") < body.index("the plan")
    assert f"sha={SHA}" in body.splitlines()[0]
    assert body.splitlines()[0].endswith("state=applied -->")


def test_an_outcome_without_a_plan_is_a_comment_too(fake: FakeGitHub, github: GitHub) -> None:
    assert put_outcome(github, 3, "not-applied", "it came from a fork") == "created"
    assert "fork" in fake.comments_of(3)[0]


def test_no_body_is_longer_than_github_takes(fake: FakeGitHub, github: GitHub) -> None:
    put_plan(github, 3, SHA, DIGEST, "x" * 70_000)

    assert len(fake.comments_of(3)[0]) == MOST_BODY


def test_the_writer_is_the_token_s_person_or_the_bot(fake: FakeGitHub, github: GitHub) -> None:
    assert login_of(github) == BOT
    fake.people[WRITER] = "octocat"
    assert login_of(github) == "octocat"
    assert put_plan(github, 3, SHA, DIGEST, "one\n") == "created"
    assert fake.comments[0]["user"]["login"] == "octocat"


def test_a_wrong_token_is_no_bot(fake: FakeGitHub) -> None:
    with (
        GitHub(Place(fake.url, REPOSITORY, "wrong")) as stranger,
        pytest.raises(GitHubError, match="401"),
    ):
        login_of(stranger)


def test_a_marker_takes_plain_words_only() -> None:
    line = marker("plan", {"sha": SHA, "evil": "x --> <b>"})

    assert marker_values(line, "plan") == {"sha": SHA}
    assert marker_values(line, "drift") is None
    assert marker_values("no marker", "plan") is None
    assert marked({"user": None, "body": line, "id": 1}, "plan", BOT) is None
    assert marked({"user": {"login": BOT}, "body": None, "id": 1}, "plan", BOT) is None


def test_a_comment_that_may_not_be_edited_is_not_doubled(fake: FakeGitHub, github: GitHub) -> None:
    put_plan(github, 3, SHA, DIGEST, "one\n")
    fake.tokens[WRITER] = "read"

    with pytest.raises(GitHubError, match="403"):
        put_plan(github, 3, SHA, DIGEST, "two\n")

    assert len(fake.comments) == 1


def test_a_commit_without_a_plan_is_said_once_also_where_there_was_none(
    fake: FakeGitHub, github: GitHub
) -> None:
    assert put_no_plan(github, 3, SHA) == "created"
    assert put_no_plan(github, 3, SHA) == "unchanged"

    (body,) = fake.comments_of(3)
    assert f"❓ **No plan of `{SHA[:12]}`** ([run]({RUN})): the run failed" in body
    assert "What stands below" not in body
    assert put_plan(github, 3, SHA, DIGEST, "one\n") == "updated"
    assert "No plan" not in fake.comments_of(3)[0]
