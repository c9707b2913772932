"""One issue: opened, edited, closed, re-opened; never doubled, never anybody else's."""

from collections.abc import Iterator

import pytest

from reconciler.forge.drift import LABEL, put_drift
from reconciler.forge.marker import marker
from reconciler.github.api import GitHub, Place
from reconciler.github.drift import DriftIssues
from reconciler.github.marker import BOT
from tests.github.fake import REPOSITORY, WRITER, FakeGitHub
from tests.github.served import running


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with running(FakeGitHub()) as served:
        yield served


@pytest.fixture
def github(fake: FakeGitHub) -> Iterator[GitHub]:
    with GitHub(Place(fake.url, REPOSITORY, WRITER, "https://example.com/run"), print) as connected:
        yield connected


def test_its_life(fake: FakeGitHub, github: GitHub) -> None:
    done = [
        put_drift(DriftIssues(github), text) for text in ("", "one\n", "two\n", "", "", "three\n")
    ]

    assert done == ["unchanged", "opened", "updated", "closed", "unchanged", "re-opened"]
    (issue,) = fake.issues
    assert "three" in issue["body"]
    assert "[Last checked here](https://example.com/run)" in issue["body"]
    assert issue["labels"] == [{"name": LABEL}]


def test_a_stranger_s_issue_and_a_pull_request_are_left_alone(
    fake: FakeGitHub, github: GitHub
) -> None:
    body = f"{marker('drift', {})}\nmine\n"
    label = [{"name": LABEL}]
    fake.issues = [
        {"number": 1, "user": {"login": "octocat"}, "body": body, "labels": label, "state": "open"},
        {"number": 2, "user": {"login": BOT}, "body": body, "labels": label, "state": "open",
         "pull_request": {}},
        {"number": 3, "user": {"login": BOT}, "body": "other", "labels": label, "state": "open"},
    ]  # fmt: skip
    before = [dict(row) for row in fake.issues]

    assert put_drift(DriftIssues(github), "") == "unchanged"
    assert put_drift(DriftIssues(github), "drift\n") == "opened"

    assert fake.issues[1:] == before


def test_the_open_one_is_edited_and_not_a_closed_one(fake: FakeGitHub, github: GitHub) -> None:
    body = f"{marker('drift', {})}\nold\n"
    fake.issues = [
        {"number": number, "user": {"login": BOT}, "body": body, "labels": [{"name": LABEL}],
         "state": state}
        for number, state in ((5, "closed"), (4, "open"), (3, "closed"))
    ]  # fmt: skip

    assert put_drift(DriftIssues(github), "new\n") == "updated"
    assert [("new" in row["body"]) for row in fake.issues] == [False, True, False]


def test_an_app_opens_one_issue_and_finds_it_again(fake: FakeGitHub) -> None:
    fake.tokens["token-of-an-app"] = "write"
    fake.apps["token-of-an-app"] = "routes-app"
    forged = f"{marker('drift', {'app': 'routes-app'})}\nmine\n"
    thief = {"number": 1, "user": {"login": "octocat"}, "body": forged,
             "labels": [{"name": LABEL}], "state": "open"}  # fmt: skip
    fake.issues = [dict(thief)]

    with GitHub(Place(fake.url, REPOSITORY, "token-of-an-app"), print) as app:
        done = [put_drift(DriftIssues(app), text) for text in ("one\n", "two\n", "", "three\n")]

    assert done == ["opened", "updated", "closed", "re-opened"]
    assert len(fake.issues) == 2
    assert fake.issues[1] == thief


def test_a_run_that_is_started_again_never_replaces_a_later_one_s_issue(fake: FakeGitHub) -> None:
    def put(run: int, text: str) -> str:
        place = Place(fake.url, REPOSITORY, WRITER, f"https://example.com/runs/{run}")
        with GitHub(place, print) as github:
            return put_drift(DriftIssues(github), text)

    done = [put(7, "one\n"), put(8, "two\n"), put(7, "one\n"), put(7, ""), put(9, ""), put(8, "x")]

    assert done == ["opened", "updated", "left", "left", "closed", "left"]
    (issue,) = fake.issues
    assert issue["state"] == "closed"
