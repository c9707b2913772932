"""One plan that has everything a report can show."""

from reconciler.model import Config, Finding, Position, RouteSource, UnknownField
from reconciler.plan.plan import Plan
from tests.plan.parts import declared, live, path, planned, production, when


def full_plan() -> Plan:
    """A create, an update, a delete; undeclared, not ours, unknown, guards, findings."""
    before = production(
        enabled=False,
        sources=[RouteSource("01PROD", when("critical")), RouteSource("01GRAF")],
        owners=["01TEAM"],
    )
    after = production(
        sources=[RouteSource("01PROD", when("critical", "page"))],
        targets=[path("01PLATFORM")],
        owners=["01TEAM"],
    )
    unknown = (
        UnknownField("/managed_by", "x", ("name",)),
        UnknownField("/alert_sources/1/priority", 1, ("sources", 1)),
    )
    gone = production("Gone")
    other = live(production("Other Team", owners=["01X"]), "01NOTOURS")
    quiet = [RouteSource("01PROD", when("info"))]
    silent = production("Silent", sources=quiet, targets=[], owners=["01TEAM"], enabled=False)
    warning = Finding(
        "warning", "empty-sources", "no sources", "add one", Position("routes/new.yaml", 3, 1)
    )
    return planned(
        [
            declared(production("New"), "routes/new.yaml"),
            declared(after),
            declared(gone, "routes/zz-gone.yaml", absent=True),
            declared(production("Kept"), "routes/kept.yaml"),
        ],
        [
            live(before, unknown=unknown),
            live(gone, "01GONE", 3),
            live(production("Kept"), "01KEPT"),
            other,
            live(silent, "01SILENT"),
        ],
        Config(owns_teams=("01TEAM",)),
        findings=[warning],
    )
