"""Where lines break, and where comments stand."""

from reconciler.files.write.layout import (
    LONGEST_KEY,
    WIDTH,
    Comments,
    block_lines,
    flow_text,
    lay_out,
)
from reconciler.files.write.nodes import Entries, Items, Node, Text
from reconciler.model import Path


def lines(root: Node, comments: dict[Path, Comments] | None = None) -> str:
    return lay_out(root, comments or {})


def listed(*texts: str) -> Items:
    return Items(tuple(Text(text, ("a", place)) for place, text in enumerate(texts)), ("a",))


def test_a_list_stands_on_one_line_up_to_the_width() -> None:
    fitting = "b" * (WIDTH - len("a: [c, ]"))

    assert lines(Entries((("a", listed("c", fitting)),))) == f"a: [c, {fitting}]\n"
    assert lines(Entries((("a", listed("c", fitting + "b")),))) == f"a:\n  - c\n  - {fitting}b\n"


def test_a_text_of_several_lines_breaks_everything_around_it() -> None:
    root = Entries((("a", Items((Entries((("b", listed("c\nd", "e")),)),))),))

    assert lines(root) == "a:\n  - b:\n      - |-\n        c\n        d\n      - e\n"


def test_empty_lines_of_a_text_hold_no_spaces() -> None:
    assert lines(Entries((("a", Text("b\n\nc\n")),))) == "a: |\n  b\n\n  c\n"


def test_a_key_too_long_for_a_colon_stands_alone() -> None:
    key = "k" * (LONGEST_KEY + 1)

    assert lines(Entries(((key, Text("a")),))) == f"? {key}\n: a\n"
    assert lines(Entries(((key, Text("a\nb")),))) == f"? {key}\n: |-\n  a\n  b\n"
    block = Items((Text("a"),), inline=False)
    assert lines(Entries(((key, block),))) == f"? {key}\n:\n  - a\n"


def test_empty_lists_and_mappings_stand_beside_their_key() -> None:
    root = Entries((("a", Items((), inline=False)), ("b", Entries((), inline=False))))

    assert lines(root) == "a: []\nb: {}\n"


def test_a_block_inside_an_inline_list_breaks_it() -> None:
    block = Entries((("b", Text("c")), ("d", Text("e"))), inline=False)

    assert lines(Entries((("a", Items((block,))),))) == "a:\n  - b: c\n    d: e\n"


def test_comments_before_beside_and_below() -> None:
    comments: dict[Path, Comments] = {
        ("a",): Comments([(1, "# one")], [(2, "# two")], [(5, "# five")]),
        ("a", 1): Comments([(3, "# three")], [(4, "# four")]),
        (): Comments([(0, ""), (0, "# zero"), (0, "")], below=[(6, ""), (6, "# six")]),
    }

    assert lines(Entries((("a", listed("b", "c")),)), comments) == (
        "# zero\n\n# one\na:  # two\n  - b\n  # three\n  - c  # four\n# five\n\n# six\n"
    )


def test_comments_that_would_share_the_end_of_a_line_go_above_it_in_order() -> None:
    comments: dict[Path, Comments] = {
        ("a",): Comments([(2, "# two")], [(1, "# one"), (3, "# three")])
    }

    assert lines(Entries((("a", Text("b", ("a",))),)), comments) == (
        "# one\n# two\n# three\na: b\n"
    )


def test_a_comment_on_a_list_itself_leaves_it_on_its_line() -> None:
    comments: dict[Path, Comments] = {("a",): Comments(after=[(1, "# one")])}

    assert lines(Entries((("a", listed("b", "c")),)), comments) == "a: [b, c]  # one\n"


def test_parts_of_a_file_are_written_for_their_place() -> None:
    assert block_lines(Entries((("a", Text("b: c")), ("d", listed("e, f")))), 4) == [
        '    a: "b: c"',
        '    d: ["e, f"]',
    ]
    assert block_lines(listed("a, b"), 2) == ["  - a, b"]
    assert block_lines(Text("a, b"), 2) == ["  a, b"]
    assert flow_text(Text("a, b")) == '"a, b"'
    assert flow_text(Entries((("a", listed("b\nc")),))) == '{a: ["b\\nc"]}'


def test_a_comment_never_stands_after_one_that_came_later() -> None:
    comments: dict[Path, Comments] = {("a",): Comments([(2, "# two")], [(1, "# one")])}

    assert lines(Entries((("a", Text("b", ("a",))),)), comments) == "# one\n# two\na: b\n"
