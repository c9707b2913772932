"""Without an account: names by the lock file, and what no version of the API can say."""

from dataclasses import replace

import pytest

from reconciler.directory import Directory
from reconciler.model import (
    ApiChoice,
    Config,
    Declaration,
    Grouping,
    Incident,
    Position,
    Positions,
    Route,
    RouteSource,
)
from reconciler.planning.request import inexpressible, offline_findings

V3_ALONE = Route(name="a", group=Grouping(window_seconds=600, extend="fixed"))


def declaration(route: Route) -> Declaration:
    return Declaration(
        route, Positions("routes/a.yaml", {("name",): Position("routes/a.yaml", 1, 7)})
    )


@pytest.mark.parametrize(("api", "count"), [("auto", 0), ("v3", 0), ("v2", 1)])
def test_what_one_version_can_say_is_an_error_in_the_other_alone(
    api: ApiChoice, count: int
) -> None:
    found = inexpressible(declaration(V3_ALONE), Config(api=api))

    assert len([one for one in found if one.level == "error"]) == count
    assert all(one.route == "a" for one in found)
    assert all(one.position and one.position.file == "routes/a.yaml" for one in found)


def test_without_a_lock_names_are_not_looked_up() -> None:
    route = Route(name="a", sources=(RouteSource("nowhere"),), incident=Incident())

    assert offline_findings([declaration(route)], Config(), None) == ()


def test_an_absent_route_says_nothing() -> None:
    absent = replace(declaration(V3_ALONE), absent=True)

    assert offline_findings([absent], Config(api="v2"), Directory()) == ()
