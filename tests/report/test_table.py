"""The routing table, byte for byte as the team keeps it."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from reconciler.model import (
    Binding,
    Channels,
    Condition,
    ConditionGroups,
    Config,
    Declaration,
    Destination,
    Escalation,
    InventorySource,
    Reference,
    Route,
    RouteSource,
    Target,
    many,
    one,
)
from reconciler.report.table import (
    holds_table,
    routing_table,
    table_json,
    table_markdown,
    table_text,
)
from tests.plan.expressed import branches, deciding
from tests.plan.parts import declared, path, slack

TABLE = """\
| Route | Source | Condition | Escalation | Slack |
|---|---|---|---|---|
| Production Alerts | Alertmanager (Prod), Checkly (Prod), sev0@, Grafana Cloud \
| `severity=critical` (Alertmanager only) | Engineering On-Call | #alerts |
| Production Warnings | Alertmanager (Prod) | `severity=warning` | None | #alerts |
| Unrouted Alerts | Alertmanager (Prod) | Labels missing `severity` key | None | #alerts |
| Database Alerts | PlanetScale | `branch=main` | Engineering On-Call | #alerts |
| Staging Notifications | Alertmanager (Staging), Checkly (Staging) | — | None | #alerts |
| Informational | Axiom, Status Page Views | — | None | #alerts |
"""
ORDER = (
    "Production Alerts",
    "Production Warnings",
    "Unrouted Alerts",
    "Database Alerts",
    "Staging Notifications",
    "Informational",
)
CONFIG = Config(
    sources=(
        InventorySource("Alertmanager (Production)", "01AM", "Alertmanager (Prod)"),
        InventorySource("Checkly (Production)", "01CH", "Checkly (Prod)"),
        InventorySource("PlanetScale", "01PS"),
    ),
    table_order=ORDER,
)


def is_(key: str, *values: str) -> ConditionGroups:
    return ((Condition(key, "one_of", (many(*values),)),),)


def route(name: str, *sources: RouteSource, pages: str = "") -> Declaration:
    targets = (path(pages),) if pages else ()
    return declared(
        Route(name, sources=sources, escalate=Escalation(targets), notify=(slack("#alerts"),))
    )


MISSING: ConditionGroups = ((Condition("severity", "is_not_set"),),)
ALERTMANAGER = "Alertmanager (Production)"
SIX = [
    route("Informational", RouteSource("Axiom"), RouteSource("Status Page Views")),
    route(
        "Database Alerts", RouteSource("01PS", is_("branch", "main")), pages="Engineering On-Call"
    ),
    route(
        "Staging Notifications",
        RouteSource("Alertmanager (Staging)"),
        RouteSource("Checkly (Staging)"),
    ),
    route("Unrouted Alerts", RouteSource(ALERTMANAGER, MISSING)),
    route("Production Warnings", RouteSource(ALERTMANAGER, is_("severity", "warning"))),
    route(
        "Production Alerts",
        RouteSource(ALERTMANAGER, is_("severity", "critical")),
        RouteSource("Checkly (Production)"),
        RouteSource("sev0@"),
        RouteSource("Grafana Cloud"),
        pages="Engineering On-Call",
    ),
]


def cells(declaration: Declaration, config: Config = CONFIG) -> list[str]:
    (row,) = json.loads(table_json(routing_table([declaration], config)))
    return list(row.values())


def condition(*sources: RouteSource, when: ConditionGroups = ()) -> str:
    declaration = route("Route", *sources)
    return cells(replace(declaration, route=replace(declaration.route, when=when)))[2]


def test_the_six_routes_as_markdown() -> None:
    assert table_markdown(routing_table(SIX, CONFIG)) == TABLE


def test_the_six_routes_as_text_are_aligned() -> None:
    lines = table_text(routing_table(SIX, CONFIG)).split("\n")

    assert lines[1].split("  ")[0] == "Production Alerts"
    column = lines[0].index("Condition")
    assert [line[column:].split("  ")[0] for line in lines[:-1]] == [
        "Condition",
        "severity=critical (Alertmanager only)",
        "severity=warning",
        "Labels missing severity key",
        "branch=main",
        "—",
        "—",
    ]
    assert table_text(routing_table(SIX, CONFIG), unicode=False).isascii()


def test_the_six_routes_as_json() -> None:
    rows = json.loads(table_json(routing_table(SIX, CONFIG)))

    assert [row["route"] for row in rows] == list(ORDER)
    assert rows[0] == {
        "route": "Production Alerts",
        "source": "Alertmanager (Prod), Checkly (Prod), sev0@, Grafana Cloud",
        "condition": "severity=critical (Alertmanager only)",
        "escalation": "Engineering On-Call",
        "slack": "#alerts",
    }


def test_routes_without_a_place_follow_by_name_and_absent_ones_are_left_out() -> None:
    others = [route("Zeta"), route("Alpha"), replace(route("Gone"), absent=True)]
    rows = json.loads(table_json(routing_table([*others, *SIX], CONFIG)))

    assert [row["route"] for row in rows] == [*ORDER, "Alpha", "Zeta"]


WARNING = is_("severity", "warning")


@pytest.mark.parametrize(
    ("sources", "when", "cell"),
    [
        ([RouteSource("A")], WARNING, "severity=warning"),
        ([RouteSource("A", WARNING)], WARNING, "see file"),
        ([RouteSource("A", WARNING), RouteSource("B", WARNING)], (), "severity=warning"),
        ([RouteSource("A", WARNING), RouteSource("B", MISSING)], (), "see file"),
        ([RouteSource("A", is_("severity", "a", "b"))], (), "see file"),
        ([RouteSource("A", is_("severity", "a", "b")), RouteSource("B")], (), "see file"),
        ([RouteSource("A", ((),))], (), "see file"),
        ([RouteSource("A", (*WARNING, *MISSING))], (), "see file"),
        (
            [RouteSource("A (x)", WARNING), RouteSource("A (y)", WARNING), RouteSource("B")],
            (),
            "severity=warning (A (x), A (y) only)",
        ),
        (
            [RouteSource("A", ((Condition("s", "one_of", (Binding((Reference("t"),), True),)),),))],
            (),
            "see file",
        ),
    ],
)
def test_conditions(sources: Sequence[RouteSource], when: ConditionGroups, cell: str) -> None:
    assert condition(*sources, when=when) == cell


def test_people_channels_and_switches() -> None:
    reference = Binding((Reference("attribute:Path"),))
    full = Route(
        "Route",
        enabled=False,
        escalate=Escalation((path("A", "B"), Target("user", one("c@example.com")))),
        notify=(slack("#a"), Destination(ms_teams=Channels(one("t"))), slack("#b")),
    )
    unsaid = Route(
        "Route",
        escalate=Escalation((Target("path", reference),)),
        notify=(Destination(slack=Channels(reference)),),
    )

    assert cells(declared(full)) == [
        "Route (disabled)", "None", "—", "A, B, c@example.com", "#a, #b",
    ]  # fmt: skip
    assert cells(declared(unsaid))[3:] == ["see file", "see file"]
    assert cells(declared(Route("Route")))[3:] == ["None", "None"]


def test_a_page_holds_the_table_or_is_out_of_date() -> None:
    assert table_markdown(routing_table(SIX, CONFIG)) == TABLE
    assert holds_table(f"# Routes\n\n{TABLE}\nMore.\n", TABLE)
    assert holds_table(TABLE.replace("\n", "\r\n"), TABLE)
    assert not holds_table(TABLE.replace("warning", "critical"), TABLE)
    assert not holds_table(f"{TABLE}| Old | a | — | None | None |\n", TABLE)
    assert not holds_table("", TABLE)


def test_whom_an_expression_chooses_from_is_named() -> None:
    for route, cell in (
        (deciding(branches(("P1", one("A")), otherwise=one("B"))), "A or B"),
        (deciding(branches(("P1", one("A")))), "A or nobody"),
        (deciding(*[branches(*((f"P{n}", one(f"T{n}")) for n in range(4)))]), "see file"),
    ):
        assert cells(declared(route))[3] == cell
