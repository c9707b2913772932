"""Approvals of reconciler.yaml that name no route: a typo allows nothing, unseen.

An approval that has done its work may stay until its last day. So a name that a route had counts,
and one that is near no other is left alone.
"""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.model import Declaration, Finding, Listed, did_you_mean
from reconciler.planning.request import PlanRequest


def of_no_route(
    request: PlanRequest, listed: Sequence[Listed] = (), account: str = ""
) -> Iterator[Finding]:
    """A warning for each approval that is near a route's name and has no route. `listed` are the
    live routes, as far as they are known, of the account, "" where it is not.
    """
    declared = [*request.declarations, *request.beside]
    names = {*_names(declared), *(row.name for row in listed)}
    ids = {declaration.id for declaration in declared} | {row.id for row in listed}
    remembered = request.recorded(account)
    was = {*remembered.gone.values(), *remembered.gone, *remembered.commits}
    was |= {*_names(declaration for declaration, _ in remembered.applied), *_names(remembered.sent)}
    was |= {*_names(request.base.declarations)} if request.base else set()
    where = "no route" if listed else "no route of the files"
    for approval in request.config.approvals:
        if approval.expires < request.today or approval.route in names | ids | was:
            continue
        if near := did_you_mean(approval.route, sorted(names)):
            yield Finding(
                "warning",
                "approval-of-no-route",
                f'this approval allows nothing: {where} is named "{approval.route}"',
                f"{near} If it was for a route that is gone, remove the approval",
                approval.position,
            )


def _names(declarations: Iterable[Declaration]) -> Iterator[str]:
    for declaration in declarations:
        yield from (
            declaration.route.name,
            *([declaration.previously] if declaration.previously else []),
        )
