"""A write is known by what it made live, and nothing else is taken for it."""

from dataclasses import replace

from hypothesis import given

from reconciler.directory import Directory, type_subjects
from reconciler.model import Declaration, Live, Positions, Route, canonical_pair
from reconciler.plan.change import Create, Update
from reconciler.plan.compare.differences import creation, differences
from reconciler.plan.plan import change_digest
from reconciler.runs.arrival import digest_of_create, digest_of_update
from tests.plan.parts import live
from tests.properties.ids_strategies import law, routes

DIRECTORY = Directory()


def planned_create(route: Route) -> str:
    """The digest that a plan gave the create of this route."""
    after = type_subjects(route, DIRECTORY)
    return change_digest(Create(Declaration(after, Positions("a.yaml")), after, creation(after)))


def planned_update(before: Live, route: Route) -> str:
    """The digest that a plan gave the update that makes the live route this one."""
    after, old = (type_subjects(one, DIRECTORY) for one in (route, before.route))
    fields = differences(after, old)
    typed = replace(before, route=old)
    return change_digest(Update(Declaration(after, Positions("a.yaml")), typed, after, fields, 3))


@law
@given(routes("v3"))
def test_a_create_is_known_whatever_id_and_version_it_got(route: Route) -> None:
    assert digest_of_create(live(route, "01NEW", 7), DIRECTORY) == planned_create(route)


@law
@given(routes("v3"), routes("v3"))
def test_an_update_is_known_by_what_lies_between_both(old: Route, new: Route) -> None:
    before, now = live(old, "01A", 4), live(new, "01A", 5)

    assert digest_of_update(before, now, DIRECTORY) == planned_update(before, new)


@law
@given(routes("v3"), routes("v3"))
def test_a_route_that_means_something_else_is_no_create_of_ours(ours: Route, other: Route) -> None:
    typed = canonical_pair(*(type_subjects(one, DIRECTORY) for one in (ours, other)))

    same = digest_of_create(live(other), DIRECTORY) == planned_create(ours)

    assert same == (typed[0] == typed[1])
