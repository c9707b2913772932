"""Proofs of who is paged differently: generated routes, a few of them edited."""

import random
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace

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
from reconciler.routing.compare import compare
from reconciler.routing.cover import cover
from reconciler.routing.world import TITLE, CatalogType, Entry, Kind, World

SEVERITY, SERVICE, TEAM = (f"alert.attributes.{name}" for name in ("severity", "service", "team"))
TEAMS = 'CatalogEntry["Team"]'
SEVERITIES = ("critical", "warning", "page", "info", "error")
WORLD = World(
    subjects={
        TITLE: Kind("String"),
        SEVERITY: Kind("String"),
        SERVICE: Kind("String"),
        TEAM: Kind(TEAMS),
    },
    all_subjects=True,
    catalog={
        TEAMS: CatalogType({}, tuple(Entry(f"t{n}", f"Team {n}") for n in range(200)), whole=True)
    },
)


def routes(count: int, sources: int) -> dict[str, Route]:
    """Routes with one to three conditions in a group, on one to three of the sources."""
    made = random.Random(count)  # noqa: S311
    found = {}
    for n in range(count):
        tests = (
            _test(SEVERITY, "contains_one_of", *made.sample(SEVERITIES, made.choice((1, 2)))),
            _test(SERVICE, "contains_one_of", *(f"svc-{made.randrange(count)}" for _ in range(2))),
            _test(TEAM, "one_of", f"t{made.randrange(200)}"),
            Condition(TITLE, "contains", (one(f"disk {made.randrange(50)}"),), "String"),
        )
        found[str(n)] = Route(
            f"Route {n}",
            sources=tuple(
                RouteSource(f"s{made.randrange(sources)}") for _ in range(made.choice((1, 1, 2, 3)))
            ),
            when=tuple(
                tuple(made.sample(tests, made.choice((1, 2, 3))))
                for _ in range(made.choice((1, 1, 2)))
            ),
            escalate=Escalation((Target("path", one(f"P{made.randrange(60)}")),)),
            notify=(Destination(Channels(one(f"C{100_000 + made.randrange(40)}"))),),
        )
    return found


def _test(subject: str, operation: str, *operands: str) -> Condition:
    return Condition(subject, operation, (many(*operands),), WORLD.kind(subject).type)


def edited(before: Mapping[str, Route], count: int) -> dict[str, Route]:
    """Switched off, widened, narrowed, or with another path."""
    made = random.Random(count)  # noqa: S311
    after = dict(before)
    critical = _test(SEVERITY, "contains_one_of", "critical", "new")
    for key in made.sample(sorted(before), count):
        route = before[key]
        after[key] = made.choice(
            (
                replace(route, enabled=False),
                replace(route, when=(*route.when, (critical,))),
                replace(route, when=((*route.when[0], critical), *route.when[1:])),
                replace(route, escalate=Escalation((Target("path", one("P7")),))),
            )
        )
    return after


def proof(count: int, sources: int, edits: int) -> float:
    """CPU seconds of one comparison."""
    before = routes(count, sources)
    after = edited(before, edits)
    start = time.process_time()
    compare(before, after, WORLD)
    return time.process_time() - start


def gaps(count: int, sources: int) -> float:
    """CPU seconds of one search for gaps."""
    made = routes(count, sources)
    start = time.process_time()
    cover(made, WORLD)
    return time.process_time() - start


def proof_in_a_process(count: int, sources: int, edits: int) -> tuple[float, float]:
    """CPU seconds, and the most memory in MiB that it took beside Python and the routes."""
    command = [sys.executable, "-m", "benchmarks.routing", str(count), str(sources), str(edits)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, mib = map(float, ended.stdout.split())
    return seconds, mib


if __name__ == "__main__":
    seconds = proof(*map(int, sys.argv[1:]))
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
