"""Which old item a new one is a change of."""

from reconciler.files.edit.nodes import pairs, plain
from reconciler.files.write.nodes import Entries, Items, Text


def entry(key: str, value: str, **more: str) -> Entries:
    return Entries(((key, Text(value)), *((name, Text(text)) for name, text in more.items())))


def test_an_item_is_known_by_its_first_entry() -> None:
    old = [entry("path", "A"), entry("path", "B", when="x")]
    new = [entry("path", "B", when="y")]

    assert pairs(old, new) == [(1, new[0])]


def test_as_many_that_came_as_went_are_changes_of_them() -> None:
    assert pairs([Text("a"), Text("b")], [Text("c"), Text("d")]) == [(0, Text("c")), (1, Text("d"))]


def test_more_than_went_are_new() -> None:
    assert pairs([Text("a")], [Text("c"), Text("d")]) == [(None, Text("c")), (None, Text("d"))]


def test_where_a_node_stands_is_no_part_of_what_it_says() -> None:
    one = Items((Text("a", ("sources", 0)),), ("sources",))
    other = Items((Text("a", ("sources", 7)),))

    assert plain(one) == plain(other)
    assert plain(Text("true")) != plain(Text("true", bare=True))
    assert plain(Items(())) != plain(Entries(()))
