"""The token stays where it belongs, waits are waited, and no POST is sent twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from reconciler.forge import api as module
from reconciler.forge.api import NoPlace, is_private
from reconciler.github.api import GitHub, GitHubError, Place, place_of
from tests.github.fake import READER, REPOSITORY, WRITER, FakeGitHub
from tests.github.served import running

ENVIRONMENT = {"GITHUB_REPOSITORY": REPOSITORY, "GITHUB_TOKEN": "secret-token"}


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with running(FakeGitHub()) as served:
        yield served


class Waits(list[float]):
    """What was slept."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def client(fake: FakeGitHub, waits: Waits | None = None, token: str = WRITER) -> GitHub:
    return GitHub(Place(fake.url, REPOSITORY, token), Waits() if waits is None else waits)


def test_a_place_never_shows_its_token() -> None:
    place = place_of({**ENVIRONMENT, "GITHUB_RUN_ID": "7", "GITHUB_REF_NAME": "main"})

    assert "secret-token" not in repr(place)
    assert place.api == "https://api.github.com"
    assert place.run_url == f"https://github.com/{REPOSITORY}/actions/runs/7"
    assert place.branch == "main"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"GITHUB_API_URL": "http://api.example.com"}, "https"),
        ({"GITHUB_API_URL": "https://user@api.example.com"}, "https"),
        ({"GITHUB_REPOSITORY": "routes"}, "OWNER/NAME"),
        ({"GITHUB_REPOSITORY": "example/.."}, "OWNER/NAME"),
        ({"GITHUB_TOKEN": ""}, "not set"),
        ({"GITHUB_TOKEN": "with\nline"}, "not set"),
    ],
)
def test_a_place_that_is_none_is_said_in_words(change: dict[str, str], word: str) -> None:
    with pytest.raises(NoPlace, match=word):
        place_of({**ENVIRONMENT, **change})


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("https://ghe.example.com/api/v3", True),
        ("http://127.0.0.1:80", True),
        ("http://[::1]:80", True),
        ("http://localhost", True),
        ("http://192.168.0.1", False),
        ("https://", False),
        ("https://[", False),
        ("ftp://127.0.0.1", False),
    ],
)
def test_only_https_and_this_machine_are_private(url: str, private: bool) -> None:
    assert is_private(url) is private


def test_all_pages_are_read_and_no_address_of_an_answer_is_followed(fake: FakeGitHub) -> None:
    for number in range(250):
        fake.say(1, f"comment {number}")

    with client(fake) as github:
        rows = list(github.pages("/issues/1/comments"))

    assert len(rows) == 250
    assert set(fake.requests) == {f"GET /repos/{REPOSITORY}/issues/1/comments"}


def test_a_secondary_rate_limit_is_waited_for_and_the_post_is_sent_once(fake: FakeGitHub) -> None:
    words = "You have exceeded a secondary rate limit"
    fake.busy = [(403, {"Retry-After": "7"}, words), (429, {}, words)]
    waits = Waits()

    with client(fake, waits) as github:
        github.post("/issues/1/comments", {"body": "hello"})

    assert waits == [7.0, 120.0]
    assert fake.comments_of(1) == ["hello"]


def test_a_wait_that_no_job_has_time_for_is_an_error(fake: FakeGitHub) -> None:
    fake.busy = [(403, {"Retry-After": "3600"}, "rate limit")]

    with client(fake) as github, pytest.raises(GitHubError, match="rate limit"):
        github.get("/issues")


@pytest.mark.parametrize("status", [301, 302, 307, 403, 429, 503])
@pytest.mark.parametrize(
    "headers", [{"Location": "http://[::1"}, {"Location": "//["}, {"Retry-After": "\u00b2"}]
)
def test_no_header_of_an_answer_is_a_traceback(
    fake: FakeGitHub, status: int, headers: dict[str, str]
) -> None:
    fake.busy = [(status, headers, "no")] * 9

    with client(fake) as github:
        try:
            github.post("/issues/1/comments", {"body": "hello"})
        except GitHubError as error:
            said = str(error)
        else:
            said = "the answer is no comment"

    assert said
    assert fake.comments == []


def test_a_read_is_tried_again_and_a_post_is_not(fake: FakeGitHub) -> None:
    waits = Waits()
    fake.busy = [(502, {}, "bad"), (503, {}, "bad")]
    with client(fake, waits) as github:
        list(github.pages("/issues/1/comments"))
        assert waits == [1.0, 2.0]
        fake.busy = [(502, {}, "bad")]
        with pytest.raises(GitHubError, match="502"):
            github.post("/issues/1/comments", {"body": "hello"})
    assert fake.comments == []


def test_a_fork_s_token_and_a_wrong_one_are_told_apart(fake: FakeGitHub) -> None:
    with client(fake, token=READER) as github, pytest.raises(GitHubError) as refused:
        github.post("/issues/1/comments", {"body": "hello"})
    with client(fake, token="other") as github, pytest.raises(GitHubError) as unknown:
        github.user()

    assert (refused.value.status, unknown.value.status) == (403, 401)
    assert "fork" in str(refused.value)
    assert READER not in str(refused.value)


