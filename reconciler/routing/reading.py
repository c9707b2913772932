"""Readings: admissible answers to the questions about matching that incident.io leaves open.

A verdict is certain when it is the same under every admissible reading. "Fact 7.x" is a row of
docs/explanation/routing-facts.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import get_args

from reconciler.model import Assumption as Assumption, Question as Question

QUESTIONS: tuple[Question, ...] = get_args(Question)


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


def admissible(assumed: Iterable[Assumption] = ()) -> tuple[Reading, ...]:
    """Every combination of answers that agrees with what is assumed, 16 without an assumption."""
    pinned = {assumption.question: assumption.answer for assumption in assumed}
    answers = [(pinned[q],) if q in pinned else (True, False) for q in QUESTIONS]
    return tuple(
        Reading(**dict(zip(QUESTIONS, chosen, strict=True))) for chosen in product(*answers)
    )
