"""Whom a route pages, in words of one line."""

import pytest

from reconciler.model import Filter, Route, Target, one
from reconciler.plan.paging.paging import MOST_NAMED, cut_short, doubts, paged, who, whom, why
from tests.plan.expressed import ATTRIBUTE, branches, computed, deciding, named, priority, ref
from tests.plan.parts import NAMES, path, production

A, B = one("01ONCALL"), one("01PLATFORM")


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        (production(targets=[]), "nobody"),
        (
            production(targets=[path("01ONCALL", "01PLATFORM")]),
            "Engineering On-Call, Platform On-Call",
        ),
        (deciding(branches(("P1", A), otherwise=B)), "Engineering On-Call or Platform On-Call"),
        (deciding(branches(("P1", A))), "Engineering On-Call or nobody"),
        (deciding(branches(otherwise=A)), "Engineering On-Call"),
        (deciding(branches()), "nobody"),
        (production(targets=[Target("path", ref(ATTRIBUTE))]), "{{ attributes.01PATH }} or nobody"),
        (
            deciding(branches(("P1", A)), targets=(named("who"), path("01PLATFORM"))),
            "Engineering On-Call or Platform On-Call",
        ),
    ],
)
def test_all_who_may_be_paged(route: Route, expected: str) -> None:
    assert whom(route, NAMES) == expected


def test_those_who_are_news_come_first() -> None:
    route = deciding(branches(("P1", A), otherwise=B))
    news = frozenset({path("01PLATFORM")})

    assert whom(route, NAMES, news) == "Platform On-Call or Engineering On-Call"


def test_of_many_the_first_are_named() -> None:
    some = [path(f"01P{number}") for number in range(MOST_NAMED + 2)]

    assert who(some[:-1], NAMES) == "01P0, 01P1, 01P2, 01P3"
    assert who(some, NAMES) == "01P0, 01P1, 01P2, 2 more"
    assert who([], NAMES) == "nobody"


def test_a_long_name_is_cut() -> None:
    assert cut_short("a" * 9, 9) == "a" * 9
    assert cut_short("a" * 10, 9) == "a" * 8 + "…"


def test_the_name_of_a_path_stands_for_its_entry() -> None:
    known = {**NAMES, "entry 01ENTRY": "01ONCALL"}
    route = deciding(branches(("P1", one("01ENTRY"))))

    assert paged(route, known) == paged(deciding(branches(("P1", A))), known)
    assert whom(route, known) == "Engineering On-Call or nobody"


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        (deciding(branches(("P1", A))), 'expressions["who"] has no else'),
        (deciding(computed('expressions["who"]')), 'expressions["who"] refers to itself'),
        (deciding(), 'expressions["who"] does not exist'),
        (production(targets=[path("")]), "a target may be empty"),
        (
            deciding(computed(ATTRIBUTE, Filter(priority("P1")))),
            "attributes.01PATH may be empty, and the filter of "
            'expressions["who"] may leave nothing',
        ),
        (deciding(computed(".")), 'the result of expressions["who"] is unknown'),
    ],
)
def test_the_reason_is_named(route: Route, expected: str) -> None:
    assert why(doubts(route), NAMES) == expected


def test_of_many_reasons_the_first_are_named() -> None:
    results = tuple((f"P{n}", ref(f"alert.attributes.01A{n}")) for n in range(4))

    assert why(doubts(deciding(branches(*results, otherwise=A))), NAMES).endswith(
        "and 2 more reasons"
    )
