"""What tells a folder of a repository from the others, and which folders have no such name."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.forge.folder import Folder
from reconciler.plan import exit_codes
from tests.e2e.base.repository import git
from tests.e2e.team import Ended, Team
from tests.github.fake import REPOSITORY, WRITER, FakeGitHub
from tests.github.served import running

SHA = "a" * 40
FORGES = ("github", "gitlab")


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with running(FakeGitHub()) as served:
        yield served


@pytest.fixture
def team(tmp_path: Path, fake: FakeGitHub) -> Team:
    """Its folder is above the repository, as that of a workflow is."""
    made = Team(tmp_path, {"GITHUB_API_URL": fake.url, "GITHUB_REPOSITORY": REPOSITORY,
                           "GITHUB_TOKEN": WRITER})  # fmt: skip
    made.write("change/ops/production/routes/one.yaml", "name: One\n")
    git(tmp_path / "change", "init", "-q")
    return made


def suffix(team: Team, folder: str, forge: str = "github") -> Ended:
    return Team(team.folder / folder, team.environment).run(forge, "suffix")


@pytest.mark.parametrize("forge", FORGES)
def test_it_is_of_the_path_in_the_repository_and_empty_for_its_root(team: Team, forge: str) -> None:
    root, folder = suffix(team, "change", forge), suffix(team, "change/ops/production", forge)

    assert (root.code, root.out) == (0, "")
    assert (folder.code, folder.out) == (0, f"{Folder('ops/production').suffix}\n")
    assert suffix(team, ".", forge).out == ""  # outside of a repository a folder is alone


@pytest.mark.parametrize("forge", FORGES)
def test_a_planted_repository_has_none(team: Team, forge: str) -> None:
    subprocess.run(
        ["git", "init", "-q", "--bare", str(team.folder / "change/ops/production")], check=True
    )

    ended = suffix(team, "change/ops/production", forge)

    assert (ended.code, ended.out) == (exit_codes.ERROR, "")
    assert "looks like a git repository of its own" in ended.err


def test_a_submodule_has_none_and_is_not_taken_for_the_root(
    team: Team, fake: FakeGitHub, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    git(other, "commit", "-q", "--allow-empty", "-m", "one")
    git(tmp_path / "change", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add",
        str(other), "staging")  # fmt: skip

    ended = suffix(team, "change/staging")

    assert (ended.code, ended.out) == (exit_codes.ERROR, "")
    assert "is in a submodule" in ended.err
    said = team.run("github", "comment", "--pull", "3", "--sha", SHA, "--path", "change/staging")
    assert said.code == 0
    (body,) = fake.comments_of(3)
    assert f" folder={Folder('staging').suffix[1:]} " in body.splitlines()[0]
    assert "is in a submodule" in body


@pytest.mark.parametrize("forge", FORGES)
def test_the_list_of_several_is_none_of_them_and_leads_to_each(team: Team, forge: str) -> None:
    team.write("change/reconciler.yaml", "folders: [ops/production]\n")
    above = Team(team.folder / "change", team.environment)

    listed = above.run(forge, "suffix")
    found = above.run(forge, "folder", "ops/production")
    two = above.run("-C", str(team.folder), forge, "suffix")

    assert listed.code == two.code == exit_codes.USAGE
    assert "works in one folder: name it with -C" in " ".join(listed.err.split())
    assert f"`{forge}` works in one folder" in two.err
    assert (found.code, found.out) == (0, f"{above.folder.resolve()}/ops/production\n")


@pytest.mark.parametrize(
    ("path", "folder", "why"),
    [
        ("change/gone", "gone", "change/gone is not a folder of the checkout"),
        ("change/./ops/gone/x", "ops/gone/x", "is not a folder of the checkout"),
        ("change/link", "link", "change/link is a link"),
        ("change/link/production", "link/production", "change/link is a link"),
        ("change/planted/x", "planted/x", "is not a folder of the checkout"),
        ("change/planted", "planted", "looks like a git repository of its own"),
        ("change/ops/production", "ops/production", "the run failed before it made a plan"),
    ],
)
def test_a_folder_without_a_plan_may_be_one_that_cannot_be_used(
    team: Team, fake: FakeGitHub, path: str, folder: str, why: str
) -> None:
    (team.folder / "change/link").symlink_to("ops")
    subprocess.run(["git", "init", "-q", "--bare", str(team.folder / "change/planted")], check=True)

    ended = team.run("github", "comment", "--pull", "3", "--sha", SHA, "--path", path)

    assert ended.code == 0, ended.err
    (body,) = fake.comments_of(3)
    assert f" folder={Folder(folder).suffix[1:]} " in body.splitlines()[0]
    assert why in body
    assert f"*(the routes in `{folder}`)*" in body


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("../x", "leads out of the checkout"),
        ("/etc", "leads out of the checkout"),
        ("elsewhere", "elsewhere is not in a git repository"),
        ("a\nb", "is not the name of a folder"),
    ],
)
def test_what_is_no_place_in_a_repository_has_no_comment(
    team: Team, fake: FakeGitHub, path: str, words: str
) -> None:
    ended = team.run("github", "comment", "--pull", "3", "--sha", SHA, "--path", path)

    assert ended.code == exit_codes.ERROR
    assert words in ended.err
    assert fake.comments == []


def test_a_folder_with_a_plan_is_named_by_another_option(team: Team) -> None:
    team.write("plan.json", "{}")
    files = ("--plan", "plan.json", "--body", "plan.json")

    ended = team.run("github", "comment", "--pull", "3", "--sha", SHA, "--path", "change", *files)

    assert ended.code == exit_codes.USAGE
    assert "--path is for a folder without a plan" in " ".join(ended.err.split())
