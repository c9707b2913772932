"""Who is paged differently by a plan, proved over all alerts; and by the live edits that it found.

A route that does not change may still page for the same alert, so all routes of the account count:
those that no plan reads are read here, up to MOST_READ. With more, a declared one of other sources
counts as its file says, and of an undeclared one it is unknown whether alerts page twice: a route
that stays takes no page away. Nothing is read, and the solver not loaded, while no change concerns
routing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from reconciler.client import ReadClient, Step
from reconciler.directory import needs_after, resolve, type_subjects
from reconciler.directory.needs import needs_to_route
from reconciler.live.routes import open_listing
from reconciler.live.survey import Survey, with_lists, with_more
from reconciler.model import (
    Config,
    Escalation,
    Incident,
    Listed,
    Live,
    Names,
    Route,
    UnknownField,
    canonical_pair,
    has_errors,
)
from reconciler.plan.change import Change, Create, Delete
from reconciler.plan.identify import identify
from reconciler.plan.paging.proof import Proof
from reconciler.plan.plan import Conflict, Drift, Plan
from reconciler.planning.request import PlanRequest
from reconciler.planning.world import world_of
from reconciler.routing.telling import Tell, silent
from reconciler.routing.who import Region, Unproven, Who
from reconciler.routing.world import World

MOST_READ = 200  # routes that no plan of theirs reads; a read each

Routes = Mapping[str, Route]
"""By the live id, or by the name of a route that is not live."""


@dataclass(frozen=True, slots=True)
class Question:
    """Two sets of changed routes, and how many changed."""

    before: Routes
    after: Routes

    @property
    def changed(self) -> tuple[str, ...]:
        """The routes that take or treat alerts otherwise."""
        keys = dict.fromkeys((*self.before, *self.after))
        return tuple(key for key in keys if self._differs(key))

    def _differs(self, key: str) -> bool:
        route, other = self.before.get(key), self.after.get(key)
        if route is None or other is None:
            return True
        first, second = canonical_pair(deciding(route), deciding(other))
        return first != second

    @property
    def sources(self) -> tuple[str, ...]:
        """Those of the changed routes, on either side."""
        changed = self.changed
        sides = [side[key] for side in (self.before, self.after) for key in changed if key in side]
        return tuple(sorted({source.source for route in sides for source in route.sources}))


@dataclass(frozen=True, slots=True)
class Beside:
    """The routes that do not change, as far as they were read. `by_file`: names of those that are
    of other sources, as their files say; `missing`: of the others.
    """

    routes: Routes
    lives: tuple[Live, ...] = ()
    by_file: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def deciding(route: Route) -> Route:
    """What of a route decides whom and what an alert reaches."""
    incident = Incident(when=route.incident.when) if route.incident else None
    return replace(
        route,
        name="",
        private=False,
        owners=(),
        group=None,
        escalate=Escalation(route.escalate.targets),
        message_template=None,
        incident=incident,
    )


def changes_of(changes: Sequence[Change]) -> Question:
    """What the plan would write: from what is live to that."""
    before: dict[str, Route] = {}
    after: dict[str, Route] = {}
    for change in changes:
        if not isinstance(change, Create):
            before[change.live.id] = change.live.route
        if not isinstance(change, Delete):
            key = change.name if isinstance(change, Create) else change.live.id
            after[key] = change.after
    return Question(before, after)


def edits_of(plan: Plan) -> Question:
    """What live edits did: from what was applied, or the base, to what is live."""
    sides: tuple[Drift | Conflict, ...] = (*plan.drift, *plan.conflicts)
    edited = [side for side in sides if side.was is not None]
    before = {edit.live.id: edit.was for edit in edited if edit.was is not None}
    after = {edit.live.id: edit.live.route for edit in edited}
    return Question({**before, **plan.deleted}, after)


def with_proofs(client: ReadClient, plan: Plan, seen: Survey, request: PlanRequest) -> Plan:
    """The plan, with what it and the live edits do to paging. Raises the client's ApiError."""
    if plan.blocking:
        return plan
    changes, edits = changes_of(plan.changes), edits_of(plan)
    if not (changes.changed or edits.changed):
        same = Proof(Who(), changed=len(plan.changes)) if plan.changes else None
        return replace(plan, who=same, edited=Proof(Who()) if edits.before else None)
    seen, beside = with_others(client, seen, request, (changes, edits))
    proof = partial(_proof, seen=seen, request=request, beside=beside, client=client)
    who = proof(changes, len(plan.changes)) if plan.changes else None
    edited = proof(edits, 0) if edits.before or edits.after else None
    return replace(plan, who=who, edited=edited)


