"""Guards refuse a dangerous plan. A guard's finding is an error whose code begins with `guard-`.

An approval turns it into a note, so that a reader sees what was allowed, by which lines.
They count from the first route on, and an unknown counts as dangerous. The files cannot tell a new
route from a renamed one: renamed in its file, or in the dashboard. So a create beside a live route
that it may be is refused, until the file says which, or an approval that both are meant.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import attrgetter

from reconciler.model import (
    Approval,
    ApprovedRisk,
    Config,
    Declaration,
    Finding,
    Live,
    Names,
    Path,
    Route,
)
from reconciler.plan.change import Change, Create, Delete, Update, live_id
from reconciler.plan.identify import Identified
from reconciler.plan.paging.paging import (
    Paging,
    alike,
    doubts,
    paging,
    paging_beside,
    same_sources,
    whom,
    why,
)
from reconciler.plan.paging.silence import decision, may_fall_silent


def guard_findings(
    changes: Sequence[Change], config: Config, today: date, names: Names
) -> tuple[Finding, ...]:
    """Paging, `state: absent` and `max_deletes`. `today` decides which approvals still hold."""
    found: list[Finding] = []
    for change in changes:
        match change:
            case Update():
                found += _update_guard(change, config, today, names)
            case Delete():
                found += _delete_guard(change, config, today, names)
            case Create():
                pass  # it takes nothing away; whether it doubles a route, `second_route` says
    return (*found, *_max_deletes(changes, config))


def _update_guard(change: Update, config: Config, today: date, names: Names) -> Iterator[Finding]:
    before, after = change.live.route, change.after
    if not may_fall_silent(before, after, names):
        return
    approvals = Approvals((before.name, after.name, change.live.id), config, today)
    lost = whom(before, names)
    then = "it pages nobody"
    if paging(after) is not Paging.NOBODY:
        then = f"it may page nobody, because {why(doubts(after), names)}"
    refusal = change.declaration.finding(
        "error",
        "guard-pages-nobody",
        f'"{before.name}" pages {lost}; after this plan {then}',
        how_to_approve(before.name, "pages-nobody"),
        _cause(before, after),
        before.name,
    )
    yield approvals.judged(refusal, "approved-pages-nobody", "pages-nobody")


def _cause(before: Route, after: Route) -> Path:
    if before.enabled and not after.enabled:
        return ("enabled",)
    if before.sources and not after.sources:
        return ("sources",)
    mine, own = decision(before), decision(after)
    if mine[0] != own[0]:
        return ("escalate",)
    moved = [expression.reference for expression in own[1] if expression not in mine[1]]
    return ("expressions", moved[0]) if moved else ("escalate",)


def _delete_guard(change: Delete, config: Config, today: date, names: Names) -> Iterator[Finding]:
    route = change.live.route
    approvals = Approvals((route.name, change.live.id), config, today)
    silenced = paging(route) is not Paging.NOBODY
    pages = f", which pages {whom(route, names)}" if silenced else ""
    if change.declaration is not None:
        refusal = change.declaration.finding(
            "error",
            "guard-delete",
            f'`state: absent` deletes "{route.name}"{pages}',
            how_to_approve(route.name, "delete"),
            ("state",),
            route.name,
        )
        yield approvals.judged(refusal, "approved-delete", "delete")
    elif silenced:
        refusal = Finding(
            "error",
            "guard-pages-nobody",
            f'`undeclared: delete` deletes "{route.name}"{pages}',
            how_to_approve(route.name, "delete"),
            route=route.name,
        )
        yield approvals.judged(refusal, "approved-pages-nobody", "delete", "pages-nobody")


def _max_deletes(changes: Iterable[Change], config: Config) -> Iterator[Finding]:
    undeclared = [
        change.name
        for change in changes
        if isinstance(change, Delete) and change.declaration is None
    ]
    if len(undeclared) > config.max_deletes:
        listed = ", ".join(f'"{name}"' for name in sorted(undeclared))
        yield Finding(
            "error",
            "guard-max-deletes",
            f"`undeclared: delete` would delete {len(undeclared)} routes ({listed});"
            f" `max_deletes` allows {config.max_deletes}",
            "declare the routes in files, or raise `max_deletes` in reconciler.yaml",
        )


def how_to_approve(name: str, risk: ApprovedRisk, reason: str = "") -> str:
    return f"if this is intended, {approving(name, risk, reason)}"


def approving(name: str, risk: ApprovedRisk, reason: str = "") -> str:
    """The line of reconciler.yaml in backticks, so that no report breaks it. `reason` is what it
    allows, for a person to say why.
    """
    route = json.dumps(name, ensure_ascii=False)
    why = json.dumps(f"{reason} …", ensure_ascii=False).replace("`", "'") if reason else "…"
    line = f"- {{route: {route}, allow: {risk}, reason: {why}, expires: DATE}}"
    return f"add to `approvals` in reconciler.yaml: `{line}`"


class Approvals:
    """The approvals that name one route, by any of the words that mean it."""

    def __init__(self, words: tuple[str, ...], config: Config, today: date) -> None:
        self._given = [approval for approval in config.approvals if approval.route in words]
        self._today = today

    def holding(self, *risks: ApprovedRisk) -> Approval | None:
        """The approval that allows one of the risks today; the last day counts."""
        holding = (it for it in self._given if it.allow in risks and self._today <= it.expires)
        return next(holding, None)

    def judged(self, refusal: Finding, code: str, *risks: ApprovedRisk) -> Finding:
        """The guard's error; where an approval allows one of the risks, a note at its lines, with
        this code.
        """
        given = self.holding(*risks)
        if given is None:
            return replace(refusal, message=f"{refusal.message}{self._expired}")
        return Finding(
            "note",
            code,
            f"`{given.allow}` is approved until {given.expires.isoformat()}: {refusal.message}",
            f"the reason given is: {given.reason}",
            given.position,
            route=refusal.route,
        )

    @property
    def _expired(self) -> str:
        """`; its approval expired on DATE`, for the latest that has."""
        past: list[Approval] = [it for it in self._given if it.expires < self._today]
        if not past:
            return ""
        latest = max(past, key=attrgetter("expires"))
        return f"; the approval of `{latest.allow}` expired on {latest.expires.isoformat()}"


def second_route(
    declaration: Declaration, undeclared: Sequence[Live], config: Config, today: date
) -> Iterator[Finding]:
    """The guard's error where an undeclared route is like the one to be created."""
    route = declaration.route
    same = alike(route, undeclared)
    twins = same or paging_beside(route, undeclared)
    if not twins:
        return
    approvals = Approvals((route.name,), config, today)
    named = ", ".join(f'"{live.route.name}"' for live in twins)
    some = "" if all(same_sources(route, live.route) for live in twins) else "some of "
    if len(twins) == 1:
        what = "takes the same alerts" if same else f"has {some}the same sources and pages, too"
    else:
        what = "take the same alerts" if same else f"have {some}the same sources and page, too"
    message = (
        f'this plan creates "{route.name}", but {named}, which no file declares, {what}: an alert '
        "may page twice"
    )
    name, twin = route.name, twins[0].route.name
    hint = (
        f'to rename "{twin}" to "{name}", write `previously: {twin}` here; if "{name}" has a new '
        f"name in incident.io, write `name: {twin}` and `previously: {name}`; "
        + how_to_approve(name, "second-route")
    )
    refusal = declaration.finding("error", "guard-second-route", message, hint)
    yield approvals.judged(refusal, "approved-second-route", "second-route")


