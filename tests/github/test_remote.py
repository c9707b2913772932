"""The record and GitHub: the token reaches GitHub alone, and runs that end at once all land."""

import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.forge.remote import Remote, reached
from reconciler.github.api import Place
from reconciler.github.remote import git_place
from reconciler.record.record import Applied
from reconciler.record.repository import read_ref, ref_of, write_ref
from tests.e2e.team import Ended, Team
from tests.forge.served import Answer
from tests.github.fake import READER, REPOSITORY, WRITER, FakeGitHub
from tests.github.served import running
from tests.github.traps import arm

ACCOUNT = "https://app.incident.io/acme"
REF = f"refs/reconciler/{ref_of(ACCOUNT, '')}"
OTHER = f"refs/reconciler/{ref_of('https://app.incident.io/other', 'alerts')}"
AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.com", "-C", str(folder)]
    ended = subprocess.run([*command, *arguments], check=True, capture_output=True, text=True)
    return ended.stdout.strip()


def record(folder: Path, identity: str, version: int = 1, ref: str = REF) -> None:
    account = ACCOUNT if ref == REF else "https://app.incident.io/other"
    entry = Applied(identity, identity, version, f"routes/{identity}.yaml", "r", AT)
    write_ref(folder, account, ref, [entry], "apply\n", AT)


def recorded(folder: Path, ref: str = REF) -> set[str]:
    account = ACCOUNT if ref == REF else "https://app.incident.io/other"
    found = read_ref(folder, account, ref)
    assert not found.damaged
    return set(found.record.entries)


@pytest.fixture
def github(tmp_path: Path) -> Iterator[FakeGitHub]:
    folder = tmp_path / "origin"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "main")
    with running(FakeGitHub(folder)) as served:
        yield served


Clone = Callable[[], Team]


@pytest.fixture
def clone(tmp_path: Path, github: FakeGitHub) -> Clone:
    """A checkout, and the environment of a job."""
    made: list[Path] = []

    def make() -> Team:
        made.append(tmp_path / f"checkout-{len(made)}")
        assert github.folder
        subprocess.run(["git", "clone", "-q", str(github.folder), str(made[-1])], check=True)
        environment = {
            "GITHUB_API_URL": github.url,
            "GITHUB_SERVER_URL": github.url,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_TOKEN": WRITER,
        }
        return Team(made[-1], environment)

    return make


def exchange(team: Team, word: str, **environment: str) -> Ended:
    return team.run("github", "record", word, **environment)


def test_the_record_of_every_account_and_folder_goes_there_and_back(
    github: FakeGitHub, clone: Clone
) -> None:
    first, second = clone(), clone()
    assert "there is no record yet" in exchange(first, "fetch").err
    record(first.folder, "a")
    record(first.folder, "b", ref=OTHER)

    pushed, fetched = exchange(first, "push"), exchange(second, "fetch")

    assert (pushed.code, fetched.code) == (0, 0), pushed.err + fetched.err
    assert pushed.err.splitlines() == sorted(f"{ref} pushed" for ref in (REF, OTHER))
    assert recorded(second.folder) == {"a"}
    assert recorded(second.folder, OTHER) == {"b"}
    assert exchange(second, "push").err == "no record pushed: there is no record yet\n"
    assert git(second.folder, "fsck", "--strict") == ""


def test_runs_that_end_at_once_all_land(github: FakeGitHub, clone: Clone) -> None:
    first, second = clone(), clone()
    record(first.folder, "a", 2)
    record(second.folder, "a", 3)
    record(second.folder, "b")
    assert exchange(first, "push").code == 0

    assert exchange(second, "push").code == 0

    assert github.folder
    assert recorded(github.folder) == {"a", "b"}
    assert read_ref(github.folder, ACCOUNT, REF).record.entries["a"].version == 3
    record(first.folder, "c")
    assert exchange(first, "push").code == 0
    assert recorded(github.folder) == {"a", "b", "c"}


