"""What GitLab answers: waits are waited, no POST is sent twice, and refusals say what to do."""

from collections.abc import Iterator

import pytest

from reconciler.forge.api import ForgeError, NoPlace
from reconciler.gitlab.api import GitLab, GitLabError, Place, git_place_of, place_of
from reconciler.gitlab.remote import git_place
from tests.forge.served import Answer
from tests.gitlab.fake import JOB, NOTES, PATH, PROJECT, READER, FakeGitLab
from tests.gitlab.served import running

ENVIRONMENT = {
    "CI_API_V4_URL": "https://gitlab.example.com/api/v4",
    "CI_SERVER_URL": "https://gitlab.example.com",
    "CI_PROJECT_ID": "7",
    "CI_PROJECT_PATH": "group/sub/routes",
    "CI_PIPELINE_URL": "https://gitlab.example.com/group/sub/routes/-/pipelines/12",
    "CI_DEFAULT_BRANCH": "main",
    "GITLAB_TOKEN": "secret-token",
    "CI_JOB_TOKEN": "job-token",
}
BUSY = {"message": "This endpoint has been requested too many times. Try again later."}


@pytest.fixture
def fake() -> Iterator[FakeGitLab]:
    with running(FakeGitLab()) as served:
        yield served


def client(fake: FakeGitLab, waits: list[float] | None = None, token: str = NOTES) -> GitLab:
    place = Place(f"{fake.url}/api/v4", str(PROJECT), PATH, token)
    return GitLab(place, (waits if waits is not None else []).append)


def test_a_place_never_shows_its_token() -> None:
    place = place_of(ENVIRONMENT)

    assert "secret-token" not in repr(place) + repr(git_place(place))
    assert (place.path, place.branch) == ("group/sub/routes", "main")
    assert place.run_url.endswith("/pipelines/12")
    assert git_place(place).repository == "group/sub/routes.git"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"CI_API_V4_URL": "http://gitlab.example.com/api/v4"}, "https"),
        ({"CI_API_V4_URL": ""}, "missing"),
        ({"CI_SERVER_URL": "https://user@gitlab.example.com"}, "CI_SERVER_URL"),
        ({"CI_PROJECT_ID": "group%2Froutes"}, "a number"),
        ({"CI_PROJECT_PATH": "routes"}, "GROUP/NAME"),
        ({"CI_PROJECT_PATH": "group/.."}, "GROUP/NAME"),
        ({"GITLAB_TOKEN": ""}, "RECONCILER_TOKEN is missing, or it is protected"),
        ({"GITLAB_TOKEN": "with\nline"}, "not set"),
    ],
)
def test_a_place_that_is_none_is_said_in_words(change: dict[str, str], word: str) -> None:
    with pytest.raises(NoPlace, match=word):
        place_of({**ENVIRONMENT, **change})


def test_git_takes_the_job_s_token_where_there_is_no_other() -> None:
    assert git_place_of(ENVIRONMENT).token == "secret-token"
    job = git_place_of({**ENVIRONMENT, "GITLAB_TOKEN": ""})
    assert (job.token, job.login) == ("job-token", "gitlab-ci-token")
    with pytest.raises(NoPlace, match="neither GITLAB_TOKEN nor CI_JOB_TOKEN"):
        git_place_of({**ENVIRONMENT, "GITLAB_TOKEN": "", "CI_JOB_TOKEN": ""})


@pytest.mark.parametrize(
    ("answers", "waited"),
    [
        ([Answer(429, BUSY, {"Retry-After": "7"})], [7.0]),
        ([Answer(429, content=b"Retry later\n")] * 2, [60.0, 120.0]),
        ([Answer(502, content=b"<html>"), Answer(500)], [1.0, 2.0]),
    ],
)
def test_a_busy_server_is_asked_again(
    fake: FakeGitLab, answers: list[Answer], waited: list[float]
) -> None:
    fake.busy = [*answers]
    waits: list[float] = []

    with client(fake, waits) as gitlab:
        assert gitlab.user == 501

    assert waits == waited


