"""`reconciler github adopt`: the files that it sends, and what it refuses."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.forge.folder import Folder
from tests.e2e.team import Ended, Team
from tests.github.fake import REPOSITORY, WRITER, FakeGitHub
from tests.github.served import running

PATH = "ops/routes/één.yaml"
BRANCH = f"reconciler/live-edits{Folder('ops').suffix}"


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeGitHub]:
    with running(FakeGitHub(folder=tmp_path)) as served:
        yield served


@pytest.fixture
def team(tmp_path: Path, fake: FakeGitHub) -> Team:
    surroundings = {"GITHUB_API_URL": fake.url, "GITHUB_REPOSITORY": REPOSITORY,
                    "GITHUB_TOKEN": WRITER, "GITHUB_REF_NAME": "main"}  # fmt: skip
    made = Team(tmp_path, surroundings)
    git(made, "init", "-q", "-b", "main")
    (tmp_path / "ops" / "routes").mkdir(parents=True)
    (tmp_path / PATH).write_bytes(b"name: One\r\n")
    (tmp_path / "ops/routes/link.yaml").symlink_to("\u00e9\u00e9n.yaml")
    git(made, "add", "-A")
    git(made, "commit", "-q", "-m", "first")
    (tmp_path / PATH).write_bytes(b"name: One\r\nenabled: false\r\n")
    pulled(made, "routes/één.yaml")
    made.write("pull.md", "who is paged\n")
    return made


def git(team: Team, *arguments: str) -> bytes:
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.com", *arguments]
    return subprocess.run(command, cwd=team.folder, check=True, capture_output=True).stdout


def pulled(team: Team, *files: str) -> None:
    rows = [{"file": file} for file in files]
    team.write("pull.json", json.dumps({"title": "Adopt it", "files": rows}))


def adopt(team: Team, *more: str) -> Ended:
    files = ("--pulled", "../pull.json", "--body", "../pull.md")
    return Team(team.folder / "ops", team.environment).run("github", "adopt", *files, *more)


def test_a_folder_s_files_are_sent_from_the_top_and_byte_for_byte(
    team: Team, fake: FakeGitHub
) -> None:
    ended = adopt(team)

    assert (ended.code, ended.err) == (0, f"pull request of {BRANCH} opened\n")
    assert fake.opened[0]["title"] == "Adopt it in ops"
    sent = git(team, "show", f"{BRANCH}:{PATH}")
    assert sent == b"name: One\r\nenabled: false\r\n"
    again = adopt(team)
    assert again.err == f"pull request of {BRANCH} unchanged\n"


def test_why_nothing_was_done_is_said(team: Team, fake: FakeGitHub) -> None:
    adopt(team)
    fake.opened[0]["state"] = "closed"

    assert "it was closed with the same edits" in adopt(team).err


def test_another_branch_may_be_named(team: Team, fake: FakeGitHub) -> None:
    assert adopt(team, "--branch", "ops/edits").code == 0

    assert fake.opened[0]["head"]["ref"] == "ops/edits"


def test_the_file_that_a_link_leads_to_is_sent(team: Team, fake: FakeGitHub) -> None:
    pulled(team, "routes/link.yaml")

    assert adopt(team).code == 0

    sent = git(team, "show", f"{BRANCH}:{PATH}")
    assert sent == b"name: One\r\nenabled: false\r\n"
    link = git(team, "ls-tree", BRANCH, "ops/routes/link.yaml")
    assert link.startswith(b"120000 ")


def test_what_no_pull_request_can_change_is_refused(team: Team, fake: FakeGitHub) -> None:
    team.write("ops/routes/other.yaml", "name: Other\n")
    pulled(team, "routes/other.yaml")

    ended = adopt(team)

    assert ended.code == 1
    assert "routes/other.yaml is not committed" in ended.err
    assert fake.requests == []


def test_a_file_that_is_gone_is_said(team: Team) -> None:
    (team.folder / PATH).unlink()

    assert "cannot read routes/een.yaml" in adopt(team).err.replace("é", "e")


@pytest.mark.parametrize("branch", ["a..b", "-x", "", "a b"])
def test_no_branch_has_such_a_name(team: Team, fake: FakeGitHub, branch: str) -> None:
    ended = adopt(team, f"--branch={branch}")

    assert ended.code != 0
    assert "is not a valid branch name" in ended.err
    assert fake.requests == []


def test_a_document_of_something_else_is_refused(team: Team) -> None:
    team.write("pull.json", "{}")

    ended = adopt(team)

    assert ended.code == 1
    assert "is not what `reconciler pull --format json` prints" in ended.err


def test_without_git_it_says_so(team: Team) -> None:
    ended = team.run("github", "adopt", "--pulled", "pull.json", "--body", "pull.md", PATH="")

    assert ended.code == 1
    assert "git is not installed" in ended.err
