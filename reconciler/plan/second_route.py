"""A create beside an undeclared route that it may be: two of one route, and both page. Pure.

The files cannot tell a new route from a renamed one: renamed in its file, or in the dashboard. So
the plan is refused until the file says which, or an approval that both are meant.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from reconciler.model.config import Config
from reconciler.model.declaration import Declaration, Live
from reconciler.model.finding import Finding
from reconciler.plan.change import Change, Delete, Update, live_id
from reconciler.plan.guards import Approvals, how_to_approve
from reconciler.plan.identify import Identified
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


def keep_their_names(
    identified: Identified, lives: Mapping[str, Live], changes: Sequence[Change]
) -> tuple[tuple[str, Live], ...]:
    """The live routes of files whose names no change takes away, each with its file."""
    free = {
        live_id(one)
        for one in changes
        if isinstance(one, Delete) or (isinstance(one, Update) and one.name != one.live.route.name)
    }
    return tuple(
        (one.declaration.file, lives[one.id])
        for one in identified.pairs
        if one.id in lives and one.id not in free
    )


def same_name(
    declaration: Declaration, named: Sequence[tuple[str, Live]], config: Config, today: date
) -> Iterator[Finding]:
    """The guard's error where a route that another file declares, `named` with that file, has the
    name in incident.io and keeps it.
    """
    name = declaration.route.name
    approval = Approvals((name,), config, today)
    for file, live in named:
        if live.route.name != name or approval.holds("second-route"):
            continue
        message = (
            f'this plan creates "{name}", but the route of {file} has that name in incident.io, '
            f"where it was renamed: both would be live{approval.expired}"
        )
        hint = (
            f"if this file is for that route, remove {file}, or write `name: {name}` there and "
            f"remove this file; {how_to_approve(name, 'second-route')}"
        )
        found = Finding("error", "guard-second-route", message, hint, path=("name",), route=name)
        yield declaration.positions.locate(found)


def _which(name: str, twin: str) -> str:
    return (
        f'to rename "{twin}" to "{name}", write `previously: {twin}` here; if "{name}" has a new '
        f"name in incident.io, write `name: {twin}` and `previously: {name}`; "
        + how_to_approve(name, "second-route")
    )
