"""Routes, files and accounts in small, for the tests of plans and reports."""

from collections.abc import Mapping, Sequence
from datetime import date

from reconciler.model import (
    Channels,
    Condition,
    ConditionGroups,
    Config,
    Declaration,
    Destination,
    Escalation,
    Finding,
    Listed,
    Live,
    Path,
    Position,
    Positions,
    Route,
    RouteSource,
    Target,
    UnknownField,
    many,
    one,
)
from reconciler.plan.identify import identify
from reconciler.plan.make import Bases, make_plan
from reconciler.plan.plan import Plan, PlanContext

SEVERITY = "alert.attributes.01SEV"
NAMES = {
    "01PROD": "Alertmanager (Production)",
    "01GRAF": "Grafana Cloud",
    "01ONCALL": "Engineering On-Call",
    "01PLATFORM": "Platform On-Call",
    "C01": "#alerts",
    SEVERITY: "severity",
}
TODAY = date(2026, 8, 21)
CONTEXT = PlanContext("0.1.0", "v3", "https://app.example.com/team", "f" * 64, TODAY)
PLACES: Mapping[Path, tuple[int, int]] = {
    (): (1, 1),
    ("name",): (1, 7),
    ("enabled",): (2, 10),
    ("sources",): (3, 1),
    ("sources", 0): (4, 5),
    ("sources", 0, "when"): (5, 5),
    ("escalate",): (8, 1),
    ("escalate", "to", 0): (9, 5),
    ("notify", 0): (11, 5),
    ("state",): (12, 1),
    ("id",): (13, 1),
}


def severity_is(*values: str) -> Condition:
    """`severity: [values]`."""
    return Condition(SEVERITY, "one_of", (many(*values),))


def when(*values: str) -> ConditionGroups:
    """One group of one condition."""
    return ((severity_is(*values),),)


def path(*ids: str) -> Target:
    """An escalation path."""
    return Target("path", many(*ids) if len(ids) > 1 else one(ids[0]))


def slack(channel: str, visibility: str = "public") -> Destination:
    """A Slack channel."""
    return Destination(slack=Channels(one(channel), visibility))


def production(
    name: str = "Production Alerts",
    *,
    enabled: bool = True,
    sources: Sequence[RouteSource] = (RouteSource("01PROD", when("critical")),),
    targets: Sequence[Target] = (path("01ONCALL"),),
    owners: Sequence[str] = (),
) -> Route:
    """A route that pages somebody."""
    return Route(
        name,
        enabled=enabled,
        owners=tuple(owners),
        sources=tuple(sources),
        escalate=Escalation(tuple(targets)),
        notify=(slack("C01"),),
    )


def declared(
    route: Route,
    file: str = "routes/production-alerts.yaml",
    *,
    route_id: str | None = None,
    previously: str | None = None,
    absent: bool = False,
    ignore: tuple[str, ...] = (),
) -> Declaration:
    """A file with some positions."""
    places = {key: Position(file, *place) for key, place in PLACES.items()}
    positions = Positions(file, places, tuple(f"line {n}" for n in range(1, 14)))
    return Declaration(route, positions, route_id, previously, absent, ignore)


def live(
    route: Route,
    route_id: str = "01LIVE",
    version: int = 14,
    *,
    unknown: tuple[UnknownField, ...] = (),
    hidden: tuple[Path, ...] = (),
    updated_at: str = "2026-08-21T09:12:00Z",
) -> Live:
    """A live route."""
    return Live(route_id, version, "v3", route, {}, updated_at, unknown, hidden)


def listed(route: Live) -> Listed:
    """The same as the list shows it."""
    return Listed(route.id, route.route.name, route.route.enabled)


def planned(
    declarations: Sequence[Declaration],
    lives: Sequence[Live],
    config: Config | None = None,
    *,
    read: Sequence[Live] | None = None,
    complete: bool = True,
    findings: Sequence[Finding] = (),
    bases: Bases | None = None,
) -> Plan:
    """The plan of these files in this account; `read`: whose details are there (all)."""
    identified = identify(declarations, [listed(one) for one in lives], complete=complete)
    details = {one.id: one for one in (lives if read is None else read)}
    return make_plan(identified, details, config or Config(), CONTEXT, NAMES, findings, bases)
