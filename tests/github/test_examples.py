"""The documentation shows the comments that the program writes today."""

import pytest

from tests.e2e.team import REPOSITORY
from tests.github.examples import INTRODUCTIONS, page


@pytest.mark.parametrize("size", sorted(INTRODUCTIONS))
def test_the_page_is_up_to_date(size: str) -> None:
    shown = (REPOSITORY / "docs" / f"github-comment-{size}.md").read_text("utf-8")

    assert shown == page(size), "python -m tests.github.examples writes it anew"
