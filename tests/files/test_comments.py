"""Every comment is found, and nothing else is one."""

import pytest

from reconciler.files.yaml.comments import Comment, comments_of


def texts(text: str) -> list[str]:
    return [comment.text for comment in comments_of(text)]


def test_comments_with_their_places() -> None:
    text = "# head\n\nname: A # beside\nsources:\n  # above\n  - B\n  - C\n    # below\n"

    assert comments_of(text) == (
        Comment(1, 0, "# head", alone=True, after_blank=False),
        Comment(3, 0, "# beside", alone=False, after_blank=True),
        Comment(5, 2, "# above", alone=True, after_blank=False),
        Comment(8, 4, "# below", alone=True, after_blank=False),
    )


@pytest.mark.parametrize(
    "text",
    [
        'a: "x # y"\n',
        "a: 'x # y'\n",
        "a: x#y\n",
        "a: |\n  x # y\n  # z\n",
        "a: >-\n  x\n\n  # y\n",
        'a: "x\n  # y"\n',
        '"a # b": c\n',
        "a: [x#y, 'z # w']\n",
    ],
)
def test_a_hash_inside_a_text_is_no_comment(text: str) -> None:
    assert texts(text) == []


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        ("a: | # one\n  x # y\n# two\n", ["# one", "# two"]),
        ("a: [b, # one\n  c] # two\n", ["# one", "# two"]),
        ("a: 'x' # one # two\n", ["# one # two"]),
        ("a: x\t# one\r\nb: y  #two  \r\n", ["# one", "#two"]),
        ("a: '👩👩' # one\n", ["# one"]),
        ("#", ["#"]),
        ("a:\n# one\n  b\n", ["# one"]),
        ("a: b # last", ["# last"]),
        ('a: "x"#one\n', ["#one"]),
        ("a: [b,#one\n  c]\n", ["#one"]),
        ("a: |\n# one\n", ["# one"]),
        ("a: |  # one", ["# one"]),
    ],
)
def test_comments_beside_texts(text: str, comments: list[str]) -> None:
    assert texts(text) == comments


def test_a_blank_line_before_a_comment_is_remembered() -> None:
    first, second = comments_of("a: b\n\n# one\n# two\n")

    assert (first.after_blank, second.after_blank) == (True, False)
