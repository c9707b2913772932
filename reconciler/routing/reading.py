"""What holds in which reading, and what an answer about readings rests on.

A verdict is certain when it is the same under every admissible reading. "Fact 7.x" is a row of
docs/explanation/routing-facts.md. A truth is strong Kleene logic for all readings at once: two sets
of readings, as bits, those in which something holds and those in which it does not. In the others
it is unknown. A reading counts as known by its number in `READINGS`.
"""

from collections.abc import Collection, Iterable

from reconciler.model import (
    QUESTIONS as QUESTIONS,
    READINGS as READINGS,
    Assumed as Assumed,
    Assumption as Assumption,
    Condition,
    Observation,
    Question as Question,
    Reading as Reading,
    Route,
    admissible as admissible,
    groups_in,
)

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


def cited(assumed: Collection[Assumed], asked: Collection[Question]) -> tuple[Assumed, ...]:
    """What of it an answer about these questions rests on. A pin of another question counts where
    it makes an observation say something about these.
    """
    pins = [item for item in assumed if isinstance(item, Assumption)]
    pinned = {pin.question: pin.answer for pin in pins}
    telling = [
        item
        for item in assumed
        if isinstance(item, Observation)
        and not item.questions.isdisjoint(asked)
        and item.questions <= {*asked, *pinned}
        and all(pinned.get(question, answer) == answer for question, answer in item.never)
    ]
    about = {*asked}.union(*(item.questions for item in telling))
    return tuple(
        item for item in assumed if item in telling or (item in pins and item.questions <= about)
    )


def turns(question: Question) -> int:
    """How far the number of a reading moves when the answer to this question alone is turned."""
    return 1 << (len(QUESTIONS) - 1 - QUESTIONS.index(question))


_BY_OPERATION: dict[str, frozenset[Question]] = {
    "contains": frozenset({"text_case"}),
    "name_contains": frozenset({"text_case"}),
    "one_of": frozenset({"text_case", "text_one_of"}),
    "contains_one_of": frozenset({"text_case", "text_one_of"}),
    "is_set": frozenset({"empty_text_is_set"}),
    "is_not_set": frozenset({"empty_text_is_set"}),
}


def questions_of(route: Route) -> set[Question]:
    """All open questions that it may depend on; more is no mistake, only more work."""
    found: set[Question] = set()
    for _, groups in groups_in(route):
        for group in groups:
            if not group:
                found.add("empty_group")
            for condition in group:
                found |= _of(condition)
    return found


def _of(condition: Condition) -> frozenset[Question]:
    entry = condition.subject_type.startswith("CatalogEntry[")
    if entry and condition.operation not in ("name_contains", "contains"):
        return frozenset()
    return _BY_OPERATION.get(condition.operation, frozenset())
