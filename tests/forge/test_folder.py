"""The words by which two folders of one repository are told apart."""

import re

import pytest
from hypothesis import given, strategies as st

from reconciler.forge.folder import FOLDER, TOP, Folder
from reconciler.forge.marker import marker, marker_values


def test_the_top_has_none_so_that_its_names_are_as_ever() -> None:
    assert (TOP.suffix, TOP.values, TOP.place, TOP.title) == ("", {}, "", "")


@given(st.text(min_size=1))
def test_whatever_the_folder_is_called_its_suffix_is_safe_and_survives_a_marker(path: str) -> None:
    folder = Folder(path)

    assert re.fullmatch(r"-[A-Za-z0-9_-]{1,40}-[0-9a-f]{16}", folder.suffix)
    written = marker("plan", folder.values)
    assert marker_values(written, "plan", folder) == {FOLDER: folder.suffix[1:]}
    assert marker_values(written, "drift", folder) is None


@given(st.text(), st.text())
def test_a_marker_is_of_one_folder_alone(one: str, other: str) -> None:
    found = marker_values(marker("plan", {"sha": "a", **Folder(one).values}), "plan", Folder(other))

    assert (found is not None) == (one == other)


def test_names_that_look_alike_are_two() -> None:
    paths = ("a b", "a-b", "a/b", "a::b", "a'b", "ä", "ö", "A-b", "a" * 50, "a" * 51)

    assert len({Folder(path).suffix for path in paths}) == len(paths)


@pytest.mark.parametrize("path", ["ops #12", "@all", "a!3", "~urgent", "a" * 61, "a\nb", "<b>"])
def test_what_would_act_in_a_title_is_not_in_it(path: str) -> None:
    assert Folder(path).title == f" in {Folder(path).suffix[1:]}"
    assert Folder("team a/production").title == " in team a/production"
