"""One note, ours, edited in place, and never anybody else's; and one issue."""

from collections.abc import Iterator

import pytest

from reconciler.forge.comment import put_no_plan, put_outcome, put_plan
from reconciler.forge.drift import LABEL, put_drift
from reconciler.forge.marker import marker
from reconciler.gitlab.api import GitLab, GitLabError, Place
from reconciler.gitlab.drift import DriftIssues
from reconciler.gitlab.marked import sendable
from reconciler.gitlab.note import MergeRequest
from tests.forge.served import Answer
from tests.gitlab.fake import MOST_NOTE, NOTES, PATH, PROJECT, PUSH, FakeGitLab, Refused
from tests.gitlab.served import running

SHA, DIGEST = "a" * 40, "d" * 64
RUN = "https://gitlab.example.com/example/routes/-/pipelines/7"


@pytest.fixture
def fake() -> Iterator[FakeGitLab]:
    with running(FakeGitLab()) as served:
        served.request(3, SHA, "one")
        yield served
    assert served.actions == []


def connected(fake: FakeGitLab, run: str = RUN, token: str = NOTES) -> GitLab:
    pauses: list[float] = []
    return GitLab(Place(f"{fake.url}/api/v4", str(PROJECT), PATH, token, run), pauses.append)


@pytest.fixture
def gitlab(fake: FakeGitLab) -> Iterator[GitLab]:
    with connected(fake) as client:
        yield client


@pytest.fixture
def request_3(gitlab: GitLab) -> MergeRequest:
    return MergeRequest(gitlab, 3)


def test_it_is_made_once_then_edited_then_left_alone(
    fake: FakeGitLab, request_3: MergeRequest
) -> None:
    done = [put_plan(request_3, SHA, DIGEST, text) for text in ("one\n", "one\n", "two\n")]

    assert done == ["created", "unchanged", "updated"]
    (body,) = fake.notes_of(3)
    assert "two *(plan of `aaaaaaa`)*" in body.splitlines()
    assert f"<sub>Plan of `{'a' * 12}` · digest `{DIGEST}` · [run]({RUN})</sub>" in body
    assert sum(line.startswith("PUT") for line in fake.asked) == 1


def test_it_is_found_behind_many_pages_of_others(fake: FakeGitLab, request_3: MergeRequest) -> None:
    for number in range(230):
        fake.say(3, f"note {number}", system=number % 2 == 0)
    assert put_plan(request_3, SHA, DIGEST, "one\n") == "created"

    assert put_plan(request_3, SHA, DIGEST, "two\n") == "updated"

    assert sum(line.endswith("/notes") and line.startswith("GET") for line in fake.asked) == 6


@pytest.mark.parametrize(
    "page",
    [Answer(200, content=b"<html>Sign in</html>"), Answer(200, {}), Answer(200, [None])],
)
def test_a_list_that_is_not_sent_makes_no_second_note(
    fake: FakeGitLab, gitlab: GitLab, request_3: MergeRequest, page: Answer
) -> None:
    put_plan(request_3, SHA, DIGEST, "one\n")
    assert gitlab.user  # is known, so that the next answer is that of the notes
    fake.busy = [page]

    with pytest.raises(GitLabError, match="GitLab answered"):
        put_plan(request_3, SHA, DIGEST, "two\n")

    assert len(fake.notes_of(3)) == 1


def test_a_marker_that_another_user_pasted_is_not_ours(
    fake: FakeGitLab, request_3: MergeRequest
) -> None:
    fake.say(3, f"{marker('plan', {'sha': SHA})}\nall is well\n")
    fake.say(3, f"{marker('plan', {'sha': SHA})}\nall is well\n", fake.tokens[PUSH].user)

    assert put_plan(request_3, SHA, DIGEST, "one\n") == "created"
    assert len(fake.notes_of(3)) == 3


