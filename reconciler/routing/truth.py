"""What holds in which readings: strong Kleene logic, for all readings at once.

A truth is two sets of readings, as bits: those in which it holds, and those in which it does not.
In the others it is unknown. A reading counts as known by its number in `READINGS`.
"""

from collections.abc import Iterable

from reconciler.routing.reading import QUESTIONS, Question, Reading, admissible

READINGS = admissible()
NUMBER = {reading: number for number, reading in enumerate(READINGS)}
ALL = (1 << len(READINGS)) - 1

Truth = tuple[int, int]
YES: Truth = (ALL, 0)
NO: Truth = (0, ALL)
UNKNOWN: Truth = (0, 0)


def bits(readings: Iterable[Reading]) -> int:
    """A set of readings."""
    found = 0
    for reading in readings:
        found |= 1 << NUMBER[reading]
    return found


WHERE: dict[Question, int] = {
    question: bits(reading for reading in READINGS if reading.answer(question))
    for question in QUESTIONS
}
"""The readings that answer a question with yes."""


def where(readings: int) -> Truth:
    """True in these readings and false in all others."""
    return readings, ALL & ~readings


def opposite(truth: Truth) -> Truth:
    """NOT."""
    return truth[1], truth[0]


def both(truth: Truth, other: Truth) -> Truth:
    """AND: false where either is, true where both are."""
    return truth[0] & other[0], truth[1] | other[1]


def either(truth: Truth, other: Truth) -> Truth:
    """OR: true where either is, false where both are."""
    return truth[0] | other[0], truth[1] & other[1]


def turns(question: Question) -> int:
    """How far the number of a reading moves when the answer to this question alone is turned."""
    return 1 << (len(QUESTIONS) - 1 - QUESTIONS.index(question))
