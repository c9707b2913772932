"""Commands find the files from a subfolder, and never a stranger's."""

from pathlib import Path

import pytest

from reconciler.cli import main
from reconciler.cli.project import find_root
from tests.e2e.team import Team


@pytest.mark.parametrize("below", ["routes", "routes/shop", "docs/deep/er"])
def test_the_root_is_found_from_subfolders(
    team: Team,
    below: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (team.folder / below).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(team.folder / below)

    assert main.run(["validate"]) == 0

    said = capsys.readouterr().err
    up = "/".join([".."] * len(Path(below).parts))
    assert said.startswith(f"working in {up}, as with -C\n")
    assert "6 routes valid" in said
    assert main.run(["-q", "validate"]) == 0
    assert capsys.readouterr().err == ""
    assert main.run(["-C", ".", "validate"]) == 1  # who names a folder means it


def test_a_file_can_be_named_from_where_one_is(
    team: Team, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(team.folder / "routes")

    assert main.run(["validate", "informational.yaml"]) == 0
    assert "1 route valid" in capsys.readouterr().err


def test_route_files_alone_count_within_their_repository(tmp_path: Path) -> None:
    inner = tmp_path / "repository" / "sub"
    (inner.parent / ".git").mkdir(parents=True)
    inner.mkdir()
    (tmp_path / "routes").mkdir()
    assert find_root(inner) == inner  # the folder above the repository is not its own

    (inner.parent / "routes").mkdir()
    assert find_root(inner) == inner.parent
    assert find_root(inner.parent) == inner.parent


def test_without_a_repository_only_the_settings_count(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "routes").mkdir()
    assert find_root(inner) == inner

    (tmp_path / "reconciler.yaml").touch()
    assert find_root(inner) == tmp_path
