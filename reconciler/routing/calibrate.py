"""What happened against what each reading says: which answers about matching are left.

What counts as evidence is decided in ADR 0040. Whatever else may explain a difference (a route that
changed, a group, a person, an unknown value) makes it no evidence. No reading is chosen: readings
that observations contradict fall, and the others stay.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reconciler.model import Route, Saw
from reconciler.routing.evaluate import REMEMBERED, Prepared, prepare
from reconciler.routing.outcome import Outcome
from reconciler.routing.past import Observed, PastAlert
from reconciler.routing.reading import QUESTIONS, READINGS, Question, Reading
from reconciler.routing.who import Thing
from reconciler.routing.world import DESCRIPTION, TITLE, CatalogType, World

SEEN, MISSING = 2, 5
"""How many alerts must contradict a reading before it falls: alerts whose page or incident was
seen, or alerts whose page is missing. One alert may have been changed since."""
CLOCKS = timedelta(minutes=10)  # how far the times of two answers may differ
SETTLED = timedelta(hours=1)  # after it, the page for an alert is there or does not come
MOST_ALIKE, MOST_ASKED = 10, 500  # alerts whose incidents are asked for: of a kind, and in all


@dataclass(frozen=True, slots=True)
class Dated:
    """A live route (ids), and when it last changed; None where that is not known, and the route
    tells nothing.
    """

    route: Route
    changed: datetime | None


@dataclass(frozen=True, slots=True)
class History:
    """`alerts`: without those that a maintenance window held, which their list leaves out.
    `observed`: by alert, what was read by `read_at`; an alert that is not there was not read.
    `whole_since`: since then no route was deleted; None where that is not known.
    """

    alerts: Iterable[PastAlert]
    observed: Mapping[str, Observed]
    read_at: datetime
    whole_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """An observation that some readings cannot explain. `thing`: whose page was seen or is missing.
    `routes`: ids of those that it is about; empty where no route could have paged. `against`: the
    readings that it contradicts.
    """

    kind: Saw
    alert: PastAlert
    thing: Thing | None
    routes: tuple[str, ...]
    against: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An observation that no reading explains: the model is wrong here. `values`: what the alert
    has of that which routes look at, without its own texts; None is unknown. `outcome`: what the
    routes say of it in all readings at once. `changed`: when each route last changed.
    """

    evidence: Evidence
    observed: Observed
    outcome: Outcome
    values: Mapping[str, tuple[str, ...] | None]
    changed: Mapping[str, datetime | None]


@dataclass(frozen=True, slots=True)
class Settled:
    """`answers`: those that are left. `evidence`: against the other, the strongest first."""

    answers: tuple[bool, ...]
    evidence: tuple[Evidence, ...] = ()

    @property
    def open(self) -> bool:
        """Whether nothing tells the answers apart."""
        return len(self.answers) > 1


@dataclass(frozen=True, slots=True)
class Calibrated:
    """`left`: the readings that agree with what happened; all of them where observations contradict
    each other (`disagreeing`). `wrong`: what no reading explains; what happened to alerts of such a
    source is no evidence. `gathered`: all that was evidence against some reading; `evidence`: how
    many alerts that is.
    """

    left: tuple[Reading, ...]
    questions: Mapping[Question, Settled]
    wrong: tuple[Contradiction, ...] = ()
    disagreeing: tuple[Contradiction, ...] = ()
    gathered: tuple[Evidence, ...] = ()

    @property
    def evidence(self) -> int:
        """How many alerts were evidence."""
        return len({kept.alert.id for kept in self.gathered})


def calibrate(routes: Mapping[str, Dated], history: History, world: World) -> Calibrated:
    """Routes by id: all that the account has."""
    judge = _Judge(routes, history, world)
    gathered: list[Evidence] = []
    wrong: list[Contradiction] = []
    for past in judge.alerts:
        for evidence in judge.evidence(past):
            if len(evidence.against) == len(READINGS):
                wrong.append(judge.contradiction(evidence))
            else:
                gathered.append(evidence)
    distrusted = {contradiction.evidence.alert.source for contradiction in wrong}
    trusted = [kept for kept in gathered if kept.alert.source not in distrusted]
    left = _left(trusted, wrong)
    return Calibrated(
        left or READINGS,
        {question: _settled(question, left or READINGS, trusted) for question in QUESTIONS},
        tuple(wrong),
        () if left else tuple(map(judge.contradiction, trusted)),
        tuple(trusted),
    )


