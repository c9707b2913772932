"""The first line says who is paged differently, and nothing that is not known."""

from dataclasses import replace

import pytest

from reconciler.model import Finding, Grouping, Route, RouteSource, one
from reconciler.plan.plan import Conflict, Plan
from reconciler.report.headline import headline
from tests.plan.expressed import branches, deciding
from tests.plan.parts import declared, live, path, planned, production, slack, when

ROUTE = production()
NOT_PAGED = "Nobody is paged differently."
A, B = one("01ONCALL"), one("01PLATFORM")


def said(before: Route | None, after: Route) -> str:
    lives = [] if before is None else [live(before)]
    route_id = None if before is None else "01LIVE"
    return headline(planned([declared(after, route_id=route_id)], lives)).words


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            ROUTE,
            production(targets=[path("01PLATFORM")]),
            "Production Alerts will page Platform On-Call instead of Engineering On-Call.",
        ),
        (ROUTE, production(targets=[]), "Production Alerts will page nobody any more."),
        (ROUTE, production(enabled=False), "Production Alerts will page nobody any more."),
        (None, ROUTE, "Production Alerts will page Engineering On-Call."),
        (
            deciding(branches(("P1", B))),
            deciding(branches(("P1", A), otherwise=B)),
            "Production Alerts will page Engineering On-Call or Platform On-Call"
            " instead of Platform On-Call or nobody.",
        ),
        (
            ROUTE,
            replace(ROUTE, when=when("critical")),
            "Production Alerts may page for fewer alerts.",
        ),
        (
            ROUTE,
            production(sources=[RouteSource("01PROD")]),
            "Production Alerts may page for more alerts.",
        ),
        (
            ROUTE,
            production(sources=[*ROUTE.sources, RouteSource("01GRAF")]),
            "Production Alerts will take alerts from Grafana Cloud too.",
        ),
        (
            replace(ROUTE, group=Grouping(60)),
            replace(ROUTE, group=Grouping(120)),
            "It is unknown whether Production Alerts pages as before (group).",
        ),
        (
            ROUTE,
            replace(ROUTE, private=True),
            "It is unknown whether Production Alerts pages as before (private).",
        ),
        (
            ROUTE,
            replace(ROUTE, notify=(slack("C02"),)),
            f"{NOT_PAGED} Production Alerts posts to C02 instead of #alerts.",
        ),
        (
            ROUTE,
            replace(ROUTE, notify=(slack("C01"), slack("C02"))),
            f"{NOT_PAGED} Production Alerts posts to C02, too.",
        ),
        (
            ROUTE,
            replace(ROUTE, notify=()),
            f"{NOT_PAGED} Production Alerts no longer posts to #alerts.",
        ),
        (ROUTE, replace(ROUTE, name="New"), f"{NOT_PAGED} New was named Production Alerts."),
        (
            ROUTE,
            replace(ROUTE, owners=("01TEAM",), notify=(slack("C01", "private"),)),
            f"{NOT_PAGED} Production Alerts changes (owners, notify).",
        ),
        (None, production(targets=[]), f"{NOT_PAGED} Production Alerts is new."),
    ],
)
def test_in_words(before: Route | None, after: Route, expected: str) -> None:
    assert said(before, after) == expected


def test_what_widens_a_route_that_pages_nobody_pages_nobody_differently() -> None:
    silent = production(targets=[])

    assert said(silent, replace(silent, when=when("a"))) == (
        f"{NOT_PAGED} Production Alerts changes (when)."
    )


def several(count: int) -> Plan:
    files = [
        declared(production(f"R{n}", targets=[path(f"01T{n % 4}")]), f"routes/{n}.yaml")
        for n in range(count)
    ]
    return planned(files, [live(production(f"R{n}"), f"01L{n}") for n in range(count)])


def test_of_many_the_first_sentences() -> None:
    assert headline(several(2)).words == (
        "R0 will page 01T0 instead of Engineering On-Call."
        " R1 will page 01T1 instead of Engineering On-Call."
    )
    assert headline(several(12)).words == (
        "3 routes will page 01T0 instead of Engineering On-Call."
        " 3 routes will page 01T1 instead of Engineering On-Call."
        " 6 more routes may page differently, see the risks."
    )


def test_of_many_that_page_as_before_the_first() -> None:
    files = [
        declared(replace(production(f"R{n}"), notify=()), f"routes/{n}.yaml") for n in range(4)
    ]
    plan = planned(files, [live(production(f"R{n}"), f"01L{n}") for n in range(4)])

    assert headline(plan).words == (
        f"{NOT_PAGED} R0 no longer posts to #alerts. R1 no longer posts to #alerts."
        " 2 more routes change."
    )


def test_who_is_not_paged_any_more_is_told_first() -> None:
    files = [
        declared(production("A", targets=[path("01PLATFORM")]), "routes/a.yaml"),
        declared(production("B", targets=[]), "routes/b.yaml"),
    ]
    plan = planned(files, [live(production("A"), "01A"), live(production("B"), "01B")])

    assert headline(plan).words.startswith("B will page nobody any more. A will page")


def test_a_file_with_an_error_is_unknown_and_not_safe() -> None:
    error = Finding("error", "unknown-path", "no path")
    plan = planned([declared(replace(ROUTE, notify=()))], [live(ROUTE)], findings=[error])

    assert headline(plan).words == "Whom this pages is unknown: 1 error, see below."


def test_nothing_to_write() -> None:
    plan = planned([declared(ROUTE)], [live(ROUTE)])
    conflicts = replace(plan, conflicts=(Conflict(declared(ROUTE), live(ROUTE), ()),))

    assert headline(plan).words.startswith("Nothing to do: ")
    assert headline(conflicts).words == "Nothing to write: 1 route is in conflict, see below."
