"""An explanation in words, for what the six routes never do."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from reconciler.model import (
    Assumed,
    Assumption,
    Branches,
    Condition,
    Expression,
    Incident,
    Observation,
    Plain,
    Position,
    Returns,
    Route,
    one,
    reference,
)
from reconciler.planning.explained import Explained, NamedRoute
from reconciler.report.explain_json import explain_json
from reconciler.report.explain_text import explain_text
from reconciler.routing.evaluate import judge
from reconciler.routing.reading import admissible
from reconciler.routing.world import Alert
from tests.routing.small import (
    PATH,
    PATH_TYPE,
    SERVICE,
    SEVERITY,
    WORLD,
    alert,
    check,
    result,
    route,
    when,
)

NAMES = {
    "01PROD": "Alertmanager",
    SEVERITY: "severity",
    PATH: "path",
    SERVICE: "service",
    "ONCALL": "Engineering On-Call",
    "PLATFORM": "Platform On-Call",
    "P1": "On-Call entry",
    "E3": "Vault",
    "T1/C1": "#alerts",
    'catalog_attribute["01TIER"]': "Tier",
}


def explained(by: Alert, *routes: Route, assumed: tuple[Assumed, ...] = ()) -> Explained:
    named = {f"r{n}": replace(one, name=f"Route {n}") for n, one in enumerate(routes)}
    outcome = judge(by, named, admissible(assumed), WORLD)
    told = {key: NamedRoute(one.name, one) for key, one in named.items()}
    return Explained(by, told, outcome, NAMES, assumed, "the files")


def text(one: Explained, before: Explained | None = None) -> list[str]:
    return explain_text(one, before, width=300).splitlines()


def test_several_paths_and_a_channel_with_its_team() -> None:
    both = route(pages=(one("ONCALL"), one("PLATFORM")), posts=((one("C1"), ()),))
    assert text(explained(alert(), both))[:2] == [
        "Pages Engineering On-Call and Platform On-Call.",
        "Posts to #alerts.",
    ]


def test_what_may_be_paged_beside_what_is() -> None:
    sometimes = route(when(check(SEVERITY, "is_set")), pages=(one("PLATFORM"),))
    said = text(explained(alert(unknown=(SEVERITY,)), route(), sometimes))
    assert said[0] == "Pages Engineering On-Call."
    assert said[1] == "May also page Platform On-Call: see Route 1 below."


def test_what_a_route_does_is_told_from_what_it_may_do() -> None:
    posts = ((one("C1"), ()), (one("C2"), when(check(SEVERITY, "is_set"))))
    sure = text(explained(alert(unknown=(SEVERITY,)), route(posts=posts)))
    assert "    pages Engineering On-Call, posts to #alerts, may post to C2" in sure
    whole = route(when(check(SEVERITY, "is_set")), posts=posts)
    perhaps = text(explained(alert(unknown=(SEVERITY,)), replace(whole, incident=Incident())))
    assert (
        "    may page Engineering On-Call, may post to #alerts and C2, may start an incident"
        in perhaps
    )


def test_what_may_be_paged_twice() -> None:
    sometimes = route(when(check(SEVERITY, "is_set")))
    said = text(explained(alert(unknown=(SEVERITY,)), route(), sometimes))
    assert said[1] == "May page Engineering On-Call twice: Route 1 may, too."


def test_a_target_that_nobody_knows() -> None:
    by_alert = route(pages=(reference(PATH),), posts=((reference(PATH), ()),))
    said = text(explained(alert(unknown=(PATH,)), by_alert))
    assert said[0] == "May page any target: Route 0 decides by the alert, and path is not given."
    assert (
        said[1] == "May post to any channel: Route 0 decides by the alert, and path is not given."
    )
    found: dict[str, Any] = json.loads(explain_json(explained(alert(unknown=(PATH,)), by_alert)))
    assert found["may_page_anybody"] == [
        {"route": "Route 0", "reason": "not given", "about": "path"}
    ]


def test_an_incident() -> None:
    starts = replace(route(), incident=Incident())
    perhaps = replace(route(), incident=Incident(when(check(SEVERITY, "not_one_of", "x"))))
    assert "Starts an incident (Route 0)." in text(explained(alert(), starts))
    assert "May start an incident (Route 0)." in text(explained(alert(), perhaps))
    found = json.loads(explain_json(explained(alert(), starts)))
    assert found["incident"]["verdict"] == "yes"


@pytest.mark.parametrize(
    ("condition", "given", "words"),
    [
        (check(SEVERITY, "not_one_of", "x"), {}, "incident.io does not document this operation"),
        (
            Condition(SEVERITY, "contains", (reference(PATH),)),
            {},
            "it compares two values of the alert",
        ),
        (
            Condition("alert.attributes.01NEW", "contains", (one("x"),)),
            {},
            "the attribute's type was not read",
        ),
        (check(SERVICE, "one_of", "nothing"), {SERVICE: "E1"}, "a catalog entry was not read"),
        (
            check(f'{SERVICE}.catalog_attribute["01TIER"]', "is_set"),
            {SERVICE: "E3"},
            "the catalog entry Vault was not read",
        ),
        (
            check("alert.source_url", "is_set"),
            {},
            "incident.io does not document source_url as a value of alerts",
        ),
        (
            check(SEVERITY, "is_set"),
            {SEVERITY: ""},
            'it is "", and incident.io does not document whether an empty text is set',
        ),
    ],
)
def test_what_would_settle_a_condition(
    condition: Condition, given: dict[str, str], words: str
) -> None:
    said = text(explained(alert(given), route(when(condition))))
    assert any(line.endswith(f": unknown, {words}") for line in said), said


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (Expression("who", "", PATH, (Plain("sum"),)), "only incident.io computes"),
        (Expression("who", "", 'expressions["who"]'), "refers to itself"),
        (Expression("else", "", PATH), 'there is no expressions["who"]'),
        (
            Expression("who", "", ".", (Branches(Returns(PATH_TYPE), ()),), reference("alert.x")),
            "incident.io does not document x as a value of alerts",
        ),
    ],
)
def test_what_keeps_a_target_unknown(expression: Expression, words: str) -> None:
    decided = route(pages=(result("who"),), expressions=(expression,))
    assert words in text(explained(alert(), decided))[0]


def test_one_of_several() -> None:
    first = Expression("who", "", PATH, (Plain("first"),))
    some = route(pages=(result("who"),), expressions=(first,))
    said = text(explained(alert({PATH: ("P1", "P2")}), some))
    assert said[0] == "Pages Engineering On-Call or NOBODY: see Route 0 below."


def test_a_group_without_conditions() -> None:
    said = text(explained(alert(), route(((),))))
    assert said[0] == (
        "Pages Engineering On-Call or NOBODY: incident.io does not document "
        "whether an empty group matches."
    )
    assert "    a group without conditions" in said


def test_a_pin_is_named_beside_each_verdict_that_rests_on_it() -> None:
    pin = Assumption(
        "text_case", True, "seen", date(2026, 7, 3), Position("reconciler.yaml", 12, 3)
    )
    case = route(when(check(SEVERITY, "contains", "critical")))
    one = explained(alert({SEVERITY: "Critical"}), case, assumed=(pin,))
    assert "    assuming that case counts (reconciler.yaml:12)" in text(one)
    found = json.loads(explain_json(one))
    assert found["routes"][0]["assuming"] == ["text_case"]
    assert found["assumed"] == [
        {
            "question": "text_case",
            "answer": True,
            "because": "seen",
            "since": "2026-07-03",
            "file": "reconciler.yaml",
            "line": 12,
        }
    ]


def test_what_past_alerts_rule_out_is_named_as_a_pin_is() -> None:
    at = Position("semantics.lock.yaml", 8, 3)
    seen = Observation((("text_case", False),), 5, date(2026, 11, 29), at)
    case = route(when(check(SEVERITY, "contains", "critical")))
    one = explained(alert({SEVERITY: "Critical"}), case, assumed=(seen,))

    assert "    assuming that case counts (semantics.lock.yaml:8)" in text(one)
    found = json.loads(explain_json(one))
    assert found["assumed"] == []
    assert found["observed"] == [
        {
            "never": {"text_case": False},
            "alerts": 5,
            "since": "2026-11-29",
            "file": "semantics.lock.yaml",
            "line": 8,
        }
    ]


def test_many_routes_of_other_sources_are_counted() -> None:
    others = [route(sources=("01GRAF",)) for _ in range(9)]
    said = text(explained(alert(), *others, route(sources=())))
    assert said[-2] == (
        "9 routes not attached to this source: "
        "Route 0, Route 1, Route 2, Route 3, Route 4, Route 5 and 3 more"
    )
    assert said[-1] == "1 route without a source: Route 9"


def test_before_and_after() -> None:
    pages, quiet = explained(alert(), route()), explained(alert(), route(enabled=False))
    assert "In the files: pages Engineering On-Call." in text(quiet, pages)
    assert "The same as in the files." in text(pages, pages)


def test_control_characters_of_an_alert_are_shown() -> None:
    said = explain_text(explained(alert({SEVERITY: "a\x1b[31mb\u202e"}), route()), width=300)
    assert not {"\x1b", "\u202e"} & set(said)


def test_colour_carries_no_meaning_alone() -> None:
    said = explain_text(explained(alert(), route(enabled=False)), colour=True)
    assert said.startswith("\x1b[1;31mPages NOBODY: no route takes this alert.\x1b[0m\n")
