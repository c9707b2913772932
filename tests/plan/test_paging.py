"""Whom a route pages: somebody, perhaps somebody, nobody."""

import pytest

from reconciler.model import Binding, Reference, Route, Target, many, one
from reconciler.plan.paging.paging import Paging, paged, paging, who
from tests.plan.parts import NAMES, path, production

REFERENCE = Target("path", Binding((Reference("alert.attributes.01PATH"),)))


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        (production(), Paging.SOMEBODY),
        (production(targets=[REFERENCE]), Paging.PERHAPS),
        (production(targets=[REFERENCE, path("01ONCALL")]), Paging.SOMEBODY),
        (production(targets=[]), Paging.NOBODY),
        (production(targets=[Target("path", Binding())]), Paging.NOBODY),
        (production(targets=[path("")]), Paging.PERHAPS),
        (production(sources=[]), Paging.NOBODY),
        (production(enabled=False), Paging.NOBODY),
    ],
)
def test_how_sure_it_is_that_somebody_is_paged(route: Route, expected: Paging) -> None:
    assert paging(route) is expected


def test_one_target_of_two_paths_pages_both() -> None:
    together = production(targets=[Target("path", many("01A", "01B"))])
    apart = production(targets=[path("01A"), path("01B")])

    assert paged(together) == paged(apart)


def test_people_are_named() -> None:
    targets = frozenset({path("01ONCALL"), Target("user", one("lead@example.com"))})

    assert who(targets, NAMES) == "Engineering On-Call, user lead@example.com"
    assert who(frozenset(), NAMES) == "nobody"