def incidents_that_tell(
    routes: Mapping[str, Dated], alerts: Iterable[PastAlert], world: World
) -> Iterator[PastAlert]:
    """The alerts whose incidents are worth a request each: of a route that makes incidents, and on
    which readings differ. Of alerts that look alike the first ones. Give the newest first.
    """
    plain = {key: dated.route for key, dated in routes.items()}
    judge = prepare(plain, READINGS, _as_then(world))
    makers = [key for key, route in plain.items() if route.incident is not None]
    asked: Counter[object] = Counter()
    for past in alerts if makers else ():
        verdicts = judge.judge(past.alert).routes
        differing = tuple(
            (key, verdicts[key])
            for key in makers
            if verdicts[key].depends_on and _unchanged(routes[key], past)
        )
        if differing and asked[differing] < MOST_ALIKE and asked.total() < MOST_ASKED:
            asked[differing] += 1
            yield past


class _Judge:
    def __init__(self, routes: Mapping[str, Dated], history: History, world: World) -> None:
        self.routes, self.history = routes, history
        self.alerts = tuple(alert for alert in history.alerts if _is_evidence(alert, history))
        plain = {key: dated.route for key, dated in routes.items()}
        self._all = prepare(plain, READINGS, _as_then(world))
        self._by_reading: Mapping[Reading, Prepared] = {
            reading: replace(self._all.under(reading), most=REMEMBERED) for reading in READINGS
        }
        self._visible = {
            (past.source, thing)
            for past in self.alerts
            for thing in _own_paths(self._observed(past))
        }

    def evidence(self, past: PastAlert) -> Iterator[Evidence]:
        """What each page, incident and missing page of an alert says, where it says something."""
        by_reading = self._outcomes(past)
        stable = {key for key in self.routes if _unchanged(self.routes[key], past)}
        yield from self._incidents(past, by_reading, stable)
        if stable == self.routes.keys() and self._whole(past):
            yield from self._paged(past, by_reading)
        yield from self._not_paged(past, by_reading, stable)

    def _outcomes(self, past: PastAlert) -> Mapping[Reading, Outcome]:
        """In each reading. Only the questions are asked that change something for this alert: for
        most alerts none does.
        """
        outcome = self._all.judge(past.alert)
        asked = _questions(outcome)
        found: dict[tuple[bool, ...], Outcome] = {(): outcome}
        outcomes: dict[Reading, Outcome] = {}
        for reading, side in self._by_reading.items():
            answers = tuple(reading.answer(question) for question in asked)
            if answers not in found:
                found[answers] = side.judge(past.alert)
            outcomes[reading] = found[answers]
        return outcomes

    def contradiction(self, evidence: Evidence) -> Contradiction:
        """With all that tells why."""
        past = evidence.alert
        alert, routes = past.alert, self.routes
        looked_at = self._all.looked_at(past.source)
        return Contradiction(
            evidence,
            self._observed(past),
            self._all.judge(alert),
            {
                reference: alert.value(reference)
                for reference in looked_at
                if reference not in (TITLE, DESCRIPTION)
            },
            {key: dated.changed for key, dated in routes.items()},
        )

    def _observed(self, past: PastAlert) -> Observed:
        return self.history.observed[past.id]

    def _whole(self, past: PastAlert) -> bool:
        """Whether no route that is gone may have paged for it."""
        since = self.history.whole_since
        return since is not None and since + CLOCKS < past.created_at

    def _incidents(
        self, past: PastAlert, by_reading: Mapping[Reading, Outcome], stable: set[str]
    ) -> Iterator[Evidence]:
        """A route made an incident of it, so that route took it."""
        for key in {attached.route for attached in self._observed(past).incidents} & stable:
            against = (r for r, outcome in by_reading.items() if outcome.routes[key].answer == "no")
            yield from _evidence("incident", past, None, (key,), against)

    def _paged(self, past: PastAlert, by_reading: Mapping[Reading, Outcome]) -> Iterator[Evidence]:
        """Some route paged it. No reading in which a route may page it is contradicted."""
        for thing in _own_paths(self._observed(past)):
            against = (
                reading
                for reading, outcome in by_reading.items()
                if thing not in outcome.pages and not outcome.anybody
            )
            routes = {key for outcome in by_reading.values() if thing in outcome.pages
                      for key in outcome.pages[thing].via}  # fmt: skip
            yield from _evidence("paged", past, thing, tuple(sorted(routes)), against)

    def _not_paged(
        self, past: PastAlert, by_reading: Mapping[Reading, Outcome], stable: set[str]
    ) -> Iterator[Evidence]:
        """A route should have paged, and no escalation of the alert may be that page: in this
        reading, routes surely cause all that are there.
        """
        young = past.created_at + SETTLED > self.history.read_at
        if young or past.groups or past.redacted:
            return
        seen = self._observed(past)
        plain = {key for key in stable if _pages_each_alert(self.routes[key].route)}
        sure: defaultdict[Thing, dict[Reading, set[str]]] = defaultdict(dict)
        for reading, outcome in by_reading.items():
            causes = {
                thing: plain & {*effect.routes}
                for thing, effect in outcome.pages.items()
                if thing[0] == "path" and plain & {*effect.routes}
            }
            if _all_caused(seen, causes):
                for thing in causes.keys() - seen.paged:
                    sure[thing][reading] = causes[thing]
        for thing, by in sure.items():
            if (past.source, thing) in self._visible:
                routes = tuple(sorted(set().union(*by.values())))
                yield from _evidence("not paged", past, thing, routes, by)


