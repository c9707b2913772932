"""`python -m benchmarks.alerts N`: N alerts, each asked of 300 routes, none like the other."""

import random
import sys

from reconciler.model import (
    Channels,
    Condition,
    Destination,
    Escalation,
    Route,
    RouteSource,
    Target,
    many,
    one,
)
from reconciler.routing.evaluate import prepare
from reconciler.routing.reading import admissible
from reconciler.routing.world import Alert, CatalogType, Entry, Kind, World

ROUTES, SOURCES, ON_EACH, SERVICES = 300, 10, 3, 500
TITLE, SEVERITY = "alert.title", "alert.attributes.SEVERITY"
TEAM, SERVICE = "alert.attributes.TEAM", "alert.attributes.SERVICE"
SERVICE_TYPE = 'CatalogEntry["SERVICE"]'
WORLD = World(
    subjects={
        TITLE: Kind("String"),
        SEVERITY: Kind("String"),
        TEAM: Kind("String"),
        SERVICE: Kind(SERVICE_TYPE),
    },
    catalog={
        SERVICE_TYPE: CatalogType(
            {}, tuple(Entry(f"E{n}", f"Service {n}") for n in range(SERVICES)), whole=True
        )
    },
)


def route(number: int, dice: random.Random) -> Route:
    """By severity and team, or by title and service; attached to some of the sources."""
    groups = (
        (
            Condition(SEVERITY, "one_of", (many("critical", "page"),)),
            Condition(TEAM, "one_of", (many(f"team-{number}"),)),
        ),
        (
            Condition(TITLE, "contains", (one(f"error {number}"),)),
            Condition(SERVICE, "one_of", (many(f"E{number}", f"E{number + 1}"),)),
        ),
    )
    sources = dice.sample(range(SOURCES), ON_EACH)
    return Route(
        f"Route {number}",
        sources=tuple(RouteSource(f"S{source}") for source in sources),
        when=groups,
        escalate=Escalation((Target("path", one(f"P{number % 20}")),)),
        notify=(Destination(Channels(one("C1"))),),
    )


def alert(number: int, dice: random.Random) -> Alert:
    """The title has a number of its own, so that no alert is answered from memory."""
    return Alert(
        f"S{dice.randrange(SOURCES)}",
        {
            TITLE: (f"error {dice.randrange(ROUTES)} of pod {number}",),
            SEVERITY: (dice.choice(("critical", "warning", "info")),),
            TEAM: (f"team-{dice.randrange(ROUTES)}",),
            SERVICE: (f"E{dice.randrange(SERVICES)}",),
        },
    )


def main(count: int) -> None:
    """In all 16 readings."""
    dice = random.Random(1)  # noqa: S311
    routes = {f"r{number}": route(number, dice) for number in range(ROUTES)}
    prepared = prepare(routes, admissible(), WORLD)
    for number in range(count):
        prepared.judge(alert(number, dice))


if __name__ == "__main__":
    main(int(sys.argv[1]))
