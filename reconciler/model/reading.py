"""Readings: answers to the questions about matching that incident.io leaves open; what a team
assumes of them, and what past alerts rule out. Pure.

"Fact 7.x" is a row of docs/explanation/routing-facts.md.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import product
from typing import Literal, get_args

from reconciler.model.finding import Position

SEMANTICS_FILE = "semantics.lock.yaml"
Saw = Literal["paged", "incident", "not paged"]
Question = Literal["text_case", "text_one_of", "empty_text_is_set", "empty_group"]
QUESTIONS: tuple[Question, ...] = get_args(Question)
Answers = tuple[tuple[Question, bool], ...]
"""Answers to some of the questions, in their order; the others are open."""


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    """One answer to each question.

    `text_case`: True, case counts when texts are compared; False, it does not (one character is
    folded for one, so `ß` and the final sigma stay).
    `text_one_of`: True, `contains_one_of` asks for equality; False, for a part of the text.
    `empty_text_is_set`: True, an attribute with the text "" is set.
    `empty_group`: True, a condition group without conditions matches every alert.
    """

    text_case: bool = True
    text_one_of: bool = True
    empty_text_is_set: bool = True
    empty_group: bool = True

    def answer(self, question: Question) -> bool:
        """The answer to one question."""
        value: bool = getattr(self, question)
        return value

    def gives(self, answers: Answers) -> bool:
        """Whether it gives all of these answers."""
        return all(self.answer(question) == answer for question, answer in answers)


READINGS = tuple(Reading(*answers) for answers in product((True, False), repeat=len(QUESTIONS)))
"""All of them."""
_SOME: tuple[Answers, ...] = tuple(
    tuple((q, answer) for q, answer in zip(QUESTIONS, answers, strict=True) if answer is not None)
    for answers in product((True, False, None), repeat=len(QUESTIONS))
)
_GIVING = {
    some: frozenset(reading for reading in READINGS if reading.gives(some)) for some in _SOME
}
_SHORTEST_FIRST = sorted(_SOME, key=lambda some: (len(some), [QUESTIONS.index(q) for q, _ in some]))


def shortest(readings: Collection[Reading]) -> tuple[Answers, ...]:
    """All the shortest answers that no reading but these gives, the shortest first."""
    wanted, found = frozenset(readings), list[Answers]()
    for some in _SHORTEST_FIRST:
        if _GIVING[some] <= wanted and not any({*shorter} <= {*some} for shorter in found):
            found.append(some)
    return tuple(found)


def covering(readings: Collection[Reading]) -> tuple[Answers, ...]:
    """A few of these that say it all: a reading is among the readings if it gives all of the
    answers of one of them.
    """
    offered, left = shortest(readings), {*readings}
    kept = list[Answers]()
    while left:
        most = max(offered, key=lambda answers: len(_GIVING[answers] & left))
        kept.append(most)
        left -= _GIVING[most]
    return tuple(sorted(kept, key=_SHORTEST_FIRST.index))


@dataclass(frozen=True, slots=True)
class Assumption:
    """An answer that `assume:` of reconciler.yaml pins; `since` is the day it was written."""

    question: Question
    answer: bool
    reason: str
    since: date
    position: Position | None = field(default=None, compare=False)

    @property
    def questions(self) -> frozenset[Question]:
        """Those that it is about."""
        return frozenset((self.question,))

    def admits(self, reading: Reading) -> bool:
        """Whether the reading agrees with it."""
        return reading.answer(self.question) == self.answer


@dataclass(frozen=True, slots=True)
class Observation:
    """Answers that incident.io does not give at once, by what happened to past alerts. Of a single
    one that is the other answer. `alerts`: how many show it; `since`: the day they were compared.
    """

    never: Answers
    alerts: int
    since: date
    position: Position | None = field(default=None, compare=False)

    @property
    def questions(self) -> frozenset[Question]:
        """Those that it is about."""
        return frozenset(question for question, _ in self.never)

    def admits(self, reading: Reading) -> bool:
        """Whether the reading agrees with it."""
        return not reading.gives(self.never)


Assumed = Assumption | Observation


@dataclass(frozen=True, slots=True)
class Sighting:
    """An alert, when it came, and what was seen to happen, or not to."""

    alert: str
    at: datetime
    saw: Saw


@dataclass(frozen=True, slots=True)
class RuledOut:
    """Answers that no reading gives any more, and the alerts that show it. `since`: the day of the
    comparison. `whole_since`: the day since when no route was deleted, as a person said; it rests
    on that. None where it needs no such word.
    """

    answers: Answers
    since: date
    alerts: tuple[Sighting, ...] = ()
    whole_since: date | None = None
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Semantics:
    """`semantics.lock.yaml`: the readings that are left for an account, and why no others are."""

    account: str
    left: tuple[Reading, ...]
    ruled_out: tuple[RuledOut, ...] = ()
    account_at: Position | None = field(default=None, compare=False)

    @property
    def observations(self) -> tuple[Observation, ...]:
        """What the readings that are left have in common, each with where it stands."""
        gone = [reading for reading in READINGS if reading not in self.left]
        return tuple(self._observation(never) for never in shortest(gone))

    def beside(self, other: "Semantics | None") -> "Semantics | None":
        """What both rule out: the stricter where one of them is not trusted yet."""
        if other is None:
            return None
        left = {*self.left, *other.left}
        return replace(self, left=tuple(reading for reading in READINGS if reading in left))

    def _observation(self, never: Answers) -> Observation:
        alone = [row for row in self.ruled_out if {*row.answers} <= {*never}]
        rows = alone or [row for row in self.ruled_out if _meet(row.answers, never)]
        return Observation(
            never,
            len({seen.alert for row in rows for seen in row.alerts}),
            max((row.since for row in rows), default=date.min),
            next((row.position for row in rows), None),
        )


def _meet(answers: Answers, other: Answers) -> bool:
    """Whether a reading gives both."""
    return any(reading.gives(answers) and reading.gives(other) for reading in READINGS)


def admissible(assumed: Collection[Assumed] = ()) -> tuple[Reading, ...]:
    """Every combination of answers that agrees with all of it, 16 without any."""
    return tuple(reading for reading in READINGS if all(item.admits(reading) for item in assumed))
