"""`python -m benchmarks.replay N`: N past alerts, none like the other, through 300 routes of which
one changes, live and planned.
"""

import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from benchmarks.alerts import ROUTES, WORLD, alert, route
from reconciler.model import many
from reconciler.routing.past import PastAlert
from reconciler.routing.reading import admissible
from reconciler.routing.replay import replay

START = datetime(2026, 11, 1, tzinfo=UTC)


def alerts(count: int, dice: random.Random) -> Iterator[PastAlert]:
    """One a second."""
    for number in range(count):
        at = START + timedelta(seconds=number)
        yield PastAlert(f"A{number}", at, alert(number, dice), url=f"https://d.invalid/{number}")


def main(count: int) -> None:
    """In all 16 readings: one route asks for another severity, and pages other people."""
    dice = random.Random(1)  # noqa: S311
    before = {f"r{number}": route(number, dice) for number in range(ROUTES)}
    (severity, *others), *groups = before["r7"].when
    wider = (replace(severity, params=(many("Critical", "warning"),)), *others)
    after = {**before, "r7": replace(before["r7"], when=(wider, *groups))}
    found = replay(alerts(count, dice), before, after, {"r7"}, WORLD, admissible())
    assert found.total == count


if __name__ == "__main__":
    main(int(sys.argv[1]))