@pytest.mark.parametrize("before", ["", "x" * 297])
def test_an_answer_that_echoes_the_token_is_redacted_before_it_is_cut(
    fake: FakeGitHub, before: str
) -> None:
    fake.busy.append((403, {}, f"{before}{WRITER.upper()} may not"))

    with client(fake) as github, pytest.raises(GitHubError) as refused:
        github.user()

    assert WRITER[:4].upper() not in str(refused.value)
    assert ("[key]" in str(refused.value)) == (not before)


def test_too_long_a_body_is_an_error_and_no_half_a_comment(fake: FakeGitHub) -> None:
    with client(fake) as github, pytest.raises(GitHubError, match="422"):
        github.post("/issues/1/comments", {"body": "x" * 65_537})
    assert fake.comments == []


def test_no_netrc_replaces_the_token_or_goes_to_another_host(
    fake: FakeGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n", "utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    identity = fake.upload("plan-1", {"plan.json": b"{}"}, "1")

    with client(fake) as github:
        assert list(github.pages("/issues/1/comments")) == []
        assert github.archive(f"/actions/artifacts/{identity}/zip")[:2] == b"PK"

    assert fake.leaks == []


def test_an_archive_comes_from_elsewhere_without_the_token(fake: FakeGitHub) -> None:
    identity = fake.upload("plan-1", {"plan.json": b"{}"}, "1")

    with client(fake) as github:
        assert github.archive(f"/actions/artifacts/{identity}/zip")[:2] == b"PK"

    assert fake.leaks == []


def test_too_large_an_archive_is_not_read(
    fake: FakeGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 10)
    identity = fake.upload("plan-1", {"plan.json": b"{}"}, "1")

    with client(fake) as github, pytest.raises(GitHubError, match="larger"):
        github.archive(f"/actions/artifacts/{identity}/zip")


def test_too_large_an_archive_is_refused_where_the_forge_sends_it_itself(
    fake: FakeGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = requests.Response()
    answer.status_code = 200
    answer._content = b"PK" * 8
    monkeypatch.setattr(answer, "_content_consumed", True)
    monkeypatch.setattr(module, "MOST_BYTES", 8)
    with client(fake) as github:
        monkeypatch.setattr(github, "request", lambda *_: answer)
        with pytest.raises(GitHubError, match="larger than 8 bytes"):
            github.archive("/zip")


def test_a_server_that_is_not_there_is_said_in_words(fake: FakeGitHub) -> None:
    waits = Waits()
    gone = Place("http://127.0.0.1:9", REPOSITORY, WRITER)

    with GitHub(gone, waits) as github:
        with pytest.raises(GitHubError, match="cannot be reached"):
            github.get("/issues")
        with pytest.raises(GitHubError, match="cannot be reached"):
            github.post("/issues", {})
    assert waits == [1.0, 2.0, 4.0]


class _Sent:
    """An answer of a session that no server could give."""

    def __init__(self, status: int, location: str = "") -> None:
        self.status_code = status
        self.headers = {"Location": location}

    def iter_content(self, _size: int) -> Iterator[bytes]:
        yield b"PK"


def test_an_archive_from_an_open_address_is_refused(
    fake: FakeGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    with client(fake) as github:
        monkeypatch.setattr(github, "request", lambda *_: _Sent(302, "http://203.0.113.1/x"))
        with pytest.raises(GitHubError, match="not use https"):
            github.archive("/zip")
        monkeypatch.setattr(github, "request", lambda *_: _Sent(302, f"{fake.url}/nowhere"))
        with pytest.raises(GitHubError, match="did not send"):
            github.archive("/zip")
        monkeypatch.setattr(github, "request", lambda *_: _Sent(302, "http://127.0.0.1:9/"))
        with pytest.raises(GitHubError, match="did not send"):
            github.archive("/zip")
        monkeypatch.setattr(github, "request", lambda *_: _Sent(200))
        assert github.archive("/zip") == b"PK"


@pytest.mark.parametrize("content", [b"<html>Sign in</html>", b"", b"{}", b"[null]", b"[5]"])
def test_an_answer_without_a_list_is_no_empty_list(
    fake: FakeGitHub, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    answer = requests.Response()
    answer.status_code = 200
    answer.url = fake.url
    answer._content = content
    with client(fake) as github:
        monkeypatch.setattr(github, "request", lambda *_, **__: answer)
        with pytest.raises(GitHubError, match="GitHub answered"):
            list(github.pages("/issues"))


def test_an_answer_that_is_no_json_says_so(
    fake: FakeGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = requests.Response()
    answer.status_code = 200
    answer.headers["Content-Type"] = "text/html; charset=utf-8"
    answer._content = b"<html>"
    with client(fake) as github:
        monkeypatch.setattr(github, "request", lambda *_, **__: answer)
        with pytest.raises(GitHubError, match=r"not in JSON \(text/html\)"):
            github.get("/issues")
