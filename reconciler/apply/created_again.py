"""A route that a run deleted, as its file says, and that is live again: created since in
incident.io, or by a rollback. That is an edit like any other: the next apply deletes nothing. Pure.
"""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.apply.asked import Asked
from reconciler.model.declaration import Declaration
from reconciler.model.finding import Finding
from reconciler.plan.identify import Identified


def left_created_again(
    asked: Asked, identified: Identified, account: str
) -> tuple[Identified, tuple[Finding, ...]]:
    """Without the deletes that the record has already, of a route that had another id, and what
    is to be said of them. An `id` in the file means just that route; --revert-drift, every one.
    """
    if asked.revert_drift:
        return identified, ()
    files = set(_created_again(asked, identified, account))
    if not files:
        return identified, ()
    pairs = tuple(one for one in identified.pairs if one.declaration.file not in files)
    found = (_finding(one.declaration) for one in identified.pairs if one not in pairs)
    return replace(identified, pairs=pairs), tuple(found)


def _created_again(asked: Asked, identified: Identified, account: str) -> Iterator[str]:
    remembered = asked.recorded(account)
    applied = {one.id for one, _ in remembered.applied}
    named = {one.file for one in asked.declarations if one.id}
    for pair in identified.pairs:
        said = pair.declaration
        known = said.file in named or pair.id in applied
        if said.absent and not known and said.route.name in remembered.gone:
            yield said.file


def _finding(declaration: Declaration) -> Finding:
    name = declaration.route.name
    message = (
        f'"{name}" was created again in incident.io since a run deleted it; it is left as it is'
    )
    hint = (
        "say in the file what the route does in place of `state: absent`, or apply with "
        "--revert-drift to delete it again"
    )
    finding = Finding("warning", "created-again", message, hint, path=("name",), route=name)
    return declaration.positions.locate(finding)
