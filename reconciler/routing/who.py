"""Who is paged differently: rows, each with the alerts that it is about, and one such alert.

Rows are about one aspect each: pages, twice, channels or incident.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reconciler.model import Condition, Expression, Route
from reconciler.routing.reading import Assumed, Question
from reconciler.routing.world import Alert

WRITTEN = "written"  # a text equals one of the operands
WRITTEN_IN_ANY_CASE = "written in any case"
HAS = "has"  # a text has one of the operands as a part of it
HAS_IN_ANY_CASE = "has in any case"
PRESENT = "present"  # a value is there, an empty text too
IS_ENTRY = "is entry"  # the operands are ids of catalog entries
EMPTY_GROUP = "empty_group"  # an empty condition group matches
READING = "reading"  # the subject is the question, the reading answers it with yes
PLAIN = frozenset(
    {WRITTEN, WRITTEN_IN_ANY_CASE, HAS, HAS_IN_ANY_CASE, PRESENT, IS_ENTRY, EMPTY_GROUP, READING}
)
"""Operations of our own, of words that no file has. Their meaning depends on no reading."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a row may say of an alert: a condition as a file has it, one of PLAIN, or that a route
    takes the alert; or that it does not (`holds` False). Of a route only sources, conditions,
    expressions and the switch count.
    """

    test: Condition | Route
    holds: bool = True


Cube = tuple[Word, ...]
"""All must be true of the alert."""


@dataclass(frozen=True, slots=True)
class Region:
    """Alerts of these sources (ids) for which all words of one cube are true; no cubes at all: all
    alerts of the sources. `expressions`: what conditions of the cubes refer to.
    """

    sources: tuple[str, ...]
    when: tuple[Cube, ...] = ()
    expressions: tuple[Expression, ...] = ()


Thing = tuple[Literal["path", "user"], str]
"""Who is paged: the id, or the reference of the alert that names it."""


@dataclass(frozen=True, slots=True)
class Row:
    """How alerts of a region are routed differently.

    `certain`: in every admissible reading; otherwise only in those of `depends_on`. `unless`: some
    of the region may be taken by other routes, too, and so not change. `nobody`: True, nobody is
    paged any more (by any route) for the whole region; "some", for some of its alerts. `doubled`:
    who is paged by several routes now and was by one. What is left out is not said: a row about
    pages says nothing of channels. `caused_by`: ids (or names) of the changed routes, for people.
    """

    region: Region
    witness: Alert
    certain: bool = True
    unless: bool = False
    lost: tuple[Thing, ...] = ()
    gained: tuple[Thing, ...] = ()
    nobody: bool | Literal["some"] | None = None
    doubled: tuple[Thing, ...] = ()
    undoubled: tuple[Thing, ...] = ()
    channels_lost: tuple[str, ...] = ()
    channels_gained: tuple[str, ...] = ()
    incident: Literal["lost", "gained", "doubled", "undoubled"] | None = None
    depends_on: Mapping[Question, bool] = field(default_factory=dict)
    caused_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unproven:
    """A region of which nothing is known, and why, in one clause: "the catalog was not read"."""

    region: Region
    why: str


@dataclass(frozen=True, slots=True)
class Who:
    """The answer. Every alert that is routed differently is in a row or in a region of `unknown`;
    `complete` says that `unknown` is empty. `assumed`: the pins that a row or the completeness
    rests on. `sources`: ids of all that were looked at, for "proved for every alert of 5 sources".
    """

    rows: tuple[Row, ...] = ()
    unknown: tuple[Unproven, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the rows are all there is."""
        return not self.unknown
