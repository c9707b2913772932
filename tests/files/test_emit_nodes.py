"""Nodes are walked in the order of the file."""

from reconciler.files.write.nodes import Entries, Items, Text, every, inner

LEAF = Text("a")
LIST = Items((LEAF, Text("b")))
WHOLE = Entries((("c", LIST), ("d", Entries(()))))


def test_what_is_directly_inside() -> None:
    assert inner(WHOLE) == (LIST, Entries(()))
    assert inner(LIST) == (LEAF, Text("b"))
    assert inner(LEAF) == ()


def test_every_node_outermost_first() -> None:
    assert list(every(WHOLE)) == [WHOLE, LIST, LEAF, Text("b"), Entries(())]


def test_only_texts_of_several_lines_take_lines_of_their_own() -> None:
    assert [text.in_block for text in (Text("a"), Text("a\nb"), Text("true", bare=True))] == [
        False,
        True,
        False,
    ]
