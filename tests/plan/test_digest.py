"""A digest says what a change does: by ids, whatever it was planned from or called."""

from dataclasses import replace

from hypothesis import given, settings, strategies as st

from reconciler.model import Config, Declaration, Route, RouteSource, canonical_pair
from reconciler.plan.change import Change
from reconciler.plan.identify import identify
from reconciler.plan.make import make_plan
from reconciler.plan.plan import change_digest, digest_of, plan_digest
from tests.plan.parts import CONTEXT, declared, listed, live, planned, production
from tests.properties.ids_strategies import routes, shuffled


def only(declaration: Declaration, before: Route, version: int = 14) -> Change:
    (change,) = planned([declaration], [live(before, version=version)]).changes
    return change


def test_version_line_file_and_names_do_not_count() -> None:
    here = declared(production(enabled=False))
    there = declared(production(enabled=False), "routes/other.yaml")
    first = change_digest(only(here, production()))

    assert len(first) == 64
    assert change_digest(only(there, production(), 20)) == first
    unnamed = make_plan(
        identify([here], [listed(live(production()))]),
        {"01LIVE": live(production())},
        Config(),
        CONTEXT,
        {},
    )
    assert unnamed.digest == plan_digest([only(here, production())])


def test_the_value_the_route_and_the_action_count() -> None:
    base = only(declared(production(enabled=False)), production())
    other_value = only(declared(production(sources=[RouteSource("01PROD")])), production())
    gone = only(declared(production(), absent=True), production())
    (created,) = planned([declared(production())], []).changes
    (elsewhere,) = planned(
        [declared(production(enabled=False))], [live(production(), "01ELSEWHERE")]
    ).changes

    digests = [change_digest(one) for one in (base, other_value, gone, created, elsewhere)]
    assert len(set(digests)) == 5


def test_the_order_of_changes_does_not_count() -> None:
    assert digest_of(["a", "b"]) == digest_of(["b", "a"]) != digest_of(["a"])


@given(routes("v3"), routes("v3"), st.data())
@settings(max_examples=30)
def test_the_order_of_sets_does_not_count(before: Route, after: Route, data: st.DataObject) -> None:
    before = replace(before, name=after.name)
    one, other = canonical_pair(after, before)
    if one == other:
        return
    first = only(declared(after), before)
    second = only(declared(shuffled(after, data.draw)), shuffled(before, data.draw))

    assert change_digest(first) == change_digest(second)
