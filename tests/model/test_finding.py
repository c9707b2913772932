"""A finding stands at the nearest part that the file spells out."""

import pytest

from reconciler.model import Finding, Path, Position, Positions

SOURCES, FIRST = Position("f.yaml", 2, 1), Position("f.yaml", 3, 5)
PLACES = Positions("f.yaml", {("sources",): SOURCES, ("sources", 0): FIRST}, ("a", "b", "c"))


@pytest.mark.parametrize(
    ("path", "position", "excerpt"),
    [
        (("sources", 0), FIRST, "c"),
        (("sources", 0, "when", 1), FIRST, "c"),
        (("sources", 1), SOURCES, "b"),
        (("notify",), Position("f.yaml", 1, 1), "a"),
        ((), Position("f.yaml", 1, 1), "a"),
    ],
)
def test_it_is_the_part_or_the_nearest_around_it(
    path: Path, position: Position, excerpt: str
) -> None:
    located = PLACES.locate(Finding("error", "x", "y", path=path))

    assert (located.position, located.excerpt) == (position, excerpt)


def test_what_a_route_file_leaves_out_stands_at_its_name() -> None:
    name = Position("f.yaml", 2, 7)
    places = Positions("f.yaml", {(): Position("f.yaml", 1, 1), ("name",): name})

    assert places.at(("escalate", "to")) == name
    assert places.at(()) == Position("f.yaml", 1, 1)


@pytest.mark.parametrize("line", [0, 4])
def test_a_place_outside_of_the_text_shows_none_of_it(line: int) -> None:
    places = Positions("f.yaml", {(): Position("f.yaml", line, 1)}, ("a", "b", "c"))

    assert places.locate(Finding("error", "x", "y")).excerpt == ""
