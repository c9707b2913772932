"""Offsets, lines and comments of a text."""

import yaml

from reconciler.files.edit.text import Lines, Splice, end_of, spliced
from reconciler.files.yaml.compose import compose

TEXT = "a: x  # one\nb:\n  - |\n    text\n\n# two\nc: [y]\n"


def node(*path: int) -> yaml.Node:
    found = compose(TEXT, "f").root
    for step in path:
        assert isinstance(found, yaml.MappingNode | yaml.SequenceNode)
        entry = found.value[step]
        found = entry[1] if isinstance(entry, tuple) else entry
    assert found is not None
    return found


def test_a_node_ends_where_its_own_text_ends() -> None:
    assert TEXT[: end_of(node(0), TEXT)].endswith("a: x")
    assert TEXT[: end_of(node(1), TEXT)].endswith("    text")
    assert TEXT[: end_of(node(2), TEXT)].endswith("[y]")
    assert TEXT[: end_of(node(), TEXT)].endswith("[y]")


def test_lines_know_their_starts_and_their_comments() -> None:
    lines = Lines(TEXT)

    assert lines.ending == "\n"
    assert TEXT[lines.start_of(TEXT.index("text")) :].startswith("    text")
    assert TEXT[lines.next_start(0) :].startswith("b:")
    assert lines.indent_at(TEXT.index("text")) == 4
    assert lines.is_first(TEXT.index("- |"))
    assert not lines.is_first(TEXT.index("|"))
    assert [one.text for _, one in lines.comments_in(0, len(TEXT))] == ["# one", "# two"]


def test_a_comment_at_the_very_end_is_found() -> None:
    assert len(Lines("a: x\n# end").comments_in(0, 20)) == 1


def test_splices_are_carried_out_by_offset_and_never_twice() -> None:
    assert spliced("abcdef", [Splice(4, 5, "E"), Splice(0, 1, "A"), Splice(1, 1, "+")]) == "A+bcdEf"
    assert spliced("abc", [Splice(0, 2, ""), Splice(1, 3, "")]) is None