def keep_their_names(
    identified: Identified, lives: Mapping[str, Live], changes: Sequence[Change]
) -> tuple[tuple[str, Live], ...]:
    """The live routes of files whose names no change takes away, each with its file."""
    free = {
        live_id(change)
        for change in changes
        if isinstance(change, Delete)
        or (isinstance(change, Update) and change.name != change.live.route.name)
    }
    return tuple(
        (pair.declaration.file, lives[pair.id])
        for pair in identified.pairs
        if pair.id in lives and pair.id not in free
    )


def same_name(
    declaration: Declaration, named: Sequence[tuple[str, Live]], config: Config, today: date
) -> Iterator[Finding]:
    """The guard's error where another file's route has the name in incident.io, and keeps it."""
    name = declaration.route.name
    approvals = Approvals((name,), config, today)
    for file, live in named:
        if live.route.name != name:
            continue
        message = (
            f'this plan creates "{name}", but the route of {file} has that name in incident.io, '
            "where it was renamed: both would be live"
        )
        hint = (
            f"if this file is for that route, remove {file}, or write `name: {name}` there and "
            f"remove this file; {how_to_approve(name, 'second-route')}"
        )
        refusal = declaration.finding("error", "guard-second-route", message, hint)
        yield approvals.judged(refusal, "approved-second-route", "second-route")