def test_a_post_is_sent_again_only_where_gitlab_did_not_carry_it_out(fake: FakeGitLab) -> None:
    fake.request(3, "a" * 40, "one")
    waits: list[float] = []
    with client(fake, waits) as gitlab:
        fake.busy = [Answer(429, BUSY, {"Retry-After": "3"})]
        gitlab.post("/merge_requests/3/notes", {"body": "one"})
        for status in (409, 500, 503):
            fake.busy = [Answer(status, {"message": "no"})]
            with pytest.raises(GitLabError, match=str(status)):
                gitlab.post("/merge_requests/3/notes", {"body": "two"})

    assert waits == [3.0]
    assert fake.notes_of(3) == ["one"]


def test_two_edits_at_once_are_tried_again(fake: FakeGitLab) -> None:
    fake.request(3, "a" * 40, "one")
    note = fake.say(3, "one", 501)
    fake.busy = [Answer(409, {"message": "409 Conflict: Resource lock"})]
    waits: list[float] = []

    with client(fake, waits) as gitlab:
        gitlab.put(f"/merge_requests/3/notes/{note['id']}", {"body": "two"})

    assert (waits, fake.notes_of(3)) == ([1.0], ["two"])


def test_a_wait_that_no_job_has_ends_the_run(fake: FakeGitLab) -> None:
    fake.busy = [Answer(429, BUSY, {"Retry-After": "3600"})]

    with client(fake) as gitlab, pytest.raises(ForgeError, match="429"):
        assert gitlab.user


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(401, {"message": "401 Unauthorized"}), "expired or revoked: make a new one"),
        (Answer(401, {"error": "invalid_token", "error_description": "Token was revoked."}),
         "invalid_token: Token was revoked"),
        (Answer(403, {"message": "403 Forbidden"}), "at least the role Reporter"),
        (Answer(403, {"error": "insufficient_scope"}), "give the token the scope `api`"),
        (Answer(404, {"message": "404 Project Not Found"}), "the token's role can read it"),
        (Answer(400, {"message": {"note": ["is too long", "is odd"]}}), "note is too long, is odd"),
        (Answer(422, {"message": ["one", "two"]}), "one, two"),
        (Answer(418, content=b"teapot"), "GitLab answered 418 to GET /api/v4/user"),
    ],
)  # fmt: skip
def test_each_refusal_says_what_gitlab_said_and_what_to_do(
    fake: FakeGitLab, answer: Answer, words: str
) -> None:
    fake.busy = [answer]

    with client(fake) as gitlab, pytest.raises(GitLabError) as refused:
        assert gitlab.user

    assert words in str(refused.value)
    assert NOTES not in str(refused.value)


def test_a_user_without_an_id_is_none(fake: FakeGitLab) -> None:
    fake.busy = [Answer(200, {"name": "x"})]

    with client(fake) as gitlab, pytest.raises(GitLabError, match="which user the token"):
        assert gitlab.user


def test_a_token_that_only_reads_writes_nothing(fake: FakeGitLab) -> None:
    with client(fake, token=READER) as gitlab, pytest.raises(GitLabError, match="scope `api`"):
        gitlab.post("/issues", {"title": "x", "description": "y", "labels": "z"})


@pytest.mark.parametrize(
    ("complaint", "right", "token", "words"),
    [
        ("error: 403", "write", JOB, "set RECONCILER_PUSH_TOKEN"),
        ("error: 403", "write", "pat", "`write_repository` and the role Developer"),
        ("fatal: Authentication failed", "read", "pat", "`read_repository` and the role Reporter"),
        ("! [remote rejected] x", "write", JOB, "a push rule refuses it"),
        ("! [remote rejected] x", "write", "pat", "a push rule refuses it"),
        ("Could not resolve host", "read", "pat", "retry the job"),
        ("Could not resolve host", "read", JOB, "retry the job"),
    ],
)
def test_what_git_complains_about_has_an_advice(
    complaint: str, right: str, token: str, words: str
) -> None:
    environment = {**ENVIRONMENT, "GITLAB_TOKEN": "" if token == JOB else token}
    place = git_place(git_place_of(environment))

    assert words in place.advice(complaint, right)
