"""Guards that the proof decides: alerts whose page is lost, and alerts of which it is unknown.

A page is lost where an alert that paged pages nobody, or another path or user that no file names in
exchange. The proof looks at all routes together, so a route that falls silent is no matter where
others page for all its alerts; where something is unknown, the guards of single routes stay.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from reconciler.model import (
    ApprovedRisk,
    Binding,
    Config,
    Finding,
    Literal,
    Names,
    Route,
    Target,
)
from reconciler.plan.change import Change, Create, Delete, Update, live_id
from reconciler.plan.guards import Approvals, how_to_approve
from reconciler.plan.paging.paging import Paging, paged, paging
from reconciler.plan.paging.proof import Proof
from reconciler.plan.paging.region_words import unproven_words
from reconciler.plan.paging.who_words import row_words
from reconciler.plan.plan import Plan
from reconciler.routing.who import Row, Thing

_PAGES_NOBODY = ("guard-pages-nobody", "approved-pages-nobody")
_OF_ONE_ROUTE = (*_PAGES_NOBODY, "guard-delete", "approved-delete")
MOST_ROWS = 3  # of one finding


def proved_findings(plan: Plan, config: Config, today: date) -> tuple[Finding, ...]:
    """The plan's findings, with what the proof says in place of what it disproves."""
    proof = plan.who
    if proof is None:
        return plan.findings
    losses = {edited.name: _losses(edited, plan.changes, proof) for edited in plan.changes}
    kept = tuple(
        finding
        for finding in plan.findings
        if not (
            _of_an_update(finding, plan) and proof.who.complete and not losses.get(finding.route)
        )
    )
    refused = {finding.route for finding in kept if finding.code in _OF_ONE_ROUTE}
    found = [*kept]
    for change in plan.changes:
        if _name_before(change) not in refused:
            found += _lost(change, losses[change.name], proof, config, today)
        found += _unknown(change, proof, config, today)
    return tuple(found)


def _of_an_update(finding: Finding, plan: Plan) -> bool:
    """Whether it says that an update may page nobody, approved or not."""
    updates = [change for change in plan.changes if isinstance(change, Update)]
    return finding.code in _PAGES_NOBODY and any(
        finding.route == update.live.route.name for update in updates
    )


def _name_before(change: Change) -> str:
    return change.name if isinstance(change, Create) else change.live.route.name


def _losses(change: Change, changes: Sequence[Change], proof: Proof) -> list[Row]:
    """The rows whose lost pages were this route's."""
    if isinstance(change, Create):
        return []
    return [
        row
        for row in proof.paging
        if (row.nobody or (row.lost and row.gained and not _exchanged(row, changes, proof.names)))
        and _is_cause(change, row, changes, proof.names)
    ]


def _is_cause(change: Change, row: Row, changes: Sequence[Change], names: Names) -> bool:
    """Whether the route is among the causes, and paged what is lost. Where no cause did, as far as
    routes alone tell, all of them count.
    """
    causes = [cause for cause in changes if _key(cause) in row.caused_by] or [
        cause for cause in changes if _sources(cause) & {*row.region.sources}
    ]
    before = [
        (cause, _paged(cause.live.route, names))
        for cause in causes
        if not isinstance(cause, Create)
    ]
    paged_it = [other for other, things in before if {*row.lost} & things]
    return change in (paged_it or [other for other, _ in before])


def _exchanged(row: Row, changes: Sequence[Change], names: Names) -> bool:
    """Whether for each that is lost the file of a route that paged it names one that is gained."""
    swaps = [
        (_paged(change.live.route, names), _paged(change.after, names))
        for change in changes
        if isinstance(change, Update) and _key(change) in row.caused_by
    ]
    return all(any(lost in old and {*row.gained} & new for old, new in swaps) for lost in row.lost)


def _key(change: Change) -> str:
    return live_id(change) or change.name


def _sources(change: Change) -> set[str]:
    before = () if isinstance(change, Create) else (change.live.route,)
    after = () if isinstance(change, Delete) else (change.after,)
    return {source.source for route in (*before, *after) for source in route.sources}


def _paged(route: Route, names: Names) -> set[Thing]:
    return {thing for target in paged(route, names) for thing in _things(target)}


def _things(target: Target) -> Iterator[Thing]:
    binding: Binding = target.binding
    for value in binding.values:
        yield target.kind, value.text if isinstance(value, Literal) else value.path


def _lost(
    change: Change, rows: Sequence[Row], proof: Proof, config: Config, today: date
) -> Iterator[Finding]:
    if not rows:
        return
    listed = "; ".join(row_words(row, proof).sentence for row in rows[:MOST_ROWS])
    more = f"; and {len(rows) - MOST_ROWS} more" if len(rows) > MOST_ROWS else ""
    message = f'alerts of "{_name_before(change)}" lose their page: {listed}{more}'
    refusal = _finding(change, "guard-paging-lost", "paging-lost", message, listed)
    approvals = _approvals(change, config, today)
    risks: tuple[ApprovedRisk, ...] = ("paging-lost", "pages-nobody", "delete")
    yield approvals.judged(refusal, "approved-paging-lost", *risks)


def _unknown(change: Change, proof: Proof, config: Config, today: date) -> Iterator[Finding]:
    """For routes that may page now: of others nothing can be lost, whatever they will page. Nor is
    anything where all that is unknown is whether an alert pages twice.
    """
    if isinstance(change, Create) or paging(change.live.route) is Paging.NOBODY:
        return
    unknown = [unproven for unproven in proof.who.unknown if unproven not in proof.doubles]
    regions = [unproven for unproven in unknown if _sources(change) & {*unproven.region.sources}]
    if not regions:
        return
    listed = "; ".join(
        f"{', '.join(unproven_words(unproven, proof.names))}: {unproven.why}"
        for unproven in regions[:1]
    )
    more = f"; and {len(regions) - 1} more" if len(regions) > 1 else ""
    message = f'it is unknown whom alerts of "{_name_before(change)}" page: {listed}{more}'
    refusal = _finding(change, "guard-paging-unknown", "paging-unknown", message, listed)
    approvals = _approvals(change, config, today)
    yield approvals.judged(refusal, "approved-paging-unknown", "paging-unknown", "delete")


def _approvals(change: Change, config: Config, today: date) -> Approvals:
    words = {change.name, _name_before(change), live_id(change) or change.name}
    return Approvals(tuple(words), config, today)


def _finding(change: Change, code: str, risk: ApprovedRisk, message: str, reason: str) -> Finding:
    name = _name_before(change)
    finding = Finding(
        "error",
        code,
        message,
        how_to_approve(name, risk, reason),
        path=("name",),
        route=name,
    )
    declaration = change.declaration
    return declaration.positions.locate(finding) if declaration is not None else finding
