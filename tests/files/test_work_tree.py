"""A folder on disk as a tree; the walk itself is in test_tree."""

import os
from pathlib import Path

import pytest

from reconciler.files.disk import place_of, stays_inside, work_tree
from reconciler.files.tree import Astray, Link
from tests.files.folders import put


def test_nothing_is_followed_to_say_what_it_is(tmp_path: Path) -> None:
    put(tmp_path, "folder/file", "")
    (tmp_path / "link").symlink_to("folder/file")
    os.mkfifo(tmp_path / "pipe")
    tree = work_tree(tmp_path)

    paths = ("folder", "folder/file", "link", "pipe", "nothing", "folder/file/x")

    assert [tree.entry(path) for path in paths] == [
        "folder", "file", Link("folder/file"), "other", None, None,
    ]  # fmt: skip


def test_a_place_is_where_the_links_lead(tmp_path: Path) -> None:
    put(tmp_path, "teams/a.yaml", "")
    (tmp_path / "routes").symlink_to(tmp_path / "teams")
    (tmp_path / "elsewhere").symlink_to(tmp_path, target_is_directory=True)

    assert place_of(tmp_path / "elsewhere", "routes/a.yaml") == tmp_path / "teams" / "a.yaml"


@pytest.mark.parametrize(
    ("target", "error"),
    [("../../x", Astray), (".git/x", Astray), ("nowhere", FileNotFoundError), ("link", OSError)],
)
def test_a_link_that_leads_nowhere_good_is_told(
    tmp_path: Path, target: str, error: type[OSError]
) -> None:
    (tmp_path / "link").symlink_to(target)

    with pytest.raises(error):
        place_of(tmp_path, "link")


def test_a_file_that_is_not_there_yet_has_a_place_too(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to("..")

    found = [stays_inside(tmp_path, file) for file in ("routes/a.yaml", "out/a.yaml", ".x/a.yaml")]

    assert found == [True, False, False]
