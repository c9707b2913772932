"""A route made ready: its conditions and effects for each source, looked up once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce

from reconciler.model import Route, Target, without_team
from reconciler.routing.conditions import Groups, Shared, all_hold, groups_hold, ready
from reconciler.routing.effects import Slot
from reconciler.routing.expressions import scope_of
from reconciler.routing.outcome import Stop
from reconciler.routing.reading import NO, Truth, both, either
from reconciler.routing.subjects import Facts
from reconciler.routing.values import Catalog
from reconciler.routing.who import Thing


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
