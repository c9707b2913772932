"""The documentation shows the comments of ten edits as the program writes them today."""

import pytest

from reconciler.text import MOST, size
from tests.github.edits import EDITS, FOLDER, page, plan_of


@pytest.mark.parametrize("name", sorted(EDITS))
def test_the_page_is_up_to_date(name: str) -> None:
    shown = (FOLDER / f"github-comment-{name}.md").read_text("utf-8")

    assert shown == page(name), "python -m tests.github.edits writes it anew"
    assert size(shown) <= MOST


def test_there_is_a_page_for_each_edit_and_no_other() -> None:
    pages = {path.name for path in FOLDER.glob("*.md")}

    assert pages == {f"github-comment-{name}.md" for name in EDITS}


REFUSED = {
    "critical-to-warning": "guard-paging-lost",
    "source-moved": "guard-paging-lost",
    "route-deleted": "guard-delete",
    "case-of-a-text": "guard-paging-lost",
    "catalog-not-read": "guard-paging-unknown",
}


@pytest.mark.parametrize("name", sorted(EDITS))
def test_only_lost_and_unknown_pages_need_an_approval(name: str) -> None:
    plan, _ = plan_of(EDITS[name])

    assert [one.code for one in plan.guards] == ([REFUSED[name]] if name in REFUSED else [])
