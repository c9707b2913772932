"""The action works in a folder of the checkout, and follows no link there."""

from pathlib import Path

import pytest

from tests.e2e.team import Team


@pytest.fixture
def team(tmp_path: Path) -> Team:
    folder = tmp_path / "checkout"
    (folder / "alerts" / "team").mkdir(parents=True)
    return Team(folder)


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        (".", ""),
        ("alerts", "alerts"),
        ("./alerts/", "alerts"),
        ("alerts/team", "alerts/team"),
    ],
)
def test_the_whole_path_is_printed(team: Team, path: str, folder: str) -> None:
    ended = team.run("github", "folder", path)

    assert (ended.code, ended.out) == (0, f"{team.folder.resolve() / folder}\n")


def test_the_checkout_itself_may_be_behind_a_link(team: Team, tmp_path: Path) -> None:
    (tmp_path / "work").symlink_to(team.folder)

    ended = Team(tmp_path / "work").run("github", "folder", "alerts")

    assert ended.out == f"{team.folder.resolve()}/alerts\n"


@pytest.mark.parametrize("path", ["link", "link/team", "alerts/inner"])
def test_a_link_on_the_way_is_refused(team: Team, path: str) -> None:
    (team.folder / "link").symlink_to("alerts")
    (team.folder / "alerts" / "inner").symlink_to("/")

    ended = team.run("github", "folder", path)

    assert (ended.code, ended.out) == (1, "")
    assert "is a link; name the folder that it leads to" in ended.err


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("..", "leads out of the checkout"),
        ("alerts/../..", "leads out of the checkout"),
        ("/etc", "leads out of the checkout"),
        ("nowhere", "is not a folder of the checkout"),
        ("alerts\nfolder=/etc", r"alerts\nfolder=/etc is not the name of a folder"),
    ],
)
def test_another_place_is_refused_in_words(team: Team, path: str, words: str) -> None:
    ended = team.run("github", "folder", path)

    assert (ended.code, ended.out) == (1, "")
    assert words in ended.err
