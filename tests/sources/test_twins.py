"""A twin is routed exactly as the first source, and only then may stand alone."""

from dataclasses import replace

from hypothesis import given, strategies as st

from reconciler.model import (
    Condition,
    Declaration,
    InventorySource,
    Positions,
    Route,
    RouteSource,
    many,
)
from reconciler.sources.tokens.twins import Pair, alone, beside, unequal

PAIR = Pair(InventorySource("Old", "01OLD", "O"), InventorySource("New", "01NEW"))
CRITICAL = ((Condition("severity", "one_of", (many("critical"),)),),)
NAMES = st.sampled_from(["Old", "01OLD", "O", "New", "01NEW", "Axiom", "Checkly"])


def same(source: str) -> str:
    return {"01OLD": "Old", "O": "Old", "01NEW": "New"}.get(source, source)


ATTACHED = st.lists(
    st.builds(RouteSource, NAMES, st.sampled_from([(), CRITICAL])),
    unique_by=lambda one: same(one.source),
).map(tuple)


def declared(*sources: RouteSource, name: str = "Alerts", absent: bool = False) -> Declaration:
    return Declaration(
        Route(name, sources=sources), Positions(f"routes/{name}.yaml"), absent=absent
    )


def with_edits(before: Declaration, *edits: Declaration) -> Declaration:
    return edits[0] if edits else before


def test_the_second_stands_right_after_the_first_under_its_conditions() -> None:
    (edited,) = beside([declared(RouteSource("Old", CRITICAL), RouteSource("Axiom"))], PAIR)

    assert edited.route.sources == (
        RouteSource("Old", CRITICAL),
        RouteSource("New", CRITICAL),
        RouteSource("Axiom"),
    )


def test_routes_without_the_first_stay_and_absent_ones_too() -> None:
    routes = [declared(RouteSource("Axiom")), declared(RouteSource("Old"), absent=True)]

    assert list(beside(routes, PAIR)) == []
    assert list(alone(routes, PAIR)) == []


def test_a_file_that_an_earlier_run_has_finished_treats_nobody_differently() -> None:
    routes = [declared(RouteSource("New"), name="Done"), declared(RouteSource("Old"), name="Left")]

    assert unequal(routes, PAIR) == ("Done", "Left")
    assert unequal(routes, PAIR, alike={"Done", "Left"}) == ("Left",)


def test_a_route_that_treats_them_differently_is_named() -> None:
    routes = [
        declared(RouteSource("Old", CRITICAL), RouteSource("New"), name="Differs"),
        declared(RouteSource("New"), name="Second only"),
        declared(RouteSource("Old"), RouteSource("New"), name="Alike"),
        declared(RouteSource("Old"), name="Gone", absent=True),
    ]

    assert unequal(routes, PAIR) == ("Differs", "Second only")


@given(ATTACHED)
def test_after_the_edit_both_are_alike_and_a_second_edit_has_nothing_to_do(
    sources: tuple[RouteSource, ...],
) -> None:
    before = declared(*sources)
    after = with_edits(before, *beside([before], PAIR))

    if any(same(one.source) == "Old" for one in sources):
        assert unequal([after], PAIR) == ()
    assert list(beside([after], PAIR)) == []


@given(ATTACHED)
def test_the_whole_way_exchanges_the_source_and_nothing_else(
    sources: tuple[RouteSource, ...],
) -> None:
    before = declared(*(one for one in sources if same(one.source) != "New"))
    both = with_edits(before, *beside([before], PAIR))
    after = with_edits(both, *alone([both], PAIR))

    assert after.route.sources == tuple(
        replace(one, source="New") if same(one.source) == "Old" else one
        for one in before.route.sources
    )
