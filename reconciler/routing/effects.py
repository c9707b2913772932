"""What routes do with an alert that they take: slots filled, effects joined over routes."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from reconciler.routing.conditions import Groups, groups_hold
from reconciler.routing.outcome import Effect, verdict
from reconciler.routing.reading import ALL, NO, UNKNOWN, Truth, both, either
from reconciler.routing.subjects import Facts, Read
from reconciler.routing.values import Held, Unknown, Value

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

    def _is_in(self, item: T, parts: Held) -> Truth:
        inside = outside = 0
        for readings, value in parts:
            of = value.candidates if isinstance(value, Unknown) else (value,)
            those = [item in map(self.thing, filter(None, texts)) for texts in of]
            if those and all(those):
                inside |= readings
            elif those and not any(those):
                outside |= readings
        return inside, outside

    def _opaque(self, truth: Truth, parts: Held) -> Opaque:
        """Done in no reading for sure: what is not known may be nothing."""
        for readings, value in parts:
            if isinstance(value, Unknown) and not value.candidates:
                return both(truth, (0, ALL & ~readings)), value
        return NO, ()


def _texts(parts: Held) -> set[str]:
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
