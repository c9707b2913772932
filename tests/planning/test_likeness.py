"""Which new file is which old one, by what they say."""

from hypothesis import given, strategies as st

from reconciler.model import Declaration, Positions, Route, RouteSource
from reconciler.planning.likeness import by_path_or_likeness, text_of


def declared(file: str, name: str, sources: str) -> Declaration:
    """A source for each letter."""
    route = Route(name, sources=tuple(RouteSource(f"the source {one}") for one in sources))
    return Declaration(route, Positions(file))


def matched(
    new: list[Declaration], gone: list[Declaration], *, may_be: bool = True
) -> dict[str, str]:
    found = by_path_or_likeness(new, gone, text_of, lambda _one, _was: may_be)
    return {one.file: was.file for one, was in found}


def test_half_is_enough_and_less_is_not() -> None:
    gone = [declared("a.yaml", "A", "abcd")]

    assert matched([declared("b.yaml", "B", "abcdefg")], gone) == {"b.yaml": "a.yaml"}
    assert matched([declared("b.yaml", "B", "abxyzuvw")], gone) == {}


def test_the_most_alike_are_taken_and_equals_are_not() -> None:
    gone = [declared("a.yaml", "A", "abcd"), declared("c.yaml", "C", "abcx")]
    new = [declared("e.yaml", "E", "abcxy"), declared("b.yaml", "B", "abcdy")]

    assert matched(new, gone) == {"b.yaml": "a.yaml", "e.yaml": "c.yaml"}
    assert matched([new[0], declared("f.yaml", "F", "abcxy")], gone[1:]) == {}


def test_a_path_keeps_its_past_while_half_of_it_is_left() -> None:
    gone = [declared("a.yaml", "A", "abcdef")]
    copy = declared("b.yaml", "B", "abcdef")

    edited, other = declared("a.yaml", "Z", "abcdxy"), declared("a.yaml", "Z", "uvwxyz")
    assert matched([edited, copy], gone) == {"a.yaml": "a.yaml"}
    assert matched([other, copy], gone) == {"b.yaml": "a.yaml"}
    assert matched([other], gone) == {"a.yaml": "a.yaml"}


def test_what_is_known_of_a_pair_rules_it_out() -> None:
    gone = [declared("a.yaml", "A", "abcd")]

    assert matched([declared("b.yaml", "B", "abcd")], gone, may_be=False) == {}
    assert matched([declared("a.yaml", "B", "abcd")], gone, may_be=False) == {"a.yaml": "a.yaml"}


files = st.lists(
    st.tuples(st.sampled_from("pqrstu"), st.text("abcde", min_size=1, max_size=6)),
    unique_by=lambda one: one[0],
    max_size=6,
)


@given(files, files)
def test_no_file_and_no_past_is_taken_twice_in_any_order(
    new: list[tuple[str, str]], gone: list[tuple[str, str]]
) -> None:
    today = [declared(f"{file}.yaml", f"new {file}", said) for file, said in new]
    before = [declared(f"{file}.yaml", f"old {file}", said) for file, said in gone]

    found = matched(today, before)

    assert len(set(found.values())) == len(found)
    assert matched(today[::-1], before[::-1]) == found
    assert {one for one, _ in new} & {one for one, _ in gone} <= {
        path[0] for path in (*found, *found.values())
    }