def test_what_another_user_edited_is_written_anew(
    fake: FakeGitLab, request_3: MergeRequest
) -> None:
    put_plan(request_3, SHA, DIGEST, "one\n")
    fake.notes[0]["body"] = fake.notes[0]["body"].replace("one *(", "no risk *(")

    assert put_plan(request_3, SHA, DIGEST, "one\n") == "updated"


def test_a_note_that_was_deleted_meanwhile_is_made_anew(
    fake: FakeGitLab, request_3: MergeRequest
) -> None:
    put_plan(request_3, SHA, DIGEST, "one\n")
    found = request_3.find()
    fake.notes.clear()

    assert request_3.put(found, "two\n") == "created"
    assert fake.notes_of(3) == ["two\n"]


def test_a_refused_edit_is_an_error_and_no_second_note(
    fake: FakeGitLab, request_3: MergeRequest
) -> None:
    put_plan(request_3, SHA, DIGEST, "one\n")
    found = request_3.find()
    fake.notes[0]["author"] = {"id": 9}

    with pytest.raises(GitLabError, match="403"):
        request_3.put(found, "two\n")
    assert len(fake.notes_of(3)) == 1


def test_a_newer_commit_s_plan_and_an_outcome_stay(
    fake: FakeGitLab, request_3: MergeRequest
) -> None:
    fake.request(3, "b" * 40, "one")
    put_plan(request_3, "b" * 40, DIGEST, "new\n")

    assert put_plan(request_3, SHA, DIGEST, "old\n") == "left"
    assert put_no_plan(request_3, SHA) == "left"
    assert put_outcome(request_3, "applied", "✅ done") == "updated"
    assert put_plan(request_3, "b" * 40, DIGEST, "again\n") == "left"
    assert "✅ done" in fake.notes_of(3)[0]


def test_the_longest_note_that_gitlab_takes_is_taken_and_a_longer_one_is_cut(
    fake: FakeGitLab, request_3: MergeRequest
) -> None:
    assert request_3.put(None, "x" * MOST_NOTE) == "created"
    assert request_3.put(None, "é" * (MOST_NOTE + 1)) == "created"

    assert [len(body) for body in fake.notes_of(3)] == [MOST_NOTE, MOST_NOTE]
    with pytest.raises(Refused):
        fake._take("x" * (MOST_NOTE + 1), MOST_NOTE, "note")


@pytest.mark.parametrize("text", ["/merge", "one\n/approve\n", "\t/close", "```\n/label ~x\n```"])
def test_no_line_is_a_quick_action(fake: FakeGitLab, request_3: MergeRequest, text: str) -> None:
    request_3.put(None, text)
    put_drift(DriftIssues(request_3.gitlab), text)

    for sent in (fake.notes_of(3)[0], fake.issues[0]["description"]):
        assert not [line for line in sent.splitlines() if line.strip(" \t").startswith("/")]
    assert sendable("a / b\n", 100) == "a / b\n"


def test_the_life_of_the_issue(fake: FakeGitLab, gitlab: GitLab) -> None:
    issues = DriftIssues(gitlab)
    done = [put_drift(issues, text) for text in ("", "one\n", "two\n", "", "", "three\n", "four\n")]

    assert done == ["unchanged", "opened", "updated", "closed", "unchanged", "re-opened", "updated"]
    (issue,) = fake.issues
    assert (issue["state"], issue["labels"]) == ("opened", [LABEL])
    assert f"[Last checked here]({RUN})" in issue["description"]


def test_a_stranger_s_issue_is_left_alone_and_a_later_run_has_the_last_word(
    fake: FakeGitLab, gitlab: GitLab
) -> None:
    fake.issues = [{"iid": 1, "state": "opened", "labels": [LABEL], "author": {"id": 9},
                    "description": f"{marker('drift', {})}\nmine\n"}]  # fmt: skip
    assert put_drift(DriftIssues(gitlab), "one\n") == "opened"
    with connected(fake, RUN.replace("/7", "/6")) as older:
        assert put_drift(DriftIssues(older), "") == "left"

    assert [row["state"] for row in fake.issues] == ["opened", "opened"]
