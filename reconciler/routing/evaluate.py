"""One alert, some routes: what each does, in every reading at once.

Every route is judged for itself: there is no order among routes, and each that matches does its
part (fact 7.1). `prepare` looks up once what routes say, so that many alerts cost little.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.model import Route
from reconciler.routing.alert import Alert
from reconciler.routing.conditions import Shared, groups_hold
from reconciler.routing.effects import Doings
from reconciler.routing.outcome import Judgement, Outcome, verdict
from reconciler.routing.reading import Reading
from reconciler.routing.ready import Ready, make_ready
from reconciler.routing.subjects import Facts
from reconciler.routing.trace import why
from reconciler.routing.truth import NO, bits, both
from reconciler.routing.values import Catalog
from reconciler.routing.who import Thing
from reconciler.routing.world import World

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
        values = tuple(
            None if reference in alert.unknown else alert.values.get(reference, ())
            for reference in looked_at
        )
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
