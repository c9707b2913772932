"""Proofs written by hand, for the tests of what shows them."""

from datetime import date

from reconciler.model import (
    Condition,
    ConditionGroups,
    Expression,
    Navigate,
    Route,
    RouteSource,
    many,
    one,
)
from reconciler.plan.paging.proof import Proof
from reconciler.routing.reading import Assumption
from reconciler.routing.who import READING, WRITTEN, Cube, Region, Row, Unproven, Who, Word
from reconciler.routing.world import Alert
from tests.plan.parts import NAMES, SEVERITY

BRANCH = "alert.attributes.01BRA"
SOURCES = ("01PROD", "01GRAF")
KNOWN = {
    **NAMES,
    BRANCH: "branch",
    "01LIVE": "Production Alerts",
    "01WARN": "Production Warnings",
    "01UNROUTED": "Unrouted Alerts",
}


def is_(subject: str, *values: str, holds: bool = True) -> Word:
    """`severity is one of …`."""
    return Word(Condition(subject, "contains_one_of", (many(*values),)), holds)


def taken(name: str, when: ConditionGroups = (), *, holds: bool = True) -> Word:
    """That a route takes it."""
    return Word(Route(name, sources=(RouteSource("01PROD", when),)), holds)


def region(*cubes: Cube, sources: tuple[str, ...] = ("01PROD",)) -> Region:
    """Alerts of a source."""
    return Region(sources, cubes)


CRITICAL = region((is_(SEVERITY, "critical"),))
ALERT = Alert("01PROD", {"alert.title": ("a",), SEVERITY: ("critical",)})

LOST = Row(CRITICAL, ALERT, lost=(("path", "01ONCALL"),), nobody=True, caused_by=("01LIVE",))
OTHER = Row(
    CRITICAL,
    ALERT,
    lost=(("path", "01ONCALL"),),
    gained=(("path", "01PLATFORM"),),
    caused_by=("01LIVE",),
)
POSTS = Row(
    region(
        (is_(SEVERITY, "info"), taken("Production Warnings", holds=False)),
    ),
    Alert("01PROD", {"alert.title": ("a",), SEVERITY: ("info",)}),
    unless=True,
    channels_gained=("C01",),
    caused_by=("01UNROUTED",),
)
DEPENDS = Row(
    region(
        (
            is_(SEVERITY, "critical"),
            Word(Condition(SEVERITY, WRITTEN, (one("Critical"),)), holds=False),
            Word(Condition("text_case", READING)),
        )
    ),
    ALERT,
    certain=False,
    lost=(("path", "01ONCALL"),),
    nobody="some",
    depends_on={"text_case": True},
    caused_by=("01LIVE",),
)
UNREAD = Unproven(region((is_(BRANCH, "main"),), sources=("01GRAF",)), "the catalog was not read")
PINNED = Assumption("text_one_of", True, "seen in three alerts", date(2026, 8, 1))
TIER = Expression("tier", "Tier", "alert.attributes.01SVC", (Navigate("01TIER"),))
ANYTHING = Row(region(), Alert("01PROD"), nobody=True, lost=(("user", "01USER"),))


def proof(*rows: Row, unknown: tuple[Unproven, ...] = (), changed: int = 1) -> Proof:
    """The proof with these rows."""
    return Proof(Who(rows, unknown, sources=SOURCES), KNOWN, changed)