def test_a_run_that_is_faster_in_between_is_joined(
    github: FakeGitHub, clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = clone()
    record(team.folder, "a")
    assert github.folder
    theirs, sent = github.folder, Remote.send

    def late(remote: Remote, records: dict[str, str]) -> str:
        monkeypatch.setattr(Remote, "send", sent)
        record(theirs, "b")
        return sent(remote, records)

    monkeypatch.setattr(Remote, "send", late)

    assert exchange(team, "push").code == 0

    assert recorded(theirs) == {"a", "b"}


def test_a_damaged_record_blocks_no_exchange(github: FakeGitHub, clone: Clone) -> None:
    team = clone()
    assert github.folder
    git(github.folder, "update-ref", REF, "main")
    assert exchange(team, "fetch").code == 0
    assert "record.json" in read_ref(team.folder, ACCOUNT, REF).damaged
    record(team.folder, "a")

    assert exchange(team, "push").code == 0

    assert recorded(github.folder) == {"a"}
    git(github.folder, "merge-base", "--is-ancestor", "main", REF)


def test_a_record_that_was_damaged_on_the_way_is_mended_by_one_that_is_whole(
    github: FakeGitHub, clone: Clone
) -> None:
    team = clone()
    record(team.folder, "a")
    assert github.folder
    git(github.folder, "update-ref", REF, "main")

    assert exchange(team, "push").code == 0

    assert recorded(github.folder) == {"a"}


@pytest.mark.parametrize(
    ("word", "token", "permissions", "said"),
    [
        ("push", READER, None, "the job needs `permissions: contents: write`"),
        ("push", WRITER, {"contents": "read"}, "the job needs `permissions: contents: write`"),
        ("fetch", WRITER, {"issues": "write"}, "the job needs `permissions: contents: read`"),
        ("fetch", "gone-with-its-run", None, "must belong to this repository and this run"),
    ],
)
def test_a_token_without_the_right_is_one_line(
    github: FakeGitHub, clone: Clone, word: str, token: str, permissions: dict[str, str], said: str
) -> None:
    team = clone()
    record(team.folder, "a")
    github.permissions = permissions

    ended = exchange(team, word, GITHUB_TOKEN=token)

    assert ended.code == 1
    assert said in ended.err
    assert ended.err.count("\n") == 1
    assert token not in ended.err


def test_a_rule_of_the_repository_that_refuses_the_push_is_named(
    github: FakeGitHub, clone: Clone
) -> None:
    team = clone()
    record(team.folder, "a")
    assert github.folder
    hook = github.folder / ".git/hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)

    ended = exchange(team, "push")

    assert ended.code == 1
    assert "rejected" in ended.err
    assert "a repository rule refuses it" in ended.err
    assert ended.err.count("\n") == 1


def test_a_server_that_is_down_for_a_moment_is_asked_again(
    github: FakeGitHub, clone: Clone
) -> None:
    team = clone()
    github.git_busy = [Answer(503, content=b"")] * 2
    assert exchange(team, "fetch").code == 0
    github.git_busy = [Answer(503, content=b"")] * 9

    ended = exchange(team, "fetch")

    assert (ended.code, "503; re-run the job" in ended.err) == (1, True)


def test_the_token_follows_no_redirect(github: FakeGitHub, clone: Clone) -> None:
    team = clone()
    with running(FakeGitHub(github.folder)) as elsewhere:
        target = f"{elsewhere.url}/{REPOSITORY}/info/refs?service=git-upload-pack"
        github.git_busy = [Answer(302, headers={"Location": target}, content=b"")]

        ended = exchange(team, "fetch")

    assert ended.code == 1
    assert elsewhere.requests == []


def test_no_setting_of_the_checkout_sees_the_token_or_starts_a_program(
    github: FakeGitHub, clone: Clone, tmp_path: Path
) -> None:
    team, sprung = clone(), tmp_path / "sprung"
    trap = team.folder / "git-trap"
    trap.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{sprung}'\nenv >> '{sprung}'\n")
    trap.chmod(0o755)
    (team.folder / "git").write_text(trap.read_text())
    (team.folder / "git").chmod(0o755)
    (team.folder / ".netrc").write_text("default login trap password trap\n")
    with running(FakeGitHub(github.folder)) as thief:
        thief.tokens = {}
        config = (
            f'[url "{thief.url}/"]\ninsteadOf = {github.url}/\npushInsteadOf = {github.url}/\n'
            f"[http]\nproxy = {thief.url}\nextraHeader = X-Trap: 1\ncookieFile = .netrc\n"
            f'[http "{github.url}/"]\nproxy = {thief.url}\nextraHeader = Cookie: a\n'
            f"[core]\naskPass = {trap}\nalternateRefsCommand = {trap}\n"
            f"[protocol]\nallow = always\n[uploadpack]\npackObjectsHook = {trap}\n"
            f"[gc]\nauto = 1\n[maintenance]\nauto = true\n"
        )
        variables = dict(arm(team.folder))
        for name in (".git/config", ".gitconfig", ".config/git/config"):
            (team.folder / name).parent.mkdir(parents=True, exist_ok=True)
            with (team.folder / name).open("a") as file:
                file.write(config)
        variables |= {
            "GIT_SSH_COMMAND": str(trap),
            "GIT_ASKPASS": str(trap),
            "SSH_ASKPASS": str(trap),
            "GIT_PROXY_COMMAND": str(trap),
            "GIT_TRACE_CURL": str(tmp_path / "trace"),
            "GIT_TRACE_REDACT": "0",
        }
        assert github.folder
        record(github.folder, "a")

        fetched = exchange(team, "fetch", **variables)
        record(team.folder, "b")
        pushed = exchange(team, "push", **variables)

        assert (fetched.code, pushed.code) == (0, 0), fetched.err + pushed.err
        assert thief.requests == []
        assert recorded(github.folder) == {"a", "b"}
    assert not sprung.exists(), sprung.read_text()
    assert not (tmp_path / "trace").exists()


def test_what_no_ref_names_yet_is_never_tidied_up(github: FakeGitHub, clone: Clone) -> None:
    team = clone()
    loose = subprocess.run(
        ["git", "-C", str(team.folder), "hash-object", "-w", "--stdin"],
        input=b"kept", capture_output=True, check=True,
    ).stdout.decode().strip()  # fmt: skip
    git(team.folder, "config", "gc.auto", "1")
    record(team.folder, "a")

    assert exchange(team, "push").code == 0

    assert git(team.folder, "cat-file", "-p", loose) == "kept"


def test_outside_of_a_repository_it_says_so(github: FakeGitHub, clone: Clone) -> None:
    team = clone()
    (team.folder / ".git").rename(team.folder / "no-git")

    ended = exchange(team, "fetch", GIT_CEILING_DIRECTORIES=str(team.folder.parent))

    assert (ended.code, "this folder is not in a git repository" in ended.err) == (1, True)


def test_a_server_without_tls_gets_no_token(clone: Clone) -> None:
    ended = exchange(clone(), "fetch", GITHUB_SERVER_URL="http://github.example.com")

    assert ended.code == 1
    assert "GITHUB_SERVER_URL must use https://" in ended.err


def test_the_certificates_of_a_company_hold_for_git_too(
    github: FakeGitHub, clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(github.url, REPOSITORY, WRITER, server=github.url)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/company.pem")
    monkeypatch.setenv("GIT_SSL_NO_VERIFY", "1")

    with reached(clone().folder, git_place(place)) as remote:
        given = remote.environment

    assert given["GIT_SSL_CAINFO"] == "/etc/ssl/company.pem"
    assert given["HTTPS_PROXY"] == "http://proxy.example.com:3128"
    assert "GIT_SSL_NO_VERIFY" not in given
    assert WRITER not in repr(remote)