def with_others(
    client: ReadClient, seen: Survey, request: PlanRequest, questions: Sequence[Question]
) -> tuple[Survey, Beside]:
    """With every other route of the account, and what deciding about them needs. Raises the
    client's ApiError.
    """
    sources = {source for question in questions for source in question.sources}
    seen, beside = _all_routes(client, seen, request, sources)
    seen = _with_world(client, seen, request, beside, questions)
    return seen, replace(beside, routes=_typed(beside.routes, seen, sources))


def _typed(routes: Routes, seen: Survey, sources: Collection[str]) -> Routes:
    """Those of the sources, with the types that were read since: no other is judged."""
    near = {
        key: type_subjects(route, seen.directory)
        for key, route in routes.items()
        if any(source.source in sources for source in route.sources)
    }
    return {**routes, **near}


def _proof(
    question: Question,
    count: int,
    seen: Survey,
    request: PlanRequest,
    beside: Beside,
    client: ReadClient,
) -> Proof:
    def tell(done: int, total: int) -> None:
        client.tell(Step("proving who is paged by", "sources", done, total))

    names = names_of(seen, request, beside, question)
    world = world_of(seen.directory, request.config, names)
    unknown = [*unsupported(seen.lives.values(), question)]
    proof = proof_of(question, beside.routes, world, request.config, unknown, tell)
    proof = _with_unread(proof, beside)
    near = [live for live in seen.lives.values() if live.unknown and _meets(live.route, question)]
    beyond = tuple(live.route.name for live in near)
    return replace(proof, changed=count, by_file=beside.by_file, beyond=beyond)


def _meets(route: Route, question: Question) -> bool:
    """Whether it has a source that is asked about."""
    return not {source.source for source in route.sources}.isdisjoint(question.sources)


def proof_of(
    question: Question,
    beside: Routes,
    world: World,
    config: Config,
    unknown: Sequence[Unproven] = (),
    tell: Tell = silent,
) -> Proof:
    """The proof, over the routes of the question and all others. Where something is `unknown`, an
    unknown route may take the alerts of a row, too. The solver is loaded where routing differs.
    """
    changed = question.changed
    if not changed:
        return Proof(Who(), world.names, len(changed))
    from reconciler.routing.compare import compare

    who = compare(*joined(question, beside), world, config.assumed, tell=tell)
    if unknown:
        rows = tuple(replace(row, unless=True) for row in who.rows)
        who = replace(who, rows=rows, unknown=(*_beyond(who.unknown, unknown), *unknown))
    return Proof(who, world.names, len(changed))


def _beyond(narrow: Sequence[Unproven], wide: Sequence[Unproven]) -> Iterator[Unproven]:
    """Those parts of the first that are in no region of the second, which is of every alert of its
    sources: one name that is unknown would be shown as two unknowns.
    """
    covered = {
        source
        for unproven in wide
        if not unproven.region.when
        for source in unproven.region.sources
    }
    for unproven in narrow:
        left = tuple(source for source in unproven.region.sources if source not in covered)
        if left:
            yield replace(unproven, region=replace(unproven.region, sources=left))


def joined(question: Question, beside: Routes) -> tuple[Routes, Routes]:
    """Both sides, with the routes that the question is not about."""
    asked = {*question.before, *question.after}
    others = {key: route for key, route in beside.items() if key not in asked}
    return {**others, **question.before}, {**others, **question.after}


def _with_unread(proof: Proof, beside: Beside) -> Proof:
    """A route that was not read is none that changes. So it takes no page away; it may page for the
    alerts of a row, too, which then do not change, or page twice.
    """
    if not beside.missing:
        return proof
    first, more = beside.missing[0], len(beside.missing) - 1
    named = f'the route "{first}" was' if not more else f'"{first}" and {more} more routes were'
    why = f"{named} not read, so these alerts may page twice"
    rows = tuple(replace(row, unless=True) for row in proof.who.rows)
    gained = [row.region.sources for row in rows if row.gained]
    sources = tuple(sorted({source for those in gained for source in those}))
    doubles = (Unproven(Region(sources), why),) if sources else ()
    who = replace(proof.who, rows=rows, unknown=(*proof.who.unknown, *doubles))
    return replace(proof, who=who, doubles=doubles)


