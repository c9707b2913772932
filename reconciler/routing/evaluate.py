"""One alert, some routes: what each does, in every reading at once, and why.

Every route is judged for itself: there is no order among routes, and each that matches does its
part (fact 7.1). `prepare` looks up once what routes say, so that many alerts cost little.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.model import Path, Route
from reconciler.routing.conditions import Groups, Shared, Test, group_holds, groups_hold
from reconciler.routing.outcome import Answer, Judgement, Outcome, Tested, Why, verdict
from reconciler.routing.reading import NO, Reading, bits, both
from reconciler.routing.ready import Doings, Ready, make_ready
from reconciler.routing.subjects import Facts
from reconciler.routing.values import ByReading, Catalog, Unknown, Value, any_of
from reconciler.routing.who import Thing
from reconciler.routing.world import Alert, World

Decided = tuple[tuple[Tested, ...], ...]
REMEMBERED = 1024
"""Outcomes kept of alerts that look alike to every route: most alerts of a month do."""


def evaluate(alert: Alert, routes: Mapping[str, Route], reading: Reading, world: World) -> Outcome:
    """What the routes, by id or name, do with an alert, under one reading."""
    return prepare(routes, [reading], world).judge(alert)


def judge(
    alert: Alert, routes: Mapping[str, Route], readings: Sequence[Reading], world: World
) -> Judgement:
    """What is the same in all of these readings, and on which questions the rest depends."""
    return prepare(routes, readings, world).judge(alert)


def prepare(routes: Mapping[str, Route], readings: Sequence[Reading], world: World) -> "Prepared":
    """Routes, ready for many alerts. Raises ValueError without a reading."""
    if not readings:
        raise ValueError("without a reading nothing is judged")
    catalog, shared = Catalog(world), Shared()
    made = {key: make_ready(key, route, catalog, shared) for key, route in routes.items()}
    return Prepared(made, bits(readings), world)


@dataclass(slots=True)
class Prepared:
    """Routes made ready, and the readings that are asked for. `most`: outcomes that are kept."""

    routes: Mapping[str, Ready]
    asked: int
    world: World
    most: int = REMEMBERED
    _of_source: dict[str, tuple[tuple[Ready, ...], tuple[str, ...]]] = field(default_factory=dict)
    _remembered: dict[object, Outcome] = field(default_factory=dict)

    def judge(self, alert: Alert) -> Outcome:
        """What becomes of an alert. Alerts that look alike to every route have one outcome."""
        routes, looked_at = self._routes_of(alert.source)
        values = tuple(alert.value(reference) for reference in looked_at)
        known = self._remembered.get((alert.source, values, alert.blank))
        if known is None:
            if len(self._remembered) >= self.most:
                self._remembered.clear()
            known = self._judged(Facts(alert), routes)
            self._remembered[alert.source, values, alert.blank] = known
        return known

    def under(self, reading: Reading) -> "Prepared":
        """The same routes, asked in one reading. It keeps the last outcome alone."""
        return Prepared(self.routes, bits([reading]), self.world, 1)

    def looked_at(self, source: str) -> tuple[str, ...]:
        """The values of its alerts that the routes look at."""
        return self._routes_of(source)[1]

    def _routes_of(self, source: str) -> tuple[tuple[Ready, ...], tuple[str, ...]]:
        """Those that may take its alerts, and the values that they look at."""
        if source not in self._of_source:
            routes = tuple(
                ready
                for ready in self.routes.values()
                if not ready.stop and source in ready.attached
            )
            looked_at = sorted(frozenset().union(*(ready.looks_at for ready in routes)))
            self._of_source[source] = routes, tuple(looked_at)
        return self._of_source[source]

    def _judged(self, facts: Facts, routes: tuple[Ready, ...]) -> Outcome:
        takes = dict.fromkeys(self.routes, NO)
        pages: Doings[Thing] = Doings()
        channels: Doings[str] = Doings()
        incident: Doings[str] = Doings()
        for ready in routes:
            truth = takes[ready.key] = ready.takes(facts)
            if truth[1] & self.asked == self.asked:
                continue
            for slot in ready.targets:
                pages.add(ready.key, *slot.done(truth, facts))
            for place in ready.channels:
                channels.add(ready.key, *place.done(truth, facts))
            if ready.incident is not None:
                started = both(truth, groups_hold(ready.incident, facts))
                incident.add(ready.key, {"": started})
        return Outcome(
            {key: verdict(truth, self.asked) for key, truth in takes.items()},
            pages.effects(self.asked),
            channels.effects(self.asked),
            incident.effects(self.asked).get(""),
            pages.open(self.asked),
            channels.open(self.asked),
            lambda key: why(self.routes[key], facts, self.asked),
        )


def why(route: Ready, facts: Facts, asked: int) -> Why:
    """The reason of a route's verdict, in the readings that are asked for."""
    takes = verdict(route.takes(facts), asked)
    if route.stop:
        return Why(takes, route.stop)
    if facts.alert.source not in route.attached:
        return Why(takes, "other source")
    found: list[tuple[Answer, Decided]] = []
    for path, groups in _parts(route, facts.alert.source):
        answer = verdict(groups_hold(groups, facts), asked).answer
        if groups:
            found.append((answer, deciding(groups, path, facts, asked)))
    if takes.answer == "no" and any(answer == "no" for answer, _ in found):
        found = [reason for reason in found if reason[0] == "no"]
    elif takes.answer == "unknown":
        found = [reason for reason in found if reason[0] != "yes"]
    return Why(takes, "", tuple(group for _, groups in found for group in groups))


def _parts(route: Ready, source: str) -> Iterator[tuple[Path, Groups]]:
    for number, groups in route.attached[source]:
        yield ("sources", number, "when"), groups
    yield ("when",), route.when


def deciding(groups: Groups, path: Path, facts: Facts, asked: int) -> Decided:
    """Of groups that hold the first that does; of others what keeps each group from it."""
    answers = [verdict(group_holds(group, facts), asked).answer for group in groups]
    whole = verdict(groups_hold(groups, facts), asked).answer
    first = answers.index("yes") if "yes" in answers else None
    chosen = range(len(groups)) if first is None else range(first, first + 1)
    found: list[tuple[Tested, ...]] = []
    for number in chosen:
        if whole == "unknown" and answers[number] == "no":
            continue
        tested = [
            _tested(test, (*path, number, place), facts, asked)
            for place, test in enumerate(groups[number])
        ]
        found.append(tuple(_those_that_decide(tested, answers[number])))
    return tuple(found)


def _those_that_decide(tested: list[Tested], answer: Answer) -> list[Tested]:
    """Of a group that is false in every reading no condition need be: then all that are not true
    decide together.
    """
    if answer == "yes":
        return tested
    same = [test for test in tested if test.verdict.answer == answer]
    return same or [test for test in tested if test.verdict.answer != "yes"]


def _tested(test: Test, path: Path, facts: Facts, asked: int) -> Tested:
    value = _seen(test.subject.read(facts), asked)
    answer = verdict(test.holds(facts), asked)
    unclear = "" if answer.answer != "unknown" or answer.depends_on else test.unclear
    return Tested(path, test.condition, value, answer, unclear)


def _seen(value: ByReading, asked: int) -> Value:
    """The value in the readings that are asked for."""
    parts = [texts for readings, texts in value if readings & asked]
    unknown = next((part for part in parts if isinstance(part, Unknown)), None)
    return any_of(unknown or Unknown("case", ""), parts)
