"""What a set of alerts exercises: conditions decided both ways, sources whose alerts are taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from reconciler.model import Condition, Path, Route
from reconciler.routing.evaluate import Prepared, prepare
from reconciler.routing.expectation import footprint
from reconciler.routing.outcome import Outcome
from reconciler.routing.reading import Reading
from reconciler.routing.variants import Variant, variants
from reconciler.routing.world import Alert, World


@dataclass(frozen=True, slots=True)
class Decided:
    """A condition, and which ways it decided what its route does: with its flip the route would
    have done something else to one of the alerts.
    """

    route: str
    path: Path
    condition: Condition
    holds: bool
    fails: bool

    @property
    def covered(self) -> bool:
        """Whether both."""
        return self.holds and self.fails


@dataclass(frozen=True, slots=True)
class Taken:
    """A source of a route, and whether the route took an alert of it."""

    route: str
    path: Path
    source: str
    covered: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of all enabled routes."""

    conditions: tuple[Decided, ...] = ()
    sources: tuple[Taken, ...] = ()

    @property
    def items(self) -> "tuple[Decided | Taken, ...]":
        """All that can be covered."""
        return (*self.conditions, *self.sources)

    def reaches(self, percent: Fraction) -> bool:
        """Whether each of the two ratios is at least this; nothing to cover is covered."""
        both: tuple[tuple[Decided | Taken, ...], ...] = (self.conditions, self.sources)
        return all(100 * sum(branch.covered for branch in of) >= percent * len(of) for of in both)


@dataclass(frozen=True, slots=True)
class Exercised:
    """An alert with the readings under which it was judged."""

    alert: Alert
    readings: tuple[Reading, ...]


def coverage(routes: Mapping[str, Route], alerts: Sequence[Exercised], world: World) -> Coverage:
    """What the alerts exercise. What is unknown for an alert counts for nothing."""
    conditions: list[Decided] = []
    sources: list[Taken] = []
    for key, route in routes.items():
        if not route.enabled:
            continue
        judging = _Judging({}, world, key)
        attached = {place.source for place in route.sources}
        own = [exercised for exercised in alerts if exercised.alert.source in attached]
        found = [judging.of(route, exercised) for exercised in own]
        taken = {
            exercised.alert.source
            for exercised, outcome in zip(own, found, strict=True)
            if outcome.routes[key].answer == "yes"
        }
        for number, source in enumerate(route.sources):
            path: Path = ("sources", number)
            sources.append(Taken(key, path, source.source, source.source in taken))
        conditions += [_decided(variant, own, found, judging) for variant in variants(route)]
    return Coverage(tuple(conditions), tuple(sources))


def _decided(
    variant: Variant, alerts: Sequence[Exercised], found: Sequence[Outcome], judging: "_Judging"
) -> Decided:
    ways = set()
    for exercised, outcome in zip(alerts, found, strict=True):
        always, never = (judging.of(route, exercised) for route in (variant.always, variant.never))
        if footprint(always) == footprint(never):
            continue
        if footprint(outcome) == footprint(always) and is_certain(outcome):
            ways.add(True)
        elif footprint(outcome) == footprint(never) and is_certain(outcome):
            ways.add(False)
    return Decided(judging.key, variant.path, variant.condition, True in ways, False in ways)


def is_certain(outcome: Outcome) -> bool:
    """Whether nothing in it is unknown."""
    return (
        not outcome.anybody
        and not outcome.anywhere
        and all(
            route.answer != "unknown"
            for route in (
                *outcome.routes.values(),
                *(effect.verdict for effect in outcome.pages.values()),
                *(effect.verdict for effect in outcome.channels.values()),
                *((outcome.incident.verdict,) if outcome.incident else ()),
            )
        )
    )


@dataclass(slots=True)
class _Judging:
    """One route at a time, made ready once for each set of readings."""

    prepared: dict[tuple[int, tuple[Reading, ...]], tuple[Prepared, Route]]
    world: World
    key: str

    def of(self, route: Route, exercised: Exercised) -> Outcome:
        key = (id(route), exercised.readings)
        if key not in self.prepared:
            self.prepared[key] = (prepare({self.key: route}, exercised.readings, self.world), route)
        return self.prepared[key][0].judge(exercised.alert)
