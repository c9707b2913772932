"""One comment, ours, edited in place, and never anybody else's."""

from collections.abc import Iterator

import pytest

from reconciler.forge.comment import put_no_plan, put_outcome, put_plan
from reconciler.forge.folder import TOP
from reconciler.forge.marker import marker, marker_values
from reconciler.github.api import GitHub, GitHubError, Place
from reconciler.github.comment import PullRequest
from reconciler.github.marker import (
    BOT,
    Author,
    author_of,
    marked,
)
from reconciler.text import MOST_TAKEN, size
from tests.github.fake import REPOSITORY, WRITER, FakeGitHub
from tests.github.served import running

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
    assert put_plan(PullRequest(github, 3), SHA, DIGEST, "one\n") == "created"
    assert put_plan(PullRequest(github, 3), SHA, DIGEST, "one\n") == "unchanged"
    assert put_plan(PullRequest(github, 3), SHA, DIGEST, "two\n") == "updated"
    assert put_plan(PullRequest(github, 3), "b" * 40, DIGEST, "two\n") == "updated"

    (body,) = fake.comments_of(3)
    assert "two *(plan of `bbbbbbb`)*" in body.splitlines()
    assert f"<sub>Plan of `{'b' * 12}` · digest `{DIGEST}` · [run]({RUN})</sub>" in body
    assert sum("PATCH" in line for line in fake.requests) == 2


@pytest.mark.parametrize("forged", ["no risk *(", "one\nApproved. *("])
def test_what_somebody_edited_is_written_anew(
    fake: FakeGitHub, github: GitHub, forged: str
) -> None:
    assert put_plan(PullRequest(github, 3), SHA, DIGEST, "one\n") == "created"
    fake.comments[0]["body"] = fake.comments[0]["body"].replace("one *(", forged)

    assert put_plan(PullRequest(github, 3), SHA, DIGEST, "one\n") == "updated"
    assert put_plan(PullRequest(github, 3), SHA, DIGEST, "one\n") == "unchanged"

    assert fake.comments_of(3)[0].splitlines()[1].startswith("one *(plan of `")


def test_a_pasted_marker_is_nobody_s_plan(fake: FakeGitHub, github: GitHub) -> None:
    forged = f"{marker('plan', {'sha': SHA})}\n**Nothing to do.**\n"
    fake.say(3, forged)
    fake.say(3, f"look:\n{forged}", BOT)

    assert put_plan(PullRequest(github, 3), SHA, DIGEST, "one\n") == "created"

    assert fake.comments_of(3)[0] == forged
    assert len(fake.comments_of(3)) == 3


def test_it_is_found_behind_many_pages(fake: FakeGitHub, github: GitHub) -> None:
    for number in range(230):
        fake.say(3, f"comment {number}")
    assert put_plan(PullRequest(github, 3), SHA, DIGEST, "one\n") == "created"
    assert put_plan(PullRequest(github, 3), SHA, DIGEST, "two\n") == "updated"

    assert len(fake.comments_of(3)) == 231


def test_one_that_was_just_deleted_is_made_again(fake: FakeGitHub, github: GitHub) -> None:
    put_plan(PullRequest(github, 3), SHA, DIGEST, "one\n")
    fake.gone.add(fake.comments[0]["id"])

    assert put_plan(PullRequest(github, 3), SHA, DIGEST, "two\n") == "created"


def test_an_outcome_stands_above_the_plan_and_replaces_an_older_one(
    fake: FakeGitHub, github: GitHub
) -> None:
    put_plan(PullRequest(github, 3), SHA, DIGEST, "the plan\n")

    assert put_outcome(PullRequest(github, 3), "not-applied", "stopped") == "updated"
    assert put_outcome(PullRequest(github, 3), "applied", "done") == "updated"
    assert put_outcome(PullRequest(github, 3), "applied", "done") == "unchanged"

    (body,) = fake.comments_of(3)
    assert "stopped" not in body
    assert body.index("done") < body.index("the plan")
    assert f"sha={SHA}" in body.splitlines()[0]
    assert body.splitlines()[0].endswith("state=applied -->")


