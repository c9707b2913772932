"""The link to the page of routes."""

import pytest

from reconciler.forge.page import OF_EDITS, OF_PLAN, page_link, without_address
from reconciler.forge.words import GITHUB, GITLAB, Words

ONE, OTHER = "https://github.com/a/b/actions/runs/7/artifacts/1", "https://gitlab.com/a/-/jobs/2"


@pytest.mark.parametrize("words", [GITHUB, GITLAB])
@pytest.mark.parametrize("what", [OF_PLAN, OF_EDITS])
def test_the_same_link_with_another_address_counts_as_the_same(what: str, words: Words) -> None:
    first, second = page_link(what, ONE, words), page_link(what, OTHER, words)

    assert first != second
    assert without_address(f"the plan\n{first}") == without_address(f"the plan\n{second}")
    assert ONE not in without_address(first)


def test_no_other_link_loses_its_address() -> None:
    for text in (f"[run]({ONE})", f"See [The page of all routes]({ONE})", f"> [The page]({ONE})"):
        assert without_address(text) == text


def test_only_an_archive_says_how_to_open_it() -> None:
    assert "unpack it" in page_link(OF_PLAN, ONE, GITHUB)
    assert page_link(OF_PLAN, ONE, GITLAB) == f"\n[{OF_PLAN}]({ONE}).\n"


def test_without_an_address_there_is_no_link() -> None:
    assert page_link(OF_PLAN, "", GITHUB) == ""