def _is_evidence(past: PastAlert, history: History) -> bool:
    """A firing alert that was updated may have had other values when routes saw it."""
    updated = past.updated_at is not None and past.updated_at > past.created_at
    return past.id in history.observed and not (updated and past.status == "firing")


def _unchanged(dated: Dated, past: PastAlert) -> bool:
    return dated.changed is not None and dated.changed + CLOCKS < past.created_at


def _as_then(world: World) -> World:
    """Entries of the catalog without their attributes, which may have been others at the time."""
    return replace(
        world,
        catalog={
            key: CatalogType(
                kind.attributes,
                tuple(replace(entry, values=None) for entry in kind.entries),
                kind.whole,
            )
            for key, kind in world.catalog.items()
        },
    )


def _questions(outcome: Outcome) -> tuple[Question, ...]:
    """Those on which anything of an outcome depends; all of them where it is unknown who is paged,
    which says nothing of readings.
    """
    if outcome.anybody:
        return QUESTIONS
    vias = (verdict for effect in outcome.pages.values() for verdict in effect.via.values())
    depends = frozenset[Question]().union(
        *(verdict.depends_on for verdict in (*outcome.routes.values(), *vias)),
        *(effect.verdict.depends_on for effect in outcome.pages.values()),
    )
    return tuple(question for question in QUESTIONS if question in depends)


def _own_paths(observed: Observed) -> list[Thing]:
    """Paths that were paged for the alert itself. People may have been added to an escalation by
    hand.
    """
    return sorted(thing for thing in observed.paged if thing[0] == "path")


def _all_caused(seen: Observed, causes: Mapping[Thing, Collection[str]]) -> bool:
    """Whether each escalation of the alert is one of these routes. Any other may be the page of
    another path: a path may lead there, and a person may reassign (facts 1.21, 1.23).
    """
    counts = Counter(thing for page in seen.pages for thing in page.things or (None,))
    others = any((page.by, page.started_by) != ("alert", seen.alert) for page in seen.pages)
    return not others and all(
        thing is not None and count <= len(causes.get(thing, ())) for thing, count in counts.items()
    )


def _pages_each_alert(route: Route) -> bool:
    """Alerts of a group need not page, and a key may not see what a private route does."""
    return route.group is None and not route.private


def _evidence(
    kind: Saw,
    past: PastAlert,
    thing: Thing | None,
    routes: tuple[str, ...],
    against: Iterable[Reading],
) -> Iterator[Evidence]:
    if found := tuple(against):
        yield Evidence(kind, past, thing, routes, found)


def _left(gathered: Iterable[Evidence], wrong: Iterable[Contradiction]) -> tuple[Reading, ...]:
    """The readings that do not fall; none where each is contradicted by something. As many alerts
    as no reading explains may lie elsewhere too, so a reading falls by more than these.
    """
    seen: defaultdict[Reading, set[str]] = defaultdict(set)
    missing: defaultdict[Reading, set[str]] = defaultdict(set)
    for evidence in gathered:
        for reading in evidence.against:
            (missing if evidence.kind == "not paged" else seen)[reading].add(evidence.alert.id)
    if all(possible in seen or possible in missing for possible in READINGS):
        return ()
    odd = {(kept.evidence.alert.id, kept.evidence.kind == "not paged") for kept in wrong}
    odd_missing = sum(absent for _, absent in odd)
    odd_seen = len(odd) - odd_missing
    return tuple(
        possible
        for possible in READINGS
        if len(seen[possible]) < SEEN + odd_seen and len(missing[possible]) < MISSING + odd_missing
    )


def _settled(
    question: Question, left: tuple[Reading, ...], gathered: Iterable[Evidence]
) -> Settled:
    answers = tuple(sorted({reading.answer(question) for reading in left}, reverse=True))
    if len(answers) > 1:
        return Settled(answers)
    against = [evidence for evidence in gathered if _tells(evidence, question, answers[0])]
    against.sort(key=lambda evidence: evidence.alert.created_at, reverse=True)
    against.sort(key=lambda evidence: evidence.kind == "not paged")
    return Settled(answers, tuple(against))


def _tells(evidence: Evidence, question: Question, answer: bool) -> bool:
    """Whether it contradicts a reading that the other answer alone would have saved."""
    return any(
        reading.answer(question) != answer
        and replace(reading, **{question: answer}) not in evidence.against
        for reading in evidence.against
    )