def test_an_outcome_without_a_plan_is_a_comment_too(fake: FakeGitHub, github: GitHub) -> None:
    assert put_outcome(PullRequest(github, 3), "not-applied", "it came from a fork") == "created"
    assert "fork" in fake.comments_of(3)[0]


def test_no_body_is_longer_than_github_takes(fake: FakeGitHub, github: GitHub) -> None:
    put_plan(PullRequest(github, 3), SHA, DIGEST, "x" * 70_000)

    assert len(fake.comments_of(3)[0]) == MOST_TAKEN


def test_a_body_of_emojis_fits_as_github_counts(fake: FakeGitHub, github: GitHub) -> None:
    put_plan(PullRequest(github, 3), SHA, DIGEST, "🚨" * 40_000)

    assert MOST_TAKEN - 1 <= size(fake.comments_of(3)[0]) <= MOST_TAKEN


def test_the_writer_is_the_token_s_person_or_the_bot(fake: FakeGitHub, github: GitHub) -> None:
    assert author_of(github) == Author()
    fake.people[WRITER] = "octocat"
    assert author_of(github) == Author("octocat")
    assert put_plan(PullRequest(github, 3), SHA, DIGEST, "one\n") == "created"
    assert fake.comments[0]["user"]["login"] == "octocat"


def test_a_wrong_token_is_no_bot(fake: FakeGitHub) -> None:
    with (
        GitHub(Place(fake.url, REPOSITORY, "wrong")) as stranger,
        pytest.raises(GitHubError, match="401"),
    ):
        author_of(stranger)


def test_a_marker_takes_plain_words_only() -> None:
    line = marker("plan", {"sha": SHA, "evil": "x --> <b>"})

    assert marker_values(line, "plan", TOP) == {"sha": SHA}
    assert marker_values(line, "drift", TOP) is None
    assert marker_values("no marker", "plan", TOP) is None
    assert marked({"user": None, "body": line, "id": 1}, "plan", TOP, Author()) is None
    assert marked({"user": {"login": BOT}, "body": None, "id": 1}, "plan", TOP, Author()) is None


def test_a_comment_that_may_not_be_edited_is_not_doubled(fake: FakeGitHub, github: GitHub) -> None:
    put_plan(PullRequest(github, 3), SHA, DIGEST, "one\n")
    fake.tokens[WRITER] = "read"

    with pytest.raises(GitHubError, match="403"):
        put_plan(PullRequest(github, 3), SHA, DIGEST, "two\n")

    assert len(fake.comments) == 1


def test_a_commit_without_a_plan_is_said_once_also_where_there_was_none(
    fake: FakeGitHub, github: GitHub
) -> None:
    assert put_no_plan(PullRequest(github, 3), SHA) == "created"
    assert put_no_plan(PullRequest(github, 3), SHA) == "unchanged"

    (body,) = fake.comments_of(3)
    assert f"❓ **No plan of `{SHA[:12]}`** ([run]({RUN})): the run failed" in body
    assert "The plan below" not in body
    assert put_plan(PullRequest(github, 3), SHA, DIGEST, "one\n") == "updated"
    assert "No plan" not in fake.comments_of(3)[0]


@pytest.fixture
def app(fake: FakeGitHub) -> Iterator[GitHub]:
    fake.tokens["token-of-an-app"] = "write"
    fake.apps["token-of-an-app"] = "routes-app"
    with GitHub(Place(fake.url, REPOSITORY, "token-of-an-app", RUN), print) as connected:
        yield connected


def test_an_app_finds_its_comment_though_it_may_not_ask_who_it_is(
    fake: FakeGitHub, app: GitHub
) -> None:
    done = [
        put_plan(PullRequest(app, 3), SHA, DIGEST, text) for text in ("one\n", "one\n", "two\n")
    ]
    done.append(put_outcome(PullRequest(app, 3), "applied", "done"))

    assert done == ["created", "unchanged", "updated", "updated"]
    (row,) = fake.comments
    assert row["user"]["login"] == "routes-app[bot]"
    assert "done" in row["body"]
    assert " app=routes-app " in row["body"].splitlines()[0]


