"""Each label, with the sentence that names who and what."""

from dataclasses import replace

import pytest

from reconciler.model import Binding, ConditionGroups, Reference, Route, RouteSource, Target, one
from reconciler.plan.paging.risks import create_risks, delete_risks, update_risks
from tests.plan.expressed import branches, deciding, named
from tests.plan.parts import NAMES, live, path, production, when

PRODUCTION = production()
REFERENCE = Target("path", Binding((Reference("alert.attributes.01PATH"),)))
PUBLIC, PRIVATE = PRODUCTION, replace(PRODUCTION, private=True)
BOTH = [path("01ONCALL"), path("01PLATFORM")]
OF_MANY = {
    "pages": "page",
    "now": "now page",
    "no": "no longer",
    "takes": "take",
    "its": "their",
    "the": "the routes",
}
"""How the sentence about one route begins, and how that about several does."""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (PRODUCTION, PRODUCTION, []),
        (
            PRODUCTION,
            production(targets=[]),
            [
                ("pages nobody", "pages nobody any more (was Engineering On-Call)"),
                ("paging removed", "no longer pages Engineering On-Call"),
            ],
        ),
        (
            production(targets=BOTH),
            PRODUCTION,
            [("paging removed", "no longer pages Platform On-Call")],
        ),
        (
            PRODUCTION,
            production(targets=[path("01PLATFORM")]),
            [("target changed", "pages Platform On-Call instead of Engineering On-Call")],
        ),
        (
            PRODUCTION,
            production(targets=BOTH),
            [("paging added", "now pages Platform On-Call too")],
        ),
        (production(targets=[]), PRODUCTION, [("paging added", "now pages Engineering On-Call")]),
        (
            PRODUCTION,
            production(targets=[REFERENCE]),
            [
                ("may page nobody", "may page nobody: attributes.01PATH may be empty"),
                (
                    "target changed",
                    "pages {{ attributes.01PATH }} or nobody instead of Engineering On-Call",
                ),
            ],
        ),
        (
            PRODUCTION,
            production(enabled=False),
            [
                ("pages nobody", "pages nobody any more (was Engineering On-Call)"),
                ("disabled", "the route is switched off"),
            ],
        ),
        (
            production(enabled=False),
            PRODUCTION,
            [
                ("paging added", "now pages Engineering On-Call"),
                ("enabled", "the route is switched on"),
            ],
        ),
        (PRIVATE, PUBLIC, [("private to public", "its alerts become visible to everyone")]),
        (PUBLIC, PRIVATE, [("public to private", "its alerts become private")]),
        (
            PRODUCTION,
            production(sources=[RouteSource("01GRAF")]),
            [
                ("source removed", "no longer takes alerts from Alertmanager (Production)"),
                ("source added", "takes alerts from Grafana Cloud too"),
            ],
        ),
        (
            PRODUCTION,
            production(sources=[RouteSource("01PROD")]),
            [
                (
                    "widened",
                    "on Alertmanager (Production): severity is one of critical becomes any alert",
                )
            ],
        ),
        (
            PRODUCTION,
            production(sources=[RouteSource("01PROD", when("critical", "page"))]),
            [
                (
                    "widened",
                    "on Alertmanager (Production): severity is one of critical"
                    " becomes severity is one of critical, page",
                )
            ],
        ),
        (
            PRODUCTION,
            replace(PRODUCTION, when=when("critical")),
            [("narrowed", "any alert becomes severity is one of critical")],
        ),
        (
            replace(PRODUCTION, when=when("a")),
            replace(PRODUCTION, when=when("b")),
            [
                ("widened", "severity is one of a becomes severity is one of b"),
                ("narrowed", "severity is one of a becomes severity is one of b"),
            ],
        ),
    ],
)
def test_what_an_update_does(before: Route, after: Route, expected: list[tuple[str, str]]) -> None:
    found = update_risks(before, after, NAMES)

    assert [(risk.label, risk.sentence) for risk in found] == expected
    for risk in found:
        verb = risk.sentence.partition(" ")[0]
        if verb in OF_MANY:
            assert risk.of_many.startswith(f"{OF_MANY[verb]} ")
            assert risk.of_many.endswith(risk.sentence.rpartition(" ")[2])


