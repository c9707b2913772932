"""What the pages print is what the commands print."""

from pathlib import Path

import pytest

from tests.docs.pages import Page, pages
from tests.docs.reader import masked, matches, read_aloud
from tests.docs.rewriting import rewritten

RUNNING = [page for page in pages() if page.runs]


@pytest.mark.parametrize("page", RUNNING, ids=[page.name for page in RUNNING])
def test_a_reader_sees_what_the_page_shows(page: Page, tmp_path: Path) -> None:
    # `python -m tests.docs PAGE` writes the outputs anew.
    for command, said in read_aloud(page, tmp_path):
        assert matches(command.output, said), (
            f"{page.name}:{command.line}: `{command.text}` printed\n{masked(said)}\n"
            f"and the page shows\n{masked(command.output)}"
        )


def test_the_tutorial_and_the_readme_are_among_them() -> None:
    assert {"README.md", "docs/tutorial.md"} <= {page.name for page in RUNNING}


def test_an_ellipsis_stands_for_any_lines_and_for_nothing_else() -> None:
    said = "a\nb\nc\nd\n"

    assert matches("a\n…\nd\n", said)
    assert matches("…\nc\nd", said)
    assert matches("a\n…", said)
    assert matches(said, said)
    assert not matches("a\nb\nd\n", said)
    assert not matches("a\n…\nc\n", said)
    assert not matches("…\nx\n…", said)
    assert not matches("", said)


@pytest.mark.parametrize(
    ("shown", "anew"),
    [
        ("first\n…\nthe total is 3\n", "first\n…\nthe total is 4\n"),
        ("…\nthe total is 3\n", "…\nthe total is 4\n"),
        ("first\nsecond line of 3\n…\n", "first\nsecond line of 4\n…\n"),
        (
            "first\n…\n\nthird\n…\nthe total is 3\n",
            "first\n…\n\nthird\nthe total is 4\n",
        ),
        ("…\nsecond line of 3\n…\n", "…\nsecond line of 4\n…\n"),
        ("the total is 3\n", "first\nsecond line of 4\n\nthird\nthe total is 4\n"),
        ("gone\n…\n", "…\n"),
        ("", "first\nsecond line of 4\n\nthird\nthe total is 4\n"),
    ],
)
def test_what_a_page_leaves_out_stays_left_out_when_it_is_written_anew(
    shown: str, anew: str
) -> None:
    said = "first\nsecond line of 4\n\nthird\nthe total is 4\n"

    assert rewritten(shown, said) == anew
    assert rewritten(anew, said) == anew
