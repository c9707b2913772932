"""Histories of alerts, made in a reading."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.model import Route
from reconciler.routing.calibrate import (
    MISSING,
    Calibrated,
    Dated,
    History,
)
from reconciler.routing.past import Attached, Page, PastAlert, observed
from reconciler.routing.reading import Reading, admissible
from reconciler.routing.world import Alert
from tests.routing.oracle import Oracle
from tests.routing.small import OTHER, SEVERITY, SOURCE, TITLE, WORLD, check, route, when

READINGS = admissible()
START = datetime(2026, 11, 1, tzinfo=UTC)
STEP = timedelta(hours=1)
BEFORE = START - timedelta(days=9)
END = START + 201 * STEP
TEXTS = ("critical", "CRITICAL", "x critical", "info", "")


def reads(reading: Reading, routes: Mapping[str, Route], alert: Alert) -> dict[str, set[Any]]:
    """By route: the paths that it pages."""
    oracle = Oracle(WORLD, reading, alert, lambda _: True)
    return {
        key: set(oracle.outcome({key: route}).pages)
        for key, route in routes.items()
        if oracle.takes(route)
    }


@dataclass
class Past:
    """A history while it is made."""

    chance: random.Random
    reading: Reading
    alerts: list[PastAlert] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    incidents: list[Attached] = field(default_factory=list)

    def made(self, **other: Any) -> History:
        seen = observed([one.id for one in self.alerts], self.pages, self.incidents)
        return History(self.alerts, seen, END, **{"whole_since": BEFORE, **other})

    def alert(self, number: int, **other: Any) -> PastAlert:
        values = {TITLE: (self.chance.choice(["critical", "Critical: disk", "Disk"]),)}
        if self.chance.random() < 0.9:
            values[SEVERITY] = (self.chance.choice(TEXTS),)
        at = START + number * STEP
        source = self.chance.choice([SOURCE, SOURCE, OTHER])
        past = PastAlert(f"A{number}", at, Alert(source, values), "resolved", **other)
        self.alerts.append(past)
        return past

    def page(self, past: PastAlert, thing: Any, **other: Any) -> None:
        whole = {"by": "alert", "started_by": past.id, "alerts": (past.id,), **other}
        name = f"P{len(self.pages)}"
        self.pages.append(Page(name, past.created_at, (thing,), **whole))

    def route(self, past: PastAlert, routes: Mapping[str, Route]) -> None:
        for things in reads(self.reading, routes, past.alert).values():
            for thing in things:
                self.page(past, thing)


def chance_of(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same in every run


def dated(routes: Mapping[str, Route], changed: datetime | None = BEFORE) -> dict[str, Dated]:
    return {key: Dated(route, changed) for key, route in routes.items()}


IGNORED = Reading(text_case=False)
COUNTS = Reading()


def some_alerts(
    reading: Reading, texts: list[str], routes: Mapping[str, Route], **other: Any
) -> Past:
    """Resolved alerts with these severities, routed in this reading."""
    past = Past(chance_of(0), reading)
    for number, text in enumerate(texts):
        at = START + number * STEP
        values = {TITLE: ("Disk",), SEVERITY: (text,)}
        made = PastAlert(f"A{number}", at, Alert(SOURCE, values), "resolved", **other)
        past.alerts.append(made)
        past.route(made, routes)
    return past


BY_SEVERITY = {"R": route(when(check(SEVERITY, "contains", "critical")))}
ENOUGH = ["critical", *["CRITICAL"] * MISSING]


def case_answers(found: Calibrated) -> tuple[bool, ...]:
    return found.questions["text_case"].answers
