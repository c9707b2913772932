"""A route made ready: its conditions and what it does, for each source, looked up once; and the
effects of alerts that it takes, joined over routes.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Generic, TypeVar

from reconciler.model import Route, Target, without_team
from reconciler.routing.conditions import Groups, Shared, all_hold, groups_hold, ready
from reconciler.routing.expressions import scope_of
from reconciler.routing.outcome import Effect, Stop, verdict
from reconciler.routing.reading import ALL, NO, UNKNOWN, Truth, both, either
from reconciler.routing.subjects import Facts, Read
from reconciler.routing.values import ByReading, Catalog, Unknown, Value
from reconciler.routing.who import Thing

T = TypeVar("T", bound=Hashable)
Opaque = tuple[Truth, Value]
"""Whether something is done that is not known, and what is known of it."""


@dataclass(frozen=True, slots=True)
class Slot(Generic[T]):
    """Something that a route does: what fills the slot, what an id in it stands for, and for which
    alerts of the route.
    """

    read: Read
    thing: Callable[[str], T]
    when: Groups = ()

    def done(self, takes: Truth, facts: Facts) -> tuple[dict[T, Truth], Opaque]:
        """What is done if the route takes the alert as far as this, and what may be."""
        truth = both(takes, groups_hold(self.when, facts))
        if truth[1] == ALL:
            return {}, (NO, ())
        parts = self.read(facts)
        found = {self.thing(text): UNKNOWN for text in _texts(parts)}
        for item in found:
            found[item] = both(truth, self._is_in(item, parts))
        return found, self._opaque(truth, parts)

    def _is_in(self, item: T, parts: ByReading) -> Truth:
        inside = outside = 0
        for readings, value in parts:
            of = value.candidates if isinstance(value, Unknown) else (value,)
            those = [item in map(self.thing, filter(None, texts)) for texts in of]
            if those and all(those):
                inside |= readings
            elif those and not any(those):
                outside |= readings
        return inside, outside

    def _opaque(self, truth: Truth, parts: ByReading) -> Opaque:
        """Done in no reading for sure: what is not known may be nothing."""
        for readings, value in parts:
            if isinstance(value, Unknown) and not value.candidates:
                return both(truth, (0, ALL & ~readings)), value
        return NO, ()


def _texts(parts: ByReading) -> set[str]:
    found: set[str] = set()
    for _, value in parts:
        for texts in value.candidates if isinstance(value, Unknown) else (value,):
            found.update(texts)
    return found - {""}


@dataclass(slots=True)
class Doings(Generic[T]):
    """What several routes do, by what is done and by the route that does it."""

    done: dict[T, dict[str, Truth]] = field(default_factory=dict)
    opaque: dict[str, Opaque] = field(default_factory=dict)

    def add(self, route: str, done: Mapping[T, Truth], opaque: Opaque = (NO, ())) -> None:
        """Two slots of one route that do the same are one doing."""
        for item, truth in done.items():
            by_route = self.done.setdefault(item, {})
            by_route[route] = either(by_route.get(route, NO), truth)
        if opaque[0] != NO:
            self.opaque[route] = opaque

    def effects(self, asked: int) -> dict[T, Effect]:
        """Those that are done, or may be, in some reading that is asked for."""
        found = {}
        for item, by_route in self.done.items():
            if any(truth[1] & asked != asked for truth in by_route.values()):
                found[item] = self._effect(by_route, asked)
        return found

    def _effect(self, by_route: Mapping[str, Truth], asked: int) -> Effect:
        """What is opaque may be this, too: nothing rules it out."""
        widened = dict(by_route)
        for route, (truth, _) in self.opaque.items():
            widened[route] = either(widened.get(route, NO), truth)
        once, twice = NO, NO
        for truth in widened.values():
            twice = either(twice, both(once, truth))
            once = either(once, truth)
        via = {key: verdict(truth, asked) for key, truth in widened.items()}
        kept = {key: answer for key, answer in via.items() if answer.answer != "no"}
        return Effect(verdict(once, asked), verdict(twice, asked), kept)

    def open(self, asked: int) -> dict[str, Value]:
        """The routes that do something that is not known, with what is unknown."""
        return {
            route: value
            for route, (truth, value) in self.opaque.items()
            if truth[1] & asked != asked
        }


@dataclass(frozen=True, slots=True)
class Ready:
    """`attached`: by source, each place of it in the route with its conditions. A source has two
    places only by mistake.
    """

    key: str
    route: Route
    stop: Stop
    attached: Mapping[str, tuple[tuple[int, Groups], ...]]
    when: Groups
    targets: tuple[Slot[Thing], ...]
    channels: tuple[Slot[str], ...]
    incident: Groups | None
    looks_at: frozenset[str]  # references of the alert

    def takes(self, facts: Facts) -> Truth:
        """Whether the route takes the alert."""
        places = self.attached.get(facts.alert.source)
        if self.stop or not places:
            return NO
        if len(places) == 1:
            return all_hold((places[0][1], self.when), facts)
        return both(_listed_twice(places, facts), groups_hold(self.when, facts))


def _listed_twice(places: tuple[tuple[int, Groups], ...], facts: Facts) -> Truth:
    """What counts for a source that is listed twice is documented nowhere: it is known where both
    agree (fact 7.2).
    """
    truths = [groups_hold(groups, facts) for _, groups in places]
    return reduce(both, truths)[0], reduce(either, truths)[1]


def make_ready(key: str, route: Route, catalog: Catalog, shared: Shared) -> Ready:
    """The route, with everything in it that can be looked up before an alert is there."""
    scope = scope_of(route.expressions, catalog, shared)
    paged = catalog.world.paged
    attached: dict[str, tuple[tuple[int, Groups], ...]] = {}
    for number, source in enumerate(route.sources):
        place = (number, ready(source.when, scope, shared))
        attached[source.source] = (*attached.get(source.source, ()), place)
    stop: Stop = "" if route.enabled else "disabled"
    targets = tuple(
        Slot(scope.bound(target.binding), _thing(target, paged))
        for target in route.escalate.targets
    )
    channels = tuple(
        Slot(scope.bound(place.channel), without_team, ready(destination.when, scope, shared))
        for destination in route.notify
        for place in (destination.slack, destination.ms_teams)
        if place
    )
    when = ready(route.when, scope, shared)
    incident = ready(route.incident.when, scope, shared) if route.incident else None
    stop = stop or ("" if route.sources else "no source")
    looks_at = frozenset(scope.looked_at)
    return Ready(key, route, stop, attached, when, targets, channels, incident, looks_at)


def _thing(target: Target, paged: Mapping[str, str]) -> Callable[[str], Thing]:
    """A path or a user by the own id, where a catalog entry stands for it."""
    return lambda identity: (target.kind, paged.get(identity, identity))