def test_a_deletion_is_a_risk_even_where_nobody_was_paged() -> None:
    assert [risk.label for risk in delete_risks(production(targets=[]), NAMES)] == ["deletes"]
    assert [risk.sentence for risk in delete_risks(PRODUCTION, NAMES)] == [
        "deletes the route",
        "no longer pages Engineering On-Call",
    ]


def test_a_create_that_pages_nobody_is_no_risk() -> None:
    assert create_risks(production(targets=[]), [live(PRODUCTION)], ["Other"], NAMES) == ()


def test_a_create_beside_an_undeclared_route_of_its_sources_may_page_twice() -> None:
    twin = live(production("Old Production"))
    silent = live(production("Silent", targets=[]))
    other = live(production("Other", sources=[RouteSource("01GRAF")]))

    found = create_risks(PRODUCTION, [twin, silent, other], ["Unread"], NAMES)

    assert [(risk.label, risk.sentence) for risk in found] == [
        ("paging added", "pages Engineering On-Call"),
        ("may page twice", 'undeclared "Old Production" has the same sources and pages too'),
    ]


def test_an_undeclared_route_that_nobody_read_is_not_safe() -> None:
    (_, risk) = create_risks(PRODUCTION, [], ["Unread"], NAMES)

    assert risk.sentence == 'the sources of undeclared "Unread" are unknown'


def test_a_create_beside_nothing_only_pages() -> None:
    assert [risk.label for risk in create_risks(PRODUCTION, [], [], NAMES)] == ["paging added"]


A, B = one("01ONCALL"), one("01PLATFORM")
NO_ELSE = ("may page nobody", 'may page nobody: expressions["who"] has no else')


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            deciding(branches(("P1", B))),
            deciding(branches(("P1", A), otherwise=B)),
            [
                (
                    "target changed",
                    "pages Engineering On-Call or Platform On-Call"
                    " instead of Platform On-Call or nobody",
                )
            ],
        ),
        (
            deciding(branches(("P1", A), otherwise=B)),
            deciding(branches(("P1", A))),
            [
                NO_ELSE,
                (
                    "target changed",
                    "pages Engineering On-Call or nobody"
                    " instead of Platform On-Call or Engineering On-Call",
                ),
            ],
        ),
        (
            PRODUCTION,
            deciding(branches(("P1", A))),
            [
                NO_ELSE,
                (
                    "target changed",
                    "pages Engineering On-Call or nobody instead of Engineering On-Call",
                ),
            ],
        ),
        (
            deciding(branches(("P1", A), otherwise=B)),
            deciding(branches(("P1", B), otherwise=A)),
            [
                (
                    "target changed",
                    "pages by other conditions: Engineering On-Call or Platform On-Call",
                )
            ],
        ),
        (
            deciding(branches(("P1", A), otherwise=B)),
            deciding(
                replace(branches(("P1", A), otherwise=B), reference="other", label="Other"),
                targets=(named("other"),),
            ),
            [],
        ),
    ],
)
def test_what_an_update_of_an_expression_does(
    before: Route, after: Route, expected: list[tuple[str, str]]
) -> None:
    found = update_risks(before, after, NAMES)

    assert [(risk.label, risk.sentence) for risk in found] == expected


def test_a_new_or_deleted_route_names_whom_an_expression_pages() -> None:
    route = deciding(branches(("P1", A), otherwise=B))

    (added,) = create_risks(route, [], [], NAMES)
    (_, removed) = delete_risks(route, NAMES)
    assert added.sentence == "pages Engineering On-Call or Platform On-Call"
    assert removed.sentence == "no longer pages Engineering On-Call, Platform On-Call"


LONG = when(*(f"a rather long value, number {number}" for number in range(4)))


@pytest.mark.parametrize(
    ("before", "after", "sentences"),
    [
        (LONG, (*LONG, *when("info")), ["with severity is one of info"]),
        ((*LONG, *when("info")), LONG, ["without severity is one of info"]),
        (
            (*LONG, *when("info")),
            (*LONG, *when("debug")),
            ["severity is one of info becomes severity is one of debug"] * 2,
        ),
    ],
)
def test_of_filters_that_are_too_long_to_show_what_changed_is_told(
    before: ConditionGroups, after: ConditionGroups, sentences: list[str]
) -> None:
    found = update_risks(replace(PRODUCTION, when=before), replace(PRODUCTION, when=after), NAMES)

    assert [risk.sentence for risk in found] == sentences
