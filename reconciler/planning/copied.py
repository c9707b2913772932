"""A copied route file keeps the `id` of the first one, which may have none itself. Pure."""

from collections.abc import Iterator

from reconciler.live.survey import Survey
from reconciler.model import Declaration, Finding
from reconciler.planning.request import PlanRequest


def copied_ids(asked: PlanRequest, seen: Survey) -> Iterator[Finding]:
    """An error in both files where one has the id, and the other the name, of a live route: the
    first would be renamed, and the second created. Not where the file with the id says
    `previously`, or was that route's file when it was applied: then it is what was renamed. The
    ids are those that files say; those that the record knows are no copies.
    """
    recorded = {one.id: one.file for one, _ in asked.recorded(seen.identity.account).applied}
    live = {route.id: route.name for route in seen.listed or ()}
    live |= {identity: route.route.name for identity, route in seen.lives.items()}
    everything = (*asked.declarations, *asked.beside)
    by_name = {one.route.name: one for one in everything if one.id is None}
    for one in everything:
        name = live.get(one.id or "")
        other = by_name.get(name or "")
        if other is None or name is None or name in (one.route.name, one.previously):
            continue
        if recorded.get(one.id) != one.file:
            yield _finding(one, other, name, "id")
            yield _finding(other, one, name, "name")


def _finding(one: Declaration, other: Declaration, name: str, key: str) -> Finding:
    has, others = ("id", "name") if key == "id" else ("name", "id")
    message = (
        f'this file has the {has} of the live route "{name}", and {other.file} has its {others}'
    )
    with_id = "this file" if key == "id" else other.file
    hint = (
        f"if {with_id} is a copy, delete its `id`; if it renames the route, write "
        f"`previously: {name}` into it"
    )
    finding = Finding(
        "error", "one-route-two-files", message, hint, path=(key,), route=one.route.name
    )
    return one.positions.locate(finding)