def unsupported(lives: Iterable[Live], question: Question) -> Iterator[Unproven]:
    """Routes that may page in a way that this version does not know: a part of the escalation
    that holds something. An unknown switch or number is a stated assumption.
    """
    for live in lives:
        sources = {source.source for source in live.route.sources}
        sources |= {source.source for source in question.after.get(live.id, live.route).sources}
        concerned = sorted(sources & {*question.sources})
        if concerned and any(may_page(field) for field in live.unknown):
            why = f'"{live.route.name}" has a part that this version of reconciler does not know'
            yield Unproven(Region(tuple(concerned)), why)


def may_page(part: UnknownField) -> bool:
    """Whether it looks like a binding: nothing else can name somebody."""
    value = part.value
    bound = isinstance(value, Mapping) and not {"value", "array_value"}.isdisjoint(value)
    return "escalation" in part.pointer and bound


def names_of(seen: Survey, request: PlanRequest, beside: Beside, question: Question) -> Names:
    """What everything is called, by id."""
    labels: dict[str, str] = {}
    for live in seen.lives.values():
        labels.update(live.labels)
    routes = {**beside.routes, **question.before, **question.after}
    named = {key: route.name for key, route in routes.items()}
    return {**labels, **seen.directory.display(request.config), **named}


def _all_routes(
    client: ReadClient, seen: Survey, request: PlanRequest, sources: Collection[str]
) -> tuple[Survey, Beside]:
    """Every route of the account: read, or by its file without any of the sources, or missing."""
    listed = seen.listed
    if listed is None:
        listed = open_listing(client, seen.api).rows()
    unread = [row for row in listed if row.id not in seen.lives]
    apart: dict[str, Route] = {}
    if len(unread) <= MOST_READ:
        seen = with_more(client, seen, [row.id for row in unread])
    else:
        declared = dict(_as_files_say(client, unread, listed, seen, request))
        taking = {
            key: {source.source for source in route.sources} for key, route in declared.items()
        }
        near = [key for key, own in taking.items() if own & {*sources}]
        apart = {key: route for key, route in declared.items() if key not in near}
        seen = with_more(client, seen, near if len(near) <= MOST_READ else ())
    left = [row for row in unread if row.id not in seen.lives and row.id not in apart]
    routes = {identity: live.route for identity, live in seen.lives.items()}
    missing = tuple(row.name for row in left if row.enabled)
    by_file = tuple(route.name for route in apart.values())
    return seen, Beside(routes, tuple(seen.lives.values()), by_file, missing)


def _as_files_say(
    client: ReadClient,
    unread: Sequence[Listed],
    listed: Sequence[Listed],
    seen: Survey,
    request: PlanRequest,
) -> Iterator[tuple[str, Route]]:
    wanted = {row.id for row in unread}
    every = (*request.declarations, *request.beside)
    pairs = [matched for matched in identify(every, listed).pairs if matched.id in wanted]
    declared = [
        replace(matched.declaration, route=deciding(matched.declaration.route)) for matched in pairs
    ]
    needs = partial(needs_after, declarations=declared, lives=(), config=request.config)
    directory = with_lists(client, seen.directory, needs)
    for pair, reduced in zip(pairs, declared, strict=True):
        resolved, found = resolve(reduced, directory, request.config)
        if not has_errors(found):
            yield pair.id, replace(resolved.route, name=pair.declaration.route.name)


def _with_world(
    client: ReadClient,
    seen: Survey,
    request: PlanRequest,
    beside: Beside,
    questions: Sequence[Question],
) -> Survey:
    """With the types that conditions of routes just read need, and the entries that are followed
    by routes of the same sources.
    """
    sources = {source for question in questions for source in question.sources}

    def concerned(routes: Mapping[str, Route]) -> Iterator[Route]:
        for route in routes.values():
            if any(source.source in sources for source in route.sources):
                yield route

    near = [
        replace(live, route=deciding(live.route))
        for live in beside.lives
        if any(source.source in sources for source in live.route.sources)
    ]
    needs = partial(needs_after, declarations=(), lives=near, config=request.config)
    directory = with_lists(client, seen.directory, needs)
    routes = [*concerned(beside.routes)]
    for question in questions:
        routes += [*concerned(question.before), *concerned(question.after)]
    directory = with_lists(client, directory, lambda known: needs_to_route(routes, known))
    return replace(seen, directory=directory)