@pytest.mark.parametrize("thief", ["octocat", "routes-app", "other-app[bot]"])
def test_a_marker_that_names_an_app_is_nobody_else_s(
    fake: FakeGitHub, app: GitHub, github: GitHub, thief: str
) -> None:
    forged = f"{marker('plan', {'sha': SHA, 'app': 'routes-app'})}\n**Nothing to do.**\n"
    fake.say(3, forged, thief)

    assert put_plan(PullRequest(app, 3), SHA, DIGEST, "one\n") == "created"
    assert put_plan(PullRequest(github, 3), SHA, DIGEST, "two\n") == "updated"

    assert fake.comments_of(3)[0] == forged
    assert len(fake.comments) == 2


def test_a_body_of_an_app_is_no_longer_than_github_takes(fake: FakeGitHub, app: GitHub) -> None:
    assert put_plan(PullRequest(app, 3), SHA, DIGEST, "x" * 70_000) == "created"

    assert len(fake.comments_of(3)[0]) == MOST_TAKEN


def test_an_older_commit_s_plan_never_replaces_the_head_s(fake: FakeGitHub, github: GitHub) -> None:
    fake.heads[3] = "b" * 40
    assert put_plan(PullRequest(github, 3), SHA, DIGEST, "of the older\n") == "created"
    early = fake.comments_of(3)[0].splitlines()
    assert early[1].startswith(f"⚠️ **This is the plan of an older commit, `{SHA[:12]}`.**")
    assert f"`{'b' * 12}` now" in early[1]
    assert put_plan(PullRequest(github, 3), "b" * 40, DIGEST, "of the head\n") == "updated"

    assert put_plan(PullRequest(github, 3), SHA, DIGEST, "of the older\n") == "left"
    assert put_no_plan(PullRequest(github, 3), SHA) == "left"

    (body,) = fake.comments_of(3)
    assert "older" not in body
    assert f"Plan of `{'b' * 12}`" in body


def test_of_two_older_commits_the_newer_push_counts(fake: FakeGitHub) -> None:
    def put(run: int, sha: str) -> str:
        place = Place(fake.url, REPOSITORY, WRITER, RUN.replace("/7", f"/{run}"))
        with GitHub(place, print) as github:
            return put_plan(PullRequest(github, 3), sha, DIGEST, f"of {sha}\n")

    fake.heads[3] = "c" * 40
    done = [put(7, "a" * 40), put(8, "b" * 40), put(7, "a" * 40), put(9, "c" * 40)]

    assert done == ["created", "updated", "left", "updated"]
    assert "older commit" not in fake.comments_of(3)[0]


@pytest.mark.parametrize("state", ["applied", "partly-applied", "not-applied", "unknown"])
def test_what_became_of_a_plan_stays_when_its_run_is_started_again(
    fake: FakeGitHub, github: GitHub, state: str
) -> None:
    put_plan(PullRequest(github, 3), SHA, DIGEST, "the plan\n")
    put_outcome(PullRequest(github, 3), state, "what became of it")
    (before,) = fake.comments_of(3)

    assert put_plan(PullRequest(github, 3), SHA, DIGEST, "another\n") == "left"
    assert put_no_plan(PullRequest(github, 3), SHA) == "left"

    assert fake.comments_of(3) == [before]


def test_an_empty_plan_has_no_digest(fake: FakeGitHub, github: GitHub) -> None:
    assert put_plan(PullRequest(github, 3), SHA, "", "nothing\n") == "created"
    assert put_plan(PullRequest(github, 3), SHA, "", "nothing\n") == "unchanged"

    assert "digest" not in fake.comments_of(3)[0].splitlines()[-1]


def test_the_first_line_names_the_commit(fake: FakeGitHub, github: GitHub) -> None:
    put_plan(
        PullRequest(github, 3),
        SHA,
        DIGEST,
        "**Nobody is paged differently.** 1 route changes.\n\nmore\n",
    )

    first = fake.comments_of(3)[0].splitlines()[1]
    assert first == f"**Nobody is paged differently.** 1 route changes. *(plan of `{SHA[:7]}`)*"
