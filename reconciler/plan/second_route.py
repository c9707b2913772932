"""A create beside an undeclared route that it may be: two of one route, and both page. Pure.

The files cannot tell a new route from a renamed one: renamed in its file, or in the dashboard. So
the plan is refused until the file says which, or an approval that both are meant.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from reconciler.model.config import Config
from reconciler.model.declaration import Declaration, Live
from reconciler.model.finding import Finding
from reconciler.plan.guards import Approvals, how_to_approve
from reconciler.plan.twins import alike, paging_beside, same_sources


def second_route(
    declaration: Declaration, undeclared: Sequence[Live], config: Config, today: date
) -> Iterator[Finding]:
    """The guard's error where an undeclared route is like the one to be created."""
    route = declaration.route
    same = alike(route, undeclared)
    twins = same or paging_beside(route, undeclared)
    if not twins:
        return
    approval = Approvals((route.name,), config, today)
    if approval.holds("second-route"):
        return
    named = ", ".join(f'"{live.route.name}"' for live in twins)
    some = "" if all(same_sources(route, live.route) for live in twins) else "some of "
    if len(twins) == 1:
        what = "takes the same alerts" if same else f"has {some}the same sources and pages, too"
    else:
        what = "take the same alerts" if same else f"have {some}the same sources and page, too"
    message = (
        f'this plan creates "{route.name}", but {named}, which no file declares, {what}: an alert '
        f"may page twice{approval.expired}"
    )
    finding = Finding(
        "error",
        "guard-second-route",
        message,
        _which(route.name, twins[0].route.name),
        path=("name",),
        route=route.name,
    )
    yield declaration.positions.locate(finding)


def _which(name: str, twin: str) -> str:
    return (
        f'to rename "{twin}" to "{name}", write `previously: {twin}` here; if "{name}" has a new '
        f"name in incident.io, write `name: {twin}` and `previously: {name}`; "
        + how_to_approve(name, "second-route")
    )
